"""Reports whose agency lies, or whose parts were tampered with: nothing of them is believed."""

from __future__ import annotations

import hashlib
import random
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from nacl.public import PrivateKey

from registry_client.content.cid import BLOCK_MAX_BYTES, cid_of_digest, digest_of
from registry_client.errors import BlockMissing, ReportInvalid, SealedUnreadable
from registry_client.licensing.reports.index import RowsBlock, read_index, write_index
from registry_client.licensing.reports.opened import open_report, sealed_rows_of
from registry_client.licensing.reports.rows import Sale, encode_row
from registry_client.licensing.reports.sealing import open_block, public_key, seal_block
from registry_client.licensing.reports.tree import MAX_ROWS, ReportTree
from registry_client.models import OPEN_SALT, Flags, Licence, Report, ReportHeader, Scope
from registry_client.rights.end_user import commit
from registry_client.rights.licence import LicenceIds
from registry_client.store.folder import FolderStore
from registry_client.store.local import ContentStore
from registry_client.store.outbox import Outbox

AGENT = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
OWNER = "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512"
IDS = LicenceIds(1, OWNER)
AGENT_KEY, OWNER_KEY = (bytes(PrivateKey.generate()) for _ in range(2))
SEALED, OPEN = False, True


def sale(number: int, is_open: bool = False) -> Sale:
    name, salt = f"kunde-{number}.example", OPEN_SALT if is_open else bytes([number + 1]) * 32
    licence = Licence(
        number + 1,
        AGENT,
        Scope(3, 5, 1, 2_000),
        b"t" * 32,
        mandate=7,
        end_user=commit(name, salt),
        flags=Flags.REVOCABLE,
        issued_at=500,
        nonce=number,
    )
    return Sale(licence, name, salt, "Studio Blau", f"S{number}")


@dataclass
class Forge:
    """A report of five sales, of which the first is open, as an honest agency makes it; parts can be replaced."""

    store: ContentStore
    folder: Path

    def __post_init__(self) -> None:
        self.sales = [sale(number, number == 0) for number in range(5)]
        self.listed = [IDS.id_of(one.licence) for one in self.sales]
        self.rows = [encode_row(number, one) for number, one in enumerate(self.sales)]
        public = encode_row(0, replace(self.sales[0], licensee_name="", reference=""))
        self.blocks = [self.sealed(self.rows), self.put(OPEN, open_block(public), 1)]
        self.count, self.agent = 5, AGENT
        tree = ReportTree.build(self.listed, 5, self.folder / "tree")
        self.root = tree.root

    def put(self, is_open: bool, block: bytes, rows: int) -> RowsBlock:
        return RowsBlock(OWNER, is_open, rows, digest_of(self.store.add_block(block)))

    def sealed(self, rows: list[bytes], count: int | None = None) -> RowsBlock:
        block = seal_block(b"".join(rows), public_key(OWNER_KEY), public_key(AGENT_KEY))
        return self.put(SEALED, block, len(rows) if count is None else count)

    def report(self) -> Report:
        ids = [digest_of(self.store.add_block(b"".join(self.listed)))]
        digest = write_index(self.store, self.agent, self.count, ids, self.blocks)
        return Report(AGENT, 3, self.root, ReportHeader(5, 0, 1_000, 2_000), digest)


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    store = ContentStore(FolderStore(tmp_path / "blocks"), None, Outbox(tmp_path / "outbox.sqlite"))
    return Forge(store, tmp_path)


def test_open_report_of_an_honest_agency_gives_each_its_rows(forge: Forge) -> None:
    report = forge.report()
    for account, key in ((AGENT, AGENT_KEY), (OWNER, OWNER_KEY)):
        found = list(open_report(report, forge.store, IDS, account, key))
        assert [row.sale for row in found] == forge.sales
        assert [row.licence_id for row in found] == forge.listed
    assert [row.sale.reference for row in open_report(report, forge.store, IDS)] == [""]
    assert sealed_rows_of(report, forge.store) == {OWNER: 4}


