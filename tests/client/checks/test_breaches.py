"""What reports and vouchers smuggle past exclusivity and closed books is found and laid to who licensed."""

from __future__ import annotations

from registry_client.checks.breaches import breaches_of
from registry_client.checks.explain import sentences
from registry_client.checks.sync import sync
from registry_client.checks.verdict import Breach, BreachKind, VerdictKind
from registry_client.models import Licence, Scope
from tests.client.checks.story import DAY, DE, FR, PRINT, WEB, Story, exclusive, user

ALWAYS = 2**40 - 1


def everything(story: Story) -> list[Breach]:
    sync(story.index, story.chain)
    return breaches_of(story.index, story.chain, knowledge=story.book)


def settled(story: Story, owner: str) -> int:
    """A work whose opposition period is over: before that nothing is exclusive."""
    work = story.title(owner)
    story.pass_until(story.now + 31 * DAY)
    return work


def an_exclusive(story: Story) -> tuple[str, str, int, int, Licence]:
    """An agency whose mandate has ended, then an exclusive licence by the owner: owner, agency, work, mandate, it."""
    anna, agency = story.account(), story.account()
    work = settled(story, anna)
    mandate = story.mandate(anna, agency)
    story.pass_until(story.now + 100)
    story.revoke_mandate(anna, mandate)
    granted = story.grant(exclusive(story.licence(work, anna, end_user=user("exclusive.example"))))
    return anna, agency, work, mandate, granted


def test_breaches_of_a_report_that_shows_a_sale_dated_before_an_exclusive_after_it(story: Story) -> None:
    """Invariant V8."""
    _, agency, work, mandate, against = an_exclusive(story)
    sold = story.licence(work, agency, mandate=mandate, issued_at=against.issued_at - 50)
    report = story.report(agency, [sold], against.issued_at)
    shown = story.now
    story.open_report(report, [story.row(report, 0, sold, "shop.example", bytes(32))])
    expected = Breach(
        BreachKind.SHOWN_AFTER_EXCLUSIVE,
        work,
        story.ids.id_of(sold),
        agency,
        mandate,
        "0x" + story.ids.id_of(against).hex(),
        sold.issued_at,
        shown,
    )

    found = story.check(work, time=against.issued_at)

    assert found.kind is VerdictKind.LICENSED  # its buyer could not know
    assert found.breaches == (expected,)
    assert agency in "\n".join(sentences(found))
    assert breaches_of(story.index, story.chain, [work], story.book) == [expected]
    assert everything(story) == [expected]
    assert story.check(work, knowledge=None).breaches == ()


def test_breaches_of_a_voucher_dated_before_an_exclusive_and_redeemed_after_it(story: Story) -> None:
    anna, agency, work, mandate, against = an_exclusive(story)
    sold = story.licence(work, agency, mandate=mandate, issued_at=against.issued_at - 50)
    story.must(anna, story.calls.redeem_voucher(sold, story.sign(sold)))

    (found,) = everything(story)

    assert (found.kind, found.licensor, found.shown_at) == (BreachKind.SHOWN_AFTER_EXCLUSIVE, agency, story.now)


def test_breaches_of_honest_sales_are_none(story: Story) -> None:
    anna, agency, *_ = an_exclusive(story)
    other = story.title(anna)
    second = story.mandate(anna, agency)
    sold = story.licence(other, agency, mandate=second, issued_at=story.now)
    story.must(anna, story.calls.redeem_voucher(sold, story.sign(sold)))
    report = story.report(agency, [sold], story.now)
    story.open_report(report, [story.row(report, 0, sold)])

    assert everything(story) == []


def test_breaches_of_a_sale_that_was_known_before_the_exclusive_are_none(story: Story) -> None:
    anna, agency = story.account(), story.account()
    work = settled(story, anna)
    mandate = story.mandate(anna, agency)
    story.grant(story.licence(work, agency, mandate=mandate))
    sold = story.licence(work, agency, mandate=mandate, issued_at=story.now)
    report = story.report(agency, [sold])
    story.open_report(report, [story.row(report, 0, sold)])
    story.revoke_mandate(anna, mandate)
    story.grant(exclusive(story.licence(work, anna)))
    story.must(anna, story.calls.record_reported(sold, story.inclusion_of(agency, 0, 0)))

    assert everything(story) == []
    assert breaches_of(story.index, story.chain) == []  # nor for a stranger, who sees the record alone


def test_breaches_of_a_sale_that_does_not_overlap_the_exclusive_are_none(story: Story) -> None:
    anna, agency = story.account(), story.account()
    work = settled(story, anna)
    mandate = story.mandate(anna, agency)
    story.pass_until(story.now + 100)
    sold = story.licence(work, agency, mandate=mandate, issued_at=story.now, scope=Scope(PRINT, DE, 0, ALWAYS))
    story.revoke_mandate(anna, mandate)
    story.grant(exclusive(story.licence(work, anna, scope=Scope(WEB, DE, 0, ALWAYS))))
    story.must(anna, story.calls.redeem_voucher(sold, story.sign(sold)))

    assert everything(story) == []


