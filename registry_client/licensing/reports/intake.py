"""From a file of sales into the agency's books: every line read, judged, and written or refused with its errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from registry_client.errors import SalesInvalid
from registry_client.licensing.reports.authority import Authority
from registry_client.licensing.reports.books import AgencyBooks, KeptReport, SaleEntry
from registry_client.licensing.reports.rows import encode_row
from registry_client.licensing.reports.sales_csv import Row, RowError, open_sales
from registry_client.licensing.reports.sales_rows import SalesParser, work_in
from registry_client.licensing.reports.tree import MAX_ROWS
from registry_client.rights.instant import format_instant
from registry_client.rights.licence import LicenceIds

KEPT_ERRORS = 1_000
Told = Callable[[RowError], None]
Progress = Callable[[str, int, int], None]

_BATCH = 2_000


class Intake:
    """Reads one file into one report. ``told`` hears of every error; ``errors`` keeps the first of them."""

    def __init__(self, books: AgencyBooks, kept: KeptReport, authority: Authority, ids: LicenceIds, told: Told) -> None:
        self._books, self._kept, self._authority, self._ids, self._told = books, kept, authority, ids, told
        self._parser = SalesParser(authority, kept.previous_through, kept.complete_through, kept.seed)
        self._numbers: dict[str, int] = {}
        self.errors: list[RowError] = []
        self.count = self.skipped = self.total_errors = 0

    def read(self, path: Path, progress: Progress) -> None:
        """Every sale is in the books afterwards, in the order of the file; bad lines are left out if the report skips
        them. Raises SalesInvalid."""
        with open_sales(path) as file:
            rows = file.rows()
            while chunk := list(islice(rows, _BATCH)):
                self._authority.expect(work_id for row in chunk if (work_id := work_in(row)))
                self._books.add_sales(self._kept.id, list(self._sales(chunk)))
                if self.count > MAX_ROWS:
                    raise SalesInvalid(f"{path}: more than {MAX_ROWS} sales; report them in several parts")
                progress("read", file.offset, file.size)
            if file.digest != self._kept.digest:
                raise SalesInvalid(f"{path}: the file changed while it was read; give the command again")
        said = f"{self.total_errors} error(s) in {self.skipped} line(s)"
        if self.errors and not self._kept.skip_bad:
            raise self._refusal(f"{path}: {said}; nothing was submitted")
        if self.errors and not self.count:
            raise self._refusal(f"{path}: {said}, and no good line; an empty report would say that nothing was sold")

    def _refusal(self, message: str) -> SalesInvalid:
        return SalesInvalid(message, tuple(map(str, self.errors)), self.total_errors)

    def _sales(self, chunk: list[Row]) -> Iterator[SaleEntry]:
        references: dict[str, int] = {}
        for row in chunk:
            found = self._parser.sale(row, self.count)
            if isinstance(found, list):
                self._refuse(found)
                continue
            sale, owner = found
            taken = self._taken(sale.reference, references)
            if taken is not None:
                self._refuse([RowError(row.line, "reference", f"{sale.reference!r} stands already in {taken}")])
                continue
            references[sale.reference] = row.line
            if owner not in self._numbers:
                self._numbers[owner] = self._books.owner_number(owner)
            record, licence_id = encode_row(self.count, sale), self._ids.id_of(sale.licence)
            yield self.count, self._numbers[owner], sale.is_open, sale.reference, licence_id, record
            self.count += 1

    def _taken(self, reference: str, references: dict[str, int]) -> str | None:
        """Where a sale of this reference stands already, None for nowhere."""
        if reference in references:
            return f"line {references[reference]}"
        through = self._books.holder_of(reference)
        if through is None:
            return None
        if through == self._kept.complete_through:
            return "an earlier line"
        return f"the report through {format_instant(through)}"

    def _refuse(self, errors: list[RowError]) -> None:
        self.skipped += 1
        self.total_errors += len(errors)
        self.errors += errors[: max(0, KEPT_ERRORS - len(self.errors))]
        for error in errors:
            self._told(error)