def _other_sale(forge: Forge) -> None:
    forge.blocks[0] = forge.sealed([*forge.rows[:4], encode_row(4, sale(9))])


def _rows_swapped(forge: Forge) -> None:
    forge.blocks[0] = forge.sealed([*forge.rows[:3], encode_row(4, forge.sales[3]), encode_row(3, forge.sales[4])])


def _row_twice(forge: Forge) -> None:
    forge.blocks[0] = forge.sealed([*forge.rows[:4], forge.rows[3]])


def _row_beyond(forge: Forge) -> None:
    forge.blocks[0] = forge.sealed([*forge.rows[:4], encode_row(5, forge.sales[4])])


def _other_name(forge: Forge) -> None:
    forge.blocks[0] = forge.sealed([*forge.rows[:4], encode_row(4, replace(forge.sales[4], name="other.example"))])


def _fewer_than_said(forge: Forge) -> None:
    forge.blocks[0] = forge.sealed([forge.rows[0]], 5)


def _more_than_said(forge: Forge) -> None:
    forge.blocks = [forge.sealed(forge.rows, 4), forge.sealed(forge.rows[4:], 1)]


def _no_text(forge: Forge) -> None:
    forge.blocks[0] = forge.sealed([*forge.rows[:4], forge.rows[4][:-2] + b"\xff\xff"])


def _control_characters(forge: Forge) -> None:
    forge.blocks[0] = forge.sealed([*forge.rows[:4], encode_row(4, replace(forge.sales[4], reference="a\x1b[2Jb"))])


def _text_too_long(forge: Forge) -> None:
    forge.blocks[0] = forge.sealed([*forge.rows[:4], encode_row(4, replace(forge.sales[4], reference="x" * 2_000))])


def _flags_unknown(forge: Forge) -> None:
    record = bytearray(forge.rows[4])
    record[4 + 8 + 32 + 20 + 32 + 24 + 64] = 0x80
    forge.blocks[0] = forge.sealed([*forge.rows[:4], bytes(record)])


def _date_beyond(forge: Forge) -> None:
    record = bytearray(forge.rows[4])
    at = 4 + 8 + 32 + 20 + 32 + 24 + 64 + 1 + 4
    record[at : at + 8] = b"\xff" * 8
    forge.blocks[0] = forge.sealed([*forge.rows[:4], bytes(record)])


def _open_as_sealed(forge: Forge) -> None:
    forge.blocks[0] = forge.put(SEALED, open_block(b"".join(forge.rows)), 5)


@pytest.mark.parametrize(
    ("lie", "fragment"),
    [
        (_other_sale, "not the licence that stands there"),
        (_rows_swapped, "not the licence that stands there"),
        (_row_twice, "not the licence|stands in it, and before"),
        (_row_beyond, "not the licence that stands there"),
        (_other_name, "not the licence that stands there"),
        (_fewer_than_said, "fewer rows|not the licence"),
        (_more_than_said, "bytes after its last row"),
        (_no_text, "not UTF-8"),
        (_control_characters, "control characters"),
        (_text_too_long, "too long"),
        (_flags_unknown, "cannot be|not the licence"),
        (_date_beyond, "2\\^40|cannot"),
        (_open_as_sealed, "not a block of rows"),
    ],
)
def test_open_report_with_rows_that_lie_is_refused(lie: Callable[[Forge], None], fragment: str, forge: Forge) -> None:
    """Invariant R5."""
    lie(forge)
    report = forge.report()
    for account, key in ((AGENT, AGENT_KEY), (OWNER, OWNER_KEY)):
        with pytest.raises(ReportInvalid, match=f"report 3 of {AGENT}, block .*({fragment})"):
            list(open_report(report, forge.store, IDS, account, key))


