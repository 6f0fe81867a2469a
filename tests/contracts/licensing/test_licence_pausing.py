"""pause, unpause of the LicenceRegistry: new grants stop and nothing else."""

from __future__ import annotations

from tests.contracts.licensing.world import (
    REVOCABLE,
    TRANSFERABLE,
    Inclusion,
    SalesTree,
    Use,
    end_user,
    refusal,
    reported,
)

KEY, USE = b"\2" * 32, Use("example.com", 1).struct()


def test_pause_reverts_for_who_is_no_pauser(licences, owner, admin, verifier, deployer):
    for sender in (owner.address, admin, verifier, deployer):
        assert refusal(licences, "pause", sender=sender) == ("AccessManagedUnauthorized", sender)


def test_pause_reverts_while_paused(licences, pauser):
    done = licences.send("pause", sender=pauser)
    assert done.events == [("Paused", {"account": pauser})]
    assert licences.ask("paused") is True
    assert refusal(licences, "pause", sender=pauser) == ("EnforcedPause",)


def test_unpause_reverts_for_who_is_no_pauser_and_while_not_paused(licences, pauser, owner, admin, deployer):
    assert refusal(licences, "unpause", sender=pauser) == ("ExpectedPause",)
    licences.send("pause", sender=pauser)
    for sender in (owner.address, admin, deployer):
        assert refusal(licences, "unpause", sender=sender) == ("AccessManagedUnauthorized", sender)


def test_unpause_resumes_grants(licences, pauser, licence_of, owner):
    licences.send("pause", sender=pauser)
    done = licences.send("unpause", sender=pauser)
    assert done.events == [("Unpaused", {"account": pauser})]
    licences.send("grantLicence", licence_of(owner), sender=owner.address)


def test_paused_everything_but_grants_goes_on(
    licences, give, grant, licence_of, id_of, owner, agency, rival, pauser, work_id, clock, carol, bob
):
    """Invariant L13."""
    before = grant(licence_of(owner, flags=TRANSFERABLE | REVOCABLE, seats=1))
    licences.send("pause", sender=pauser)
    assert refusal(licences, "grantLicence", licence_of(owner), sender=owner.address) == ("EnforcedPause",)

    mandate = give(owner, agency)
    licences.send("revokeMandate", give(owner, rival), sender=owner.address)
    licences.send("publishKey", KEY, sender=owner.address)
    voucher = licence_of(agency, mandate, issued_at=clock.time)
    sold = voucher._replace(nonce=1)
    licences.send("redeemVoucher", voucher, agency.sign(id_of(voucher)), sender=carol)
    tree = SalesTree([id_of(sold)])
    index, header = reported(licences, tree, clock.time, agency.address)
    inclusion = Inclusion(index, header, 0, [])
    assert licences.ask("coversReported", sold, USE, inclusion) == 0
    licences.send("recordReported", sold, inclusion, sender=carol)
    licences.send("cancelVoucher", 9, sender=owner.address)
    licences.send("nameEndUser", before, end_user("client.org"), sender=carol)
    licences.send("transferLicence", before, bob, sender=carol)
    licences.send("revokeLicence", before, sender=owner.address)
    for licence in (before, voucher, sold):
        assert licences.ask("covers", licence, USE) == 0
    assert licences.ask("authorityAt", agency.address, work_id, clock.time) == [mandate]
    assert licences.ask("paused") is True
