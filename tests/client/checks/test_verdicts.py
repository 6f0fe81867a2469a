"""LICENSED and OUT_OF_SCOPE, each from a history built on a real chain."""

from __future__ import annotations

import secrets

from registry_client.checks.explain import sentences
from registry_client.checks.verdict import Asker, AskerKind, VerdictKind
from registry_client.models import Flags, Outside, Scope
from tests.client.checks.story import DAY, DE, FR, PRINT, WEB, Story, user

# LICENSED


def test_check_use_with_a_grant_by_the_owner_is_licensed(story: Story) -> None:
    anna = story.account()
    work = story.title(anna)
    licence = story.grant(story.licence(work, anna))

    found = story.check(work, "https://www.shop.example/page", media=WEB, territories=DE)

    assert found.kind is VerdictKind.LICENSED
    assert found.licences[0].licence == licence
    assert (found.licences[0].recording.means, found.licences[0].recording.on_chain) == ("grant", True)
    assert found.licences[0].confirmed
    assert found.licences[0].authority == ()
    assert (found.block, found.time) == story.connection.block()
    assert (found.title.status, found.title.owner) == ("titled", anna)
    assert (found.work.work_id, found.work.found_by) == (work, "id")


def test_check_use_through_a_sub_agent_tells_the_whole_chain(story: Story) -> None:
    anna, agency, sub = (story.account() for _ in range(3))
    work = story.title(anna)
    top = story.mandate(anna, agency, depth=1)
    below = story.mandate(agency, sub, Scope(WEB, DE, 0, 2**40 - 1), parent=top)
    story.grant(story.licence(work, sub, mandate=below, scope=Scope(WEB, DE, 0, 2**40 - 1)))

    found = story.check(work, media=WEB)

    assert found.kind is VerdictKind.LICENSED
    assert [link.id for link in found.licences[0].authority] == [top, below]
    assert found.licences[0].owner == anna
    text = "\n".join(sentences(found))
    assert anna in text
    assert f"{sub} (mandate {below})" in text


def test_check_use_by_a_subdomain_is_covered_by_its_parent_but_not_the_other_way(story: Story) -> None:
    anna = story.account()
    work = story.title(anna)
    story.grant(story.licence(work, anna, end_user=user("blog.shop.example")))

    assert story.check(work, "a.blog.shop.example").kind is VerdictKind.LICENSED
    assert story.check(work, "shop.example").kind is VerdictKind.PENDING


def test_check_use_with_a_voucher_that_the_asker_holds_is_licensed(story: Story) -> None:
    anna, agency = story.account(), story.account()
    work = story.title(anna)
    mandate = story.mandate(anna, agency)
    salt = secrets.token_bytes(32)
    licence = story.licence(work, agency, mandate=mandate, end_user=user("shop.example", salt), issued_at=story.now)
    assert story.check(work).kind is VerdictKind.PENDING

    story.book.add_many([story.voucher(licence, "shop.example", salt)])
    found = story.check(work)

    assert found.kind is VerdictKind.LICENSED
    assert found.licences[0].sealed
    assert found.licences[0].recording.means == "voucher"
    assert not found.licences[0].recording.on_chain
    assert found.knowledge.vouchers == 1


def test_check_use_with_an_opened_row_is_licensed_for_who_opened_it_and_pending_for_a_stranger(story: Story) -> None:
    anna, agency = story.account(), story.account()
    work = story.title(anna)
    mandate = story.mandate(anna, agency)
    salt = secrets.token_bytes(32)
    licence = story.licence(work, agency, mandate=mandate, end_user=user("shop.example", salt), issued_at=story.now)
    report = story.report(agency, [licence])
    use_time = report.header.complete_through
    story.open_report(report, [story.row(report, 0, licence, "shop.example", salt)], anna)

    owner = story.check(work, time=use_time, asker=Asker(AskerKind.OWNER, anna))
    proven = story.check(work, time=use_time, proofs=story)
    stranger = story.check(work, time=use_time, knowledge=None)

    assert owner.kind is proven.kind is VerdictKind.LICENSED
    assert (owner.licences[0].confirmed, proven.licences[0].confirmed) == (False, True)
    assert owner.licences[0].recording.row == story.row(report, 0, licence).evidence
    assert owner.knowledge.asker == Asker(AskerKind.OWNER, anna)
    assert stranger.kind is VerdictKind.PENDING
    assert (stranger.sealed.rows, stranger.sealed.rows_exact, stranger.pending) == (1, False, ())
    assert "registry licence prove" in "\n".join(sentences(stranger))


