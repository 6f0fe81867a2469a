"""redeemVoucher, cancelVoucher: a signature that anyone may record while its evidence holds."""

from __future__ import annotations

import pytest

from tests.contracts.licensing.world import (
    DAY,
    EXCLUSIVE,
    REVOCABLE,
    VOUCHER,
    Scope,
    Use,
    end_user,
    refusal,
    told,
    wallet,
)
from tests.contracts.support import OPPOSITION, ZERO, ZERO32, rpc

ONE = Scope(0b1)
USE = Use("example.com", 1)


@pytest.fixture
def voucher_of(licence_of, id_of, clock):
    """A licence dated now and its licensor's signature."""

    def make(licensor, mandate=0, **changes):
        licence = licence_of(licensor, mandate, **{"issued_at": clock.time, **changes})
        return licence, licensor.sign(id_of(licence))

    return make


def refused(licences, licence, signature):
    """Redeeming and asking refuse alike."""
    answer = refusal(licences, "redeemVoucher", licence, signature)
    assert refusal(licences, "coversVoucher", licence, USE.struct(), signature) == answer
    return answer


def test_redeem_voucher_reverts_for_what_no_licence_is(licences, voucher_of, owner):
    for changes, expected in (
        ({"flags": 16, "scope": Scope(0)}, ("LicenceFlagsUnknown", 16)),
        ({"scope": Scope(territories=0), "end_user": ZERO32}, ("LicenceScopeEmpty",)),
        ({"end_user": ZERO32, "issued_at": 2**40 - 1}, ("LicenceEndUserMissing",)),
    ):
        assert refused(licences, *voucher_of(owner, **changes)) == expected


def test_redeem_voucher_reverts_for_a_date_to_come(licences, voucher_of, owner, clock):
    future = clock.time + 1
    voucher = voucher_of(owner, issued_at=future, redeem_until=1)
    assert refused(licences, *voucher) == ("LicenceInFuture", future)


def test_redeem_voucher_reverts_after_its_last_second(licences, voucher_of, id_of, owner, clock):
    last = clock.time + 100
    licence, signature = voucher_of(owner, redeem_until=last)
    licences.send("cancelVoucher", 0, sender=owner.address)
    clock.mine_at(last + 1)
    assert refused(licences, licence, signature) == ("LicenceVoucherExpired", id_of(licence), last)


def test_redeem_voucher_in_its_last_second(licences, voucher_of, owner, clock):
    licence, signature = voucher_of(owner, redeem_until=clock.time + 100)
    clock.next_at(licence.redeem_until)
    assert licences.send("redeemVoucher", licence, signature, sender=owner.address).time == licence.redeem_until


def test_redeem_voucher_reverts_when_cancelled(licences, voucher_of, owner, agency, give):
    licence, _ = voucher_of(owner, nonce=7)
    licences.send("cancelVoucher", 7, sender=owner.address)
    assert refused(licences, licence, b"") == ("LicenceVoucherCancelled", owner.address, 7)
    mandate = give(owner, agency)
    for other in (voucher_of(owner, nonce=8), voucher_of(agency, mandate, nonce=7)):
        assert licences.ask("redeemVoucher", *other)


def test_redeem_voucher_reverts_for_a_signature_of_another(licences, voucher_of, id_of, owner, rival):
    licence, signature = voucher_of(owner, work_id=7)
    for wrong in (b"", signature[:64], signature + b"\0", rival.sign(id_of(licence)), bytes(65), b"\xff" * 65):
        assert refused(licences, licence, wrong) == ("LicenceSignatureInvalid", id_of(licence), owner.address)


def test_redeem_voucher_reverts_for_nobodys_signature(licences, voucher_of, id_of, owner):
    licence = voucher_of(owner)[0]._replace(licensor=ZERO)
    for wrong in (bytes(65), b"", b"\xff" * 65):
        assert refused(licences, licence, wrong) == ("LicenceSignatureInvalid", id_of(licence), ZERO)


def test_redeem_voucher_reverts_when_signed_after_the_mandate_ended(licences, give, voucher_of, owner, agency, clock):
    mandate = give(owner, agency, expires_at=clock.time + 1000)
    licences.send("revokeMandate", mandate, sender=owner.address)
    licence, signature = voucher_of(agency, mandate)
    assert refused(licences, licence, signature) == ("MandateNotLive", mandate, licence.issued_at)


