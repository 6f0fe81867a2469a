"""All six verdicts, each from a history built on a real chain."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from pathlib import Path

import pytest

from registry_client.checks.verdict import Asker, AskerKind, VerdictKind
from registry_client.content.fingerprint import fingerprint_file
from registry_client.errors import BlockMissing, ChainUnavailable, EndUserInvalid, ScopeInvalid
from registry_client.models import Flags, KnownLicence, Outside, Report, Scope
from tests.client.checks.story import CH, DAY, DE, EVERYWHERE, FR, PRINT, WEB, Story, user
from tests.client.photos import image

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
    text = "\n".join(found.explain())
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
    assert "registry licence prove" in "\n".join(stranger.explain())


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


# PENDING and NOT_LICENSED


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
    assert "registry licence prove" in "\n".join(stranger.explain())
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


# AMBIGUOUS and UNREGISTERED


def test_check_use_of_a_contested_title_is_ambiguous(story: Story) -> None:
    anna, ben = story.account(), story.account()
    content = secrets.token_bytes(32)
    earlier = story.work(ben, content_hash=content)
    tree = story.anchor(earlier)
    work = story.title(anna, story.work(anna, content_hash=content))
    story.grant(story.licence(work, anna))
    story.pass_until(story.now + 31 * DAY)
    data = story.registry.oppose_data(earlier, tree.root, tree.proof(earlier))
    assert story.send(ben, story.registry.address, data) is not None

    found = story.check(work)

    assert found.kind is VerdictKind.AMBIGUOUS
    assert found.title.contested
    assert len(found.licences) == 1


def test_check_use_of_a_superseded_title_tells_it_and_keeps_licences_given_in_good_faith(story: Story) -> None:
    anna, ben = story.account(), story.account()
    content = secrets.token_bytes(32)
    earlier = story.work(ben, content_hash=content)
    tree = story.anchor(earlier)
    work = story.title(anna, story.work(anna, content_hash=content))
    story.grant(story.licence(work, anna))
    data = story.registry.oppose_data(earlier, tree.root, tree.proof(earlier))
    assert story.send(ben, story.registry.address, data) is not None

    found = story.check(work)

    assert found.kind is VerdictKind.LICENSED
    assert (found.title.owner, found.title.superseded) == (ben, True)


def test_check_use_of_a_work_anchored_by_two_is_ambiguous(story: Story) -> None:
    anna, ben = story.account(), story.account()
    content = secrets.token_bytes(32)
    story.anchor(story.work(anna, content_hash=content))
    story.anchor(story.work(ben, content_hash=content))

    assert story.check(int.from_bytes(content, "big")).kind is VerdictKind.AMBIGUOUS


def test_check_use_of_an_image_by_exact_bytes_near_one_and_near_two(story: Story, tmp_path: Path) -> None:
    anna = story.account()
    original, rendition = tmp_path / "original.png", tmp_path / "rendition.jpg"
    image(7, 400, 300).save(original)
    image(7, 400, 300).resize((200, 150)).save(rendition, quality=80)
    seen = fingerprint_file(original)
    work = story.title(anna, story.work(anna, seen.fingerprint, seen.content_hash))
    story.grant(story.licence(work, anna))

    exact = story.check(original)
    near = story.check(rendition)
    assert (exact.kind, exact.work.found_by, exact.work.distance) == (VerdictKind.LICENSED, "exact bytes", None)
    assert (near.kind, near.work.found_by, near.work.work_id) == (VerdictKind.LICENSED, "fingerprint", work)
    assert near.work.distance is not None
    assert 0 <= near.work.distance <= 60
    assert f"{near.work.distance} of 256 bits differ" in "\n".join(near.explain())

    second = story.title(anna, story.work(anna, seen.fingerprint))
    both = story.check(rendition)
    assert both.kind is VerdictKind.AMBIGUOUS
    assert {one.work_id for one in both.candidates} == {work, second}


def test_check_use_of_an_unknown_work_is_unregistered_only_when_every_manifest_was_read(
    story: Story, tmp_path: Path
) -> None:
    anna = story.account()
    story.anchor(story.work(anna))
    picture = tmp_path / "unknown.png"
    image(99).save(picture)

    assert story.check(picture).kind is VerdictKind.UNREGISTERED
    assert story.check(12345).kind is VerdictKind.UNREGISTERED

    data = story.registry.anchor_data(secrets.token_bytes(32), secrets.token_bytes(32))
    assert story.send(anna, story.registry.address, data) is not None
    with pytest.raises(BlockMissing):
        story.check(picture)


# What is asked


def test_check_use_in_the_future_is_refused(story: Story) -> None:
    work = story.title(story.account())

    with pytest.raises(ScopeInvalid, match="nobody can tell yet"):
        story.check(work, time=story.now + 1)


def test_check_use_by_nobody_is_refused(story: Story) -> None:
    with pytest.raises(EndUserInvalid):
        story.check(1, None)


def test_check_use_takes_the_user_from_the_address_of_the_page(story: Story) -> None:
    anna = story.account()
    work = story.title(anna)
    story.grant(story.licence(work, anna))

    found = story.check(work, None, url="https://www.shop.example/a?b=c")

    assert found.kind is VerdictKind.LICENSED
    assert found.question.names == ("shop.example",)


def test_to_json_is_complete_and_survives_json(story: Story) -> None:
    anna, agency = story.account(), story.account()
    work = story.title(anna)
    mandate = story.mandate(anna, agency)
    story.grant(story.licence(work, agency, mandate=mandate, scope=Scope(PRINT, DE, 0, 2**40 - 1)))

    value = json.loads(json.dumps(story.check(work, media=WEB, territories=DE).to_json()))

    assert value["verdict"] == "OUT_OF_SCOPE"
    assert value["work"]["work_id"] == f"0x{work:064x}"
    assert value["licences"][0]["authority"][0]["terms"]["agent"] == agency
    assert value["licences"][0]["outside"] == ["media"]
    assert value["outside"] == [{"field": "media", **{k: value["outside"][0][k] for k in ("licence", "use")}}]
    assert value["pending"][0]["agent"] == agency
    assert value["question"]["media_codes"]
    assert set(value) >= {"title", "block", "time", "sealed", "breaches", "knowledge", "refused", "candidates"}
    assert value["explanation"][0].startswith("OUT OF SCOPE")


def test_check_use_of_nobodys_licence_says_nothing_when_the_node_is_gone(story: Story) -> None:
    work = story.title(story.account())
    story.check(work)
    story.connection.transport.url = "http://127.0.0.1:1"

    with pytest.raises(ChainUnavailable):
        story.check(work)


def test_everywhere_covers_every_scope_of_these_tests() -> None:
    assert Scope(WEB | PRINT, DE | FR | CH, 5, 6).is_within(EVERYWHERE)
