"""What audits found at the nearest peers, each shown impossible here."""

from __future__ import annotations

import pytest

from tests.contracts.licensing.world import DAY, REVOCABLE, Inclusion, SalesTree, Use, refusal, reported
from tests.contracts.support import ZERO

USE = Use("example.com", 1).struct()


def test_terms_cannot_change_in_front_of_a_buyer(licences, grant, licence_of, id_of, owner, carol, clock):
    """A licence has no function that changes a field; the id that a buyer saw is the one that counts."""
    setters = {name for name, entry in licences.functions.items() if "(" in name and entry["stateMutability"] != "view"}
    takers = {name.partition("(")[0] for name in setters}
    assert takers == {
        *("grantMandate", "revokeMandate", "submitReport", "publishKey", "grantLicence", "redeemVoucher"),
        *("recordReported", "cancelVoucher", "revokeLicence", "transferLicence", "nameEndUser"),
        *("pause", "unpause", "setAuthority"),
    }
    licence = grant(licence_of(owner, terms=b"\1" * 32))
    for changed in (licence._replace(terms=b"\2" * 32), licence._replace(seats=9), licence._replace(flags=REVOCABLE)):
        assert refusal(licences, "covers", changed, USE) == ("LicenceUnknown", id_of(changed))


def test_nobody_burns_anothers_licence(
    licences, give, grant, licence_of, id_of, owner, agency, rival, admin, pauser, carol
):
    """Neither whose terms forbid it, nor by who has no part in the work."""
    mandate = give(owner, agency)
    firm, loose = (grant(licence_of(agency, mandate, flags=flags)) for flags in (0, REVOCABLE))
    for party in (owner.address, agency.address, rival.address, admin, pauser, carol, ZERO):
        answer = refusal(licences, "revokeLicence", firm, sender=party)
        assert answer == ("LicenceNotRevocable", id_of(firm))
        if party not in (owner.address, agency.address):
            answer = refusal(licences, "revokeLicence", loose, sender=party)
            assert answer == ("LicenceRevokeUnauthorized", id_of(loose), party)


def test_chains_of_mandates_are_never_circular(licences, give, terms_of, owner, agency, sub):
    """A parent exists before its child, and no parent is ever set anew: ids grow along every chain."""
    one = give(owner, agency, depth=7)
    assert refusal(licences, "grantMandate", terms_of(owner, parent=one + 1), sender=agency.address) == (
        "MandateUnknown",
        one + 1,
    )
    two = give(agency, sub, parent=one, depth=6)
    three = give(sub, owner, parent=two, depth=5)
    four = give(owner, agency, parent=three, depth=4)
    parents = [licences.ask("mandateOf", mandate)["terms"]["parent"] for mandate in (one, two, three, four)]
    assert parents == [0, one, two, three]
    licences.send("revokeMandate", one, sender=owner.address)
    assert refusal(licences, "grantMandate", terms_of(sub, parent=four, depth=3), sender=agency.address)[:2] == (
        "MandateNotLive",
        one,
    )


def test_a_child_never_outlives_its_parent(licences, give, terms_of, owner, agency, sub, work_id, clock):
    end = clock.time + DAY
    parent = give(owner, agency, depth=1, expires_at=end)
    longer = terms_of(sub, parent=parent, expires_at=end + 1)
    answer = refusal(licences, "grantMandate", longer, sender=agency.address)
    assert answer == ("MandateExceedsParent", parent, b"expiresAt".ljust(32, b"\0"))
    child = give(agency, sub, parent=parent, expires_at=end)
    ended = licences.send("revokeMandate", parent, sender=agency.address).time
    assert licences.ask("authorityAt", sub.address, work_id, ended - 1) == [child]
    assert licences.ask("authorityAt", sub.address, work_id, ended) == []


@pytest.mark.parametrize("means", ["grant", "voucher", "report"])
def test_no_licence_without_the_owners_authority(
    licences, give, licence_of, id_of, work_id, owner, rival, agency, clock, means
):
    """A stranger's own mandate, a stranger's own signature and a stranger's own report give none."""
    mandate = give(rival, agency)
    for licensor, number in ((rival, 0), (agency, mandate)):
        licence = licence_of(licensor, number, issued_at=0 if means == "grant" else clock.time)
        if means == "grant":
            answer = refusal(licences, "grantLicence", licence, sender=licensor.address)
        elif means == "voucher":
            answer = refusal(licences, "redeemVoucher", licence, licensor.sign(id_of(licence)))
        else:
            tree = SalesTree([id_of(licence)])
            index, header = reported(licences, tree, clock.time, licensor.address)
            answer = refusal(licences, "recordReported", licence, Inclusion(index, header, 0, []))
        assert answer == ("LicenceNotOwner", work_id, rival.address, licence.issued_at or clock.time)


def test_one_id_is_recorded_once_by_whatever_means(licences, licence_of, id_of, owner, clock, carol):
    """Invariant L6."""
    licence = licence_of(owner, issued_at=clock.time)
    signature, tree = owner.sign(id_of(licence)), SalesTree([id_of(licence)])
    index, header = reported(licences, tree, clock.time, owner.address)
    inclusion = Inclusion(index, header, 0, [])
    once = ("LicenceAlreadyRecorded", id_of(licence))
    licences.send("redeemVoucher", licence, signature, sender=carol)
    assert refusal(licences, "redeemVoucher", licence, signature) == once
    assert refusal(licences, "recordReported", licence, inclusion) == once
    clock.next_at(clock.time + 50)
    granted = licences.send("grantLicence", licence._replace(issued_at=0), sender=owner.address)
    dated = licence._replace(issued_at=granted.time)
    assert granted.returned == id_of(dated) != id_of(licence)
    assert refusal(licences, "redeemVoucher", dated, owner.sign(id_of(dated))) == (
        "LicenceAlreadyRecorded",
        id_of(dated),
    )


def test_a_grant_cannot_take_the_id_of_a_recorded_voucher(licences, licence_of, id_of, owner, clock, carol):
    """Where both are of the same second and content, the first stands."""
    now = clock.time + 100
    licence = licence_of(owner, issued_at=now)
    clock.automine(False)
    redeemed = licences.post("redeemVoucher", licence, owner.sign(id_of(licence)), sender=carol)
    granted = licences.post("grantLicence", licence._replace(issued_at=0), sender=owner.address)
    clock.mine_at(now)
    clock.automine(True)
    results = []
    for transaction in (redeemed, granted):
        try:
            results.append(licences.result(transaction).returned or "done")
        except Exception as error:
            results.append(error.args)
    assert sorted(map(str, results)) == sorted(map(str, ["done", ("LicenceAlreadyRecorded", id_of(licence))]))
