"""What happened on chain since a block, and what a use check asks at one: each in one round trip."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from eth_utils.crypto import keccak

from registry_client.chain.connection import Connection, RpcRefused, call_params, checked_logs, hex_bytes, quantity
from registry_client.chain.contract import ContractAbi, Event
from registry_client.chain.licences import LicenceReader, licence_of, mandate_of, report_of
from registry_client.chain.network import checksum
from registry_client.chain.registry import RegistryReader
from registry_client.chain.transport import AnswerTooLarge
from registry_client.chain.vouchers import recover
from registry_client.errors import ChainMismatch, ChainUnavailable, ContractError
from registry_client.models import Outside, Title
from registry_client.models.history import Answers, BlockMark, CoverQuestion, Happening, News, Refusal

TITLE_EVENTS = ("Transfer", "WorkRegistered", "TitleSuperseded", "TitleContested", "PriorityImproved")
LICENCE_EVENTS = (
    "MandateGranted",
    "MandateRevoked",
    "LicenceRecorded",
    "ExclusivityBegan",
    "LicenceRevoked",
    "LicenceTransferred",
    "EndUserNamed",
    "VoucherCancelled",
    "ReportSubmitted",
    "SealingKeyPublished",
)
_TIME_LIMIT = 2**40
Request = tuple[str, list[Any]]


class HistoryReader:
    """The chain as ``registry_client.checks`` follows it.

    Raises ChainUnavailable when an answer cannot be had, is malformed or contradicts another; ChainMismatch for
    another chain.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._licences = LicenceReader(connection)
        self._registry = RegistryReader(connection)
        self._titles = ContractAbi("CopyrightRegistry")
        self.chain_id, self.registry = connection.network.chain_id, self._registry.address
        self.licences = self._licences.address
        self._topics: list[tuple[str, list[Any], ContractAbi]] = [
            (address, [["0x" + abi.topic(name).hex() for name in names]], abi)
            for address, names, abi in (
                (self.licences, LICENCE_EVENTS, self._licences.abi),
                (self.registry, TITLE_EVENTS, self._titles),
            )
        ]

    def news(self, after: BlockMark | None) -> News:
        """The newest block and what happened after ``after`` (from the deployment on without one): one round trip,
        more where there is too much for one answer."""
        first = self.connection.network.from_block if after is None else after.number
        latest: list[Request] = [("eth_chainId", []), ("eth_getBlockByNumber", ["latest", False])]
        known: list[Request] = [] if after is None else [("eth_getBlockByNumber", [hex(after.number), False])]
        try:
            answers = self.connection.outcomes([*latest, *known, *self._log_requests(first, "latest")])
        except AnswerTooLarge:
            answers = [*self.connection.outcomes([*latest, *known]), None, None]
        for answer in answers[: 2 + len(known)]:
            if isinstance(answer, Exception):
                raise answer
        if quantity(answers[0], "the chain id") != self.chain_id:
            raise ChainMismatch(f"the node is on another chain than {self.connection.network.name}'s {self.chain_id}")
        head = _mark(answers[1])
        if after is not None and (_hash(answers[2]) != after.hash or head.number < after.number):
            return News(head, False, ())
        start = first if after is None else first + 1
        logs = [self._taken(part, answer, start, head) for part, answer in zip(self._topics, answers[-2:], strict=True)]
        if not any(quantity(log["blockNumber"], "a block") == head.number for found in logs for log in found):
            logs = self._with_newest(answers[1], head, logs, start)
        return News(head, True, self._happenings(logs))

    def hashes(self, numbers: Sequence[int]) -> list[bytes | None]:
        """The hash of each block on the chain as it is now, None where there is none."""
        answers = self.connection.request_many([("eth_getBlockByNumber", [hex(number), False]) for number in numbers])
        return [_hash(answer) for answer in answers]

    def ask(
        self,
        head: BlockMark,
        blocks: Sequence[int],
        work_id: int | None = None,
        agents: Sequence[str] = (),
        questions: Sequence[CoverQuestion] = (),
    ) -> Answers:
        """Marks of the blocks and of ``head``, the title, books and outcomes at ``head``, in one round trip."""
        numbers = sorted({head.number, *blocks})
        calls: list[Request] = [("eth_getBlockByNumber", [hex(number), False]) for number in numbers]
        if work_id is not None:
            calls.append(self._call(self.registry, self._titles.encode("titlesOf", [work_id]), head))
        calls += [self._call(self.licences, self._licences.abi.encode("booksOf", agent), head) for agent in agents]
        calls += [
            self._licences.covers_request(asked.licence, asked.use, asked.evidence, head.number) for asked in questions
        ]
        answers = iter(self.connection.outcomes(calls))
        marks = {number: self._expected(next(answers), number) for number in numbers}
        title = None if work_id is None else self._title(_data(next(answers)))
        books = {agent: int(self._licences.abi.decode("booksOf", _data(next(answers)))[0]) for agent in agents}
        return Answers(marks, title, books, tuple(self._outcome(next(answers)) for _ in questions))

    def is_signed(self, licensor: str, licence_id: bytes, signature: bytes) -> bool:
        """Whether the account's key made it, as the contract would see for an account without code."""
        return recover(licence_id, signature) == licensor

    def _log_requests(self, first: int, last: str) -> list[Request]:
        return [
            ("eth_getLogs", [{"address": address, "topics": topics, "fromBlock": hex(first), "toBlock": last}])
            for address, topics, _ in self._topics
        ]

    def _taken(
        self, part: tuple[str, list[Any], ContractAbi], answer: Any, start: int, head: BlockMark
    ) -> list[dict[str, Any]]:
        """The logs of blocks ``start`` to the head out of an answer; asked for in pieces where the node refused."""
        address, topics, _ = part
        if answer is None or isinstance(answer, RpcRefused):
            return self.connection.logs(address, topics, start, head.number)
        if isinstance(answer, Exception):
            raise answer
        found = checked_logs(answer, address, max(0, start - 1), None)
        return [log for log in found if start <= quantity(log["blockNumber"], "a block") <= head.number]

    def _with_newest(
        self, header: Any, head: BlockMark, logs: list[list[dict[str, Any]]], start: int
    ) -> list[list[dict[str, Any]]]:
        """A node may look for logs before it looks for the newest block. Where the block's bloom says that it holds
        some, and none came, they are asked for by its number."""
        if head.number < start or not any(_blooms(header, address, topics[0]) for address, topics, _ in self._topics):
            return logs
        newest = self.connection.request_many(self._log_requests(head.number, hex(head.number)))
        return [
            [*found, *checked_logs(more, address, head.number, head.number)]
            for found, more, (address, _, _) in zip(logs, newest, self._topics, strict=True)
        ]

    def _happenings(self, logs: list[list[dict[str, Any]]]) -> tuple[Happening, ...]:
        events = [abi.event(log) for found, (_, _, abi) in zip(logs, self._topics, strict=True) for log in found]
        events.sort(key=lambda event: (event.block, event.index))
        places = [(event.block, event.index) for event in events]
        if len(set(places)) != len(places):
            raise ChainUnavailable("the node gave two logs of one place")
        return tuple(
            Happening(event.name, _VALUES.get(event.name, _plain)(event), event.block, event.index, event.transaction)
            for event in events
        )

    def _call(self, to: str, data: bytes, head: BlockMark) -> Request:
        return "eth_call", call_params(to, data, head.number)

    def _expected(self, answer: Any, number: int) -> BlockMark:
        if isinstance(answer, Exception):
            raise answer
        mark = _mark(answer)
        if mark.number != number:
            raise ChainUnavailable("the node gave another block than was asked for")
        return mark

    def _title(self, data: bytes) -> Title | None:
        rows = self._titles.decode("titlesOf", data)[0]
        if len(rows) != 1:
            raise ChainUnavailable("the node gave another number of titles than was asked for")
        owner, anchored_at, registered_at, metadata, contested, superseded = rows[0]
        if int(owner, 16) == 0:
            return None
        return Title(checksum(owner), anchored_at, registered_at, metadata, contested, superseded)

    def _outcome(self, answer: Any) -> Outside | Refusal:
        if isinstance(answer, ContractError):
            return Refusal(answer.name, answer.arguments)
        if isinstance(answer, Exception):
            raise answer
        return self._licences.outside_of(answer)


