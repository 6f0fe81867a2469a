"""LicenceRegistry as the client reads and calls it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from registry_client.chain.connection import Connection, call_params, hex_bytes, quantity
from registry_client.chain.contract import ContractAbi, Event
from registry_client.chain.network import checksum
from registry_client.errors import ChainUnavailable, ConfigurationError
from registry_client.models import (
    Flags,
    Inclusion,
    Licence,
    LicenceRecord,
    Mandate,
    MandateTerms,
    Means,
    Network,
    Outside,
    Report,
    ReportHeader,
    Scope,
    Use,
)

Request = tuple[str, list[Any]]


def licences_address(network: Network) -> str:
    """Raises ConfigurationError where the network has no LicenceRegistry."""
    if network.licences is None:
        raise ConfigurationError(f"network {network.name} names no LicenceRegistry (field `licences` of its file)")
    return network.licences


@dataclass(frozen=True)
class Books:
    """An agent's books: closed up to ``complete_through`` (Unix seconds, 0 for never), in ``reports`` reports."""

    complete_through: int
    reports: int


class LicenceReader:
    """Reads the contract at one block (the newest at each call without one).

    Raises ChainUnavailable when an answer cannot be had or does not decode, ContractError where the contract refuses,
    ConfigurationError where the network has none.
    """

    def __init__(self, connection: Connection, block: int | None = None) -> None:
        self.connection, self.block = connection, block
        self.address = licences_address(connection.network)
        self.abi = ContractAbi("LicenceRegistry")

    def at(self, block: int) -> LicenceReader:
        """The same contract, read at one block."""
        return LicenceReader(self.connection, block)

    def mandate(self, mandate: int) -> Mandate:
        data = self.connection.call(self.address, self.abi.encode("mandateOf", mandate), self.block)
        return self.mandate_from(mandate, data)

    def mandate_from(self, mandate: int, answer: bytes) -> Mandate:
        """The mandate that an answer to ``mandateOf`` tells of."""
        owner, revoked_at, terms = self.abi.decode("mandateOf", answer)[0]
        return Mandate(mandate, checksum(owner), _terms(terms), revoked_at or None)

    def mandate_count(self) -> int:
        return int(self._call("mandateCount")[0])

    def authority_at(self, agent: str, work_id: int, time: int) -> list[int]:
        """Ids of the mandates under which the agent had authority over the work at a time (not in the future)."""
        return list(self._call("authorityAt", agent, work_id, time)[0])

    def books(self, agent: str) -> Books:
        return Books(*self._call("booksOf", agent))

    def commitment(self, agent: str, index: int) -> bytes:
        """32 bytes; zeros for no such report."""
        return bytes(self._call("commitmentOf", agent, index)[0])

    def sealing_key(self, account: str) -> bytes | None:
        """The account's published X25519 key (32 bytes), None for none."""
        key = bytes(self._call("keyOf", account)[0])
        return key if any(key) else None

    def licence_id(self, licence: Licence) -> bytes:
        return bytes(self._call("licenceIdOf", licence.as_tuple())[0])

    def record(self, licence_id: bytes) -> LicenceRecord:
        return record_from(self._call("recordOf", licence_id)[0])

    def holder(self, licence: Licence) -> str | None:
        """The present holder of a recorded licence, None for none."""
        found = self._call("holderOf", licence.as_tuple())[0]
        return None if int(found, 16) == 0 else checksum(found)

    def named_at(self, licence_id: bytes, end_user: bytes) -> int | None:
        """When the holder named this end user, None for never."""
        return self._call("namedAt", licence_id, end_user)[0] or None

    def is_voucher_cancelled(self, licensor: str, nonce: int) -> bool:
        return bool(self._call("isVoucherCancelled", licensor, nonce)[0])

    def exclusives(self, work_id: int) -> list[bytes]:
        return [bytes(found) for found in self._call("exclusivesOf", work_id)[0]]

    def covers(self, licence: Licence, use: Use) -> Outside:
        """What the contract says of a recorded licence. Raises ContractError where it refuses the question."""
        return Outside(self._call("covers", licence.as_tuple(), use.as_tuple())[0])

    def covers_voucher(self, licence: Licence, use: Use, signature: bytes) -> Outside:
        return Outside(self._call("coversVoucher", licence.as_tuple(), use.as_tuple(), signature)[0])

    def covers_reported(self, licence: Licence, use: Use, inclusion: Inclusion) -> Outside:
        return Outside(self._call("coversReported", licence.as_tuple(), use.as_tuple(), inclusion.as_tuple())[0])

    def covers_request(
        self, licence: Licence, use: Use, evidence: bytes | Inclusion | None, block: int | None
    ) -> Request:
        """The same as a JSON-RPC request, to be sent with others: ``evidence`` a voucher's signature, a report's
        inclusion, or None for a recorded licence. ``block`` None: the newest."""
        if evidence is None:
            data = self.abi.encode("covers", licence.as_tuple(), use.as_tuple())
        elif isinstance(evidence, bytes):
            data = self.abi.encode("coversVoucher", licence.as_tuple(), use.as_tuple(), evidence)
        else:
            data = self.abi.encode("coversReported", licence.as_tuple(), use.as_tuple(), evidence.as_tuple())
        return "eth_call", call_params(self.address, data, block)

    def outside_of(self, answer: Any) -> Outside:
        """What an answer to ``covers_request`` says."""
        return Outside(self.abi.decode("covers", hex_bytes(answer, "a call's answer"))[0])

    def events(self, first: int, last: int) -> list[Event]:
        """Every event of the contract in blocks first to last, in their order."""
        return self.events_of(self.connection.logs(self.address, [], first, last))

    def reports(self, agent: str, first: int, last: int) -> list[Report]:
        """The agent's reports that came on chain in blocks first to last, in their order."""
        topics = ["0x" + self.abi.topic("ReportSubmitted").hex(), "0x" + agent[2:].lower().rjust(64, "0")]
        return [report_of(event) for event in self.events_of(self.connection.logs(self.address, topics, first, last))]

    def events_of(self, logs: list[dict[str, Any]]) -> list[Event]:
        """Decoded logs, in the order of the chain; logs of events that this client does not know are refused."""
        logs.sort(key=lambda log: (quantity(log["blockNumber"], "a block"), quantity(log.get("logIndex"), "a log")))
        return [self.abi.event(log) for log in logs]

    def _call(self, name: str, *values: object) -> Sequence[Any]:
        return self.abi.call(self.connection, self.address, self.block, name, *values)


