"""Reading reports: what everybody can check of one, and the rows that an account can open.

Nothing that comes from the store is believed: the ids must rebuild the root on chain, every opened row must be the
licence that stands at its place, and rows that an index promises must be there.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from registry_client.errors import ReportInvalid
from registry_client.licensing.reports.index import (
    ReportIndex,
    RowsBlock,
    read_ids,
    read_index,
    read_rows_block,
    told,
)
from registry_client.licensing.reports.protocols import Gets
from registry_client.licensing.reports.rows import OpenedRow, decode_rows, id_of
from registry_client.licensing.reports.sealing import read_open_block, unseal_block
from registry_client.licensing.reports.tree import ReportTree, leaf_of
from registry_client.models import Inclusion, Report
from registry_client.rights.licence import LicenceIds


def open_report(
    report: Report, store: Gets, ids: LicenceIds, account: str | None = None, secret: bytes | None = None
) -> Iterator[OpenedRow]:
    """Every row that ``account`` can open with its sealing secret: the agency all, an owner those of its works, anybody
    (None) those whose end users are open, without names of licensees.

    Raises ReportInvalid for a report that is not what the agency put on chain, SealedUnreadable for rows sealed to
    another key, BlockMissing and StoreUnavailable where parts cannot be had: then nothing is known of its rows.
    """
    with checked_report(report, store) as (index, tree):
        yield from _opened(report, store, ids, index, tree, account, secret)


@contextmanager
def checked_report(report: Report, store: Gets) -> Iterator[tuple[ReportIndex, ReportTree | None]]:
    """A report's index and its tree (None for no rows), built anew and found to be that on chain. Raises as
    ``open_report``."""
    index = read_index(report, store)
    if not index.count:
        if any(report.root):
            raise ReportInvalid(f"{told(report)}: a root without rows")
        yield index, None
        return
    with tempfile.TemporaryDirectory(prefix="registry-report-") as folder:
        tree = ReportTree.build(read_ids(report, index, store), index.count, Path(folder) / "report.tree")
        try:
            if tree.root != report.root:
                raise ReportInvalid(
                    f"{told(report)}: its licence ids do not give the root that the agency put on chain"
                )
            yield index, tree
        finally:
            tree.close()


def sealed_rows_of(report: Report, store: Gets) -> dict[str, int]:
    """How many rows of each owner only that owner and the agency can open; with the open ones they are all that the
    agency counted on chain. Reads the index alone: rows above the count can be proven by nobody, so a count that lies
    about the tree hides nothing (``checked_report`` finds it). Which owner a row is of is the agency's claim."""
    return read_index(report, store).sealed_rows()


def inclusion_in(report: Report, store: Gets, row: int) -> Inclusion:
    """What proves a row on chain, from the public parts alone."""
    with checked_report(report, store) as (_, tree):
        if tree is None:
            raise ReportInvalid(f"{told(report)} has no rows")
        return Inclusion(report.index, report.header, row, tree.proof(row))


def _opened(
    report: Report,
    store: Gets,
    ids: LicenceIds,
    index: ReportIndex,
    tree: ReportTree | None,
    account: str | None,
    secret: bytes | None,
) -> Iterator[OpenedRow]:
    is_agent = account is not None and account == report.agent
    seen = bytearray(index.count)
    for block in index.blocks:
        is_reader = secret is not None and (is_agent or account == block.owner)
        if block.is_open == is_reader:  # who reads the sealed rows has the open ones among them
            continue
        data = read_rows_block(report, block, store)
        what = f"{told(report)}, block {block.cid}"
        if block.is_open:
            rows = read_open_block(data, what)
        else:
            assert secret is not None
            rows = unseal_block(data, secret, is_agent, what)
        yield from _rows(report, ids, tree, block, rows, seen, what)
    if is_agent and secret is not None and not all(seen):
        raise ReportInvalid(f"{told(report)}: row {seen.index(0)} is in none of its blocks")


def _rows(
    report: Report,
    ids: LicenceIds,
    tree: ReportTree | None,
    block: RowsBlock,
    rows: bytes,
    seen: bytearray,
    what: str,
) -> Iterator[OpenedRow]:
    for row, sale in decode_rows(rows, block.rows, report.agent, what):
        licence_id = id_of(sale, ids, what)
        if row >= len(seen) or tree is None or tree.leaf(row) != leaf_of(licence_id):
            raise ReportInvalid(f"{what}: its row {row} is not the licence that stands there in the report")
        if seen[row]:
            raise ReportInvalid(f"{what}: row {row} stands in it, and before")
        if block.is_open and not sale.is_open:
            raise ReportInvalid(f"{what}: row {row} is sealed, and shown to everybody")
        seen[row] = 1
        yield OpenedRow(report.agent, report.index, row, block.owner, licence_id, sale)