def test_redeem_voucher_reverts_when_dated_before_the_mandate(licences, give, voucher_of, owner, agency, clock):
    """Back-dated to before the authority began."""
    mandate = give(owner, agency)
    before = licences.ask("mandateOf", mandate)["terms"]["start"] - 1
    assert refused(licences, *voucher_of(agency, mandate, issued_at=before)) == ("MandateNotLive", mandate, before)
    assert refused(licences, *voucher_of(agency, mandate, issued_at=0)) == ("MandateNotLive", mandate, 0)


def test_redeem_voucher_reverts_when_back_dated_to_a_mandate_long_over(
    licences, give, voucher_of, owner, agency, clock
):
    """Invariant L9: one reporting period after the end nobody can date a licence into the mandate any more."""
    mandate = give(owner, agency, reporting_period=DAY)
    ended = licences.send("revokeMandate", mandate, sender=agency.address).time
    voucher = voucher_of(agency, mandate, issued_at=ended - 1)
    clock.mine_at(ended + DAY)
    assert licences.ask("redeemVoucher", *voucher)
    clock.mine_at(ended + DAY + 1)
    assert refused(licences, *voucher) == ("MandateEvidenceLate", mandate, ended + DAY, ended + DAY + 1)


def test_redeem_voucher_reverts_for_another_work(licences, give, voucher_of, owner, agency, work_id, clock):
    """The mandate's, and the signature's."""
    mandate = give(owner, agency, work_id=work_id)
    assert refused(licences, *voucher_of(agency, mandate, work_id=7)) == ("MandateWorkOutside", mandate, 7)
    assert refused(licences, *voucher_of(owner, work_id=7)) == ("LicenceNotOwner", 7, owner.address, clock.time)


def test_redeem_voucher_reverts_beyond_the_mandate(licences, give, voucher_of, owner, agency, rival):
    mandate = give(owner, agency, scope=ONE)
    assert refused(licences, *voucher_of(agency, mandate)) == ("MandateScopeExceeded", mandate)
    assert refused(licences, *voucher_of(agency, 99)) == ("MandateUnknown", 99)
    wrong = refused(licences, *voucher_of(rival, mandate, scope=ONE))
    assert wrong == ("MandateAgentMismatch", mandate, rival.address)
    exclusive = refused(licences, *voucher_of(agency, mandate, scope=ONE, flags=EXCLUSIVE))
    assert exclusive == ("LicenceExclusiveUnauthorized", mandate)


def test_redeem_voucher_reverts_for_an_owner_who_was_not_yet_or_is_no_more(
    licences, voucher_of, owner, rival, sell, work_id, clock
):
    """An owner's own voucher ends with the ownership: back-dating it gains nothing."""
    voucher, early = voucher_of(owner), voucher_of(rival)
    assert refused(licences, *early) == ("LicenceNotOwner", work_id, rival.address, early[0].issued_at)
    sold = sell(work_id, rival).time
    assert refused(licences, *early) == ("LicenceNotOwner", work_id, rival.address, early[0].issued_at)
    assert refused(licences, *voucher) == ("LicenceNotOwner", work_id, owner.address, sold)
    sell(work_id, owner, by=rival)
    assert licences.ask("redeemVoucher", *voucher)


def test_redeem_voucher_of_an_agent_until_one_reporting_period_after_the_sale_of_the_title(
    licences, give, voucher_of, owner, agency, rival, sell, work_id, clock
):
    mandate = give(owner, agency, reporting_period=DAY)
    voucher = voucher_of(agency, mandate)
    sold = sell(work_id, rival).time
    late = voucher_of(agency, mandate)
    assert refused(licences, *late) == ("LicenceNotOwner", work_id, owner.address, sold)
    clock.mine_at(sold + DAY - 1)
    assert licences.ask("redeemVoucher", *voucher)
    clock.mine_at(sold + DAY)
    assert refused(licences, *voucher) == ("LicenceNotOwner", work_id, owner.address, sold)


