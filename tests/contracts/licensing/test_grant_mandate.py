"""grantMandate: who may give what. Reverts in the order of the checks, then what is stored and told."""

from __future__ import annotations

import pytest

from tests.contracts.licensing.world import DAY, HOUR, Scope, refusal, told
from tests.contracts.support import ZERO, titled, work


@pytest.fixture
def wide(give, owner, agency, clock):
    """A mandate with room for parts of it in every field."""
    return give(
        owner, agency, scope=Scope(0b111, 100, 10**9, 0b111), depth=2, commission=3000, reporting_period=7 * DAY
    )


@pytest.mark.parametrize("agent", ["nobody", "owner"])
def test_grant_mandate_reverts_for_an_agent_that_is_none(licences, terms_of, owner, agent):
    named = ZERO if agent == "nobody" else owner.address
    terms = terms_of(owner, scope=Scope(media=0))._replace(agent=named)
    assert refusal(licences, "grantMandate", terms, sender=owner.address) == ("MandateAgentInvalid", named)


@pytest.mark.parametrize(
    "scope", [Scope(media=0), Scope(territories=0), Scope(start=5, until=5), Scope(start=6, until=5)]
)
def test_grant_mandate_reverts_for_an_empty_scope(licences, terms_of, owner, agency, scope):
    terms = terms_of(agency, scope=scope, reporting_period=0)
    assert refusal(licences, "grantMandate", terms, sender=owner.address) == ("MandateScopeEmpty",)


@pytest.mark.parametrize("period", [0, HOUR - 1, 366 * DAY + 1, 2**32 - 1])
def test_grant_mandate_reverts_for_a_reporting_period_outside_its_bounds(licences, terms_of, owner, agency, period):
    terms = terms_of(agency, reporting_period=period, commission=10_001)
    expected = ("MandateReportingPeriodInvalid", period)
    assert refusal(licences, "grantMandate", terms, sender=owner.address) == expected


def test_grant_mandate_reverts_for_a_commission_above_the_price(licences, terms_of, owner, agency):
    terms = terms_of(agency, commission=10_001, depth=8)
    assert refusal(licences, "grantMandate", terms, sender=owner.address) == ("MandateCommissionInvalid", 10_001)


@pytest.mark.parametrize("depth", [8, 255])
def test_grant_mandate_reverts_for_too_many_levels(licences, terms_of, owner, agency, depth):
    terms = terms_of(agency, depth=depth, expires_at=1)
    assert refusal(licences, "grantMandate", terms, sender=owner.address) == ("MandateTooDeep", depth)


def test_grant_mandate_reverts_for_a_start_in_the_past(licences, terms_of, owner, agency, clock):
    """A back-dated mandate would make authority where there was none."""
    now, terms = clock.time, terms_of(agency)
    for start, expires_at in ((now - 1, now + DAY), (1, now + DAY), (0, now), (now + 5, now + 5), (now + 5, now + 4)):
        answer = refusal(
            licences,
            "grantMandate",
            terms._replace(start=start, expires_at=expires_at, work_id=9),
            sender=owner.address,
        )
        assert answer == ("MandatePeriodInvalid", start or now, expires_at)


def test_grant_mandate_reverts_for_a_work_of_another(licences, terms_of, work_id, agency, rival, owner, sell):
    terms = terms_of(agency, work_id=work_id)
    assert refusal(licences, "grantMandate", terms, sender=rival.address) == ("MandateNotOwner", work_id, rival.address)
    assert refusal(licences, "grantMandate", terms._replace(work_id=7), sender=owner.address) == (
        "MandateNotOwner",
        7,
        owner.address,
    )
    sell(work_id, rival)
    assert refusal(licences, "grantMandate", terms, sender=owner.address) == ("MandateNotOwner", work_id, owner.address)


@pytest.mark.parametrize("parent", [1, 2**64 - 1])
def test_grant_mandate_reverts_for_an_unknown_parent(licences, terms_of, agency, sub, parent):
    """Its own id, too: the first mandate cannot be its own parent."""
    terms = terms_of(sub, parent=parent)
    assert refusal(licences, "grantMandate", terms, sender=agency.address) == ("MandateUnknown", parent)


def test_grant_mandate_reverts_for_who_is_not_the_parents_agent(licences, terms_of, wide, owner, sub, rival):
    terms = terms_of(rival, parent=wide)
    for party in (owner, sub):
        answer = refusal(licences, "grantMandate", terms, sender=party.address)
        assert answer == ("MandateNotAgent", wide, party.address)


def test_grant_mandate_reverts_below_an_ended_link(licences, give, terms_of, owner, agency, sub, rival, clock):
    top = give(owner, agency, depth=2, expires_at=clock.time + DAY)
    middle = give(agency, sub, parent=top, depth=1, expires_at=clock.time + DAY - 100)
    terms = terms_of(rival, parent=middle)
    clock.sleep(DAY - 100)
    assert refusal(licences, "grantMandate", terms, sender=sub.address) == ("MandateNotLive", middle, clock.time)
    assert refusal(licences, "grantMandate", terms._replace(parent=top, depth=9), sender=agency.address) == (
        "MandateTooDeep",
        9,
    )
    licences.send("revokeMandate", top, sender=owner.address)
    answer = refusal(licences, "grantMandate", terms._replace(parent=top, depth=2), sender=agency.address)
    assert answer == ("MandateNotLive", top, clock.time)


