"""Human lines or one JSON object, and exit codes: 0 yes, 1 no, 2 usage or bad input, 3 could not determine."""

from __future__ import annotations

import datetime
import json
import sqlite3
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import click

from registry_client.errors import ChainError, ContractError, JournalError, RegistryError, StoreError
from registry_client.licensing.refusals import words_of

YES, NO, USAGE, UNDETERMINED = 0, 1, 2, 3
_CLICK = (click.ClickException, click.Abort, click.exceptions.Exit)


def emit(as_json: bool, value: dict[str, Any], human: Callable[[], list[str]]) -> None:
    if as_json:
        click.echo(json.dumps(value, ensure_ascii=False))
    else:
        for line in human():
            click.echo(line)


def moment(time: int | None) -> str:
    """Unix seconds as a person reads them, in UTC."""
    if time is None:
        return "-"
    return datetime.datetime.fromtimestamp(time, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")


def exit_code(error: RegistryError) -> int:
    if isinstance(error, ContractError):
        return NO
    return UNDETERMINED if isinstance(error, ChainError | StoreError | JournalError) else USAGE


def progress(as_json: bool) -> Callable[[str, int, int], None]:
    """A line on standard error that tells how far a long work is; silent where nobody looks."""
    if as_json or not sys.stderr.isatty():
        return lambda phase, done, total: None

    def show(phase: str, done: int, total: int) -> None:
        click.echo(f"\r{phase}: {done} of {total}", nl=done == total, err=True)

    return show


class Command(click.Command):
    """Turns the library's errors into one line and the exit code; no traceback reaches a person."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        given = list(args)
        try:
            return super().parse_args(ctx, args)
        except RegistryError as error:
            _fail(ctx, str(error), exit_code(error), "--json" in given)
        except _CLICK:
            raise
        except Exception as error:
            _fail(ctx, _unexpected(error), UNDETERMINED, "--json" in given)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ContractError as error:
            words = words_of(error)
            message = f"{words} ({error})" if words else str(error)
            code = NO
        except RegistryError as error:
            code, message = exit_code(error), str(error)
        except OSError as error:
            code, message = UNDETERMINED, f"{error.filename or 'input or output'}: {error.strerror or error}"
        except sqlite3.Error as error:
            code, message = UNDETERMINED, f"a database in REGISTRY_HOME cannot be used ({error}); is the disk full?"
        except _CLICK:
            raise
        except Exception as error:
            code, message = UNDETERMINED, _unexpected(error)
        _fail(ctx, message, code, bool(ctx.params.get("as_json")))


def _unexpected(error: Exception) -> str:
    return " ".join(f"unexpected {type(error).__name__}: {error}".split())


def _tell(message: str, code: int, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"error": message, "exit_code": code}))
    else:
        click.echo(f"Error: {message}", err=True)


def _fail(ctx: click.Context, message: str, code: int, as_json: bool) -> NoReturn:
    _tell(message, code, as_json)
    ctx.exit(code)


class Group(click.Group):
    """Tells usage errors and interruptions as commands tell theirs: one line, or one JSON object with ``--json``."""

    command_class = Command

    def main(self, *given: Any, **extra: Any) -> Any:
        if not extra.pop("standalone_mode", True):
            return super().main(*given, standalone_mode=False, **extra)  # type: ignore[call-overload]
        words = given[0] if given else extra.get("args")
        as_json = "--json" in (sys.argv[1:] if words is None else words)
        try:
            code = super().main(*given, standalone_mode=False, **extra)  # type: ignore[call-overload]
        except click.ClickException as error:
            if as_json:
                _tell(error.format_message(), error.exit_code, True)
            else:
                error.show()
            sys.exit(error.exit_code)
        except click.Abort:
            _tell("Interrupted: give the same command again; it finishes what was begun", UNDETERMINED, as_json)
            sys.exit(UNDETERMINED)
        sys.exit(code if isinstance(code, int) else YES)


Group.group_class = Group