def test_redeem_voucher_of_an_agent_asks_who_owned_one_period_before(
    licences, give, voucher_of, owner, agency, rival, sell, work_id, clock
):
    """At issuedAt + period exactly, the owner at issuedAt is enough; a second later the next owner counts."""
    mandate = give(owner, agency, reporting_period=DAY)
    voucher = voucher_of(agency, mandate)
    issued = voucher[0].issued_at
    clock.next_at(issued + 1)
    sell(work_id, rival)
    clock.mine_at(issued + DAY)
    assert licences.ask("redeemVoucher", *voucher)
    clock.mine_at(issued + DAY + 1)
    assert refused(licences, *voucher) == ("LicenceNotOwner", work_id, owner.address, issued + 1)


def test_redeem_voucher_reverts_where_an_exclusive_licence_was_recorded_by_its_date(
    licences, grant, voucher_of, licence_of, id_of, owner, carol
):
    exclusive = grant(licence_of(owner, flags=EXCLUSIVE | REVOCABLE, scope=ONE, nonce=9))
    blocked = voucher_of(owner, issued_at=exclusive.issued_at)
    assert refused(licences, *blocked) == ("LicenceExclusiveOverlap", id_of(exclusive))
    before = voucher_of(owner, issued_at=exclusive.issued_at - 1)
    assert licences.ask("redeemVoucher", *before)
    ended = licences.send("revokeLicence", exclusive, sender=owner.address).time
    assert refused(licences, *blocked) == ("LicenceExclusiveOverlap", id_of(exclusive))
    last = voucher_of(owner, issued_at=ended - 1)
    assert refused(licences, *last) == ("LicenceExclusiveOverlap", id_of(exclusive))
    assert licences.ask("redeemVoucher", *voucher_of(owner, issued_at=ended))


def test_redeem_voucher_reverts_twice(licences, voucher_of, id_of, owner, carol):
    for flags in (0, EXCLUSIVE):
        licence, signature = voucher_of(owner, flags=flags, scope=Scope(1 << flags))
        licences.send("redeemVoucher", licence, signature, sender=carol)
        answer = refusal(licences, "redeemVoucher", licence, signature, sender=carol)
        assert answer == ("LicenceAlreadyRecorded", id_of(licence))
        assert licences.ask("coversVoucher", licence, USE.struct(), signature) == 0


@pytest.fixture
def redeemed(licences, id_of, carol, work_id):
    """Redeem an exclusive voucher; whether it became exclusive. It is recorded in either case."""

    def redeem(licence, signature):
        before = licences.ask("exclusivesOf", licence.work_id)
        done = licences.send("redeemVoucher", licence, signature, sender=carol)
        began = ("ExclusivityBegan", {"licenceId": id_of(licence), "workId": licence.work_id})
        told_of = {"licenceId": id_of(licence), "workId": licence.work_id, "means": VOUCHER, "licence": told(licence)}
        recorded = ("LicenceRecorded", told_of)
        assert licences.ask("recordOf", done.returned)["means"] == VOUCHER
        assert licences.ask("covers", licence, USE.struct()) == 0
        if done.events == [recorded]:
            assert licences.ask("exclusivesOf", licence.work_id) == before
            return False
        assert done.events == [began, recorded]
        assert licences.ask("exclusivesOf", licence.work_id) == [*before, id_of(licence)]
        return True

    return redeem


def test_redeem_voucher_of_an_exclusive_one_excludes_nobody_where_one_stands_since(
    redeemed, grant, voucher_of, licence_of, owner
):
    """Invariant L11: it stays its buyer's, but never exclusive after exclusive."""
    voucher, elsewhere = (voucher_of(owner, flags=EXCLUSIVE, nonce=n, scope=Scope(1 << n)) for n in (0, 1))
    grant(licence_of(owner, flags=EXCLUSIVE, scope=ONE, nonce=9))
    assert redeemed(*voucher) is False
    assert redeemed(*elsewhere) is True


def test_redeem_voucher_of_an_exclusive_one_excludes_nobody_beside_a_mandate_given_since(
    licences, redeemed, give, voucher_of, owner, agency, rival
):
    top = give(owner, agency, exclusive=True, depth=1)
    vouchers = [voucher_of(agency, top, flags=EXCLUSIVE, nonce=n) for n in (0, 1)]
    below = give(agency, rival, parent=top, scope=ONE)
    assert redeemed(*vouchers[0]) is False
    licences.send("revokeMandate", below, sender=rival.address)
    assert redeemed(*vouchers[1]) is True


