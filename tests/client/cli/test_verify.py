"""``registry licence verify``: what the chain says of a shown licence, in one round trip and at one block."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from registry_client.chain.connection import Connection
from registry_client.chain.licence_reading import ShownLicences
from registry_client.chain.transport import Transport
from registry_client.errors import ChainMismatch, ChainUnavailable, ScopeInvalid
from registry_client.licensing.licence_file import LicenceFile, Opening, read_licence_file
from registry_client.licensing.verification import Asked, verify
from registry_client.models import Network, Outside
from registry_client.rights.vocabulary import parse_media, parse_territories
from tests.client.cli.stories import Story
from tests.client.cli.test_report import ready, sales


class Counting(Transport):
    """A node of which the round trips are counted."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.trips = 0

    def _post(self, payload: list[dict[str, Any]], batch: bool) -> bytes:
        self.trips += 1
        return super()._post(payload, batch)


class Moving(Counting):
    """A node that gets a new block in the middle of the first ``often`` batches."""

    def __init__(self, url: str, often: int) -> None:
        super().__init__(url)
        self.left = often

    def make_batch(self, calls: Sequence[tuple[str, Any]]) -> list[dict[str, Any]]:
        if self.left == 0:
            return super().make_batch(calls)
        self.left -= 1
        answers = super().make_batch(calls[:-1])
        self.make_request("evm_mine", [])  # type: ignore[arg-type]
        return answers + super().make_batch(calls[-1:])


class Altering(Counting):
    """A node that answers one request of a batch otherwise."""

    def __init__(self, url: str, place: int, result: Any) -> None:
        super().__init__(url)
        self.place, self.result = place, result

    def make_batch(self, calls: Sequence[tuple[str, Any]]) -> list[dict[str, Any]]:
        answers = super().make_batch(calls)
        answers[self.place] = {"jsonrpc": "2.0", "id": answers[self.place]["id"], "result": self.result}
        return answers


def file_at(path: Path, network: Network) -> LicenceFile:
    return read_licence_file(path, network.chain_id, str(network.licences))


def reader(network: Network, transport: Transport) -> ShownLicences:
    return ShownLicences(Connection(network, transport))


@pytest.fixture
def files(story: Story, tmp_path: Path) -> dict[str, LicenceFile]:
    """One licence of each kind: granted, by voucher, reported."""
    home = story.home
    mandate = ready(story)
    granted = story.grant("anna", "--end-user", "grant.example", "--revocable")
    home.json("licence", "prove", granted["licence_id"], "--to", tmp_path / "grant")
    story.voucher("agency", tmp_path / "voucher", "--end-user", "voucher.example", "--mandate", mandate)
    sold_at = story.now - 5
    csv = sales(story, tmp_path / "sales.csv", mandate, sold_at, *(f"{n}.example" for n in range(5)))
    home.json("report", "submit", csv, "--through", sold_at + 2, *home.account("agency"))
    home.json("report", "prove", "INV-3", "--to", tmp_path / "report")
    return {name: file_at(tmp_path / name, home.network) for name in ("grant", "voucher", "report")}


def test_verify_takes_one_round_trip_for_every_kind(story: Story, files: dict[str, LicenceFile]) -> None:
    """Invariant K4."""
    network = story.home.network
    asked = Asked(parse_media("2WEB"), parse_territories("DE"))
    for kind, file in files.items():
        for question in (None, asked, replace(asked, time=story.now)):
            transport = Counting(network.rpc_url)
            found = verify(file, reader(network, transport), question)
            assert (found.holds, transport.trips) == (True, 1), kind
    wide = verify(
        files["grant"],
        reader(network, Counting(network.rpc_url)),
        Asked(parse_media("2SOC"), parse_territories("DE,US")),
    )
    assert (wide.is_valid, wide.holds) == (True, False)
    assert wide.outside == Outside.MEDIA | Outside.TERRITORIES


