"""The entry point: the group of all commands, and the one place where errors become exit codes."""

from __future__ import annotations

import gc
import io
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module

import click

from bot.cli.asking import made_of
from bot.cli.frame import COULD_NOT, DONE, WRONG_USE, complain
from bot.commands import COMMANDS
from domain.errors import PaperroundError, UsageError

log = logging.getLogger(__name__)


# What one does not ask of the papers but of the machine: each command, and the module it is in. Only the one that is
# asked for is loaded, and so it is with those of the registry.
OWN: dict[str, tuple[str, str]] = {
    "import": ("bot.cli.keeping", "import_"),
    "fetch": ("bot.cli.fetching", "fetch"),
    "channels": ("bot.cli.keeping", "channels"),
    "doctor": ("bot.cli.keeping", "doctor"),
    "backup": ("bot.cli.keeping", "backup"),
    "restore": ("bot.cli.keeping", "restore"),
    "run": ("bot.cli.keeping", "run"),
    "demo": ("bot.cli.keeping", "demo"),
    "audit": ("bot.cli.proving", "audit"),
    "ready": ("bot.cli.proving", "ready"),
    "export-user": ("bot.cli.people", "export_user"),
    "forget": ("bot.cli.people", "forget"),
    "slack": ("bot.cli.slack", "slack"),
}


class _Commands(Mapping[str, click.Command]):
    def __getitem__(self, name: str) -> click.Command:
        if name not in OWN:
            return made_of(COMMANDS[name])
        module, inside = OWN[name]
        command: click.Command = getattr(import_module(module), inside)
        return command

    def __iter__(self) -> Iterator[str]:
        return iter((*OWN, *COMMANDS))

    def __len__(self) -> int:
        return len(OWN) + len(COMMANDS)


@click.group(commands=_Commands(), context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="paperround", prog_name="paperround")
def paperround() -> None:
    """Bring each channel its own digest of new papers, at its own hour, exactly once."""


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 could not, 2 wrong use."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A letter that the terminal does not know is no reason to say nothing.
            stream.reconfigure(errors="replace")
    code = execute(sys.argv[1:])
    gc.freeze()  # Python need not look once more, at its end, through all that was loaded
    sys.exit(code)


def execute(arguments: list[str]) -> int:
    """Run one command; returns its exit code."""
    as_json = "--json" in arguments
    try:
        code = paperround.main(arguments, prog_name="paperround", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return WRONG_USE
    except click.UsageError as error:
        if as_json:
            wrong = UsageError(error.format_message(), "`paperround --help` lists what there is.")
            return complain(wrong, as_json=True)
        error.show()
        return WRONG_USE
    except click.ClickException as error:
        return complain(PaperroundError(error.format_message()), as_json=as_json)
    except PaperroundError as error:
        return complain(error, as_json=as_json)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return COULD_NOT
    except BrokenPipeError:
        # Whoever reads has closed the pipe (`| head`); what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        log.debug("unexpected", exc_info=True)
        said = " ".join(f"{type(error).__name__}: {error}".split())
        broken = PaperroundError(
            f"Something broke that should not: {said[:300]}", "PAPERROUND_LOG_LEVEL=debug says where. Please report it."
        )
        return complain(broken, as_json=as_json)
    return code if isinstance(code, int) else DONE
