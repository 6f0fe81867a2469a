"""A node that lies to a check is found out, and leaves nothing behind."""

from __future__ import annotations

from typing import Any

import pytest

from registry_client.checks.sync import sync
from registry_client.errors import ChainMismatch, ChainUnavailable
from registry_client.models import Flags, Mandate, MandateTerms, Means, Network
from registry_client.models.history import Happening
from tests.client.checks.following import AGENT, OWNER, batched, dump, through
from tests.client.checks.story import EVERYWHERE, Story


def replaced(method: str, value: Any) -> Any:
    def change(asked: dict[str, Any], answer: dict[str, Any]) -> None:
        if asked["method"] == method:
            answer["result"] = value(answer["result"]) if callable(value) else value

    return change


def no_field(logs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in log.items() if key != "logIndex"} for log in logs]


def other_licence(logs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Another price of trust: one bit of each log's data."""
    return [{**log, "data": log["data"][:-1] + ("1" if log["data"][-1] == "0" else "0")} for log in logs]


def twice(logs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [*logs, *logs]


LIES = {
    "another chain": ("eth_chainId", "0x1", ChainMismatch),
    "no block": ("eth_getBlockByNumber", None, ChainUnavailable),
    "a block of no form": ("eth_getBlockByNumber", "0x1", ChainUnavailable),
    "logs of no form": ("eth_getLogs", {"a": 1}, ChainUnavailable),
    "logs without place": ("eth_getLogs", no_field, ChainUnavailable),
    "logs given twice": ("eth_getLogs", twice, ChainUnavailable),
    "logs of other values": ("eth_getLogs", other_licence, ChainUnavailable),
    "answers of no form": ("eth_call", "0x", ChainUnavailable),
    "answers of zeros": ("eth_call", "0x" + "00" * 320, ChainUnavailable),
}


@pytest.mark.parametrize("lie", LIES)
def test_check_use_by_a_lying_node_raises_and_keeps_nothing(story: Story, network: Network, lie: str) -> None:
    """Invariant V6."""
    method, value, error = LIES[lie]
    anna, agency = story.account(), story.account()
    work = story.title(anna)
    sync(story.index, story.chain)
    before = dump(story.index)
    mandate = story.mandate(anna, agency)
    story.grant(story.licence(work, agency, mandate=mandate))
    node, chain = through(network, batched(replaced(method, value)))
    honest_chain, story.chain = story.chain, chain

    with node, pytest.raises(error):
        story.check(work)

    assert dump(story.index) == before
    story.chain = honest_chain
    assert story.check(work).kind.value == "LICENSED"


def test_check_use_by_a_node_that_leaves_out_a_revocation_raises(story: Story, network: Network) -> None:
    anna = story.account()
    work = story.title(anna)
    licence = story.grant(story.licence(work, anna, flags=Flags.REVOCABLE))
    sync(story.index, story.chain)
    story.must(anna, story.calls.revoke_licence(licence))
    node, chain = through(network, lambda request, answer: without_logs(request, answer))
    story.chain = chain

    with node, pytest.raises(ChainUnavailable, match="contradicts itself"):
        story.check(work)


def test_check_use_by_a_node_that_leaves_out_a_report_raises(story: Story, network: Network) -> None:
    anna, agency = story.account(), story.account()
    work = story.title(anna)
    story.mandate(anna, agency)
    sync(story.index, story.chain)
    story.report(agency, [])
    node, chain = through(network, lambda request, answer: without_logs(request, answer))
    story.chain = chain

    with node, pytest.raises(ChainUnavailable, match="contradicts itself about the books"):
        story.check(work, time=story.now - 1)


def test_check_use_by_a_node_that_leaves_out_a_sale_of_the_title_raises(story: Story, network: Network) -> None:
    anna, ben = story.account(), story.account()
    work = story.title(anna)
    sync(story.index, story.chain)
    story.sell(anna, ben, work)
    node, chain = through(network, lambda request, answer: without_logs(request, answer))
    story.chain = chain

    with node, pytest.raises(ChainUnavailable, match="owner"):
        story.check(work)


def told(name: str, block: int, **values: Any) -> Happening:
    return Happening(name, values, block, 0, "0x" + "00" * 32)


def test_add_of_mandates_in_a_circle_or_without_their_parents_raises(story: Story) -> None:
    terms = MandateTerms(AGENT, EVERYWHERE, 10**9, 3_600, parent=5)
    with pytest.raises(ChainUnavailable, match="later one"):
        story.index.add([told("MandateGranted", 1, mandate=Mandate(5, OWNER, terms))])
    story.index.add([told("MandateGranted", 1, mandate=Mandate(6, OWNER, terms))])
    with pytest.raises(ChainUnavailable, match="no mandate 5"):
        story.index.world(1, [6])


def test_add_of_a_licence_that_is_not_its_id_or_under_no_mandate_raises(story: Story) -> None:
    licence = story.licence(1, AGENT, mandate=9)
    wrong = told("LicenceRecorded", 1, licence_id=bytes(32), means=Means.GRANT, licence=licence)
    with pytest.raises(ChainUnavailable, match="hash to its id"):
        story.index.add([wrong])
    values = {"licence_id": story.ids.id_of(licence), "means": Means.GRANT, "licence": licence}
    story.index.add([told("LicenceRecorded", 1, **values)])
    with pytest.raises(ChainUnavailable, match="never told of"):
        story.index.world(1)


def test_add_of_one_thing_twice_or_one_block_at_two_times_raises(story: Story) -> None:
    revoked = told("MandateRevoked", 1, mandate=1)
    with pytest.raises(ChainUnavailable, match="contradict each other"):
        story.index.add([revoked, revoked])
    first = story.licence(1, AGENT, issued_at=5)
    second = story.licence(1, AGENT, issued_at=6)
    for licence in (first, second):
        values = {"licence_id": story.ids.id_of(licence), "means": Means.GRANT, "licence": licence}
        event = told("LicenceRecorded", 7, **values)
        if licence is first:
            story.index.add([event])
        else:
            with pytest.raises(ChainUnavailable, match="time of block 7"):
                story.index.add([event])


def without_logs(request: Any, answer: Any) -> Any:
    for asked in request if isinstance(request, list) else []:
        for one in answer:
            if asked["method"] == "eth_getLogs" and one["id"] == asked["id"]:
                one["result"] = []
    return answer


def test_news_of_a_node_that_is_a_block_behind_with_its_logs_asks_for_them(story: Story, network: Network) -> None:
    """A batch is no snapshot: the logs may be older than the newest block given beside them."""
    anna = story.account()
    work = story.title(anna)
    sync(story.index, story.chain)
    story.grant(story.licence(work, anna))
    asked = []

    def lag(request: Any, answer: Any) -> Any:
        asked.append(request)
        return without_logs(request, answer) if len(asked) == 1 else answer

    node, chain = through(network, lag)
    story.chain = chain
    with node:
        assert story.check(work).kind.value == "LICENSED"
