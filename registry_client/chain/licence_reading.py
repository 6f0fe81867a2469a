"""Everything that the verification of one licence needs, in one round trip and at one block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from registry_client.chain.connection import Connection, call_params, hex_bytes, quantity
from registry_client.chain.licences import LicenceReader, Request, record_from
from registry_client.errors import ChainUnavailable, ContractError
from registry_client.models import Inclusion, Licence, LicenceRecord, Outside, Use

_TIME_LIMIT = 2**40
_TRIES = 3


@dataclass(frozen=True)
class Reading:
    """What the chain said. ``by_record`` and ``by_evidence``: what the contract answers about the use by the licence's
    record, and by the evidence shown; a refusal stands in an answer's place. ``time`` is the block's, Unix seconds."""

    chain_id: int
    block: int
    time: int
    record: LicenceRecord
    by_record: Outside | ContractError
    by_evidence: Outside | ContractError


class ShownLicences:
    """Reads for ``registry_client.licensing.verification``. Raises ChainUnavailable for whatever cannot be had or is
    malformed."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.licences = LicenceReader(connection)

    def reading(self, licence: Licence, licence_id: bytes, use: Use, evidence: bytes | Inclusion | None) -> Reading:
        """One round trip: the newest block is asked for before and after the rest. Where a block came in between, the
        rest is asked once more at the first one's number."""
        abi, pinned = self.licences.abi, None
        record = abi.encode("recordOf", licence_id)
        for _ in range(_TRIES):
            head = ["latest" if pinned is None else hex(pinned), False]
            calls: list[Request] = [
                ("eth_chainId", []),
                ("eth_getBlockByNumber", head),
                ("eth_call", call_params(self.licences.address, record, pinned)),
                self.licences.covers_request(licence, use, None, pinned),
            ]
            if evidence is not None:
                calls.append(self.licences.covers_request(licence, use, evidence, pinned))
            calls.append(("eth_getBlockByNumber", head))
            answers = self.connection.outcomes(calls)
            for answer in (*answers[:3], answers[-1]):
                if isinstance(answer, Exception):
                    raise answer
            number, time = _block(answers[1])
            if _block(answers[-1])[0] == number:
                return self._read(answers, number, time, evidence is not None)
            pinned = number
        raise ChainUnavailable("the node gives another block at every question; ask again")

    def _read(self, answers: list[Any], number: int, time: int, has_evidence: bool) -> Reading:
        data = hex_bytes(answers[2], "the licence's record")
        record = record_from(self.licences.abi.decode("recordOf", data)[0])
        by_record = self._outcome(answers[3])
        return Reading(
            chain_id=quantity(answers[0], "the chain id"),
            block=number,
            time=time,
            record=record,
            by_record=by_record,
            by_evidence=self._outcome(answers[4]) if has_evidence else by_record,
        )

    def _outcome(self, answer: Any) -> Outside | ContractError:
        if isinstance(answer, ContractError):
            return answer
        if isinstance(answer, Exception):
            raise answer
        return self.licences.outside_of(answer)


def _block(header: Any) -> tuple[int, int]:
    if not isinstance(header, dict):
        raise ChainUnavailable("the node has not the block that was asked for")
    time = quantity(header.get("timestamp"), "a block's time")
    if time >= _TIME_LIMIT:
        raise ChainUnavailable("the node gave a block time beyond 40 bits")
    return quantity(header.get("number"), "a block's number"), time