def test_open_report_rows_withheld_from_the_owner_are_noticed(forge: Forge) -> None:
    block = seal_block(b"".join(forge.rows), public_key(bytes(PrivateKey.generate())), public_key(AGENT_KEY))
    forge.blocks[0] = forge.put(SEALED, block, 5)
    report = forge.report()
    assert len(list(open_report(report, forge.store, IDS, AGENT, AGENT_KEY))) == 5
    with pytest.raises(SealedUnreadable, match="ask the agency"):
        list(open_report(report, forge.store, IDS, OWNER, OWNER_KEY))


def test_open_report_sealed_row_shown_to_everybody_is_refused(forge: Forge) -> None:
    forge.blocks[1] = forge.put(OPEN, open_block(forge.rows[1]), 1)
    with pytest.raises(ReportInvalid, match="is sealed, and shown"):
        list(open_report(forge.report(), forge.store, IDS))


def _count_more(forge: Forge) -> None:
    forge.count = 6


def _count_less(forge: Forge) -> None:
    forge.count = 4


def _other_agent(forge: Forge) -> None:
    forge.agent = OWNER


def _id_missing(forge: Forge) -> None:
    forge.listed = forge.listed[:4]


def _id_more(forge: Forge) -> None:
    forge.listed = [*forge.listed, bytes(32)]


def _ids_swapped(forge: Forge) -> None:
    forge.listed[3], forge.listed[4] = forge.listed[4], forge.listed[3]


def _block_dropped(forge: Forge) -> None:
    forge.blocks = [forge.sealed(forge.rows[:3])]


def _block_twice(forge: Forge) -> None:
    forge.blocks = [forge.blocks[0], forge.blocks[0]]


def _open_more_than_all(forge: Forge) -> None:
    forge.blocks[1] = replace(forge.blocks[1], rows=6)


def _no_rows(forge: Forge) -> None:
    forge.blocks[1] = replace(forge.blocks[1], rows=0)


@pytest.mark.parametrize(
    ("lie", "fragment"),
    [
        (_count_more, "its index has 6 rows, the chain 5"),
        (_count_less, "its index has 4 rows, the chain 5"),
        (_other_agent, "another agency's"),
        (_id_missing, "block of licence ids of another length"),
        (_id_more, "block of licence ids of another length"),
        (_ids_swapped, "do not give the root"),
        (_block_dropped, "3 of 5 sales; the rest was withheld"),
        (_block_twice, "more rows in its blocks than the 5"),
        (_open_more_than_all, "more rows in its blocks than the 5"),
        (_no_rows, "without rows"),
    ],
)
def test_report_whose_public_parts_lie_is_refused_to_everybody(
    lie: Callable[[Forge], None], fragment: str, forge: Forge
) -> None:
    """Invariant R5."""
    lie(forge)
    report = forge.report()
    if "licence id" not in fragment and "root" not in fragment:  # the index alone shows the others
        with pytest.raises(ReportInvalid, match=f"report 3 of {AGENT}: .*{fragment}"):
            sealed_rows_of(report, forge.store)
    for account, key in ((AGENT, AGENT_KEY), (OWNER, OWNER_KEY), (None, None)):
        with pytest.raises(ReportInvalid, match=f"report 3 of {AGENT}: .*{fragment}"):
            list(open_report(report, forge.store, IDS, account, key))


def head(count: int = 5, ids: int = 1, parts: int = 0, magic: bytes = b"GCRR", version: int = 1) -> bytes:
    return struct.pack(">4sL20sLLL", magic, version, bytes.fromhex(AGENT[2:]), count, ids, parts)


@pytest.mark.parametrize(
    ("data", "fragment"),
    [
        (b"", "too short"),
        (b"{}", "too short"),
        (head(magic=b"GCRM") + bytes(32), "of a kind"),
        (head(version=2) + bytes(32), "of a kind"),
        (head() + bytes(31), "another length"),
        (head(ids=2) + bytes(64), "another length"),
        (head(parts=2**32 - 1) + bytes(32), "another length"),
        (head(), "another length"),
        (head() + bytes(BLOCK_MAX_BYTES), "larger than"),
    ],
)
def test_read_index_of_garbage_is_refused(data: bytes, fragment: str, forge: Forge) -> None:
    digest = hashlib.sha256(data).digest()
    forge.store.folder.put(cid_of_digest(digest), data)
    with pytest.raises(ReportInvalid, match=fragment):
        read_index(replace(forge.report(), rows_digest=digest), forge.store)