@pytest.mark.parametrize("ends", ["mandate", "title", "neither"])
def test_redeem_voucher_of_an_exclusive_one_excludes_nobody_when_its_licensor_may_license_no_more(
    licences, redeemed, give, voucher_of, owner, agency, rival, sell, work_id, ends
):
    """The next owner is not bound by what the last one's agent promised and did not record."""
    mandate = give(owner, agency, exclusive=True)
    voucher = voucher_of(agency, mandate, flags=EXCLUSIVE)
    if ends == "mandate":
        licences.send("revokeMandate", mandate, sender=owner.address)
    if ends == "title":
        sell(work_id, rival)
    assert redeemed(*voucher) is (ends == "neither")


def test_redeem_voucher_of_an_exclusive_one_excludes_nobody_inside_an_exclusive_mandate_given_since(
    redeemed, give, voucher_of, owner, agency
):
    voucher = voucher_of(owner, flags=EXCLUSIVE)
    give(owner, agency, exclusive=True)
    assert redeemed(*voucher) is False


def test_redeem_voucher_of_an_exclusive_one_excludes_nobody_until_the_title_is_settled(
    redeemed, registry, new_work, voucher_of, owner, clock
):
    fresh = new_work(2)
    settled = registry.ask("titleOf", fresh)["registeredAt"] + OPPOSITION
    first, second = (voucher_of(owner, work_id=fresh, flags=EXCLUSIVE, nonce=n) for n in (0, 1))
    clock.next_at(settled)
    assert redeemed(*first) is False
    clock.next_at(settled + 1)
    assert redeemed(*second) is True


def test_redeem_voucher_of_an_exclusive_one_excludes_nobody_without_a_place(
    licences, give, voucher_of, licence_of, owner, agency
):
    mandate = give(owner, agency, exclusive=True, scope=Scope(0b1, 0, 1000, 0b1))
    for second in range(31):
        licence = licence_of(agency, mandate, flags=EXCLUSIVE, scope=Scope(1, second, second + 1, 1))
        licences.send("grantLicence", licence, sender=agency.address)
    last, late = (voucher_of(agency, mandate, flags=EXCLUSIVE, scope=Scope(1, 900 + n, 901 + n, 1)) for n in (0, 1))
    licences.send("redeemVoucher", *last, sender=agency.address)
    licences.send("redeemVoucher", *late, sender=agency.address)
    assert len(licences.ask("exclusivesOf", late[0].work_id)) == 32


def test_an_exclusive_licence_does_not_stand_against_itself(licences, voucher_of, owner, clock, carol):
    """Dated and recorded in one second, it is exclusive at its own date."""
    now = clock.time + 50
    licence, signature = voucher_of(owner, flags=EXCLUSIVE, issued_at=now)
    other = voucher_of(owner, issued_at=now, nonce=1)
    clock.next_at(now)
    licences.send("redeemVoucher", licence, signature, sender=carol)
    assert licences.ask("coversVoucher", licence, USE.struct(), signature) == 0
    assert refused(licences, *other)[0] == "LicenceExclusiveOverlap"


@pytest.mark.parametrize("by", ["carol", "agency", "stranger"])
def test_redeem_voucher_stores_and_tells_whoever_sends_it(
    licences, give, voucher_of, id_of, owner, agency, request, work_id, carol, by
):
    mandate = give(owner, agency)
    licence, signature = voucher_of(agency, mandate, seats=2)
    sender = request.getfixturevalue(by)
    done = licences.send("redeemVoucher", licence, signature, sender=getattr(sender, "address", sender))
    event = {"licenceId": id_of(licence), "workId": work_id, "means": VOUCHER, "licence": told(licence)}
    assert done.events == [("LicenceRecorded", event)]
    assert done.returned == id_of(licence)
    record = {"means": VOUCHER, "recordedAt": done.time, "revokedAt": 0, "seatsUsed": 0}
    assert licences.ask("recordOf", done.returned) == record
    assert licences.ask("holderOf", licence) == carol


