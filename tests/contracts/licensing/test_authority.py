"""requireAuthority and authorityAt: authority as a function of time."""

from __future__ import annotations

import pytest

from tests.contracts.licensing.world import DAY, HOUR, Scope, refusal
from tests.contracts.support import titled, work

BOUNDS = Scope(0b110, 100, 200, 0b110)


@pytest.fixture
def asked(licences, work_id):
    """requireAuthority of a mandate and an agent; what is not said is as the mandate has it."""

    def ask(mandate, agent, time, evidence=None, scope=BOUNDS, of=None):
        values = (mandate, agent.address, of or work_id, scope, time, time if evidence is None else evidence)
        return licences, "requireAuthority", *values

    return ask


def answer(values):
    licences, *rest = values
    return licences.ask(*rest)


def test_require_authority_reverts_for_an_unknown_mandate(asked, agency):
    for mandate in (0, 1, 2**64 - 1):
        assert refusal(*asked(mandate, agency, 1)) == ("MandateUnknown", mandate)


def test_require_authority_reverts_for_another_agent(asked, give, owner, agency, rival):
    mandate = give(owner, agency, work_id=0, scope=BOUNDS)
    for other in (rival, owner):
        assert refusal(*asked(mandate, other, 1, of=9)) == ("MandateAgentMismatch", mandate, other.address)


def test_require_authority_reverts_for_another_work(asked, give, owner, agency, work_id):
    mandate = give(owner, agency, work_id=work_id, scope=BOUNDS)
    beyond = Scope(1, 0, 1, 1)
    assert refusal(*asked(mandate, agency, 1, of=9, scope=beyond)) == ("MandateWorkOutside", mandate, 9)


@pytest.mark.parametrize(
    "scope", [(0b111, 100, 200, 0b110), (0b110, 99, 200, 0b110), (0b110, 100, 201, 0b110), (0b110, 100, 200, 0b1110)]
)
def test_require_authority_reverts_beyond_the_scope(asked, give, owner, agency, scope):
    mandate = give(owner, agency, scope=BOUNDS)
    assert refusal(*asked(mandate, agency, 1, scope=Scope(*scope))) == ("MandateScopeExceeded", mandate)


def test_require_authority_before_the_start_and_from_the_end_on(asked, give, owner, agency, sub, clock):
    """The first second belongs to the authority, the last does not; every link counts."""
    start, end = clock.time + DAY, clock.time + 3 * DAY
    top = give(owner, agency, scope=BOUNDS, start=start, expires_at=end, depth=1)
    low = give(agency, sub, parent=top, scope=BOUNDS, start=start + 10, expires_at=end - 10, reporting_period=HOUR)
    assert refusal(*asked(top, agency, start - 1)) == ("MandateNotLive", top, start - 1)
    assert refusal(*asked(low, sub, start + 9)) == ("MandateNotLive", low, start + 9)
    assert refusal(*asked(top, agency, end)) == ("MandateNotLive", top, end)
    assert refusal(*asked(low, sub, end - 10)) == ("MandateNotLive", low, end - 10)
    assert answer(asked(top, agency, start)) == answer(asked(top, agency, end - 1)) == (owner.address, DAY)
    assert answer(asked(low, sub, start + 10)) == answer(asked(low, sub, end - 11)) == (owner.address, HOUR)


def test_require_authority_reverts_where_a_link_above_ended(licences, asked, give, owner, agency, sub):
    top = give(owner, agency, scope=BOUNDS, depth=1)
    low = give(agency, sub, parent=top, scope=BOUNDS)
    ended = licences.send("revokeMandate", top, sender=owner.address).time
    assert refusal(*asked(low, sub, ended)) == ("MandateNotLive", top, ended)
    assert answer(asked(low, sub, ended - 1)) == (owner.address, DAY)