@pytest.mark.parametrize("part", [b"", bytes(56), bytes(58), bytes(20) + b"\7" + bytes(3) + b"\5" + bytes(32)])
def test_read_index_with_a_part_of_garbage_is_refused(part: bytes, forge: Forge) -> None:
    data = head(parts=1) + bytes(32) + digest_of(forge.store.add_block(part))
    with pytest.raises(ReportInvalid, match=r"malformed|no known kind"):
        read_index(replace(forge.report(), rows_digest=digest_of(forge.store.add_block(data))), forge.store)


def test_read_index_of_more_rows_than_a_client_reads_is_refused(forge: Forge) -> None:
    count = MAX_ROWS + 1
    digest = digest_of(forge.store.add_block(head(count=count)))
    report = replace(forge.report(), rows_digest=digest, header=ReportHeader(count, 0, 1_000, 2_000))
    with pytest.raises(ReportInvalid, match="reads at most"):
        read_index(report, forge.store)


def test_read_index_of_an_empty_report_with_a_root_is_refused(forge: Forge) -> None:
    forge.listed, forge.blocks, forge.count = [], [], 0
    digest = write_index(forge.store, AGENT, 0, [], [])
    report = Report(AGENT, 3, forge.root, ReportHeader(0, 0, 1_000, 2_000), digest)
    with pytest.raises(ReportInvalid, match="a root without rows"):
        list(open_report(report, forge.store, IDS))
    assert list(open_report(replace(report, root=bytes(32)), forge.store, IDS)) == []


@pytest.mark.parametrize("which", ["index", "part", "ids", "rows"])
def test_open_report_with_a_block_missing_is_not_known(which: str, forge: Forge) -> None:
    report = forge.report()
    index = forge.store.get(cid_of_digest(report.rows_digest))
    digests = {"index": report.rows_digest, "ids": index[-64:-32], "part": index[-32:], "rows": forge.blocks[0].digest}
    cid = cid_of_digest(digests[which])
    (forge.store.folder.path / cid[-2:] / cid).unlink()
    with pytest.raises(BlockMissing, match=f"report 3 of {AGENT}: .*nothing is sure"):
        list(open_report(report, forge.store, IDS, AGENT, AGENT_KEY))


@pytest.mark.parametrize("part", ["head", "entries", "rows"])
def test_open_report_altered_anywhere_never_shows_another_sale(part: str, forge: Forge) -> None:
    """The agency alters a byte of its own part and names the new digest on chain. Invariant R4."""
    honest = {row.row: row.sale for row in open_report(forge.report(), forge.store, IDS, AGENT, AGENT_KEY)}
    chance = random.Random(7)

    def altered(data: bytes) -> bytes:
        at = chance.randrange(len(data))
        return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]

    refused, plain, blocks = 0, b"".join(forge.rows), list(forge.blocks)
    for _ in range(200):
        forge.blocks = list(blocks)
        if part == "rows":
            forge.blocks[0] = forge.sealed([altered(plain)], 5)
        report = forge.report()
        head = forge.store.get(cid_of_digest(report.rows_digest))
        if part == "entries":
            head = head[:-32] + digest_of(forge.store.add_block(altered(forge.store.get(cid_of_digest(head[-32:])))))
        elif part == "head":
            head = altered(head)
        report = replace(report, rows_digest=digest_of(forge.store.add_block(head)))
        try:
            found = {row.row: row.sale for row in open_report(report, forge.store, IDS, AGENT, AGENT_KEY)}
        except (ReportInvalid, BlockMissing, SealedUnreadable):
            refused += 1
            continue
        shown = {row: replace(sale, licensee_name="", reference="") for row, sale in found.items()}
        assert shown == {row: replace(sale, licensee_name="", reference="") for row, sale in honest.items()}
    assert refused > 40