def test_grant_mandate_reverts_below_a_link_whose_parent_ended(
    licences, give, terms_of, owner, agency, sub, rival, clock
):
    top = give(owner, agency, depth=2)
    middle = give(agency, sub, parent=top, depth=1, expires_at=clock.time + DAY)
    licences.send("revokeMandate", top, sender=owner.address)
    answer = refusal(licences, "grantMandate", terms_of(rival, parent=middle), sender=sub.address)
    assert answer == ("MandateNotLive", top, clock.time)


BEYOND = [
    ("depth", {"depth": 2}),
    ("scope", {"scope": Scope(0b1111, 100, 10**9, 0b111)}),
    ("scope", {"scope": Scope(0b111, 99, 10**9, 0b111)}),
    ("scope", {"scope": Scope(0b111, 100, 10**9 + 1, 0b111)}),
    ("scope", {"scope": Scope(0b111, 100, 10**9, 0b1111)}),
    ("commission", {"commission": 3001}),
    ("reportingPeriod", {"reporting_period": 7 * DAY + 1}),
    ("exclusive", {"exclusive": True}),
]


@pytest.mark.parametrize(("field", "changes"), BEYOND)
def test_grant_mandate_reverts_beyond_the_parent(licences, terms_of, wide, agency, sub, field, changes):
    within = terms_of(sub, parent=wide, scope=Scope(0b111, 100, 10**9, 0b111), depth=1, commission=3000)
    parent = licences.ask("mandateOf", wide)["terms"]
    within = within._replace(expires_at=parent["expiresAt"], reporting_period=7 * DAY)
    answer = refusal(licences, "grantMandate", within._replace(**changes), sender=agency.address)
    assert answer == ("MandateExceedsParent", wide, field.encode().ljust(32, b"\0"))
    assert licences.ask("grantMandate", within, sender=agency.address) == wide + 1


def test_grant_mandate_reverts_beyond_the_parents_time_and_work(
    licences, give, terms_of, owner, agency, sub, work_id, clock
):
    start, end = clock.time + DAY, clock.time + 9 * DAY
    parent = give(owner, agency, work_id=work_id, start=start, expires_at=end, depth=1)
    within = terms_of(sub, parent=parent, work_id=work_id, start=start, expires_at=end)
    for field, changes in (
        ("workId", {"work_id": 0}),
        ("workId", {"work_id": work_id + 1}),
        ("start", {"start": start - 1}),
        ("start", {"start": 0}),
        ("expiresAt", {"expires_at": end + 1}),
    ):
        answer = refusal(licences, "grantMandate", within._replace(**changes), sender=agency.address)
        assert answer == ("MandateExceedsParent", parent, field.encode().ljust(32, b"\0"))
    assert licences.ask("grantMandate", within, sender=agency.address) == parent + 1


def test_grant_mandate_of_one_work_under_a_mandate_for_all(licences, give, terms_of, owner, agency, sub):
    parent = give(owner, agency, depth=1)
    mandate = give(agency, sub, parent=parent, work_id=5)
    assert licences.ask("mandateOf", mandate)["terms"]["workId"] == 5


@pytest.mark.parametrize(("first", "second"), [(True, False), (False, True), (True, True)])
def test_grant_mandate_reverts_beside_an_exclusive_one(licences, give, terms_of, owner, agency, rival, first, second):
    existing = give(owner, agency, exclusive=first)
    answer = refusal(licences, "grantMandate", terms_of(rival, exclusive=second), sender=owner.address)
    assert answer == ("MandateExclusiveOverlap", existing)


def test_grant_mandate_beside_one_that_is_not_exclusive(give, owner, agency, rival):
    assert [give(owner, agency), give(owner, rival), give(owner, agency)] == [1, 2, 3]


def test_grant_mandate_beside_an_exclusive_one_where_they_do_not_meet(
    licences, give, terms_of, owner, agency, rival, work_id, clock
):
    end = clock.time + 10 * DAY
    existing = give(owner, agency, exclusive=True, work_id=work_id, scope=Scope(0b1, 10, 20, 0b1), expires_at=end)
    beside = terms_of(rival, scope=Scope(0b11, 5, 25, 0b11))
    assert refusal(licences, "grantMandate", beside, sender=owner.address) == ("MandateExclusiveOverlap", existing)
    for changes in (
        {"scope": Scope(0b10, 10, 20, 0b1)},
        {"scope": Scope(0b1, 10, 20, 0b10)},
        {"scope": Scope(0b1, 20, 30, 0b1)},
        {"scope": Scope(0b1, 1, 10, 0b1)},
        {"start": end},
    ):
        assert licences.ask("grantMandate", beside._replace(**changes), sender=owner.address) == 2
    answer = refusal(licences, "grantMandate", beside._replace(start=end - 1), sender=owner.address)
    assert answer == ("MandateExclusiveOverlap", existing)
    future = terms_of(rival, exclusive=True, start=end + 1, expires_at=end + DAY)
    later = licences.send("grantMandate", future, sender=owner.address).returned
    before = terms_of(rival, start=end, expires_at=end + 1, exclusive=True)
    assert licences.ask("grantMandate", before, sender=owner.address) == later + 1
    answer = refusal(licences, "grantMandate", before._replace(expires_at=end + 2), sender=owner.address)
    assert answer == ("MandateExclusiveOverlap", later)


