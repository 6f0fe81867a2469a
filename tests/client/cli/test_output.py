"""What a person or a script sees when a command cannot go on: one line or one JSON object, never a traceback."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from registry_client.cli.output import Command, Group
from registry_client.cli.values import write_private
from tests.client.cli.conftest import Home


def _raising(error: BaseException) -> Group:
    @click.group(cls=Group)
    def group() -> None:
        pass

    @group.command(cls=Command)
    @click.option("--json", "as_json", is_flag=True)
    def fail(as_json: bool) -> None:
        raise error

    return group


@pytest.mark.parametrize("error", [ValueError("odd\nthing"), RecursionError("deep"), OverflowError("large")])
def test_command_tells_an_unexpected_error_in_one_line(error: Exception) -> None:
    human = CliRunner().invoke(_raising(error), ["fail"], catch_exceptions=False)
    assert (human.exit_code, human.stdout) == (3, "")
    assert human.stderr.startswith(f"Error: unexpected {type(error).__name__}: ")
    assert human.stderr.count("\n") == 1
    machine = CliRunner().invoke(_raising(error), ["fail", "--json"], catch_exceptions=False)
    assert (machine.exit_code, json.loads(machine.stdout)["exit_code"]) == (3, 3)


def test_command_interrupted_says_to_give_it_again() -> None:
    human = CliRunner().invoke(_raising(KeyboardInterrupt()), ["fail"])
    assert human.exit_code == 3
    assert "Interrupted: give the same command again; it finishes what was begun" in human.stderr
    machine = CliRunner().invoke(_raising(KeyboardInterrupt()), ["fail", "--json"])
    assert (machine.exit_code, json.loads(machine.stdout)["exit_code"]) == (3, 3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("owner",), "Missing argument"),
        (("owner", "x", "--nonsense"), "No such option"),
        (("nonsense",), "No such command"),
        (("mandate", "revoke", "0", "--account", "x"), "not in the range"),
        (("mandate", "revoke", str(2**64), "--account", "x"), "not in the range"),
        (("licence", "grant", "x", "--mandate", str(2**64)), "not in the range"),
    ],
)
def test_usage_error_with_json_is_one_object(home: Home, arguments: tuple[str, ...], message: str) -> None:
    answer = home.json(*arguments, code=2)
    assert message in answer["error"]
    assert answer["exit_code"] == 2
    human = home.run(*arguments)
    assert (human.exit_code, human.stdout) == (2, "")
    assert message in human.stderr


def test_write_private_names_the_file_not_its_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left on device") as caught:
        write_private(tmp_path / "proof.json", b"x")
    assert caught.value.filename == str(tmp_path / "proof.json")
    assert list(tmp_path.iterdir()) == []


def test_passphrase_without_a_terminal_names_the_option(home: Home) -> None:
    answer = home.json("keys", "new", "anna", code=2)
    assert "use --passphrase-file" in answer["error"]