def test_require_authority_reverts_for_late_evidence(licences, asked, give, owner, agency, sub, clock):
    """One reporting period of the licence's own mandate after each link's end."""
    end = clock.time + 3 * DAY
    top = give(owner, agency, scope=BOUNDS, depth=1, expires_at=end, reporting_period=9 * DAY)
    low = give(agency, sub, parent=top, scope=BOUNDS, expires_at=end, reporting_period=2 * DAY)
    time = clock.time
    assert answer(asked(low, sub, time, end + 2 * DAY)) == (owner.address, 2 * DAY)
    assert refusal(*asked(low, sub, time, end + 2 * DAY + 1)) == (
        "MandateEvidenceLate",
        low,
        end + 2 * DAY,
        end + 2 * DAY + 1,
    )
    ended = licences.send("revokeMandate", top, sender=owner.address).time
    assert answer(asked(low, sub, time, ended + 2 * DAY)) == (owner.address, 2 * DAY)
    assert refusal(*asked(low, sub, time, ended + 2 * DAY + 1)) == (
        "MandateEvidenceLate",
        top,
        ended + 2 * DAY,
        ended + 2 * DAY + 1,
    )


def test_require_authority_takes_the_end_of_numbers(asked, give, owner, agency):
    mandate = give(owner, agency, scope=BOUNDS, expires_at=2**40 - 1, reporting_period=366 * DAY)
    accepted = 2**40 - 1 + 366 * DAY
    late = refusal(*asked(mandate, agency, 2**40 - 2, 2**256 - 1))
    assert late == ("MandateEvidenceLate", mandate, accepted, 2**256 - 1)
    assert refusal(*asked(mandate, agency, 2**256 - 1)) == ("MandateNotLive", mandate, 2**256 - 1)


def test_authority_at_reverts_for_the_future(licences, agency, work_id, clock):
    future = clock.time + 1
    answer = refusal(licences, "authorityAt", agency.address, work_id, future)
    assert answer == ("RegistryTimeInFuture", future)


def test_authority_at_names_the_mandates_that_cover_the_work(licences, registry, give, owner, agency, rival, work_id):
    other = work(owner.address, 2)
    titled(registry, other, owner.address)
    every = give(owner, agency)
    give(owner, rival)
    one = give(owner, agency, work_id=work_id)
    give(owner, agency, work_id=other.work_id)
    give(rival, agency)
    now = int(licences.ask("mandateOf", one + 2)["terms"]["start"])
    assert licences.ask("authorityAt", agency.address, work_id, now) == [every, one]
    assert licences.ask("authorityAt", agency.address, other.work_id, now) == [every, one + 1]
    assert licences.ask("authorityAt", owner.address, work_id, now) == []
    assert licences.ask("authorityAt", agency.address, 77, now) == []


def test_authority_at_follows_the_title(licences, give, owner, agency, rival, work_id, sell, clock):
    """Lost, given by the next owner, and regained."""
    first = give(owner, agency)
    second = give(rival, agency)
    sold = sell(work_id, rival).time
    back = sell(work_id, owner, by=rival).time
    for time, expected in ((sold - 1, first), (sold, second), (back - 1, second), (back, first), (clock.time, first)):
        assert licences.ask("authorityAt", agency.address, work_id, time) == [expected]


def test_authority_at_answers_the_past_the_same_for_ever(
    licences, give, owner, agency, sub, rival, work_id, sell, clock
):
    """Invariant L2."""
    top = give(owner, agency, depth=1, expires_at=clock.time + DAY)
    low = give(agency, sub, parent=top, expires_at=clock.time + 1000)
    moment = clock.time
    clock.sleep(1)

    def authorities():
        return [licences.ask("authorityAt", one.address, work_id, moment) for one in (owner, agency, sub, rival)]

    before = authorities()
    assert before == [[], [top], [low], []]
    give(owner, rival)
    licences.send("revokeMandate", low, sender=sub.address)
    assert authorities() == before
    licences.send("revokeMandate", top, sender=owner.address)
    sell(work_id, rival)
    assert authorities() == before
    clock.sleep(400 * DAY)
    assert authorities() == before
