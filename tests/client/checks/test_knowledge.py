"""What the asker knows, kept in a file."""

from __future__ import annotations

import secrets
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from registry_client.checks.knowledge import KnowledgeBook
from registry_client.checks.verdict import VerdictKind
from registry_client.errors import ConfigurationError
from registry_client.models import FOREVER, KnownLicence, Licence, Report, ReportHeader, ReportRow, Scope
from registry_client.rights.licence import LicenceIds
from tests.client.checks.story import Story

AGENT, OWNER, OTHER = ("0x" + digit * 40 for digit in "123")
REPORT = Report(AGENT, 3, b"\x01" * 32, ReportHeader(2, 0, 10, 11), bytes(32))


@pytest.fixture
def book(tmp_path: Path) -> Iterator[KnowledgeBook]:
    with KnowledgeBook(tmp_path / "knowledge.sqlite") as found:
        yield found


def known(nonce: int = 2**64 - 1, evidence: bytes | ReportRow | None = None, work_id: int = 2**256 - 1) -> KnownLicence:
    """One with the largest values there are."""
    scope = Scope(2**64 - 1, 2**256 - 1, 0, FOREVER)
    licence = Licence(work_id, AGENT, scope, b"\x02" * 32, 2**64 - 1, OWNER, b"\x03" * 32, nonce=nonce, seats=2**32 - 1)
    return KnownLicence(licence, nonce.to_bytes(32, "big"), evidence, "shop.example", b"\x04" * 32, "a test")


def test_add_many_gives_back_what_was_added_of_each_kind_of_evidence(book: KnowledgeBook) -> None:
    given = [known(1), known(2, b"\x05" * 65), known(3, ReportRow(AGENT, 2**64 - 1, 7)), known(4, work_id=0)]

    assert book.add_many(given) == 4
    assert book.licences_of(2**256 - 1) == given[:3]
    assert book.licences_of(0) == given[3:]
    assert sorted(book.works()) == [0, 2**256 - 1]
    assert book.licences_of(1) == []


def test_add_many_twice_adds_nothing(book: KnowledgeBook) -> None:
    assert book.add_many([known()]) == 1
    assert book.add_many([known(), replace(known(), name="other.example")]) == 1
    assert len(book.licences_of(2**256 - 1)) == 2


def test_add_many_that_fails_half_way_adds_nothing(book: KnowledgeBook) -> None:
    def rows() -> Iterator[KnownLicence]:
        for nonce in range(15_000):
            yield known(nonce)
        raise OSError("the report could not be read on")

    with pytest.raises(OSError, match="read on"):
        book.add_many(rows())
    assert book.licences_of(2**256 - 1) == []


def test_remember_opened_is_of_one_report_and_one_owner(book: KnowledgeBook) -> None:
    book.remember_opened(REPORT, OWNER)

    assert book.is_opened(REPORT, OWNER)
    assert not book.is_opened(REPORT, OTHER)
    assert not book.is_opened(replace(REPORT, index=4), OWNER)
    assert not book.is_opened(replace(REPORT, agent=OTHER), OWNER)
    assert not book.is_opened(replace(REPORT, root=b"\x09" * 32), OWNER)  # reorganised: another report in its place


def test_remember_opened_for_all_rows_is_for_every_owner(book: KnowledgeBook) -> None:
    book.remember_opened(REPORT, None)

    assert book.is_opened(REPORT, OWNER)
    assert book.is_opened(REPORT, OTHER)


def test_knowledge_outlives_the_process_and_is_its_users_alone(tmp_path: Path) -> None:
    path = tmp_path / "knowledge.sqlite"
    with KnowledgeBook(path) as first:
        first.add_many([known()])
        first.remember_opened(REPORT, OWNER)

    with KnowledgeBook(path) as second:
        assert second.licences_of(2**256 - 1) == [known()]
        assert second.is_opened(REPORT, OWNER)
        for file in tmp_path.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_knowledge_in_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "knowledge.sqlite"
    path.write_bytes(b"no database" * 1_000)

    with pytest.raises(ConfigurationError, match="cannot be used"):
        KnowledgeBook(path)


def test_check_use_takes_nothing_that_is_another_networks(story: Story) -> None:
    anna = story.account()
    work = story.title(anna)
    one = story.voucher(story.licence(work, anna, issued_at=story.now))
    elsewhere = LicenceIds(1, story.reader.address).id_of(one.licence)
    story.book.add_many([replace(one, licence_id=elsewhere), replace(one, licence_id=secrets.token_bytes(32))])

    found = story.check(work)

    assert (found.kind, found.knowledge.vouchers, found.refused) == (VerdictKind.NOT_LICENSED, 0, ())


def test_check_use_takes_no_opening_that_does_not_open(story: Story) -> None:
    anna = story.account()
    work = story.title(anna)
    licence = story.grant(story.licence(work, anna, end_user=b"\x08" * 32))
    lie = replace(story.voucher(licence), name="shop.example", salt=secrets.token_bytes(32))
    broken = replace(lie, salt=b"short")
    story.book.add_many([lie, broken])

    found = story.check(work)

    assert (found.kind, found.sealed.recorded) == (VerdictKind.PENDING, 1)
