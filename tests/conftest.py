"""What every test may use: an empty store of its own, and how hard properties are tried."""

from __future__ import annotations

import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import event

from db.migrate import open_store
from db.store import Store

# The same examples on every run, so that a red test is red for everybody; the long runs look further.
settings.register_profile(
    "default", derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("faults", settings.get_profile("default"), derandomize=False, max_examples=2_000)


# Properties take most of the time, several times as much while coverage is measured, and reach nothing that others do
# not; what needs the shared data is not there for everybody.
UNMEASURED = ("hypothesis", "shared")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--but-measured", default="", metavar="PATHS", help="leave out what coverage was measured by there"
    )
    parser.addoption("--faults", action="store_true", help="run the long tests too, and try properties harder")


def pytest_configure(config: pytest.Config) -> None:
    long = config.getoption("--faults")
    settings.load_profile("faults" if long else "default")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell without job control starts what runs in its background so, and every process started here would
        # inherit it: deaf to Ctrl-C, as is right there, and of no use to whoever tests what Ctrl-C does.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if long and not hasattr(config, "workerinput"):
        # Who is told to end says what failed until then, as with Ctrl-C.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        config.pluginmanager.register(_AtOnce(config))


class _AtOnce:
    """What fails in a long run is named when it does, not at its end, which may never come."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Name it, in a line of its own."""
        shown = self.config.pluginmanager.get_plugin("terminalreporter")
        if report.failed and isinstance(shown, pytest.TerminalReporter):
            why = str(report.longrepr).strip().splitlines()[-1:]
            shown.line("")
            shown.write_line(" ".join((f"{report.outcome.upper()} at its {report.when}: {report.nodeid}", *why)))


@pytest.hookimpl(trylast=True)  # Hypothesis marks its own before
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    measured = [config.rootpath / path for path in config.getoption("--but-measured").split()]

    def out(item: pytest.Item) -> bool:
        if item.get_closest_marker("faults") and not config.getoption("--faults"):
            return True
        run = any(item.path.is_relative_to(path) for path in measured)
        return run and not any(map(item.get_closest_marker, UNMEASURED))

    left = [item for item in items if out(item)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if not out(item)]


def _unsafe(connection: sqlite3.Connection, _record: object) -> None:
    # No test pulls the plug on the machine, and waiting for the disk is most of the time a small test takes.
    connection.execute("PRAGMA synchronous = OFF")


def quick(store: Store) -> Store:
    """The store, not waiting for the disk."""
    event.listen(store.engine, "connect", _unsafe)
    return store


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store, migrated once; copied, never opened again."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def new_store(template: Path, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Makes empty stores, each a file of its own, for tests that need several; all are closed at the end."""
    made: list[Store] = []

    def make() -> Store:
        path = tmp_path / f"paperround-{len(made)}.db"
        shutil.copyfile(template, path)
        made.append(quick(Store(f"sqlite:///{path}")))
        return made[-1]

    yield make
    for store in made:
        store.close()


@pytest.fixture
def store(new_store: Callable[[], Store]) -> Store:
    """An empty store, up to date, in a file of its own."""
    return new_store()
