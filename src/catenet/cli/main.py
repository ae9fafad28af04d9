"""``catenet``: the commands, and the one place where an error becomes a message and an exit status."""

from __future__ import annotations

import errno
import gc
import sys
from collections.abc import Sequence
from typing import Annotated, Final

import typer

from catenet.cli.commands import (
    attach,
    bench,
    chaos,
    check,
    check_history,
    emulate,
    new,
    ping,
    place,
    query,
    reproduce,
    routes,
    run,
    show,
    signal,
    store,
    sweep,
    trace,
    traceroute,
)
from catenet.cli.errors import CLOSED_PIPE, INTERRUPTED, MISTAKE, NOT_WRITTEN, OK, Mistake, NotWritten, say_mistake
from catenet.cli.invocation import Invocation
from catenet.cli.loading import is_mistake
from catenet.cli.standard_streams import OutputLost, guard_output, is_closed_pipe, lost

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet new[/cyan]  writes first/scenario.toml and first/program.py, commented, to start from

[cyan]catenet run first/scenario.toml[/cyan]  runs it, shows the results, and writes runs/first/

[cyan]catenet run first/scenario.toml --seed 8 --until 10s --json | jq .measurements[/cyan]

[cyan]catenet ping first/scenario.toml client server[/cyan]  as if typed on the host client

[cyan]catenet bench dumbbell --flows 10[/cyan]  the cost of a packet on this machine

[dim]Exit status: 0 success; 1 a program failed; 2 a mistake on the command line or in a file; \
3 the output or a file could not be written; 130 Ctrl-C.[/dim]
"""

app: Final = typer.Typer(
    name="catenet",
    help="A whole internet inside one Python program: unmodified asyncio programs over simulated packets,\n"
    "in virtual time.",
    epilog=_EPILOG,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
run.add_to(app)
new.add_to(app)
check.add_to(app)
ping.add_to(app)
traceroute.add_to(app)
trace.add_to(app)
attach.add_to(app)
emulate.add_to(app)
routes.add_to(app)
show.add_to(app)
bench.add_to(app)
reproduce.add_to(app)
check_history.add_to(app)
place.add_to(app)
signal.add_to(app)
sweep.add_to(app)
query.add_to(app)
chaos.add_to(app)
store.add_to(app)


def _show_version(wanted: bool) -> None:
    if wanted:
        from catenet.cli.version import version_text

        typer.echo(version_text())
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its status.  Without ``arguments`` they are ``sys.argv``'s."""
    guard_output()
    status = status_of(arguments)
    error = lost()
    if error is not None:
        status = CLOSED_PIPE if is_closed_pipe(error) else NOT_WRITTEN
        if status == NOT_WRITTEN:
            say_mistake(f"stdout cannot be written: {error.strerror}")
    if arguments is None:
        # The system frees the memory of the process as a whole: the interpreter need not free the objects of a large
        # internet one by one.
        gc.freeze()
    sys.exit(status)


def status_of(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    try:
        status = app(
            args=None if arguments is None else list(arguments),
            prog_name="catenet",
            standalone_mode=False,
            obj=Invocation(restartable=arguments is None),
        )
    except Mistake as error:
        say_mistake(str(error))
        return MISTAKE
    except typer.TyperException as error:
        message = error.format_message()
        if message:  # with no arguments, the help has been shown
            say_mistake(f"{message}\n{_where_to_look(error)}")
        return MISTAKE
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except OutputLost:
        return NOT_WRITTEN
    except NotWritten as error:
        say_mistake(str(error))
        return NOT_WRITTEN
    except OSError as error:
        say_mistake(_refusal(error))
        return MISTAKE if error.errno == errno.ENAMETOOLONG else NOT_WRITTEN
    except ValueError as error:
        if not is_mistake(error):
            raise
        say_mistake(str(error))
        return MISTAKE
    return status if isinstance(status, int) else OK


def _refusal(error: OSError) -> str:
    """An OSError as text."""
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}"


def _where_to_look(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "catenet"
    return f"`{command} --help` shows what is possible."