def test_grant_mandate_beside_an_exclusive_one_for_another_work(
    licences, registry, give, terms_of, owner, agency, rival, work_id
):
    other = work(owner.address, 2)
    titled(registry, other, owner.address)
    existing = give(owner, agency, exclusive=True, work_id=work_id)
    assert licences.ask("grantMandate", terms_of(rival, work_id=other.work_id), sender=owner.address) == 2
    for one in (work_id, 0):
        answer = refusal(licences, "grantMandate", terms_of(rival, work_id=one), sender=owner.address)
        assert answer == ("MandateExclusiveOverlap", existing)


def test_grant_mandate_after_the_exclusive_one_ended(licences, give, owner, agency, rival, clock):
    first = give(owner, agency, exclusive=True)
    licences.send("revokeMandate", first, sender=agency.address)
    second = give(owner, agency, exclusive=True, expires_at=clock.time + DAY)
    clock.sleep(DAY)
    assert give(owner, rival, exclusive=True) == second + 1


def test_grant_mandate_by_two_owners_or_under_two_mandates_does_not_meet(give, owner, agency, sub, rival):
    give(owner, agency, exclusive=True, scope=Scope(0b1), depth=1)
    give(owner, rival, exclusive=True, scope=Scope(0b10), depth=1)
    give(rival, agency, exclusive=True)
    give(agency, sub, parent=1, exclusive=True, scope=Scope(0b1))
    assert give(rival, sub, parent=2, exclusive=True, scope=Scope(0b10)) == 5


def test_grant_mandate_reverts_when_the_list_is_full(licences, terms_of, owner, agency, rival):
    for agent in [agency] * 100:
        licences.send("grantMandate", terms_of(agent), sender=owner.address)
    assert licences.ask("mandateCount") == 100
    assert refusal(licences, "grantMandate", terms_of(rival), sender=owner.address) == ("MandateTooMany", 100)
    licences.send("revokeMandate", 50, sender=owner.address)
    done = licences.send("grantMandate", terms_of(rival), sender=owner.address)
    assert done.returned == 101
    assert done.gas < 1_500_000  # every live mandate is looked at
    assert refusal(licences, "grantMandate", terms_of(rival), sender=owner.address) == ("MandateTooMany", 100)


def test_grant_mandate_for_every_work_stores_and_tells(licences, terms_of, owner, agency, clock):
    terms = terms_of(agency, commission=10_000, depth=7, exclusive=True, reporting_period=366 * DAY)
    done = licences.send("grantMandate", terms, sender=owner.address)
    terms = terms._replace(start=done.time)
    event = {"mandate": 1, "owner": owner.address, "agent": agency.address, "terms": told(terms)}
    assert done.events == [("MandateGranted", event)]
    assert done.returned == licences.ask("mandateCount") == 1
    assert licences.ask("mandateOf", 1) == {"owner": owner.address, "revokedAt": 0, "terms": told(terms)}


def test_grant_mandate_under_a_parent_stores_and_tells(licences, terms_of, give, owner, agency, sub, clock):
    parent = give(owner, agency, depth=1, scope=Scope(0b111, 5, 1000, 0b111))
    start = clock.time + 50
    terms = terms_of(sub, parent=parent, scope=Scope(0b101, 7, 900, 0b110), start=start, reporting_period=HOUR)
    terms = terms._replace(expires_at=clock.time + 60)
    done = licences.send("grantMandate", terms, sender=agency.address)
    event = {"mandate": 2, "owner": owner.address, "agent": sub.address, "terms": told(terms)}
    assert done.events == [("MandateGranted", event)]
    assert done.returned == 2
    assert licences.ask("mandateOf", 2) == {"owner": owner.address, "revokedAt": 0, "terms": told(terms)}


def test_grant_mandate_in_the_very_second_it_starts(licences, terms_of, owner, agency, clock):
    start = clock.time + 100
    clock.next_at(start)
    done = licences.send("grantMandate", terms_of(agency, start=start, expires_at=start + 1), sender=owner.address)
    assert done.time == start


def test_mandate_of_reverts_for_none(licences):
    for mandate in (0, 1):
        assert refusal(licences, "mandateOf", mandate) == ("MandateUnknown", mandate)
