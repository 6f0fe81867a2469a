"""revokeMandate: who may end what, and from when on."""

from __future__ import annotations

import pytest

from tests.contracts.licensing.world import DAY, Scope, refusal


@pytest.fixture
def chain(give, owner, agency, sub, rival):
    """owner → agency → sub → rival."""
    top = give(owner, agency, depth=2)
    middle = give(agency, sub, parent=top, depth=1)
    return top, middle, give(sub, rival, parent=middle)


def test_revoke_mandate_reverts_for_none(licences, owner):
    for mandate in (0, 1):
        assert refusal(licences, "revokeMandate", mandate, sender=owner.address) == ("MandateUnknown", mandate)


def test_revoke_mandate_reverts_for_who_has_no_part_in_it(licences, chain, owner, agency, sub, rival, stranger):
    forbidden = {0: (sub, rival), 1: (rival,), 2: (agency,)}
    for place, parties in forbidden.items():
        for party in (*(one.address for one in parties), stranger):
            answer = refusal(licences, "revokeMandate", chain[place], sender=party)
            assert answer == ("MandateUnauthorized", chain[place], party)


def test_revoke_mandate_reverts_for_an_agent_of_mandate_zero(licences, give, owner, agency):
    """An owner's mandate has no grantor below zero: nobody is its agent."""
    top = give(owner, agency)
    zero = "0x" + "00" * 20
    assert refusal(licences, "revokeMandate", top, sender=zero) == ("MandateUnauthorized", top, zero)


def test_revoke_mandate_reverts_twice(licences, chain, owner, agency):
    licences.send("revokeMandate", chain[0], sender=owner.address)
    for party in (owner, agency):
        answer = refusal(licences, "revokeMandate", chain[0], sender=party.address)
        assert answer == ("MandateAlreadyRevoked", chain[0])


@pytest.mark.parametrize(
    ("place", "by"), [(0, "owner"), (0, "agency"), (1, "owner"), (1, "agency"), (1, "sub"), (2, "owner"), (2, "sub")]
)
def test_revoke_mandate_stores_and_tells(licences, chain, signers, place, by):
    party = signers[by].address
    before = licences.ask("mandateOf", chain[place])
    done = licences.send("revokeMandate", chain[place], sender=party)
    assert done.events == [("MandateRevoked", {"mandate": chain[place], "by": party})]
    assert done.returned is None
    assert licences.ask("mandateOf", chain[place]) == {**before, "revokedAt": done.time}


@pytest.mark.parametrize("place", [0, 1, 2])
def test_revoke_mandate_ends_what_hangs_on_it_from_that_second_on(licences, chain, work_id, owner, signers, place):
    done = licences.send("revokeMandate", chain[place], sender=owner.address)
    for below, agent in enumerate(("agency", "sub", "rival")):
        address = signers[agent].address
        assert licences.ask("authorityAt", address, work_id, done.time - 1) == [chain[below]]
        assert licences.ask("authorityAt", address, work_id, done.time) == ([] if below >= place else [chain[below]])


def test_revoke_mandate_after_its_end_changes_nothing(licences, give, owner, agency, work_id, clock):
    end = clock.time + DAY
    mandate = give(owner, agency, expires_at=end)
    clock.sleep(2 * DAY)
    licences.send("revokeMandate", mandate, sender=owner.address)
    values = (mandate, agency.address, work_id, Scope(), end)
    assert refusal(licences, "requireAuthority", *values, end) == ("MandateNotLive", mandate, end)
    late = refusal(licences, "requireAuthority", *values[:-1], end - 1, end + DAY + 1)
    assert late == ("MandateEvidenceLate", mandate, end + DAY, end + DAY + 1)


def test_revoke_mandate_before_its_start_leaves_no_authority(licences, give, owner, agency, work_id, clock):
    mandate = give(owner, agency, start=clock.time + DAY)
    licences.send("revokeMandate", mandate, sender=owner.address)
    clock.sleep(2 * DAY)
    for time in (clock.time - DAY + 30, clock.time):
        assert licences.ask("authorityAt", agency.address, work_id, time) == []
        answer = refusal(licences, "requireAuthority", mandate, agency.address, work_id, Scope(), time, time)
        assert answer == ("MandateNotLive", mandate, time)
