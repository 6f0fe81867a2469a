"""grantLicence: reverts in the order of the checks, then what is stored and told."""

from __future__ import annotations

import pytest

from tests.contracts.licensing.world import (
    DAY,
    EXCLUSIVE,
    GRANT,
    NONE,
    Scope,
    Signer,
    refusal,
    told,
)
from tests.contracts.support import OPPOSITION, ZERO, ZERO32, titled, work

ONE, TWO = Scope(0b1), Scope(0b10)


def refused(licences, licence, by=None):
    return refusal(licences, "grantLicence", licence, sender=by or licence.licensor)


def test_grant_licence_reverts_while_paused(licences, licence_of, owner, rival, pauser):
    licences.send("pause", sender=pauser)
    assert refused(licences, licence_of(owner), rival.address) == ("EnforcedPause",)


def test_grant_licence_reverts_for_another_than_the_licensor(licences, licence_of, owner, agency, carol):
    licence = licence_of(owner, issued_at=5)
    for caller in (agency.address, carol):
        assert refused(licences, licence, caller) == ("LicenceLicensorMismatch", owner.address, caller)


@pytest.mark.parametrize(("issued_at", "redeem_until"), [(1, 0), (0, 1), (2**40 - 1, 2**40 - 1)])
def test_grant_licence_reverts_for_a_date(licences, licence_of, owner, issued_at, redeem_until):
    """A back-dated grant is none."""
    licence = licence_of(owner, issued_at=issued_at, redeem_until=redeem_until, flags=16)
    assert refused(licences, licence) == ("LicenceDateGiven", issued_at, redeem_until)


@pytest.mark.parametrize("flags", [16, 17, 255])
def test_grant_licence_reverts_for_an_unknown_flag(licences, licence_of, owner, flags):
    licence = licence_of(owner, flags=flags, scope=Scope(0))
    assert refused(licences, licence) == ("LicenceFlagsUnknown", flags)


@pytest.mark.parametrize(
    "scope", [Scope(media=0), Scope(territories=0), Scope(start=5, until=5), Scope(start=6, until=5)]
)
def test_grant_licence_reverts_for_an_empty_scope(licences, licence_of, owner, scope):
    assert refused(licences, licence_of(owner, scope=scope, end_user=ZERO32)) == ("LicenceScopeEmpty",)


def test_grant_licence_reverts_without_end_user_and_seat(licences, licence_of, owner):
    """A seat without a holder is nobody's."""
    for changes in ({"seats": 0}, {"seats": 1, "licensee": ZERO}):
        licence = licence_of(owner, mandate=9, end_user=ZERO32, **changes)
        assert refused(licences, licence) == ("LicenceEndUserMissing",)


def test_grant_licence_reverts_without_authority(licences, give, licence_of, owner, agency, rival, clock):
    """Every refusal of requireAuthority, before the owner is asked for."""
    assert refused(licences, licence_of(agency, 1)) == ("MandateUnknown", 1)
    mandate = give(owner, agency, work_id=0, scope=Scope(0b11), expires_at=clock.time + DAY)
    assert refused(licences, licence_of(rival, mandate)) == ("MandateAgentMismatch", mandate, rival.address)
    assert refused(licences, licence_of(owner, mandate)) == ("MandateAgentMismatch", mandate, owner.address)
    wide = licence_of(agency, mandate, scope=Scope(0b111))
    assert refused(licences, wide) == ("MandateScopeExceeded", mandate)
    licences.send("revokeMandate", mandate, sender=agency.address)
    late = licence_of(agency, mandate, flags=EXCLUSIVE)
    assert refused(licences, late) == ("MandateNotLive", mandate, clock.time)


def test_grant_licence_reverts_for_another_work(licences, registry, give, licence_of, owner, agency, work_id):
    other = work(owner.address, 2)
    titled(registry, other, owner.address)
    mandate = give(owner, agency, work_id=work_id)
    answer = refused(licences, licence_of(agency, mandate, work_id=other.work_id))
    assert answer == ("MandateWorkOutside", mandate, other.work_id)


