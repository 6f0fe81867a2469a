"""transferLicence, nameEndUser: what only the holder may do."""

from __future__ import annotations

import pytest

from tests.contracts.licensing.world import (
    BEFORE_NAMING,
    EXCLUSIVE,
    GRANT,
    REVOCABLE,
    SUBLICENSABLE,
    TRANSFERABLE,
    Use,
    end_user,
    refusal,
)
from tests.contracts.support import ZERO, ZERO32

CLIENT, OTHER = end_user("client.org"), end_user("other.org", b"\5" * 32)


@pytest.fixture
def movable(grant, licence_of, owner):
    """A transferable, revocable licence of carol's with two seats."""
    return grant(licence_of(owner, flags=TRANSFERABLE | REVOCABLE, seats=2))


def refused(licences, name, licence, value, by):
    return refusal(licences, name, licence, value, sender=getattr(by, "address", by))


def test_transfer_licence_reverts_for_one_never_recorded(licences, licence_of, id_of, owner, carol, bob, clock):
    licence = licence_of(owner, issued_at=clock.time)
    assert refused(licences, "transferLicence", licence, bob, carol) == ("LicenceUnknown", id_of(licence))


def test_transfer_licence_reverts_where_the_terms_do_not_allow_it(
    licences, grant, licence_of, id_of, owner, bob, stranger
):
    licence = grant(licence_of(owner, flags=EXCLUSIVE | SUBLICENSABLE | REVOCABLE))
    answer = refused(licences, "transferLicence", licence, bob, stranger)
    assert answer == ("LicenceNotTransferable", id_of(licence))


def test_transfer_licence_reverts_for_who_does_not_hold_it(licences, movable, id_of, owner, bob, carol, stranger):
    for by in (owner.address, bob, stranger):
        assert refused(licences, "transferLicence", movable, ZERO, by) == ("LicenceNotHolder", id_of(movable), by)
    licences.send("transferLicence", movable, bob, sender=carol)
    answer = refused(licences, "transferLicence", movable, stranger, carol)
    assert answer == ("LicenceNotHolder", id_of(movable), carol)


def test_transfer_licence_reverts_to_nobody_and_to_the_holder(licences, movable, carol, owner):
    licences.send("revokeLicence", movable, sender=owner.address)
    for to in (ZERO, carol):
        assert refused(licences, "transferLicence", movable, to, carol) == ("LicenceHolderInvalid", to)


def test_transfer_licence_reverts_for_a_revoked_one(licences, movable, id_of, owner, carol, bob):
    ended = licences.send("revokeLicence", movable, sender=owner.address).time
    answer = refused(licences, "transferLicence", movable, bob, carol)
    assert answer == ("LicenceAlreadyRevoked", id_of(movable), ended)


def test_transfer_licence_reverts_where_nobody_holds_it(licences, grant, licence_of, id_of, owner, bob):
    licence = grant(licence_of(owner, flags=TRANSFERABLE, licensee=ZERO))
    for by in (owner.address, bob):
        answer = refused(licences, "transferLicence", licence, bob, by)
        assert answer == ("LicenceNotHolder", id_of(licence), by)


def test_transfer_licence_stores_and_tells(licences, movable, id_of, owner, carol, bob):
    """There and back: the licensee is a holder like any other."""
    for holder, to in ((carol, bob), (bob, carol), (carol, bob)):
        done = licences.send("transferLicence", movable, to, sender=holder)
        told = {"licenceId": id_of(movable), "from": holder, "to": to}
        assert done.events == [("LicenceTransferred", told)]
        assert licences.ask("holderOf", movable) == to
    record = {"means": GRANT, "recordedAt": movable.issued_at, "revokedAt": 0, "seatsUsed": 0}
    assert licences.ask("recordOf", id_of(movable)) == record


def test_name_end_user_reverts_for_one_never_recorded(licences, licence_of, id_of, owner, carol, clock):
    licence = licence_of(owner, issued_at=clock.time, seats=1)
    answer = refused(licences, "nameEndUser", licence, CLIENT, carol)
    assert answer == ("LicenceUnknown", id_of(licence))