def test_breaches_of_an_owner_who_sells_by_voucher_inside_an_exclusive_mandate(story: Story) -> None:
    anna, agency = story.account(), story.account()
    work = story.title(anna)
    given = story.mandate(anna, agency, Scope(WEB, DE, 0, ALWAYS), exclusive=True)
    dated = story.now
    inside = story.voucher(story.licence(work, anna, issued_at=dated, scope=Scope(WEB, DE | FR, 0, ALWAYS)))
    beside = story.voucher(story.licence(work, anna, issued_at=dated, scope=Scope(WEB, FR, 0, ALWAYS)))
    before = story.voucher(story.licence(work, anna, issued_at=dated - 1, scope=Scope(WEB, DE, 0, ALWAYS)))
    story.book.add_many([inside, beside, before])
    grant = story.calls.grant_licence(story.licence(work, anna, scope=Scope(WEB, DE, 0, ALWAYS)))
    assert story.send(anna, story.reader.address, grant) is None  # by grant it is refused

    (found,) = everything(story)

    assert (found.kind, found.licence_id) == (BreachKind.INSIDE_EXCLUSIVE_MANDATE, inside.licence_id)
    assert (found.licensor, found.mandate, found.against) == (anna, 0, str(given))


def test_breaches_of_an_agent_who_reports_a_sale_inside_a_mandate_it_gave(story: Story) -> None:
    anna, agency, sub = (story.account() for _ in range(3))
    work = story.title(anna)
    top = story.mandate(anna, agency, depth=1, exclusive=True)
    below = story.mandate(agency, sub, Scope(WEB, DE, 0, ALWAYS), parent=top, exclusive=True)
    sold = story.licence(work, agency, mandate=top, issued_at=story.now, scope=Scope(WEB, DE, 0, ALWAYS))
    report = story.report(agency, [sold])
    story.must(sub, story.calls.record_reported(sold, story.inclusion_of(agency, report.index, 0)))

    (found,) = everything(story)

    assert (found.kind, found.licensor, found.mandate) == (BreachKind.INSIDE_EXCLUSIVE_MANDATE, agency, top)
    assert found.against == str(below)


def test_breaches_of_a_voucher_within_closed_books_only_for_who_opened_them(story: Story) -> None:
    anna, agency = story.account(), story.account()
    work = story.title(anna)
    mandate = story.mandate(anna, agency)
    told = story.licence(work, agency, mandate=mandate, issued_at=story.now)
    hidden = story.licence(work, agency, mandate=mandate, issued_at=story.now)
    report = story.report(agency, [told])
    story.pass_until(story.now + 1)
    story.book.add_many([story.voucher(told), story.voucher(hidden)])
    assert everything(story) == []  # a stranger cannot tell which rows there are

    story.open_report(report, [story.row(report, 0, told)], anna)
    (found,) = everything(story)

    assert (found.kind, found.licence_id) == (BreachKind.MISSING_FROM_BOOKS, story.ids.id_of(hidden))
    assert (found.licensor, found.mandate, found.against) == (agency, mandate, "0")


def test_breaches_of_a_voucher_recorded_before_its_time_was_closed_are_none(story: Story) -> None:
    anna, agency = story.account(), story.account()
    work = story.title(anna)
    mandate = story.mandate(anna, agency)
    sold = story.licence(work, agency, mandate=mandate, issued_at=story.now)
    story.must(anna, story.calls.redeem_voucher(sold, story.sign(sold)))
    story.report(agency, [])

    assert everything(story) == []


def test_breaches_of_an_empty_report_need_no_key(story: Story) -> None:
    anna, agency = story.account(), story.account()
    work = story.title(anna)
    mandate = story.mandate(anna, agency)
    sold = story.licence(work, agency, mandate=mandate, issued_at=story.now)
    story.report(agency, [])
    story.must(anna, story.calls.redeem_voucher(sold, story.sign(sold)), seconds=DAY // 2)

    (found,) = everything(story)

    assert (found.kind, found.against) == (BreachKind.MISSING_FROM_BOOKS, "0")


def test_breaches_in_leave_out_vouchers_that_are_no_evidence(story: Story) -> None:
    anna, agency = story.account(), story.account()
    work = story.title(anna)
    story.mandate(anna, agency, exclusive=True)
    forged = story.voucher(story.licence(work, anna, issued_at=story.now))
    other = story.voucher(story.licence(work, anna, issued_at=story.now))
    story.book.add_many([type(forged)(forged.licence, forged.licence_id, other.evidence, None, None, "forged")])

    found = story.check(work)

    assert [one.error for one in found.refused] == ["LicenceSignatureInvalid"]
    assert found.breaches == ()
    assert everything(story) == []