def test_grant_licence_reverts_for_an_exclusive_one_without_exclusive_mandate(
    licences, give, licence_of, owner, agency, clock
):
    mandate = give(owner, agency)
    licence = licence_of(agency, mandate, flags=EXCLUSIVE, work_id=7)
    assert refused(licences, licence) == ("LicenceExclusiveUnauthorized", mandate)


def test_grant_licence_reverts_for_who_does_not_own_the_work(
    licences, give, licence_of, owner, agency, rival, work_id, sell, clock
):
    """Invariant L3: no licence without the authority of the owner at its date."""
    mandate = give(owner, agency)
    foreign = give(rival, agency)
    for licensor, number, top in ((rival, 0, rival), (agency, 0, agency), (agency, foreign, rival)):
        answer = refused(licences, licence_of(licensor, number))
        assert answer == ("LicenceNotOwner", work_id, top.address, clock.time)
    assert refused(licences, licence_of(owner, work_id=7)) == ("LicenceNotOwner", 7, owner.address, clock.time)
    sold = sell(work_id, rival).time
    for licence in (licence_of(owner), licence_of(agency, mandate)):
        assert refused(licences, licence) == ("LicenceNotOwner", work_id, owner.address, sold)
    assert licences.ask("grantLicence", licence_of(agency, foreign), sender=agency.address)
    sell(work_id, owner, by=rival)
    assert licences.ask("grantLicence", licence_of(agency, mandate), sender=agency.address)


def test_grant_licence_reverts_within_an_exclusive_mandate_given(
    licences, give, licence_of, owner, agency, sub, work_id
):
    """Invariant L16: the grantor stays out, owner and agent alike."""
    top = give(owner, agency, exclusive=True, scope=ONE, depth=1)
    assert refused(licences, licence_of(owner)) == ("LicenceMandateOverlap", top)
    low = give(agency, sub, parent=top, exclusive=True, scope=ONE._replace(territories=0b1), work_id=work_id)
    meets, beside = ONE._replace(territories=0b11), ONE._replace(territories=0b10)
    assert refused(licences, licence_of(agency, top, scope=meets)) == ("LicenceMandateOverlap", low)
    for licensor, mandate, scope in ((owner, 0, TWO), (agency, top, beside), (sub, low, ONE._replace(territories=1))):
        assert licences.ask("grantLicence", licence_of(licensor, mandate, scope=scope), sender=licensor.address)
    licences.send("revokeMandate", low, sender=sub.address)
    assert licences.ask("grantLicence", licence_of(agency, top, scope=meets), sender=agency.address)


def test_grant_licence_beside_an_exclusive_mandate_for_another_work(
    licences, registry, give, licence_of, owner, agency
):
    other = work(owner.address, 2)
    titled(registry, other, owner.address)
    give(owner, agency, exclusive=True, work_id=other.work_id)
    assert licences.ask("grantLicence", licence_of(owner), sender=owner.address)
    blocked = refused(licences, licence_of(owner, work_id=other.work_id))
    assert blocked == ("LicenceMandateOverlap", 1)


def test_grant_licence_reverts_within_an_exclusive_mandate_not_yet_begun(
    licences, give, licence_of, owner, agency, clock
):
    give(owner, agency, exclusive=True, start=clock.time + DAY)
    assert refused(licences, licence_of(owner)) == ("LicenceMandateOverlap", 1)


@pytest.mark.parametrize("flags", [0, EXCLUSIVE])
def test_grant_licence_reverts_where_an_exclusive_licence_overlaps(
    licences, grant, licence_of, id_of, owner, flags, carol
):
    """Invariant L10, also in the very second of the exclusive grant."""
    existing = grant(licence_of(owner, flags=EXCLUSIVE, scope=Scope(0b1, 100, 200, 0b1)))
    overlap = ("LicenceExclusiveOverlap", id_of(existing))
    for scope in (Scope(), Scope(0b1, 199, 300, 0b1), Scope(0b1, 5, 101, 0b11), Scope(0b111, 120, 130, 0b1)):
        assert refused(licences, licence_of(owner, flags=flags, scope=scope)) == overlap
    for scope in (Scope(0b10, 100, 200, 1), Scope(1, 100, 200, 2), Scope(1, 200, 300, 1), Scope(1, 5, 100, 1)):
        assert licences.ask("grantLicence", licence_of(owner, flags=flags, scope=scope), sender=owner.address)