def test_the_commands_ask_no_more_than_they_must(
    story: Story, files: dict[str, LicenceFile], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole command: one round trip to verify a file, two to check a use when the index is at hand."""
    trips: list[int] = []
    post = Transport._post

    def counted(self: Transport, payload: list[dict[str, Any]], batch: bool) -> bytes:
        trips.append(len(payload))
        return post(self, payload, batch)

    story.home.json("report", "open", *story.home.account("anna"))
    story.home.json("check", story.photo, "--user", "3.example")
    monkeypatch.setattr(Transport, "_post", counted)
    assert story.home.json("licence", "verify", tmp_path / "report", "--media", "2WEB")["holds"] is True
    assert len(trips) == 1
    trips.clear()
    assert story.home.json("check", story.photo, "--user", "3.example")["verdict"] == "LICENSED"
    assert len(trips) == 2


def test_verify_reads_at_one_block_though_another_comes(story: Story, files: dict[str, LicenceFile]) -> None:
    """Invariant K4."""
    network = story.home.network
    transport = Moving(network.rpc_url, 1)
    before = Connection(network).block()[0]
    found = verify(files["voucher"], reader(network, transport))
    assert found.holds
    assert before <= found.block <= before + 1
    restless = reader(network, Moving(network.rpc_url, 9))
    assert verify(files["voucher"], restless).holds  # a pinned block does not move


def test_verify_refuses_a_node_that_answers_otherwise(story: Story, files: dict[str, LicenceFile]) -> None:
    network, file = story.home.network, files["report"]
    with pytest.raises(ChainMismatch, match="the node is on chain 1"):
        verify(file, reader(network, Altering(network.rpc_url, 0, "0x1")))
    for place in range(6):
        for nonsense in (None, "0x", "yes", [], {}, 1, "0x" + "09" * 128):
            with pytest.raises((ChainUnavailable, ChainMismatch)):
                # The answers' places: chain, block, record, by record, by evidence, block. A licence that is not on
                # chain is not judged by its record, so what stands there must still decode.
                verify(file, reader(network, Altering(network.rpc_url, place, nonsense)))


def test_verify_judges_a_recorded_licence_by_its_record(
    story: Story, files: dict[str, LicenceFile], tmp_path: Path
) -> None:
    """Once on chain, the mandate's end and the report that never came do not matter; nor does a broken signature."""
    home, file = story.home, files["voucher"]
    home.json("mandate", "revoke", file.licence.mandate, *home.account("anna"))
    story.travel(3 * 3_600)
    late = home.json("licence", "verify", tmp_path / "voucher", code=1)
    assert late["error"] == "MandateEvidenceLate"
    assert "nothing under it is accepted any more" in late["reason"]
    human = home.run("licence", "verify", tmp_path / "voucher")
    assert human.exit_code == 1
    assert human.output.startswith("No: this is no valid licence. It came to light at ")
    assert home.json("licence", "verify", tmp_path / "report")["holds"] is True  # shown in time
    granted = replace(files["grant"], evidence=b"\x11" * 65)
    assert verify(granted, reader(home.network, Counting(home.network.rpc_url))).holds


def test_verify_says_why_forged_evidence_is_none(story: Story, files: dict[str, LicenceFile], tmp_path: Path) -> None:
    network = story.home.network
    voucher, report, grant = files["voucher"], files["report"], files["grant"]
    signature, inclusion = voucher.evidence, report.evidence
    assert isinstance(signature, bytes)
    flipped = bytes([signature[0] ^ 1]) + signature[1:]
    other_end_user = replace(voucher, opening=Opening("thief.example", voucher.opening.salt))  # type: ignore[union-attr]
    wider = replace(voucher.licence, scope=replace(voucher.licence.scope, media=3))
    cases = {
        "LicenceSignatureInvalid": replace(voucher, evidence=flipped),
        "LicenceEndUserMismatch": other_end_user,
        "LicenceUnknown": replace(voucher, evidence=None),
        "ReportProofInvalid": replace(report, evidence=replace(inclusion, row=2)),  # type: ignore[type-var]
        "ReportRowOutside": replace(report, evidence=replace(inclusion, row=5)),  # type: ignore[type-var]
        "ReportUnknown": replace(report, evidence=replace(inclusion, index=7)),  # type: ignore[type-var]
    }
    for error, file in cases.items():
        path = tmp_path / "forged.json"
        path.write_bytes(file.encode())
        answer = story.home.json("licence", "verify", path, code=1)
        assert (answer["error"], answer["valid"], answer["end_user"]) == (error, False, None)
        assert answer["reason"]
    altered = verify(replace(voucher, licence=wider), reader(network, Counting(network.rpc_url)))
    assert altered.refusal is not None
    assert altered.refusal.name == "LicenceSignatureInvalid"
    unopened = verify(replace(grant, opening=None), reader(network, Counting(network.rpc_url)))
    assert (unopened.is_valid, unopened.shows_end_user) == (True, False)


def test_verify_judges_the_present_as_the_contract_does(story: Story, files: dict[str, LicenceFile]) -> None:
    """Without a time the client judges it; asked for the same second, the contract must say the same."""
    network = story.home.network
    file = files["grant"]
    seen = set()
    for step in ("running", "revoked", "over"):
        if step == "revoked":
            licence_id = "0x" + file.licence_id.hex()
            story.home.json("licence", "revoke", licence_id, *story.home.account("anna"))
        elif step == "over":
            story.travel(file.licence.scope.until - story.now + 5)
        shown = reader(network, Counting(network.rpc_url))
        now = verify(file, shown, Asked(media=3))
        assert now.use is not None
        assert now.use.time == now.time
        assert verify(file, shown, Asked(media=3, time=now.time)).outside == now.outside
        seen.add(now.outside)
    assert len(seen) == 3


def test_verify_of_a_use_to_come_is_bad_input(story: Story, files: dict[str, LicenceFile], tmp_path: Path) -> None:
    network = story.home.network
    with pytest.raises(ScopeInvalid, match="is still to come"):
        verify(files["grant"], reader(network, Counting(network.rpc_url)), Asked(time=story.now + 10_000))
    answer = story.home.json("licence", "verify", tmp_path / "grant", "--at", "2100-01-01", code=2)
    assert "a use can be judged when it has happened" in answer["error"]


def test_verify_on_another_network_or_without_a_contract(
    story: Story, files: dict[str, LicenceFile], tmp_path: Path
) -> None:
    path = story.home.folder / "networks" / "local.json"
    value = json.loads(path.read_text())
    path.write_text(json.dumps({**value, "licences": value["registry"]}))
    answer = story.home.json("licence", "verify", tmp_path / "grant", code=2)
    assert "Ask the network that it belongs to" in answer["error"]
    # A proof made for a chain where nothing stands: the node answers, and no contract does.
    empty = "0x" + "77" * 20
    path.write_text(json.dumps({**value, "licences": empty}))
    forged = replace(files["grant"], contract=empty)
    (tmp_path / "forged.json").write_bytes(forged.encode())
    assert "does not decode" in story.home.json("licence", "verify", tmp_path / "forged.json", code=3)["error"]


def test_verify_speaks_plainly(story: Story, files: dict[str, LicenceFile], tmp_path: Path) -> None:
    yes = story.home.run("licence", "verify", tmp_path / "grant", "--media", "2WEB", "--territory", "DE")
    assert yes.output.splitlines()[0] == "Yes: a valid licence, and it covers this use by grant.example."
    no = story.home.run("licence", "verify", tmp_path / "grant", "--media", "2SOC", "--territory", "US")
    assert no.exit_code == 1
    first = no.output.splitlines()[0]
    assert first == "No: the licence is valid, but this use lies outside it: the medium, the territory."
    assert story.home.run("licence", "verify", tmp_path / "report").output.startswith(
        "Yes: a valid licence for 3.example."
    )
