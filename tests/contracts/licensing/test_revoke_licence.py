"""revokeLicence: only where the terms allow it, by the present owner or the licensor with authority."""

from __future__ import annotations

import pytest

from tests.contracts.licensing.world import (
    DAY,
    EXCLUSIVE,
    GRANT,
    NONE,
    REVOCABLE,
    REVOKED,
    Scope,
    Use,
    refusal,
)

USE = Use("example.com", 1)


def refused(licences, licence, by):
    return refusal(licences, "revokeLicence", licence, sender=getattr(by, "address", by))


@pytest.mark.parametrize("flags", [0, 7])
def test_revoke_licence_reverts_where_the_terms_do_not_allow_it(
    licences, grant, licence_of, id_of, owner, stranger, flags
):
    """Invariant L14: not even by the owner who granted it."""
    licence = grant(licence_of(owner, flags=flags))
    for by in (owner, stranger):
        assert refused(licences, licence, by) == ("LicenceNotRevocable", id_of(licence))


def test_revoke_licence_reverts_where_a_flag_was_added(licences, grant, licence_of, owner, id_of, clock):
    """Altered fields are another licence: revoking it leaves the real one."""
    licence = grant(licence_of(owner))
    altered = licence._replace(flags=REVOCABLE)
    licences.send("revokeLicence", altered, sender=owner.address)
    assert licences.ask("recordOf", id_of(licence))["revokedAt"] == 0
    assert licences.ask("covers", licence, USE._replace(time=clock.time).struct()) == 0


def test_revoke_licence_reverts_for_who_may_not(licences, give, grant, licence_of, id_of, owner, agency, rival, carol):
    mandate = give(owner, agency)
    give(owner, rival)
    licence = grant(licence_of(agency, mandate, flags=REVOCABLE))
    own = grant(licence_of(owner, flags=REVOCABLE))
    for by in (rival.address, carol):
        assert refused(licences, licence, by) == ("LicenceRevokeUnauthorized", id_of(licence), by)
    assert refused(licences, own, agency) == ("LicenceRevokeUnauthorized", id_of(own), agency.address)


def test_revoke_licence_reverts_for_a_licensor_without_authority_now(
    licences, give, grant, licence_of, id_of, owner, agency, rival, sell, work_id, clock
):
    mandate = give(owner, agency)
    licence, own = grant(licence_of(agency, mandate, flags=REVOCABLE)), grant(licence_of(owner, flags=REVOCABLE))
    sold = sell(work_id, rival).time
    assert refused(licences, licence, agency) == ("LicenceNotOwner", work_id, owner.address, sold)
    assert refused(licences, own, owner) == ("LicenceRevokeUnauthorized", id_of(own), owner.address)
    sell(work_id, owner, by=rival)
    ended = licences.send("revokeMandate", mandate, sender=owner.address).time
    assert refused(licences, licence, agency) == ("MandateNotLive", mandate, ended)
    assert licences.ask("revokeLicence", licence, sender=owner.address) == ()


def test_revoke_licence_reverts_twice(licences, grant, licence_of, id_of, owner):
    licence = grant(licence_of(owner, flags=REVOCABLE))
    ended = licences.send("revokeLicence", licence, sender=owner.address).time
    assert refused(licences, licence, owner) == ("LicenceAlreadyRevoked", id_of(licence), ended)


@pytest.mark.parametrize("by", ["licensor", "owner", "next owner"])
def test_revoke_licence_stores_and_tells(
    licences, give, grant, licence_of, id_of, owner, agency, rival, sell, work_id, by
):
    mandate = give(owner, agency)
    licence = grant(licence_of(agency, mandate, flags=REVOCABLE))
    if by == "next owner":
        sell(work_id, rival)
    party = {"licensor": agency, "owner": owner, "next owner": rival}[by].address
    done = licences.send("revokeLicence", licence, sender=party)
    assert done.events == [("LicenceRevoked", {"licenceId": id_of(licence), "workId": work_id, "by": party})]
    record = {"means": GRANT, "recordedAt": licence.issued_at, "revokedAt": done.time, "seatsUsed": 0}
    assert licences.ask("recordOf", id_of(licence)) == record
    assert licences.ask("covers", licence, USE._replace(time=done.time - 1).struct()) == 0
    assert licences.ask("covers", licence, USE._replace(time=done.time).struct()) == REVOKED


def test_revoke_licence_of_an_exclusive_one_frees_its_scope_from_then_on(
    licences, grant, licence_of, id_of, owner, work_id
):
    one, two = (grant(licence_of(owner, flags=EXCLUSIVE | REVOCABLE, scope=Scope(1 << place))) for place in (0, 1))
    both = licence_of(owner)
    assert refusal(licences, "grantLicence", both, sender=owner.address) == ("LicenceExclusiveOverlap", id_of(one))
    licences.send("revokeLicence", one, sender=owner.address)
    assert refusal(licences, "grantLicence", both, sender=owner.address) == ("LicenceExclusiveOverlap", id_of(two))
    licences.send("revokeLicence", two, sender=owner.address)
    assert licences.ask("grantLicence", both, sender=owner.address)
    assert licences.ask("exclusivesOf", work_id) == [id_of(one), id_of(two)]


def test_a_licence_revoked_before_it_was_recorded_stays_revoked(
    licences, licence_of, id_of, owner, work_id, clock, carol
):
    licence = licence_of(owner, flags=REVOCABLE, issued_at=clock.time)
    signature = owner.sign(id_of(licence))
    ended = licences.send("revokeLicence", licence, sender=owner.address).time
    assert licences.ask("recordOf", id_of(licence))["means"] == NONE
    assert licences.ask("coversVoucher", licence, USE._replace(time=ended).struct(), signature) == REVOKED
    licences.send("redeemVoucher", licence, signature, sender=carol)
    assert licences.ask("covers", licence, USE._replace(time=ended - 1).struct()) == 0
    assert licences.ask("covers", licence, USE._replace(time=ended).struct()) == REVOKED
    assert refused(licences, licence, owner) == ("LicenceAlreadyRevoked", id_of(licence), ended)


def test_an_exclusive_voucher_revoked_before_it_was_recorded_excludes_nothing(
    licences, licence_of, id_of, owner, work_id, clock, carol
):
    """Invariant L11. Else its buyer could block the work for ever: what is revoked cannot be revoked again."""
    licence = licence_of(owner, flags=REVOCABLE | EXCLUSIVE, issued_at=clock.time)
    signature = owner.sign(id_of(licence))
    licences.send("revokeLicence", licence, sender=owner.address)
    licences.send("redeemVoucher", licence, signature, sender=carol)
    assert licences.ask("exclusivesOf", work_id) == []
    assert licences.ask("grantLicence", licence_of(owner, flags=EXCLUSIVE), sender=owner.address)
    clock.sleep(DAY)
    assert licences.ask("grantLicence", licence_of(owner), sender=owner.address)
