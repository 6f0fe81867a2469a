"""submitReport, booksOf, requireIncluded, publishKey: books that move forward only, and rows that can be proven."""

from __future__ import annotations

import pytest
from eth_abi import encode
from eth_utils import keccak

from tests.contracts.licensing.world import DAY, ROWS, Header, SalesTree, refusal, reported, told
from tests.contracts.support import ZERO32

ROOT = keccak(text="root")


def ids(count):
    return [keccak(text=f"licence {row}") for row in range(count)]


def test_submit_report_reverts_when_it_does_not_move_forward(licences, agency, clock):
    """Invariant L7. The first check: also for what is wrong in every other way."""
    answer = refusal(licences, "submitReport", ZERO32, 1, 0, ROWS, sender=agency.address)
    assert answer == ("ReportNotForward", 0, 0)
    through = clock.time
    reported(licences, SalesTree(ids(1)), through, agency.address)
    for earlier in (through, through - 1, 0):
        answer = refusal(licences, "submitReport", ZERO32, 1, earlier, ROWS, sender=agency.address)
        assert answer == ("ReportNotForward", earlier, through)
    assert licences.ask("booksOf", agency.address) == (through, 1)


@pytest.mark.parametrize("ahead", [0, 1, DAY])
def test_submit_report_reverts_for_what_is_not_over(licences, agency, clock, ahead):
    """The present second is not over either."""
    through = clock.time + ahead
    answer = refusal(licences, "submitReport", ZERO32, 1, through, ROWS, sender=agency.address)
    assert answer == ("ReportInFuture", through)
    last = refusal(licences, "submitReport", ZERO32, 1, 2**40 - 1, ROWS, sender=agency.address)
    assert last == ("ReportInFuture", 2**40 - 1)


@pytest.mark.parametrize(("root", "count"), [(ZERO32, 1), (ZERO32, 2**32 - 1), (ROOT, 0)])
def test_submit_report_reverts_where_root_and_count_disagree(licences, agency, clock, root, count):
    answer = refusal(licences, "submitReport", root, count, clock.time - 1, ROWS, sender=agency.address)
    assert answer == ("ReportCountMismatch", root, count)


def test_submit_report_stores_and_tells(licences, agency, rival, clock):
    first, second = clock.time - 100, clock.time - 1
    done = licences.send("submitReport", ROOT, 7, first, ROWS, sender=agency.address)
    header = Header(7, 0, first, done.time)
    event = {"agent": agency.address, "index": 0, "root": ROOT, "report": told(header), "rowsDigest": ROWS}
    assert done.events == [("ReportSubmitted", event)]
    assert done.returned == 0
    assert licences.ask("booksOf", agency.address) == (first, 1)
    expected = keccak(encode(["bytes32", "uint32", "uint40", "uint40", "uint40"], [ROOT, *header]))
    assert licences.ask("commitmentOf", agency.address, 0) == expected

    done = licences.send("submitReport", ZERO32, 0, second, ZERO32, sender=agency.address)
    header = Header(0, first, second, done.time)
    event = {"agent": agency.address, "index": 1, "root": ZERO32, "report": told(header), "rowsDigest": ZERO32}
    assert done.events == [("ReportSubmitted", event)]
    assert done.returned == 1
    assert licences.ask("booksOf", agency.address) == (second, 2)
    assert licences.ask("commitmentOf", agency.address, 0) == expected
    later = keccak(encode(["bytes32", "uint32", "uint40", "uint40", "uint40"], [ZERO32, *header]))
    assert licences.ask("commitmentOf", agency.address, 1) == later
    assert licences.ask("booksOf", rival.address) == (0, 0)
    assert licences.ask("commitmentOf", agency.address, 2) == licences.ask("commitmentOf", rival.address, 0) == ZERO32


def test_submit_report_of_the_second_before(licences, agency, clock):
    now = clock.time + 50
    clock.next_at(now)
    done = licences.send("submitReport", ZERO32, 0, now - 1, ROWS, sender=agency.address)
    assert done.time == now
    assert licences.ask("booksOf", agency.address) == (now - 1, 1)


@pytest.fixture
def books(licences, agency, clock):
    """Two reports: seven rows, then one."""
    seven, one = SalesTree(ids(7)), SalesTree(ids(1))
    return {
        tree.count: (tree, *reported(licences, tree, clock.time - back, agency.address))
        for tree, back in ((seven, 50), (one, 1))
    }


def test_require_included_reverts_for_an_unknown_report(licences, books, agency, rival):
    tree, index, header = books[7]
    for agent, wrong in ((rival.address, index), (agency.address, 2), (agency.address, 2**64 - 1)):
        values = (agent, wrong, header, 99, ids(7)[3], tree.proof(3))
        assert refusal(licences, "requireIncluded", *values) == ("ReportUnknown", agent, wrong)


