"""covers, coversVoucher, coversReported: the answer, and the openings and times that have none."""

from __future__ import annotations

import pytest

from tests.contracts.licensing.world import (
    BEFORE_NAMING,
    EXCLUSIVE,
    MEDIA,
    REVOCABLE,
    REVOKED,
    TERRITORIES,
    TIME,
    Inclusion,
    SalesTree,
    Scope,
    Use,
    end_user,
    refusal,
    reported,
)
from tests.contracts.support import ZERO32

SALT = b"\3" * 32
SCOPE = Scope(0b110, 100, 200, 0b110)
CASES = [
    (Use("", 100), 0),
    (Use("", 199), 0),
    (Use("", 99), TIME),
    (Use("", 200), TIME),
    (Use("", 0), TIME),
    (Use("", 150, 0b110, 0b110), 0),
    (Use("", 150, 0b100, 0b010), 0),
    (Use("", 150, 0b1, 0), MEDIA),
    (Use("", 150, 0b111, 0b110), MEDIA),
    (Use("", 150, 0, 0b1), TERRITORIES),
    (Use("", 150, 0b110, 2**255), TERRITORIES),
    (Use("", 150, 2**63, 0b1110), MEDIA | TERRITORIES),
    (Use("", 200, 0b1, 0b1), MEDIA | TERRITORIES | TIME),
]


@pytest.fixture(params=["grant", "voucher", "report"])
def means(request, licences, give, licence_of, id_of, owner, agency, clock):
    """Make licences by one of three means; ask for a use of one."""
    mandate = give(owner, agency, scope=Scope(0b111, territories=0b111))

    def make(**changes):
        licence = licence_of(agency, mandate, **changes)
        if request.param == "grant":
            done = licences.send("grantLicence", licence, sender=agency.address)
            return licence._replace(issued_at=done.time), ("covers",)
        licence = licence._replace(issued_at=clock.time)
        if request.param == "voucher":
            return licence, ("coversVoucher", agency.sign(id_of(licence)))
        other = b"\1" * 32
        tree = SalesTree([other, other, id_of(licence)])
        index, header = reported(licences, tree, clock.time, agency.address)
        return licence, ("coversReported", Inclusion(index, header, 2, tree.proof(2)))

    return make


def ask(made, use):
    licence, (name, *evidence) = made
    return name, licence, use.struct(), *evidence


def test_covers_reverts_for_one_never_recorded(licences, licence_of, id_of, owner, clock):
    licence = licence_of(owner, issued_at=clock.time)
    future = Use("nobody.org", 2**40 - 1)
    assert refusal(licences, "covers", licence, future.struct()) == ("LicenceUnknown", id_of(licence))


@pytest.mark.parametrize("ahead", [1, 10**6])
def test_covers_reverts_for_a_time_to_come(licences, means, clock, ahead):
    made = means()
    future = clock.time + ahead
    assert refusal(licences, *ask(made, Use("nobody.org", future))) == ("LicenceTimeInFuture", future)


def test_covers_reverts_for_a_forged_opening(licences, means, id_of):
    """Sealed names open by their salt alone; what looks like the commitment opens nothing."""
    made = means(end_user=end_user("example.com", SALT))
    for name, salt in (
        ("example.com", ZERO32),
        ("example.com", b"\4" * 32),
        ("example.org", SALT),
        ("", SALT),
        ("example.com\0", SALT),
        ("Example.com", SALT),
    ):
        answer = refusal(licences, *ask(made, Use(name, 1, salt=salt)))
        assert answer == ("LicenceEndUserMismatch", id_of(made[0]), end_user(name, salt))
    assert licences.ask(*ask(made, Use("example.com", 1, salt=SALT))) == 0


def test_covers_reverts_for_the_end_user_of_another_licence(licences, grant, means, licence_of, id_of, owner, carol):
    """Named there, not here."""
    other = grant(licence_of(owner, seats=1, nonce=8))
    licences.send("nameEndUser", other, end_user("client.org"), sender=carol)
    made = means(seats=1, nonce=9, end_user=ZERO32)
    for name in ("client.org", "example.com"):
        answer = refusal(licences, *ask(made, Use(name, 1)))
        assert answer == ("LicenceEndUserMismatch", id_of(made[0]), end_user(name))
        assert licences.ask("covers", other, Use(name, 1).struct()) == (BEFORE_NAMING if name == "client.org" else 0)


def test_covers_says_what_lies_outside(licences, means):
    made = means(scope=SCOPE)
    found = [licences.ask(*ask(made, use._replace(name="example.com"))) for use, _ in CASES]
    assert found == [expected for _, expected in CASES]


def test_covers_the_present_second(licences, means, clock):
    made = means()
    assert licences.ask(*ask(made, Use("example.com", clock.time))) == 0


def test_covers_uses_before_a_revocation(licences, means, agency):
    made = means(flags=REVOCABLE)
    ended = licences.send("revokeLicence", made[0], sender=agency.address).time
    found = [licences.ask(*ask(made, Use("example.com", ended - back))) for back in (1, 0)]
    assert found == [0, REVOKED]


def test_covers_with_everything_outside(licences, grant, licence_of, owner, carol, clock):
    licence = grant(licence_of(owner, seats=1, flags=REVOCABLE, scope=Scope(1, 0, 1, 1)))
    revoked_in = clock.time + 200
    named = licences.send("nameEndUser", licence, end_user("client.org"), sender=carol).time
    clock.next_at(revoked_in)
    licences.send("revokeLicence", licence, sender=owner.address)
    use = Use("client.org", revoked_in, 2, 2)
    assert licences.ask("covers", licence, use.struct()) == MEDIA | TERRITORIES | TIME | REVOKED
    early = use._replace(time=named - 1)
    assert licences.ask("covers", licence, early.struct()) == MEDIA | TERRITORIES | TIME | BEFORE_NAMING


def test_covers_asks_whether_the_evidence_is_valid_before_it_answers(licences, means, id_of, owner, carol):
    """A use of any kind gets the evidence's error first."""
    licence, (name, *evidence) = means()
    altered = licence._replace(nonce=licence.nonce + 1)
    answer = refusal(licences, name, altered, Use("nobody.org", 2**40 - 1).struct(), *evidence)
    expected = {"covers": "LicenceUnknown", "coversVoucher": "LicenceSignatureInvalid"}
    assert answer[0] == expected.get(name, "ReportProofInvalid")


def test_a_recorded_licence_names_end_users_whatever_its_means(licences, means, carol):
    licence, (name, *evidence) = means(seats=1)
    if name != "covers":
        record = "redeemVoucher" if name == "coversVoucher" else "recordReported"
        licences.send(record, licence, *evidence, sender=carol)
    named = licences.send("nameEndUser", licence, end_user("client.org"), sender=carol).time
    for use, expected in ((Use("client.org", named), 0), (Use("client.org", named - 1), BEFORE_NAMING)):
        assert licences.ask(name, licence, use.struct(), *evidence) == expected
        assert licences.ask("covers", licence, use.struct()) == expected


def test_covers_of_a_licence_that_an_exclusive_one_follows(
    licences, grant, means, licence_of, give, owner, agency, work_id, clock
):
    """An exclusive licence is exclusive from its record on; what was valid before stays."""
    made = means()
    for mandate in licences.ask("authorityAt", agency.address, work_id, clock.time):
        licences.send("revokeMandate", mandate, sender=owner.address)
    grant(licence_of(owner, flags=EXCLUSIVE))
    assert licences.ask(*ask(made, Use("example.com", clock.time))) == 0
