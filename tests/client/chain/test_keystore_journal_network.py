"""Keystore, journal and network files: bad input, crashes, hostile files."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from registry_client.chain.journal import Journal, SignedTransaction
from registry_client.chain.keystore import Keystore
from registry_client.chain.network import checksum, load_network
from registry_client.chain.reverts import contract_error
from registry_client.errors import ConfigurationError, JournalError, KeystoreError

ROUNDS = 1 << 10


def test_new_key_is_encrypted_private_and_unlocks(tmp_path: Path) -> None:
    keys = Keystore(tmp_path / "keys", ROUNDS)
    address = keys.new("anna", "secret")
    path = tmp_path / "keys" / "anna.json"
    assert keys.entries() == [("anna", address)]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    account = keys.unlock("anna", "secret")
    assert account.address == address
    assert account.key.hex().removeprefix("0x") not in path.read_text()
    assert [p.name for p in (tmp_path / "keys").iterdir()] == ["anna.json"]


def test_unlock_reports_a_wrong_passphrase_and_an_unknown_key(tmp_path: Path) -> None:
    keys = Keystore(tmp_path, ROUNDS)
    keys.new("anna", "secret")
    with pytest.raises(KeystoreError, match="anna: wrong passphrase"):
        keys.unlock("anna", "secrets")
    with pytest.raises(KeystoreError, match=r"ben: no such key \(keys: anna\)"):
        keys.unlock("ben", "secret")


@pytest.mark.parametrize("name", ["", "../anna", "a/b", ".hidden", "x" * 65, "a b"])
def test_new_refuses_what_is_no_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(KeystoreError, match="not a key's name"):
        Keystore(tmp_path / "keys", ROUNDS).new(name, "secret")
    assert not (tmp_path / "keys").exists()


def test_new_keeps_an_existing_key(tmp_path: Path) -> None:
    keys = Keystore(tmp_path, ROUNDS)
    address = keys.new("anna", "secret")
    with pytest.raises(KeystoreError, match="exists"):
        keys.new("anna", "other")
    assert keys.unlock("anna", "secret").address == address


def test_new_refuses_an_empty_passphrase(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="passphrase is empty"):
        Keystore(tmp_path / "keys", ROUNDS).new("anna", "")
    assert not (tmp_path / "keys").exists()


def test_import_encrypts_anew(tmp_path: Path) -> None:
    source = Keystore(tmp_path / "a", ROUNDS)
    address = source.new("anna", "old")
    target = Keystore(tmp_path / "b", ROUNDS)
    assert target.import_file("mine", tmp_path / "a" / "anna.json", "old", "new") == address
    assert target.unlock("mine", "new").address == address


@pytest.mark.parametrize(
    "change",
    [
        lambda v: {**v, "version": 1},
        lambda v: {**v, "crypto": {**v["crypto"], "kdfparams": {**v["crypto"]["kdfparams"], "n": 2**30}}},
        lambda v: {**v, "crypto": {**v["crypto"], "kdfparams": {**v["crypto"]["kdfparams"], "p": "1"}}},
        lambda v: {**v, "crypto": {**v["crypto"], "kdfparams": {"c": 2**31, "dklen": 32}}},
        lambda v: {**v, "crypto": {**v["crypto"], "ciphertext": "00"}},
        lambda v: {**v, "crypto": "x"},
        lambda v: [v],
    ],
    ids=["version", "memory", "text", "rounds", "ciphertext", "crypto", "list"],
)
def test_import_refuses_a_hostile_file(tmp_path: Path, change: object) -> None:
    source = Keystore(tmp_path, ROUNDS)
    source.new("anna", "old")
    bad = tmp_path / "bad"
    bad.write_text(json.dumps(change(json.loads((tmp_path / "anna.json").read_text()))))  # type: ignore[operator]
    with pytest.raises(KeystoreError):
        source.import_file("mine", bad, "old", "new")
    assert [name for name, _ in source.entries()] == ["anna"]


def test_import_reports_a_file_that_is_not_there_or_no_json(tmp_path: Path) -> None:
    keys = Keystore(tmp_path / "keys", ROUNDS)
    with pytest.raises(KeystoreError, match="cannot be read"):
        keys.import_file("mine", tmp_path / "nothing", "a", "b")
    (tmp_path / "text").write_text("hello")
    with pytest.raises(KeystoreError, match="not a V3 keystore file"):
        keys.import_file("mine", tmp_path / "text", "a", "b")


def test_journal_is_held_by_one_process(tmp_path: Path) -> None:
    first = Journal(tmp_path / "journal.sqlite")
    with pytest.raises(JournalError, match="another registry command is at work"):
        Journal(tmp_path / "journal.sqlite")
    first.close()
    Journal(tmp_path / "journal.sqlite").close()


def test_journal_reports_damage_and_a_later_version(tmp_path: Path) -> None:
    (tmp_path / "bad.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(JournalError, match="cannot be used"):
        Journal(tmp_path / "bad.sqlite")
    journal = Journal(tmp_path / "later.sqlite")
    journal._run("PRAGMA user_version=99")
    journal.close()
    with pytest.raises(JournalError, match="another version"):
        Journal(tmp_path / "later.sqlite")


def test_journal_keeps_facts_and_transactions_over_a_restart(tmp_path: Path) -> None:
    entry = SignedTransaction("0xaa", "key", 31337, "0x01", 3, b"\x01\x02", "signed")
    journal = Journal(tmp_path / "journal.sqlite")
    journal.put_facts("work", [("b", {"x": 1}), ("a", [1, None])])
    journal.add_transaction(entry)
    journal.close()
    again = Journal(tmp_path / "journal.sqlite")
    assert list(again.facts("work")) == [("a", [1, None]), ("b", {"x": 1})]
    assert again.get_fact("work", "c") is None
    assert again.transactions("key") == again.unsettled(31337, "0x01") == [entry]
    again.set_state("0xaa", "mined")
    assert again.unsettled(31337, "0x01") == []
    again.close()


NETWORK = {
    "name": "test",
    "chain_id": 1,
    "rpc_url": "http://127.0.0.1:1",
    "registry": "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
    "from_block": 0,
}


def write_network(home: Path, value: object) -> None:
    (home / "networks").mkdir(exist_ok=True)
    (home / "networks" / "test.json").write_text(value if isinstance(value, str) else json.dumps(value))


def test_load_network_reads_the_file(tmp_path: Path) -> None:
    write_network(tmp_path, NETWORK)
    found = load_network("test", tmp_path)
    assert (found.chain_id, found.registry, found.ipfs_url) == (1, NETWORK["registry"], None)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ("[" * 60_000, "not JSON"),
        (" " * 70_000, "larger than"),
        ({**NETWORK, "chain_id": "1"}, "chain_id must be a whole number"),
        ({**NETWORK, "chain_id": True}, "chain_id must be a whole number"),
        ({**NETWORK, "from_block": -1}, "from_block must be a whole number"),
        ({**NETWORK, "registry": "0x12"}, "registry: 0x12: not an address"),
        ({**NETWORK, "rpc_url": "file:///etc/passwd"}, "rpc_url must be an http or https address"),
        ({**NETWORK, "rpc_url": "http://a:b"}, "rpc_url"),
        ({**NETWORK, "ipfs_url": 5}, "ipfs_url must be"),
    ],
)
def test_load_network_names_the_file_and_the_field(tmp_path: Path, value: object, message: str) -> None:
    write_network(tmp_path, value)
    with pytest.raises(ConfigurationError, match=message) as caught:
        load_network("test", tmp_path)
    assert "test.json" in str(caught.value)


@pytest.mark.parametrize("name", ["../x", "", "A", "nowhere"])
def test_load_network_reports_an_unknown_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError):
        load_network(name, tmp_path)


@pytest.mark.parametrize(
    "text", ["", "0x", "abc", "0x" + "1" * 39, "0x70997970c51812dc3A010C7d01b50e0d17dc79C8", "1" * 40]
)
def test_checksum_refuses(text: str) -> None:
    with pytest.raises(ConfigurationError):
        checksum(text)


def test_contract_error_names_unknown_and_malformed_reverts() -> None:
    assert contract_error(b"").name == "RevertedWithoutReason"
    assert contract_error(b"\x01\x02\x03\x04").name == "UnknownError"
    panic = contract_error(bytes.fromhex("4e487b71") + (0x11).to_bytes(32, "big"))
    assert (panic.name, panic.arguments) == ("Panic", (0x11,))
    assert contract_error(bytes.fromhex("4e487b71") + b"\x00").arguments == ()