def test_grant_licence_in_the_second_after_an_exclusive_one_of_the_same_block_reverts(
    licences, licence_of, owner, clock
):
    clock.automine(False)
    first = licences.post("grantLicence", licence_of(owner, flags=EXCLUSIVE), sender=owner.address)
    second = licences.post("grantLicence", licence_of(owner, nonce=1), sender=owner.address)
    clock.mine_at(clock.time + 100)
    clock.automine(True)
    assert [name for name, _ in licences.result(first).events] == ["ExclusivityBegan", "LicenceRecorded"]
    with pytest.raises(Exception, match="LicenceExclusiveOverlap"):
        licences.result(second)


def test_grant_licence_reverts_for_the_same_content_in_the_same_second(licences, licence_of, id_of, owner, clock):
    """One id is recorded once; the nonce tells licences of the same content apart."""
    clock.automine(False)
    posted = [licences.post("grantLicence", licence_of(owner, nonce=n), sender=owner.address) for n in (0, 0, 1)]
    now = clock.time + 100
    clock.mine_at(now)
    clock.automine(True)
    assert licences.result(posted[0]).time == licences.result(posted[2]).time == now
    with pytest.raises(Exception, match="LicenceAlreadyRecorded") as error:
        licences.result(posted[1])
    assert error.value.args == ("LicenceAlreadyRecorded", id_of(licence_of(owner, issued_at=now)))


def test_grant_licence_of_an_exclusive_one_reverts_while_another_mandate_overlaps(
    licences, give, licence_of, owner, agency, rival, work_id, clock
):
    other = give(owner, rival, scope=ONE)
    exclusive = licence_of(owner, flags=EXCLUSIVE)
    assert refused(licences, exclusive) == ("LicenceMandateOverlap", other)
    assert licences.ask("grantLicence", exclusive._replace(scope=TWO), sender=owner.address)
    licences.send("revokeMandate", other, sender=owner.address)
    assert licences.ask("grantLicence", exclusive, sender=owner.address)
    future = give(owner, rival, scope=ONE, start=clock.time + DAY, work_id=work_id)
    assert refused(licences, exclusive) == ("LicenceMandateOverlap", future)


def test_grant_licence_of_an_exclusive_one_by_an_agent_looks_below(
    licences, give, licence_of, owner, agency, sub, rival
):
    """Nothing beside an exclusive mandate overlaps it, so that only what the licensor gave can."""
    top = give(owner, agency, exclusive=True, depth=2)
    middle = give(agency, sub, parent=top, exclusive=True, depth=1, scope=ONE)
    exclusive = licence_of(sub, middle, flags=EXCLUSIVE, scope=ONE)
    below = give(sub, rival, parent=middle, scope=ONE)
    assert refused(licences, exclusive) == ("LicenceMandateOverlap", below)
    licences.send("revokeMandate", below, sender=rival.address)
    assert licences.ask("grantLicence", exclusive, sender=sub.address)
    assert refused(licences, licence_of(agency, top, flags=EXCLUSIVE)) == ("LicenceMandateOverlap", middle)
    assert licences.ask("grantLicence", licence_of(agency, top, flags=EXCLUSIVE, scope=TWO), sender=agency.address)


def test_grant_licence_of_an_exclusive_one_reverts_until_the_title_is_settled(
    licences, registry, new_work, licence_of, owner, rival, clock
):
    """A title that can still move to an earlier anchor carries no promise; its last second belongs to the period."""
    fresh = new_work(2)
    settled = registry.ask("titleOf", fresh)["registeredAt"] + OPPOSITION
    exclusive = licence_of(owner, work_id=fresh, flags=EXCLUSIVE)
    rivals = licences.send("grantMandate", (0, rival.address, fresh, Scope(), 0, settled + 9, DAY, 0, 0, False),
                           sender=owner.address).returned  # fmt: skip
    clock.mine_at(settled)
    assert refused(licences, exclusive) == ("LicenceTitleUnsettled", fresh, settled)
    assert licences.ask("grantLicence", exclusive._replace(flags=0), sender=owner.address)
    clock.mine_at(settled + 1)
    assert refused(licences, exclusive) == ("LicenceMandateOverlap", rivals)
    clock.mine_at(settled + 9)
    assert licences.ask("grantLicence", exclusive, sender=owner.address)