def _mark(header: Any) -> BlockMark:
    if not isinstance(header, dict):
        raise ChainUnavailable("the node has not the block that was asked for")
    time = quantity(header.get("timestamp"), "a block's time")
    if time >= _TIME_LIMIT:
        raise ChainUnavailable("the node gave a block time beyond 40 bits")
    return BlockMark(quantity(header.get("number"), "a block's number"), _hash(header) or b"", time)


def _hash(header: Any) -> bytes | None:
    if header is None:
        return None
    if not isinstance(header, dict):
        raise ChainUnavailable("the node gave no block")
    return hex_bytes(header.get("hash"), "a block's hash", 32)


def _data(answer: Any) -> bytes:
    if isinstance(answer, Exception):
        raise answer
    return hex_bytes(answer, "a call's answer")


def _blooms(header: dict[str, Any], address: str, topics: list[str]) -> bool:
    """Whether the block may hold logs of the contract with one of these topics; True where it says nothing of it.
    Source: the Ethereum yellow paper, 4.3.1."""
    text = header.get("logsBloom")
    if not isinstance(text, str):
        return True
    bloom = int.from_bytes(hex_bytes(text, "a block's bloom"), "big")

    def holds(value: str) -> bool:
        mask = _bloom_mask(value)
        return bloom & mask == mask

    return holds(address) and any(map(holds, topics))


@lru_cache(maxsize=64)
def _bloom_mask(value: str) -> int:
    digest = keccak(hexstr=value)
    mask = 0
    for place in (0, 2, 4):
        mask |= 1 << (int.from_bytes(digest[place : place + 2], "big") & 2047)
    return mask


@lru_cache(maxsize=4_096)
def _checksum(address: str) -> str:
    return checksum(address)


def _plain(event: Event) -> dict[str, Any]:
    return {
        name: _checksum(value) if isinstance(value, str) and value.startswith("0x") else value
        for name, value in event.values.items()
    }


_VALUES: dict[str, Callable[[Event], dict[str, Any]]] = {
    "MandateGranted": lambda event: {"mandate": mandate_of(event)},
    "LicenceRecorded": lambda event: dict(zip(("licence_id", "means", "licence"), licence_of(event), strict=True)),
    "ReportSubmitted": lambda event: {"report": report_of(event)},
}