@pytest.mark.parametrize("row", [7, 8, 2**32, 2**256 - 1])
def test_require_included_reverts_beyond_the_count(licences, books, agency, row):
    """Row 7 is a place of the tree, but of no sale."""
    tree, index, header = books[7]
    values = (agency.address, index, header, row, ids(7)[6], [*tree.proof(7), ROOT])
    assert refusal(licences, "requireIncluded", *values) == ("ReportRowOutside", row, 7)


def test_require_included_reverts_for_any_row_of_an_empty_report(licences, agency, clock):
    done = licences.send("submitReport", ZERO32, 0, clock.time - 1, ROWS, sender=agency.address)
    header = Header(0, 0, licences.ask("booksOf", agency.address)[0], done.time)
    values = (agency.address, 0, header, 0, ZERO32, [])
    assert refusal(licences, "requireIncluded", *values) == ("ReportRowOutside", 0, 0)


def test_require_included_reverts_for_a_proof_that_does_not_lead_there(licences, books, agency):
    tree, index, header = books[7]
    proof, licence = tree.proof(3), ids(7)[3]
    invalid = ("ReportProofInvalid", agency.address, index, 3)
    for wrong in (proof[:-1], [], [*proof, ZERO32], proof[::-1], [proof[0], proof[1], ROOT]):
        values = (agency.address, index, header, 3, licence, wrong)
        assert refusal(licences, "requireIncluded", *values) == invalid
    assert refusal(licences, "requireIncluded", agency.address, index, header, 3, ids(7)[2], proof) == invalid
    inner = keccak(keccak(licence))
    assert refusal(licences, "requireIncluded", agency.address, index, header, 3, inner, proof) == invalid
    for row in (0, 1, 2, 4, 6):
        answer = refusal(licences, "requireIncluded", agency.address, index, header, row, licence, proof)
        assert answer == (*invalid[:-1], row)


@pytest.mark.parametrize("field", Header._fields)
@pytest.mark.parametrize("change", [-1, 1])
def test_require_included_reverts_for_another_header(licences, books, agency, field, change):
    """A report that lies about its count, or its time, is another report."""
    tree, index, header = books[7]
    if getattr(header, field) + change < 0:
        header = header._replace(**{field: 2**32 - 1})
    else:
        header = header._replace(**{field: getattr(header, field) + change})
    values = (agency.address, index, header, 3, ids(7)[3], tree.proof(3))
    assert refusal(licences, "requireIncluded", *values) == ("ReportProofInvalid", agency.address, index, 3)


@pytest.mark.parametrize("lie", [4, 5, 9])
def test_a_report_that_lies_about_its_count_proves_nothing_beyond_it(licences, agency, clock, lie):
    """A count too small leaves rows outside it or levels that do not fit; one too large needs levels that are not."""
    tree = SalesTree(ids(7))
    done = licences.send("submitReport", tree.root, lie, clock.time - 1, ROWS, sender=agency.address)
    header = Header(lie, 0, licences.ask("booksOf", agency.address)[0], done.time)
    values = (agency.address, 0, header, 6, ids(7)[6], tree.proof(6))
    expected = ("ReportRowOutside", 6, lie) if lie < 7 else ("ReportProofInvalid", agency.address, 0, 6)
    assert refusal(licences, "requireIncluded", *values) == expected
    values = (agency.address, 0, header, 0, ids(7)[0], tree.proof(0))
    if lie == 5:
        assert licences.ask("requireIncluded", *values) == ()  # of three levels too, and among the first five
    else:
        assert refusal(licences, "requireIncluded", *values) == ("ReportProofInvalid", agency.address, 0, 0)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8, 9])
def test_require_included_of_every_row(licences, agency, clock, count):
    tree = SalesTree(ids(count))
    index, header = reported(licences, tree, clock.time - 1, agency.address)
    for row, licence in enumerate(ids(count)):
        assert licences.ask("requireIncluded", agency.address, index, header, row, licence, tree.proof(row)) == ()


def test_require_included_of_the_last_row_of_the_largest_count(licences, agency, clock):
    count = 2**32 - 1
    proof = [keccak(text=f"sibling {level}") for level in range(32)]
    root, place = keccak(keccak(ROOT)), count - 1
    for sibling in proof:
        root = keccak(sibling + root) if place & 1 else keccak(root + sibling)
        place >>= 1
    done = licences.send("submitReport", root, count, clock.time - 1, ROWS, sender=agency.address)
    header = Header(count, 0, licences.ask("booksOf", agency.address)[0], done.time)
    assert licences.ask("requireIncluded", agency.address, 0, header, count - 1, ROOT, proof) == ()


def test_publish_key_reverts_for_zero(licences, owner):
    assert refusal(licences, "publishKey", ZERO32, sender=owner.address) == ("ReportKeyZero",)


def test_publish_key_stores_and_tells_the_latest(licences, owner, agency):
    for key in (ROOT, ROWS):
        done = licences.send("publishKey", key, sender=owner.address)
        assert done.events == [("SealingKeyPublished", {"account": owner.address, "key": key})]
        assert licences.ask("keyOf", owner.address) == key
    assert licences.ask("keyOf", agency.address) == ZERO32
