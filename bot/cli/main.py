"""The entry point: the group of all commands, and the one place where errors become exit codes."""

from __future__ import annotations

import os
import sys

import click

from bot.cli import asking, keeping
from bot.cli.frame import COULD_NOT, DONE, WRONG_USE, complain
from domain.errors import PaperroundError, QueryError, UsageError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="paperround", prog_name="paperround")
def paperround() -> None:
    """Bring each channel its own digest of new papers, at its own hour, exactly once."""


for _command in (*keeping.COMMANDS, *asking.commands()):
    paperround.add_command(_command)


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 could not, 2 wrong use."""
    sys.exit(_main(sys.argv[1:]))


def _main(arguments: list[str]) -> int:
    as_json = "--json" in arguments
    try:
        code = paperround.main(arguments, prog_name="paperround", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return WRONG_USE
    except click.UsageError as error:
        if as_json:
            return complain(
                UsageError(error.format_message(), "`paperround --help` lists what there is."), as_json=True
            )
        error.show()
        return WRONG_USE
    except click.ClickException as error:
        return complain(PaperroundError(error.format_message()), as_json=as_json)
    except PaperroundError as error:
        return complain(error, as_json=as_json, text=_asked(arguments) if isinstance(error, QueryError) else "")
    except (click.Abort, KeyboardInterrupt):
        return COULD_NOT
    except BrokenPipeError:
        # Whoever reads has closed the pipe (`| head`); what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    return code if isinstance(code, int) else DONE


def _asked(arguments: list[str]) -> str:
    # The query as typed, to point into: all that is neither the verb, a channel, nor an option of ours.
    known = {"--json", "--send"}
    return " ".join(a for a in arguments[1:] if a not in known and not a.startswith(("local:", "slack:", "discord:")))