def test_check_use_after_transfer_revocation_and_expiry_of_the_mandate_stays_licensed(story: Story) -> None:
    """Invariant V4."""
    anna, ben, agency = (story.account() for _ in range(3))
    work = story.title(anna)
    mandate = story.mandate(anna, agency)
    story.grant(story.licence(work, agency, mandate=mandate))
    story.revoke_mandate(anna, mandate)
    story.sell(anna, ben, work)

    found = story.check(work)

    assert found.kind is VerdictKind.LICENSED
    assert found.title.owner == ben
    assert found.licences[0].owner == anna


def test_check_use_with_a_recorded_voucher_stays_licensed_when_no_evidence_is_taken_any_more(story: Story) -> None:
    anna, agency = story.account(), story.account()
    work = story.title(anna)
    mandate = story.mandate(anna, agency, reporting_period=DAY)
    salt = secrets.token_bytes(32)
    sold, kept = (
        story.licence(work, agency, mandate=mandate, end_user=user(name, salt), issued_at=story.now)
        for name in ("shop.example", "kept.example")
    )
    story.book.add_many([story.voucher(sold, "shop.example", salt), story.voucher(kept, "kept.example", salt)])
    story.must(anna, story.calls.redeem_voucher(sold, story.sign(sold)))
    story.revoke_mandate(anna, mandate)
    story.pass_until(story.now + 2 * DAY)

    assert story.check(work).kind is VerdictKind.LICENSED
    late = story.check(work, "kept.example")
    assert (late.kind, late.refused[0].error) == (VerdictKind.NOT_LICENSED, "MandateEvidenceLate")


# OUT_OF_SCOPE


def test_check_use_outside_the_licence_names_each_field_with_both_values(story: Story) -> None:
    anna = story.account()
    work = story.title(anna)
    start = story.now + 100
    story.grant(story.licence(work, anna, scope=Scope(WEB, DE, start, start + DAY)))
    story.pass_until(start + 2 * DAY)

    found = story.check(work, media=WEB | PRINT, territories=FR, time=start + DAY)

    assert found.kind is VerdictKind.OUT_OF_SCOPE
    assert found.licences[0].outside == Outside.MEDIA | Outside.TERRITORIES | Outside.TIME
    assert [field.field for field in found.outside] == ["media", "territories", "time"]
    assert all(field.licence and field.use and field.licence != field.use for field in found.outside)


def test_check_use_before_the_end_user_was_named_is_out_of_scope_and_licensed_after(story: Story) -> None:
    anna, designer = story.account(), story.account()
    work = story.title(anna)
    licence = story.grant(story.licence(work, anna, licensee=designer, end_user=bytes(32), seats=2))
    before = story.now
    assert story.check(work).kind is VerdictKind.NOT_LICENSED
    assert story.check(work).sealed.free_seats == 2

    story.must(designer, story.calls.name_end_user(licence, user("shop.example")), seconds=50)

    early = story.check(work, time=before)
    assert early.kind is VerdictKind.OUT_OF_SCOPE
    assert [field.field for field in early.outside] == ["end user"]
    assert story.check(work, time=before + 49).kind is VerdictKind.OUT_OF_SCOPE
    assert story.check(work, time=before + 50).kind is VerdictKind.LICENSED


def test_check_use_after_revocation_is_out_of_scope_and_before_it_licensed(story: Story) -> None:
    anna = story.account()
    work = story.title(anna)
    licence = story.grant(story.licence(work, anna, flags=Flags.REVOCABLE))
    story.must(anna, story.calls.revoke_licence(licence), seconds=20)
    revoked_at = story.now

    assert story.check(work, time=revoked_at - 1).kind is VerdictKind.LICENSED
    found = story.check(work, time=revoked_at)
    assert found.kind is VerdictKind.OUT_OF_SCOPE
    assert found.licences[0].outside == Outside.REVOKED


def test_check_use_with_one_licence_outside_and_one_inside_is_licensed(story: Story) -> None:
    anna = story.account()
    work = story.title(anna)
    story.grant(story.licence(work, anna, scope=Scope(PRINT, DE, 0, 2**40 - 1)))
    inside = story.grant(story.licence(work, anna))

    found = story.check(work, media=WEB)

    assert found.kind is VerdictKind.LICENSED
    assert found.licences[0].licence == inside
    assert len(found.licences) == 2
