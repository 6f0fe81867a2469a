"""PENDING and NOT_LICENSED, each from a history built on a real chain."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest

from registry_client.checks.explain import sentences
from registry_client.checks.verdict import VerdictKind
from registry_client.errors import BlockMissing
from registry_client.models import Flags, KnownLicence, Report, Scope
from tests.client.checks.story import CH, DAY, DE, PRINT, WEB, Story, user


def test_check_use_before_the_agencies_reported_is_pending_with_dates(story: Story) -> None:
    anna, punctual, late, elsewhere = (story.account() for _ in range(4))
    work = story.title(anna)
    first = story.mandate(anna, punctual, reporting_period=2 * DAY)
    second = story.mandate(anna, late, reporting_period=DAY)
    story.mandate(anna, elsewhere, Scope(WEB, CH, 0, 2**40 - 1))
    used = story.now
    story.pass_until(used + DAY + 1)

    found = story.check(work, time=used, territories=DE)

    assert found.kind is VerdictKind.PENDING
    assert [(b.agent, b.mandate, b.deadline, b.late) for b in found.pending] == [
        (late, second, used + DAY, True),
        (punctual, first, used + 2 * DAY, False),
    ]
    assert {b.needed_through for b in found.pending} == {used}

    story.report(punctual, [])
    story.report(late, [], used)
    assert story.check(work, time=used, territories=DE).kind is VerdictKind.NOT_LICENSED
    assert [b.agent for b in story.check(work, time=used, territories=CH).pending] == [elsewhere]


def test_check_use_one_second_past_the_closed_books_is_pending(story: Story) -> None:
    anna, agency = story.account(), story.account()
    work = story.title(anna)
    story.mandate(anna, agency)
    used = story.now
    story.pass_until(used + 10)
    story.report(agency, [], used)

    assert story.check(work, time=used).kind is VerdictKind.NOT_LICENSED
    assert story.check(work, time=used + 1).kind is VerdictKind.PENDING


def test_check_use_after_a_mandate_ended_waits_for_its_books_until_no_evidence_is_accepted(story: Story) -> None:
    anna, agency = story.account(), story.account()
    work = story.title(anna)
    mandate = story.mandate(anna, agency, reporting_period=DAY)
    story.revoke_mandate(anna, mandate)
    ended = story.now
    story.pass_until(ended + 100)

    found = story.check(work)
    assert found.kind is VerdictKind.PENDING
    assert (found.pending[0].needed_through, found.pending[0].deadline) == (ended - 1, ended - 1 + DAY)

    story.pass_until(ended + DAY)
    assert story.check(work, time=ended + 100).kind is VerdictKind.PENDING
    story.pass_until(ended + DAY + 1)
    assert story.check(work, time=ended + 100).kind is VerdictKind.NOT_LICENSED


@pytest.mark.parametrize("end", ["revoked", "sold"])
def test_check_use_closes_an_agencys_books_in_the_second_the_contract_takes_no_evidence(story: Story, end: str) -> None:
    anna, ben, agency = (story.account() for _ in range(3))
    work = story.title(anna)
    mandate = story.mandate(anna, agency, reporting_period=DAY)
    story.pass_until(story.now + 10)
    if end == "revoked":
        story.revoke_mandate(anna, mandate)
        last = story.now + DAY
    else:
        story.sell(anna, ben, work)
        last = story.now - 1 + DAY
    voucher = story.voucher(story.licence(work, agency, mandate=mandate, issued_at=story.now - 1))
    used = story.now

    story.pass_until(last)
    pending = story.check(work, time=used)
    story.book.add_many([voucher])
    accepted = story.check(work, time=used)
    story.pass_until(last + 1)
    refused = story.check(work, time=used)

    assert pending.kind is VerdictKind.PENDING
    assert (accepted.kind, accepted.licences[0].confirmed) == (VerdictKind.LICENSED, True)
    assert (refused.kind, len(refused.refused)) == (VerdictKind.NOT_LICENSED, 1)


def test_check_use_after_the_title_was_sold_asks_the_old_owners_agency_only_for_its_time(story: Story) -> None:
    anna, ben, agency, other = (story.account() for _ in range(4))
    work = story.title(anna)
    story.mandate(anna, agency)
    story.sell(anna, ben, work)
    sold = story.now
    story.mandate(ben, other)

    found = {b.agent: b.needed_through for b in story.check(work).pending}

    assert found == {agency: sold - 1, other: story.now}


def test_check_use_by_a_stranger_is_never_not_licensed_where_a_sealed_licence_could_cover(story: Story) -> None:
    anna = story.account()
    work = story.title(anna)
    salt = secrets.token_bytes(32)
    licence = story.grant(
        story.licence(work, anna, end_user=user("other.example", salt), scope=Scope(WEB, DE, 0, 2**40 - 1))
    )

    stranger = story.check(work, media=WEB, territories=DE)
    assert (stranger.kind, stranger.sealed.recorded) == (VerdictKind.PENDING, 1)
    assert "registry licence prove" in "\n".join(sentences(stranger))
    assert story.check(work, media=PRINT).kind is VerdictKind.NOT_LICENSED

    known = story.voucher(licence, "other.example", salt)
    story.book.add_many([known])
    assert story.check(work, media=WEB, territories=DE).kind is VerdictKind.NOT_LICENSED


def test_check_use_counts_a_sealed_licence_until_the_second_it_was_revoked(story: Story) -> None:
    anna, designer = story.account(), story.account()
    work = story.title(anna)
    sealed = user("other.example", secrets.token_bytes(32))
    first = story.grant(story.licence(work, anna, end_user=sealed, flags=Flags.REVOCABLE))
    story.must(anna, story.calls.revoke_licence(first), seconds=30)
    revoked = story.now
    assert (story.check(work, time=revoked - 1).sealed.recorded, story.check(work).sealed.recorded) == (1, 0)

    second = story.grant(story.licence(work, anna, end_user=bytes(32), licensee=designer, seats=1))
    story.must(designer, story.calls.name_end_user(second, sealed), seconds=30)
    assert (story.check(work, time=story.now - 1).sealed.recorded, story.check(work).sealed.recorded) == (0, 1)


def test_check_use_counts_sealed_rows_of_the_owner_alone(story: Story) -> None:
    anna, ben, agency = (story.account() for _ in range(3))
    work, other = story.title(anna), story.title(ben)
    mine = story.mandate(anna, agency)
    his = story.mandate(ben, agency)
    rows = [story.licence(other, agency, mandate=his, issued_at=story.now) for _ in range(2)]
    rows.append(story.licence(story.title(anna), agency, mandate=mine, issued_at=story.now))
    report = story.report(agency, rows)
    used = report.header.complete_through

    counted = story.check(work, time=used, sealed_rows=lambda _: {anna: 1, ben: 2})
    none = story.check(work, time=used, sealed_rows=lambda _: {ben: 3})
    unread = story.check(work, time=used, sealed_rows=lambda _: {ben: 1})
    story.book.remember_opened(report, ben)
    his_only = story.check(work, time=used)
    story.book.remember_opened(report, anna)
    opened = story.check(work, time=used)

    assert (counted.kind, counted.sealed.rows, counted.sealed.rows_exact) == (VerdictKind.PENDING, 1, True)
    assert none.kind is VerdictKind.NOT_LICENSED
    assert (unread.kind, unread.sealed.rows, unread.sealed.rows_exact) == (VerdictKind.PENDING, 2, False)
    assert (his_only.kind, his_only.sealed.rows, his_only.sealed.rows_exact) == (VerdictKind.PENDING, 3, False)
    assert opened.kind is VerdictKind.NOT_LICENSED


def test_check_use_by_a_stranger_reads_the_rows_that_anybody_can_read(story: Story) -> None:
    anna, agency = story.account(), story.account()
    work = story.title(anna)
    mandate = story.mandate(anna, agency)
    sold = story.licence(work, agency, mandate=mandate, issued_at=story.now)
    report = story.report(agency, [sold])
    row = story.row(report, 0, sold, "shop.example", bytes(32))
    nothing_sealed: dict[str, int] = {}
    used = report.header.complete_through

    def unreadable(_: Report) -> list[KnownLicence]:
        raise BlockMissing("gone")

    read = story.check(work, time=used, sealed_rows=lambda _: nothing_sealed, open_rows=lambda _: [row])
    unread = story.check(work, time=used, sealed_rows=lambda _: nothing_sealed)
    gone = story.check(work, time=used, sealed_rows=lambda _: nothing_sealed, open_rows=unreadable)
    empty = story.check(work, time=used, sealed_rows=lambda _: nothing_sealed, open_rows=lambda _: [])

    assert (read.kind, read.licences[0].licence) == (VerdictKind.LICENSED, sold)
    assert (unread.kind, unread.sealed.rows) == (VerdictKind.PENDING, 1)
    assert (gone.kind, gone.sealed.rows) == (VerdictKind.PENDING, 1)
    assert empty.kind is VerdictKind.NOT_LICENSED


def test_check_use_with_an_invalid_voucher_tells_the_contracts_error(story: Story) -> None:
    anna, agency = story.account(), story.account()
    work = story.title(anna)
    mandate = story.mandate(anna, agency)
    story.revoke_mandate(anna, mandate)
    licence = story.licence(work, agency, mandate=mandate, issued_at=story.now)
    story.book.add_many([story.voucher(licence)])

    found = story.check(work)

    assert found.kind is VerdictKind.PENDING
    assert [(one.error, one.arguments) for one in found.refused] == [("MandateNotLive", (mandate, licence.issued_at))]


def test_check_use_with_a_voucher_of_a_contracts_wallet_asks_the_contract(story: Story) -> None:
    anna, wallet = story.account(), story.account()
    work = story.title(anna)
    mandate = story.mandate(anna, wallet)
    licence = story.licence(work, wallet, mandate=mandate, issued_at=story.now)
    story.book.add_many([replace(story.voucher(licence), evidence=b"what the wallet takes")])
    answer = "0x7f{}60005260206000f3"  # push 32 bytes, store them, return them

    story.connection.request("anvil_setCode", [wallet, answer.format("1626ba7e" + "00" * 28)])
    accepted = story.check(work)
    story.connection.request("anvil_setCode", [wallet, answer.format("00" * 32)])
    changed = story.check(work)

    assert (accepted.kind, accepted.licences[0].confirmed) == (VerdictKind.LICENSED, True)
    assert changed.kind is VerdictKind.PENDING
    assert [one.error for one in changed.refused] == ["LicenceSignatureInvalid"]


def test_check_use_takes_no_row_without_proof_or_opened_report(story: Story) -> None:
    anna, agency = story.account(), story.account()
    work = story.title(anna)
    mandate = story.mandate(anna, agency)
    licence = story.licence(work, agency, mandate=mandate, issued_at=story.now)
    report = story.report(agency, [licence])
    story.book.add_many([story.row(report, 0, licence, "shop.example", bytes(32))])

    found = story.check(work, time=licence.issued_at)

    assert found.kind is VerdictKind.PENDING
    assert [one.error for one in found.refused] == ["ReportProofMissing"]


def test_check_use_of_an_anchored_work_without_title_is_not_licensed_with_the_reason(story: Story) -> None:
    anna = story.account()
    work = story.work(anna)
    story.anchor(work)

    found = story.check(work.work_id)

    assert found.kind is VerdictKind.NOT_LICENSED
    assert (found.title.status, found.title.owner) == ("anchored", anna)
    assert "no title yet" in found.reason