def test_name_end_user_reverts_for_who_does_not_hold_it(licences, movable, id_of, owner, bob, carol):
    for by in (owner.address, bob):
        assert refused(licences, "nameEndUser", movable, ZERO32, by) == ("LicenceNotHolder", id_of(movable), by)
    licences.send("transferLicence", movable, bob, sender=carol)
    answer = refused(licences, "nameEndUser", movable, CLIENT, carol)
    assert answer == ("LicenceNotHolder", id_of(movable), carol)


def test_name_end_user_reverts_for_none_and_for_the_licences_own(licences, grant, licence_of, owner, carol):
    licence = grant(licence_of(owner, seats=0))
    for wrong in (ZERO32, licence.end_user):
        answer = refused(licences, "nameEndUser", licence, wrong, carol)
        assert answer == ("LicenceEndUserInvalid", wrong)


def test_name_end_user_reverts_for_one_named_before(licences, grant, licence_of, id_of, owner, carol):
    licence = grant(licence_of(owner, seats=1))
    licences.send("nameEndUser", licence, CLIENT, sender=carol)
    answer = refused(licences, "nameEndUser", licence, CLIENT, carol)
    assert answer == ("LicenceEndUserAlreadyNamed", id_of(licence), CLIENT)


@pytest.mark.parametrize("seats", [0, 1, 2])
def test_name_end_user_reverts_without_a_seat(licences, grant, licence_of, id_of, owner, carol, seats):
    licence = grant(licence_of(owner, seats=seats, flags=REVOCABLE))
    for seat in range(seats):
        licences.send("nameEndUser", licence, end_user(f"{seat}.org"), sender=carol)
    licences.send("revokeLicence", licence, sender=owner.address)
    answer = refused(licences, "nameEndUser", licence, CLIENT, carol)
    assert answer == ("LicenceSeatsTaken", id_of(licence), seats)


def test_name_end_user_reverts_for_a_revoked_one(licences, movable, id_of, owner, carol):
    ended = licences.send("revokeLicence", movable, sender=owner.address).time
    answer = refused(licences, "nameEndUser", movable, CLIENT, carol)
    assert answer == ("LicenceAlreadyRevoked", id_of(movable), ended)


def test_name_end_user_stores_and_tells(licences, movable, grant, licence_of, id_of, owner, carol, bob):
    """One seat each, whoever holds it by then; those named before stay."""
    other = grant(licence_of(owner, nonce=5, seats=1))
    first = licences.send("nameEndUser", movable, CLIENT, sender=carol)
    assert first.events == [("EndUserNamed", {"licenceId": id_of(movable), "endUser": CLIENT, "seat": 1})]
    licences.send("transferLicence", movable, bob, sender=carol)
    second = licences.send("nameEndUser", movable, OTHER, sender=bob)
    assert second.events == [("EndUserNamed", {"licenceId": id_of(movable), "endUser": OTHER, "seat": 2})]
    assert licences.ask("namedAt", id_of(movable), CLIENT) == first.time
    assert licences.ask("namedAt", id_of(movable), OTHER) == second.time
    assert licences.ask("namedAt", id_of(other), CLIENT) == licences.ask("namedAt", id_of(movable), ZERO32) == 0
    record = {"means": GRANT, "recordedAt": movable.issued_at, "revokedAt": 0, "seatsUsed": 2}
    assert licences.ask("recordOf", id_of(movable)) == record


def test_an_end_user_is_covered_from_the_second_of_its_naming_on(licences, grant, licence_of, owner, carol, clock):
    """Invariant L12: a designer buys with no end user named and names the client later."""
    licence = grant(licence_of(owner, end_user=ZERO32, seats=1))
    named = licences.send("nameEndUser", licence, OTHER, sender=carol).time
    use = Use("other.org", named, salt=b"\5" * 32)
    assert licences.ask("covers", licence, use.struct()) == 0
    assert licences.ask("covers", licence, use._replace(time=named - 1).struct()) == BEFORE_NAMING
    assert licences.ask("covers", licence, use._replace(time=1).struct()) == BEFORE_NAMING
