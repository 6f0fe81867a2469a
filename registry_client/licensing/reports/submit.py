"""A report, from a file of sales to the chain: prepared on this device, then submitted once, whatever crashes.

The seed of its secrets is on the disk before a row is made, its rows before it is submitted, and the transaction,
signed, before it is broadcast: the same call given again goes on with the same report.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from registry_client.errors import ChainUnavailable, ConfigurationError, ReportInvalid, SalesInvalid
from registry_client.licensing.reports.authority import Authority
from registry_client.licensing.reports.books import NO_FILE, AgencyBooks, BuiltReport, KeptReport, PlacedReport
from registry_client.licensing.reports.build import ReportBuilder
from registry_client.licensing.reports.intake import Intake, Progress, Told
from registry_client.licensing.reports.protocols import Encodes, Owners, Reads, Sends, Stores
from registry_client.licensing.reports.sales_csv import RowError, digest_of_file
from registry_client.models import Receipt
from registry_client.models.scope import FOREVER
from registry_client.rights.instant import format_instant
from registry_client.rights.licence import LicenceIds


@dataclass(frozen=True)
class PreparedReport:
    """A report that is ready, or was submitted before (``is_submitted``). ``errors``: the first 1,000 of the lines that
    were skipped, none for a report that an earlier call prepared. Bytes as stored, sealed rows and ids."""

    agent: str
    complete_through: int
    previous_through: int
    root: bytes
    count: int
    skipped: int
    rows_digest: bytes
    bytes_stored: int
    is_submitted: bool
    errors: tuple[RowError, ...] = ()


@dataclass(frozen=True)
class SubmittedReport:
    """A report on chain: ``index`` among the agency's, ``transaction`` 0x-hex, ``gas_used`` gas units."""

    agent: str
    index: int
    root: bytes
    count: int
    skipped: int
    complete_through: int
    transaction: str
    gas_used: int


