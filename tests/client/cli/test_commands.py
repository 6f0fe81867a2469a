"""The command line as people and machines use it: output, exit codes, bad input."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from eth_account import Account
from PIL import Image

from registry_client.cli.main import main
from tests.client.cli.conftest import Home
from tests.client.cli.stories import SCOPE
from tests.client.content.test_images import BAD
from tests.client.photos import PHOTOS


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


@pytest.mark.parametrize("path", [path for path, _ in commands(main)], ids=" ".join)
def test_help_shows_an_example_json_and_network(path: tuple[str, ...], home: Home) -> None:
    result = home.run(*path, "--help")
    assert result.exit_code == 0
    assert f"Example: registry {' '.join(path)}" in result.output
    assert "--json" in result.output
    assert "--network" in result.output


@pytest.mark.parametrize("name", [name for name, found in main.commands.items() if isinstance(found, click.Group)])
def test_help_of_a_group_shows_an_example(name: str, home: Home) -> None:
    assert f"Example: registry {name} " in home.run(name, "--help").output


def test_keys_new_list_and_import(home: Home, tmp_path: Path) -> None:
    made = home.json("keys", "new", "anna", "--passphrase-file", home.folder / "passphrase")
    assert home.json("keys", "list") == {"keys": [{"name": "anna", "address": made["address"]}]}
    source = home.folder / "keys" / "anna.json"
    arguments = ("--passphrase-file", home.folder / "passphrase")
    assert home.json("keys", "import", "copy", source, *arguments)["address"] == made["address"]
    assert "secret" not in source.read_text()


@pytest.mark.parametrize("name", ["0xanna", "0X1", "stranger", "Stranger"])
def test_keys_new_refuses_a_name_that_reads_as_something_else(home: Home, name: str) -> None:
    answer = home.json("keys", "new", name, "--passphrase-file", home.folder / "passphrase", code=2)
    assert "choose another name" in answer["error"]
    assert home.json("keys", "list") == {"keys": []}


def test_title_of_an_unregistered_work_says_what_to_do(home: Home) -> None:
    home.key("anna")
    result = home.run("title", PHOTOS / "life.jpg", *home.account("anna"))
    assert result.exit_code == 1
    assert "run registry register first" in result.output


def test_fingerprint_needs_no_network(home: Home) -> None:
    (row,) = home.json("fingerprint", PHOTOS / "life.jpg", REGISTRY_NETWORK="nowhere")["files"]
    assert row["content_hash"] == "0x4c119350ead80201fe256850c3d316309ddfb4bdf10b235ce982dcde0c667c05"
    assert row["algorithm"] == "phash-256-v1"
    assert (row["width"], row["height"]) == (3088, 2056)
    assert row["fingerprint"].startswith("0x")
    assert len(row["fingerprint"]) == 66


def test_register_title_owner_verify_transfer(home: Home, photos: Callable[[int], list[Path]]) -> None:
    files = photos(3)
    anna, ben = home.key("anna"), home.key("ben", funded=False)
    done = home.json("register", files[0].parent, *home.account("anna"), "--author", "Anna Roth")
    assert [(w["file"], w["status"]) for w in done["works"]] == [(str(f), "anchored") for f in files]
    (batch,) = done["batches"]
    assert (batch["count"], len(batch["root"]), len(batch["transaction"])) == (3, 66, 66)
    assert 0 < batch["gas_used"] <= 55_000

    anchored = home.json("owner", files[0])
    assert (anchored["status"], anchored["owner"], anchored["registered_at"]) == ("anchored", anna, None)
    minted = home.json("title", files[0], *home.account("anna"))["works"]
    assert [(w["status"], w["owner"]) for w in minted] == [("titled", anna)]
    titled = home.json("owner", files[0])
    assert (titled["status"], titled["owner"], titled["anchored_at"]) == ("titled", anna, anchored["anchored_at"])
    assert titled["block"] > 0
    assert home.json("verify-owner", files[0], anna)["verified"] is True
    assert home.json("verify-owner", files[0], ben, code=1)["verified"] is False

    moved = home.json("transfer", titled["work_id"], ben, *home.account("anna"))
    assert moved["owner"] == ben
    assert home.json("owner", titled["work_id"])["owner"] == ben
    refused = home.json("transfer", titled["work_id"], ben, *home.account("anna"), code=1)
    assert f"{anna} does not own this title".lower() in refused["error"].lower()
    again = home.json("register", files[0], *home.account("anna"), "--author", "Somebody Else")
    assert again["works"][0]["message"] == "anchored before; its record is unchanged"
    untitled = home.json(
        "mandate", "grant", ben, *SCOPE, "--work", files[1], "--until", "2100-01-01", *home.account("anna"), code=1
    )
    assert "mint its title first: registry title WORK" in untitled["error"]


def test_register_with_titles_mints_at_once(home: Home, photos: Callable[[int], list[Path]]) -> None:
    home.key("anna")
    done = home.json("register", *photos(2), *home.account("anna"), "--title", "--pin", "original")
    assert [w["status"] for w in done["works"]] == ["titled", "titled"]
    assert len(done["titles"]) == 1
    record = home.json("store", "get", done["works"][0]["metadata_cid"])
    found = json.loads(bytes.fromhex(record["hex"][2:]))
    original = home.run("store", "get", found["original"])
    assert original.stdout_bytes == Path(done["works"][0]["file"]).read_bytes()


def test_owner_of_a_resaved_file_names_the_near_work(
    home: Home, photos: Callable[[int], list[Path]], tmp_path: Path
) -> None:
    anna = home.key("anna")
    (file,) = photos(1)
    work = home.json("register", file, *home.account("anna"))["works"][0]
    Image.open(file).save(tmp_path / "again.jpg", quality=60)
    answer = home.json("owner", tmp_path / "again.jpg", code=1)
    assert answer["status"] == "unregistered"
    assert (answer["candidates"][0]["work_id"], answer["candidates"][0]["owner"]) == (work["work_id"], anna)
    human = home.run("owner", tmp_path / "again.jpg")
    assert human.exit_code == 1
    assert "looks like" in human.output
    assert "not proof of authorship" in human.output


def test_the_default_home_is_the_users_data_folder(tmp_path: Path) -> None:
    environment = {"REGISTRY_HOME": "", "XDG_DATA_HOME": str(tmp_path / "data")}
    result = CliRunner().invoke(main, ["keys", "list", "--json"], env=environment)
    assert json.loads(result.stdout) == {"keys": []}
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["registry"]


def test_status_faucet_and_store_status(home: Home) -> None:
    status = home.json("status")
    assert (status["network"], status["chain_id"]) == ("local", 31337)
    assert status["contracts"]["CopyrightRegistry"] == home.network.registry
    address = Account.create().address
    assert home.json("faucet", address) == {"address": address, "balance": str(100 * 10**18)}
    assert home.json("store", "status")["outbox"] == 0


def test_register_reports_each_bad_file_and_registers_the_good_ones(
    home: Home, photos: Callable[[int], list[Path]], tmp_path: Path
) -> None:
    home.key("anna")
    folder = tmp_path / "bad"
    folder.mkdir()
    for name, (data, _, _) in BAD.items():
        (folder / name).write_bytes(data)
    bad = sorted(folder.iterdir())
    (good,) = photos(1)
    done = home.json("register", *bad, good, good, *home.account("anna"), code=2)
    by_file = {work["file"]: work for work in done["works"]}
    for path in bad:
        assert by_file[str(path)]["status"] == "failed"
        assert str(path) in by_file[str(path)]["message"]
    assert by_file[str(good)]["status"] == "anchored"
    assert [batch["count"] for batch in done["batches"]] == [1]


def test_register_reports_a_file_that_somebody_else_registered(home: Home, photos: Callable[[int], list[Path]]) -> None:
    (file,) = photos(1)
    anna, _ = home.key("anna"), home.key("ben")
    home.json("register", file, *home.account("anna"))
    done = home.json("register", file, *home.account("ben"), code=1)
    assert (done["works"][0]["status"], done["batches"]) == ("taken", [])
    assert anna in done["works"][0]["message"]


def test_wrong_passphrase_no_funds_and_unknown_key(home: Home, photos: Callable[[int], list[Path]]) -> None:
    (file,) = photos(1)
    home.key("anna", funded=False)
    (home.folder / "wrong").write_text("guess\n")
    (home.folder / "empty").write_text("")
    wrong = home.json("register", file, "--account", "anna", "--passphrase-file", home.folder / "wrong", code=2)
    assert wrong["error"] == "anna: wrong passphrase"
    empty = home.json("register", file, "--account", "anna", "--passphrase-file", home.folder / "empty", code=2)
    assert "is empty" in empty["error"]
    poor = home.json("register", file, *home.account("anna"), code=3)
    assert "registry faucet" in poor["error"]
    assert "no such key" in home.json("register", file, *home.account("nobody"), code=2)["error"]


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"chain_id": 1}, 3, "chain 31337, but network"),
        ({"registry": "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"}, 3, "no contract at"),
        ({"rpc_url": "http://127.0.0.1:9"}, 3, "cannot be reached"),
        ({"rpc_url": "gopher://x"}, 2, "rpc_url must be"),
        ({"ipfs_url": "http://127.0.0.1:9/x"}, 2, "not the address of a Kubo RPC"),
    ],
)
def test_owner_reports_a_network_that_is_not_what_it_says(
    home: Home, change: dict[str, object], code: int, message: str
) -> None:
    path = home.folder / "networks" / "local.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    assert message in home.json("owner", "0x" + "01" * 32, code=code)["error"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("owner", "nothing.jpg"), "neither a file nor a work id"),
        (("owner", "0x" + "0" * 64), "above zero"),
        (("owner", "12345"), "neither a file nor a work id"),
        (("owner", "0x" + "a" * 63), "this has 63 hex digits"),
        (("owner", "0x" + "a" * 65), "this has 65 hex digits"),
        (("owner", "0x" + "g" * 64), "neither a file nor a work id"),
        (("owner", "a" * 5000), "neither a file nor a work id"),
        (("verify-owner", "0x" + "01" * 32, "0x12"), "not an address"),
        (("faucet", "0x70997970c51812dc3A010C7d01b50e0d17dc79C8"), "checksum is wrong"),
        (("fingerprint", "/nowhere/x.jpg"), "no such file or folder"),
        (("store", "get", "bafy"), "not a CID"),
        (("status", "--network", "../x"), "not a network's name"),
        (("status", "--network", "nowhere"), "not known"),
    ],
)
def test_bad_arguments_give_one_clear_error_and_code_2(home: Home, arguments: tuple[str, ...], message: str) -> None:
    assert message in home.json(*arguments, code=2)["error"]
    human = home.run(*arguments)
    assert human.exit_code == 2
    assert human.stderr.startswith("Error: ")
    assert human.stdout == ""


def test_a_folder_without_images_or_that_cannot_be_read(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.key("anna")
    (tmp_path / "none").mkdir()
    assert "no image files found" in home.json("register", tmp_path / "none", *home.account("anna"), code=2)["error"]

    def refuse(path: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", refuse)
    answer = home.json("register", tmp_path / "none", *home.account("anna"), code=2)
    assert f"{tmp_path / 'none'}: the folder cannot be read (Permission denied)" in answer["error"]


def test_two_commands_at_once_do_not_share_the_journal(home: Home, photos: Callable[[int], list[Path]]) -> None:
    from registry_client.chain.journal import Journal

    home.key("anna")
    held = Journal(home.folder / "journal.sqlite")
    answer = home.json("register", *photos(1), *home.account("anna"), code=3)
    assert "another registry command is at work" in answer["error"]
    held.close()
