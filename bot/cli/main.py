"""The entry point: the group of all commands, and the one place where errors become exit codes."""

from __future__ import annotations

import io
import logging
import os
import sys

import click

from bot.cli import asking, keeping, people, proving, slack
from bot.cli.frame import COULD_NOT, DONE, WRONG_USE, complain
from domain.errors import PaperroundError, UsageError

log = logging.getLogger(__name__)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="paperround", prog_name="paperround")
def paperround() -> None:
    """Bring each channel its own digest of new papers, at its own hour, exactly once."""


for _command in (*keeping.COMMANDS, *proving.COMMANDS, *people.COMMANDS, slack.slack, *asking.commands()):
    paperround.add_command(_command)


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 could not, 2 wrong use."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A letter that the terminal does not know is no reason to say nothing.
            stream.reconfigure(errors="replace")
    sys.exit(execute(sys.argv[1:]))


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