def test_redeem_voucher_records_an_exclusive_one_from_now_on(licences, voucher_of, id_of, owner, work_id, carol):
    voucher = voucher_of(owner, flags=EXCLUSIVE)
    before = voucher_of(owner, nonce=1)
    recorded = licences.send("redeemVoucher", *voucher, sender=carol).time
    assert licences.ask("exclusivesOf", work_id) == [id_of(voucher[0])]
    assert licences.ask("redeemVoucher", *before)
    assert licences.ask("redeemVoucher", *voucher_of(owner, nonce=1, issued_at=recorded - 1))
    assert refused(licences, *voucher_of(owner, nonce=1)) == ("LicenceExclusiveOverlap", id_of(voucher[0]))


def test_a_recorded_voucher_outlives_its_evidence(
    licences, give, voucher_of, owner, agency, rival, sell, work_id, clock, carol
):
    """Invariant L4: revoked, sold and expired, the licence stays; the voucher alone would not be taken any more."""
    mandate = give(owner, agency)
    licence, signature = voucher_of(agency, mandate, redeem_until=clock.time + 500)
    licences.send("redeemVoucher", licence, signature, sender=carol)
    licences.send("revokeMandate", mandate, sender=owner.address)
    licences.send("cancelVoucher", 0, sender=agency.address)
    sell(work_id, rival)
    clock.sleep(400 * DAY)
    assert refusal(licences, "coversVoucher", licence, USE.struct(), signature)[0] == "LicenceVoucherExpired"
    assert licences.ask("covers", licence, USE._replace(time=clock.time).struct()) == 0


def test_a_contract_wallet_that_changed_its_mind_is_asked_anew(
    licences, terms_of, owner, licence_of, id_of, clock, carol
):
    """ERC-1271: what counts is what the wallet says at the recording, and afterwards no more."""
    address = wallet("wallet", b"\1" * 32)
    mandate = licences.send("grantMandate", terms_of(owner)._replace(agent=address), sender=owner.address).returned
    licence = licence_of(owner, mandate, issued_at=clock.time)._replace(licensor=address)
    rejected = ("LicenceSignatureInvalid", id_of(licence), address)
    assert refused(licences, licence, b"any") == rejected
    rpc("anvil_setStorageAt", address, "0x" + "00" * 32, "0x" + id_of(licence).hex())
    assert licences.ask("coversVoucher", licence, USE.struct(), b"any") == 0
    snapshot = rpc("evm_snapshot")
    rpc("anvil_setStorageAt", address, "0x" + "00" * 32, "0x" + "00" * 32)
    assert refused(licences, licence, b"any") == rejected
    assert rpc("evm_revert", snapshot)
    licences.send("redeemVoucher", licence, b"any", sender=carol)
    rpc("anvil_setStorageAt", address, "0x" + "00" * 32, "0x" + "00" * 32)
    assert refusal(licences, "coversVoucher", licence, USE.struct(), b"any") == rejected
    assert licences.ask("covers", licence, USE.struct()) == 0


@pytest.mark.parametrize("code", ["0x60206000f3", "0x60006000fd", "0x60006000f3"])
def test_a_contract_that_answers_anything_else_signs_nothing(licences, owner, licence_of, id_of, clock, code):
    rpc("anvil_setCode", owner.address, code)
    licence = licence_of(owner, issued_at=clock.time)
    signature = owner.sign(id_of(licence))
    assert refused(licences, licence, signature) == ("LicenceSignatureInvalid", id_of(licence), owner.address)


def test_cancel_voucher_reverts_twice(licences, owner):
    licences.send("cancelVoucher", 3, sender=owner.address)
    answer = refusal(licences, "cancelVoucher", 3, sender=owner.address)
    assert answer == ("LicenceVoucherCancelled", owner.address, 3)


def test_cancel_voucher_stores_and_tells(licences, owner, agency):
    done = licences.send("cancelVoucher", 2**64 - 1, sender=owner.address)
    assert done.events == [("VoucherCancelled", {"licensor": owner.address, "nonce": 2**64 - 1})]
    cancelled = [
        licences.ask("isVoucherCancelled", one.address, nonce) for one in (owner, agency) for nonce in (0, 2**64 - 1)
    ]
    assert cancelled == [False, True, False, False]


def test_cancel_voucher_leaves_what_was_recorded(licences, voucher_of, owner, carol):
    licence, signature = voucher_of(owner)
    licences.send("redeemVoucher", licence, signature, sender=carol)
    licences.send("cancelVoucher", 0, sender=owner.address)
    assert licences.ask("covers", licence, USE.struct()) == 0
    assert end_user("example.com") == licence.end_user
