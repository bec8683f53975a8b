"""The command line: `paperround`."""

import gc

# Objects made until Python looks for circles among them, which nothing here leaves many of. At its usual 700 that takes
# a seventh of the time in which libraries are loaded, and a third of that in which a round of digests is planned.
GARBAGE = 50_000


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 could not, 2 wrong use."""
    gc.disable()  # while libraries are loaded
    from bot.cli.entry import main as entered  # noqa: PLC0415  # once the collector is off: left on, it takes a seventh of each start

    gc.freeze()
    gc.set_threshold(GARBAGE)
    gc.enable()
    entered()