class LicenceCalls:
    """Call data of the contract's transactions."""

    def __init__(self) -> None:
        self._abi = ContractAbi("LicenceRegistry")

    def grant_mandate(self, terms: MandateTerms) -> bytes:
        return self._abi.encode("grantMandate", terms.as_tuple())

    def revoke_mandate(self, mandate: int) -> bytes:
        return self._abi.encode("revokeMandate", mandate)

    def grant_licence(self, licence: Licence) -> bytes:
        """``issued_at`` and ``redeem_until`` 0: the chain dates a grant."""
        return self._abi.encode("grantLicence", licence.as_tuple())

    def redeem_voucher(self, licence: Licence, signature: bytes) -> bytes:
        return self._abi.encode("redeemVoucher", licence.as_tuple(), signature)

    def record_reported(self, licence: Licence, inclusion: Inclusion) -> bytes:
        return self._abi.encode("recordReported", licence.as_tuple(), inclusion.as_tuple())

    def cancel_voucher(self, nonce: int) -> bytes:
        return self._abi.encode("cancelVoucher", nonce)

    def revoke_licence(self, licence: Licence) -> bytes:
        return self._abi.encode("revokeLicence", licence.as_tuple())

    def transfer_licence(self, licence: Licence, to: str) -> bytes:
        return self._abi.encode("transferLicence", licence.as_tuple(), to)

    def name_end_user(self, licence: Licence, end_user: bytes) -> bytes:
        return self._abi.encode("nameEndUser", licence.as_tuple(), end_user)

    def submit_report(self, root: bytes, count: int, complete_through: int, rows_digest: bytes) -> bytes:
        return self._abi.encode("submitReport", root, count, complete_through, rows_digest)

    def publish_key(self, key: bytes) -> bytes:
        return self._abi.encode("publishKey", key)


def mandate_of(event: Event) -> Mandate:
    """The mandate that a MandateGranted event tells of."""
    values = event.values
    return Mandate(values["mandate"], checksum(values["owner"]), _terms(values["terms"]))


def licence_of(event: Event) -> tuple[bytes, Means, Licence]:
    """Id, means and fields of a LicenceRecorded event."""
    values = event.values
    return bytes(values["licenceId"]), Means(values["means"]), licence_from(values["licence"])


def report_of(event: Event) -> Report:
    """The report that a ReportSubmitted event tells of."""
    values = event.values
    header = ReportHeader(*values["report"])
    return Report(checksum(values["agent"]), values["index"], values["root"], header, values["rowsDigest"])


def record_from(value: Sequence[Any]) -> LicenceRecord:
    """A licence's record from the contract's struct."""
    means, recorded_at, revoked_at, seats_used = value
    try:
        return LicenceRecord(Means(means), recorded_at, revoked_at or None, seats_used)
    except ValueError:
        raise ChainUnavailable(f"the node gave a licence recorded by means {means}, which there are not") from None


def licence_from(value: Sequence[Any]) -> Licence:
    """A licence from the contract's struct."""
    (work_id, licensor, mandate, licensee, end_user, scope, terms, flags, seats, issued_at, until, nonce) = value
    try:
        return Licence(
            work_id=work_id,
            licensor=checksum(licensor),
            mandate=mandate,
            licensee=checksum(licensee),
            end_user=bytes(end_user),
            scope=Scope.from_tuple(scope),
            terms=bytes(terms),
            flags=Flags(flags),
            seats=seats,
            issued_at=issued_at,
            redeem_until=until,
            nonce=nonce,
        )
    except ValueError as error:
        raise ChainUnavailable(f"the node gave a licence that cannot be ({error})") from None


def _terms(value: Sequence[Any]) -> MandateTerms:
    parent, agent, work_id, scope, start, expires_at, period, commission, depth, exclusive = value
    return MandateTerms(
        agent=checksum(agent),
        scope=Scope.from_tuple(scope),
        expires_at=expires_at,
        reporting_period=period,
        parent=parent,
        work_id=work_id,
        start=start,
        commission=commission,
        depth=depth,
        exclusive=exclusive,
    )