def exclusives(licences, licence_of, licensor, mandate, seconds):
    for second in seconds:
        scope = Scope(0b1, second, second + 1, 0b1)
        licence = licence_of(licensor, mandate, flags=EXCLUSIVE, scope=scope)
        licences.send("grantLicence", licence, sender=licensor.address)


def test_grant_licence_reverts_for_more_exclusive_ones_than_agents_and_owners_may_record(
    licences, give, licence_of, owner, agency, work_id
):
    """Invariant L15: an agent cannot fill a work's list and so leave its owner without a place."""
    mandate = give(owner, agency, exclusive=True, scope=Scope(0b1, 0, 1000, 0b1))
    exclusives(licences, licence_of, agency, mandate, range(32))
    more = licence_of(agency, mandate, flags=EXCLUSIVE, scope=Scope(0b1, 900, 901, 0b1))
    assert refused(licences, more) == ("LicenceExclusiveTooMany", work_id, 32)
    exclusives(licences, licence_of, owner, 0, range(1000, 1032))
    assert len(licences.ask("exclusivesOf", work_id)) == 64
    more = licence_of(owner, flags=EXCLUSIVE, scope=Scope(0b1, 2000, 2001, 0b1))
    assert refused(licences, more) == ("LicenceExclusiveTooMany", work_id, 64)
    done = licences.send("grantLicence", licence_of(owner, scope=TWO), sender=owner.address)
    assert done.gas < 600_000  # every exclusive licence is looked at


def test_grant_licence_by_the_owner_stores_and_tells(licences, licence_of, id_of, owner, work_id, carol):
    licence = licence_of(
        owner, flags=15, seats=2**32 - 1, nonce=2**64 - 1, scope=Scope(2**64 - 1, 5, 2**40 - 1, 2**256 - 1)
    )
    done = licences.send("grantLicence", licence, sender=owner.address)
    licence = licence._replace(issued_at=done.time)
    event = {"licenceId": id_of(licence), "workId": work_id, "means": GRANT, "licence": told(licence)}
    began = ("ExclusivityBegan", {"licenceId": id_of(licence), "workId": work_id})
    assert done.events == [began, ("LicenceRecorded", event)]
    assert done.returned == id_of(licence) == licences.ask("licenceIdOf", licence)
    record = {"means": GRANT, "recordedAt": done.time, "revokedAt": 0, "seatsUsed": 0}
    assert licences.ask("recordOf", done.returned) == record
    assert licences.ask("holderOf", licence) == carol
    assert licences.ask("exclusivesOf", work_id) == [done.returned]
    assert licences.ask("recordOf", b"\1" * 32)["means"] == NONE
    assert licences.ask("holderOf", licence._replace(nonce=0)) == ZERO


@pytest.mark.parametrize("seats", [0, 3])
def test_grant_licence_through_a_chain_stores_and_tells(
    licences, give, licence_of, id_of, owner, agency, sub, work_id, carol, seats
):
    top = give(owner, agency, depth=1)
    low = give(agency, sub, parent=top, work_id=work_id)
    end_user = ZERO32 if seats else b"\7" * 32
    licence = licence_of(sub, low, licensee=carol if seats else ZERO, seats=seats, end_user=end_user)
    done = licences.send("grantLicence", licence, sender=sub.address)
    licence = licence._replace(issued_at=done.time)
    event = {"licenceId": id_of(licence), "workId": work_id, "means": GRANT, "licence": told(licence)}
    assert done.events == [("LicenceRecorded", event)]
    assert licences.ask("holderOf", licence) == (carol if seats else ZERO)
    assert licences.ask("exclusivesOf", work_id) == []


def test_grant_licence_with_every_depth(licences, give, licence_of, owner, work_id):
    agents = [Signer(f"level {level}") for level in range(8)]
    parent, by = 0, owner
    for level, agent in enumerate(agents):
        parent, by = give(by, agent, parent=parent, depth=7 - level), agent
    done = licences.send("grantLicence", licence_of(by, parent), sender=by.address)
    assert licences.ask("recordOf", done.returned)["means"] == GRANT