@dataclass
class Reporter:
    """Reports for the agency whose books these are. ``contract``: the LicenceRegistry; ``scope`` (chain and contract)
    keeps two networks' journals apart; ``chain_time``: Unix seconds of the newest block; ``owners`` None: titles are
    not compared."""

    reader: Reads
    owners: Owners | None
    calls: Encodes
    sender: Sends
    store: Stores
    books: AgencyBooks
    ids: LicenceIds
    contract: str
    scope: str
    chain_time: Callable[[], int]

    def prepare(
        self,
        csv: Path | None,
        complete_through: int,
        skip_bad: bool = False,
        told: Told = lambda error: None,
        progress: Progress = lambda phase, done, total: None,
    ) -> PreparedReport:
        """Sales through ``complete_through`` (Unix seconds), ready to be submitted; ``csv`` None: nothing was sold.

        ``told`` hears of every error of every line; ``progress`` of phases read, tree, seal. Nothing is sent, unless an
        earlier report of this agency was signed and not finished: that is settled first.
        Raises SalesInvalid, ConfigurationError (no sealing key published), StoreError, ChainError, JournalError.
        """
        digest = NO_FILE if csv is None else digest_of_file(csv)
        same = self._settle(complete_through, digest, skip_bad)
        if same is not None:
            return same
        previous = self.reader.books(self.books.agent).complete_through
        now = self.chain_time()
        self._require_time(complete_through, previous, now)
        authority = Authority(self.reader, self.owners, self.books.agent, now)
        if authority.key(self.books.agent) is None:
            raise ConfigurationError(
                f"{self.books.agent} has published no sealing key; publish it first, rows are sealed to it: "
                "registry report key --account NAME"
            )
        kept = self.books.begin(complete_through, previous, digest, skip_bad)
        with self.books.writing():
            intake = Intake(self.books, kept, authority, self.ids, told)
            if csv is not None:
                intake.read(csv, progress)
            built = ReportBuilder(self.books, self.store, authority, kept, intake.count, progress).build(intake.skipped)
            self.store.flush()
            self.books.set_built(kept.id, built)
        return self._prepared(complete_through, tuple(intake.errors))

    def submit(self, prepared: PreparedReport) -> SubmittedReport:
        """On chain when this returns; one transaction, however often it is called.

        Raises ReportInvalid where another report of this agency came in between, so that sales of this one fell out of
        its time; ContractError, TransactionFailed, ChainUnavailable (then the same call goes on).
        """
        kept, built = self._built(prepared.complete_through)
        if (built.root, built.rows_digest) != (prepared.root, prepared.rows_digest):
            raise SalesInvalid("this report was prepared anew meanwhile; take the newer one")
        placed = kept.placed
        if placed is None:
            self.store.flush()
            data = self.calls.submit_report(built.root, built.count, kept.complete_through, built.rows_digest)
            placed = self._place(kept, built, self.sender.send(self._key(kept, built), self.contract, data))
        return SubmittedReport(
            self.books.agent,
            placed.index,
            built.root,
            built.count,
            built.skipped,
            kept.complete_through,
            placed.transaction,
            placed.gas_used,
        )

    def _settle(self, complete_through: int, digest: bytes, skip_bad: bool) -> PreparedReport | None:
        """The report that this call asks for, if it was built before; others that were signed are finished first."""
        for kept in self.books.reports():
            if kept.built is None:
                continue
            is_asked = (kept.complete_through, kept.digest, kept.skip_bad) == (complete_through, digest, skip_bad)
            is_placed = kept.placed is not None
            if not is_placed:
                receipt = self.sender.finish(self._key(kept, kept.built))
                if receipt is not None and receipt.status == 1:
                    self._place(kept, kept.built, receipt)
                    is_placed = True
                elif not is_asked or kept.previous_through != self.reader.books(self.books.agent).complete_through:
                    self.books.discard(kept)
                    continue
            if is_asked:
                return self._prepared(complete_through)
            if kept.complete_through == complete_through:
                raise SalesInvalid(
                    f"the report through {format_instant(complete_through)} was submitted already, from another file; "
                    "what it lacks can no longer be reported"
                )
        return None

    def _require_time(self, complete_through: int, previous: int, now: int) -> None:
        if not previous < complete_through < now:
            raise SalesInvalid(
                f"books can be closed through an instant after {format_instant(previous)}, where they are closed "
                f"already, and before the present, {format_instant(now)}; not through "
                f"{format_instant(min(complete_through, FOREVER))}"
            )

    def _place(self, kept: KeptReport, built: BuiltReport, receipt: Receipt) -> PlacedReport:
        """Keep where a mined report stands."""
        for report in self.reader.reports(self.books.agent, receipt.block, receipt.block):
            header = report.header
            if (report.root, header.complete_through) == (built.root, kept.complete_through):
                break
        else:
            raise ChainUnavailable(f"the node says that {receipt.hash} was mined, and has no report of it; ask again")
        placed = PlacedReport(report.index, header.submitted_at, receipt.hash, receipt.gas_used)
        self.books.set_placed(kept.id, placed, header.previous_through)
        if header.previous_through != kept.previous_through:
            raise ReportInvalid(
                f"report {report.index} came after another one of this agency, submitted from elsewhere meanwhile: its "
                f"sales up to {format_instant(header.previous_through)} are not accepted"
            )
        return placed

    def _key(self, kept: KeptReport, built: BuiltReport) -> str:
        return f"report:{self.scope}:{self.books.agent}:{kept.complete_through}:{built.root.hex()}"

    def _built(self, complete_through: int) -> tuple[KeptReport, BuiltReport]:
        kept = self.books.report_through(complete_through)
        if kept is None or kept.built is None:
            raise SalesInvalid(f"no report through {format_instant(complete_through)} is prepared on this device")
        return kept, kept.built

    def _prepared(self, complete_through: int, errors: tuple[RowError, ...] = ()) -> PreparedReport:
        kept, built = self._built(complete_through)
        return PreparedReport(
            self.books.agent,
            kept.complete_through,
            kept.previous_through,
            built.root,
            built.count,
            built.skipped,
            built.rows_digest,
            built.bytes_stored,
            kept.placed is not None,
            errors,
        )
