"""recordReported, coversReported: the evidence of a report, which never changes once the report is there."""

from __future__ import annotations

import pytest

from tests.contracts.licensing.world import (
    DAY,
    EXCLUSIVE,
    REPORT,
    ROWS,
    Inclusion,
    SalesTree,
    Scope,
    Use,
    refusal,
    reported,
    told,
)
from tests.contracts.support import ZERO32

ONE = Scope(0b1)
USE = Use("example.com", 1)


@pytest.fixture
def report_of(licences, id_of, clock):
    """Report licences of one licensor through ``through``; their inclusions."""

    def submit(by, *sold, through=None):
        tree = SalesTree([id_of(licence) for licence in sold])
        index, header = reported(licences, tree, through or clock.time, by.address)
        return [Inclusion(index, header, row, tree.proof(row)) for row in range(len(sold))]

    return submit


def refused(licences, licence, inclusion):
    """Recording and asking refuse alike."""
    answer = refusal(licences, "recordReported", licence, inclusion)
    assert refusal(licences, "coversReported", licence, USE.struct(), inclusion) == answer
    return answer


def test_record_reported_reverts_for_what_no_licence_is(licences, report_of, licence_of, owner, clock):
    wrong = {
        ("LicenceFlagsUnknown", 16): licence_of(owner, flags=16, scope=Scope(0)),
        ("LicenceScopeEmpty",): licence_of(owner, scope=Scope(0), end_user=ZERO32),
        ("LicenceEndUserMissing",): licence_of(owner, end_user=ZERO32),
    }
    inclusions = report_of(owner, *wrong.values())
    for (expected, licence), inclusion in zip(wrong.items(), inclusions, strict=True):
        assert refused(licences, licence, inclusion._replace(index=7)) == expected
        assert refused(licences, licence, inclusion) == expected


def test_record_reported_reverts_for_what_stands_in_no_report(licences, report_of, licence_of, owner, agency, clock):
    one, two = (licence_of(owner, issued_at=clock.time, nonce=n) for n in (0, 1))
    first, second = report_of(owner, one, two)
    assert refused(licences, one, first._replace(index=1)) == ("ReportUnknown", owner.address, 1)
    assert refused(licences, one, first._replace(row=2)) == ("ReportRowOutside", 2, 2)
    assert refused(licences, one, second) == ("ReportProofInvalid", owner.address, 0, 1)
    foreign = one._replace(licensor=agency.address)
    assert refused(licences, foreign, first) == ("ReportUnknown", agency.address, 0)


def test_record_reported_reverts_for_a_report_of_another(
    licences, report_of, give, licence_of, owner, agency, rival, clock
):
    """Reporting another's licence gives no authority: the licensor's own books count."""
    mandate = give(owner, agency)
    licence = licence_of(agency, mandate, issued_at=clock.time)
    [inclusion] = report_of(rival, licence)
    assert refused(licences, licence, inclusion) == ("ReportUnknown", agency.address, 0)
    [own] = report_of(agency, licence_of(agency, mandate, issued_at=clock.time))
    assert refused(licences, licence, inclusion)[0] == "ReportProofInvalid"
    assert own.index == 0


def test_record_reported_reverts_outside_the_reports_period(licences, report_of, licence_of, id_of, owner, clock):
    """Back-dated into books that are closed, or dated beyond what they cover."""
    first = clock.time
    report_of(owner, licence_of(owner, issued_at=first))
    clock.sleep(100)
    through = first + 50
    sold = [licence_of(owner, issued_at=at) for at in (first, first + 1, through, through + 1, 0)]
    inclusions = report_of(owner, *sold, through=through)
    for place in (0, 3, 4):
        expected = ("LicenceOutsideReport", id_of(sold[place]), sold[place].issued_at, first, through)
        assert refused(licences, sold[place], inclusions[place]) == expected
    for place in (1, 2):
        assert licences.ask("recordReported", sold[place], inclusions[place]) == id_of(sold[place])


def test_record_reported_reverts_without_authority_at_its_date(
    licences, report_of, give, licence_of, owner, agency, rival, work_id, clock
):
    mandate = give(owner, agency, work_id=work_id, scope=ONE)
    start = licences.ask("mandateOf", mandate)["terms"]["start"]
    ended = licences.send("revokeMandate", mandate, sender=owner.address).time
    wrong = {
        ("MandateUnknown", 99): licence_of(agency, 99, issued_at=start),
        ("MandateWorkOutside", mandate, 7): licence_of(agency, mandate, scope=ONE, work_id=7, issued_at=start),
        ("MandateScopeExceeded", mandate): licence_of(agency, mandate, issued_at=start),
        ("MandateNotLive", mandate, start - 1): licence_of(agency, mandate, scope=ONE, issued_at=start - 1),
        ("MandateNotLive", mandate, ended): licence_of(agency, mandate, scope=ONE, issued_at=ended),
        ("LicenceExclusiveUnauthorized", mandate): licence_of(
            agency, mandate, scope=ONE, issued_at=start, flags=EXCLUSIVE
        ),
    }
    right = licence_of(agency, mandate, scope=ONE, issued_at=ended - 1)
    inclusions = report_of(agency, *wrong.values(), right)
    for (expected, licence), inclusion in zip(wrong.items(), inclusions, strict=False):
        assert refused(licences, licence, inclusion) == expected
    assert licences.ask("recordReported", right, inclusions[-1])


@pytest.mark.parametrize("late", [False, True])
def test_record_reported_reverts_for_a_report_later_than_one_period_after_the_mandate(
    licences, report_of, give, licence_of, owner, agency, clock, late
):
    """The second before the submission is what counts, so that the answer is the same in its own second."""
    mandate = give(owner, agency, reporting_period=DAY)
    licence = licence_of(agency, mandate, issued_at=clock.time)
    ended = licences.send("revokeMandate", mandate, sender=owner.address).time
    clock.mine_at(ended + DAY)
    clock.next_at(ended + DAY + 1 + late)
    [inclusion] = report_of(agency, licence)
    assert inclusion.header.submitted_at == ended + DAY + 1 + late
    if late:
        expected = ("MandateEvidenceLate", mandate, ended + DAY, ended + DAY + 1)
        assert refused(licences, licence, inclusion) == expected
    else:
        assert licences.ask("recordReported", licence, inclusion)
        clock.sleep(1000 * DAY)
        assert licences.ask("coversReported", licence, USE.struct(), inclusion) == 0


def test_record_reported_reverts_for_an_owner_who_was_none(
    licences, report_of, licence_of, owner, rival, sell, work_id, clock
):
    """An owner's licences reach the books before the title leaves, or not at all."""
    licence, early = licence_of(owner, issued_at=clock.time), licence_of(rival, issued_at=clock.time)
    sold = sell(work_id, rival).time
    [mine], [theirs] = report_of(owner, licence, through=sold), report_of(rival, early, through=sold)
    last = mine.header.submitted_at - 1
    assert refused(licences, licence, mine) == ("LicenceNotOwner", work_id, owner.address, last)
    assert refused(licences, early, theirs) == ("LicenceNotOwner", work_id, rival.address, early.issued_at)


@pytest.mark.parametrize("late", [False, True])
def test_record_reported_of_an_agent_until_one_period_after_the_sale_of_the_title(
    licences, report_of, give, licence_of, owner, agency, rival, sell, work_id, clock, late
):
    mandate = give(owner, agency, reporting_period=DAY)
    licence = licence_of(agency, mandate, issued_at=clock.time)
    sold = sell(work_id, rival).time
    clock.mine_at(sold + DAY - 1)
    clock.next_at(sold + DAY + late)
    [inclusion] = report_of(agency, licence)
    if late:
        assert refused(licences, licence, inclusion) == ("LicenceNotOwner", work_id, owner.address, sold)
    else:
        assert licences.ask("recordReported", licence, inclusion)


def test_record_reported_reverts_where_an_exclusive_licence_was_recorded_by_its_date(
    licences, report_of, grant, licence_of, id_of, owner
):
    exclusive = grant(licence_of(owner, flags=EXCLUSIVE, scope=ONE))
    before, after = (licence_of(owner, issued_at=exclusive.issued_at - back) for back in (1, 0))
    inclusions = report_of(owner, before, after)
    assert refused(licences, after, inclusions[1]) == ("LicenceExclusiveOverlap", id_of(exclusive))
    assert licences.ask("recordReported", before, inclusions[0])


def test_record_reported_reverts_twice_also_by_another_report(
    licences, report_of, licence_of, id_of, owner, clock, carol
):
    """One id claimed twice."""
    for flags in (0, EXCLUSIVE):
        licence = licence_of(owner, issued_at=clock.time, flags=flags, scope=Scope(1 << flags))
        first, second = report_of(owner, licence, licence)
        licences.send("recordReported", licence, first, sender=carol)
        for inclusion in (first, second):
            answer = refusal(licences, "recordReported", licence, inclusion)
            assert answer == ("LicenceAlreadyRecorded", id_of(licence))
        signed = owner.sign(id_of(licence))
        assert refusal(licences, "redeemVoucher", licence, signed) == ("LicenceAlreadyRecorded", id_of(licence))


def test_record_reported_of_an_exclusive_one_excludes_nobody_where_one_stands_since(
    licences, report_of, grant, licence_of, id_of, owner, clock, carol, work_id
):
    licence = licence_of(owner, issued_at=clock.time, flags=EXCLUSIVE)
    other = grant(licence_of(owner, flags=EXCLUSIVE, scope=ONE))
    [inclusion] = report_of(owner, licence)
    done = licences.send("recordReported", licence, inclusion, sender=carol)
    assert [name for name, _ in done.events] == ["LicenceRecorded"]
    assert licences.ask("exclusivesOf", work_id) == [id_of(other)]
    assert licences.ask("covers", licence, USE.struct()) == 0


@pytest.mark.parametrize("flags", [0, EXCLUSIVE])
def test_record_reported_stores_and_tells(
    licences, report_of, give, licence_of, id_of, owner, agency, work_id, clock, carol, stranger, flags
):
    mandate = give(owner, agency, exclusive=True)
    licence = licence_of(agency, mandate, issued_at=clock.time, flags=flags)
    [inclusion] = report_of(agency, licence)
    done = licences.send("recordReported", licence, inclusion, sender=stranger)
    event = {"licenceId": id_of(licence), "workId": work_id, "means": REPORT, "licence": told(licence)}
    began = [("ExclusivityBegan", {"licenceId": id_of(licence), "workId": work_id})] if flags else []
    assert done.events == [*began, ("LicenceRecorded", event)]
    assert done.returned == id_of(licence)
    record = {"means": REPORT, "recordedAt": done.time, "revokedAt": 0, "seatsUsed": 0}
    assert licences.ask("recordOf", done.returned) == record
    assert licences.ask("holderOf", licence) == carol
    assert licences.ask("exclusivesOf", work_id) == ([done.returned] if flags else [])


def test_a_reported_licence_outlives_mandate_title_and_cancellation(
    licences, report_of, give, licence_of, owner, agency, rival, sell, work_id, clock
):
    """Invariant L4, also where nothing was recorded: a report's evidence is dated once."""
    mandate = give(owner, agency)
    licence = licence_of(agency, mandate, issued_at=clock.time)
    [inclusion] = report_of(agency, licence)
    licences.send("revokeMandate", mandate, sender=owner.address)
    licences.send("cancelVoucher", 0, sender=agency.address)
    sell(work_id, rival)
    clock.sleep(400 * DAY)
    assert licences.ask("coversReported", licence, USE._replace(time=clock.time).struct(), inclusion) == 0


def test_a_report_stays_evidence_in_the_second_of_its_submission(
    licences, report_of, give, licence_of, owner, agency, rival, work_id, registry, id_of, clock
):
    """Invariant L8: what ends in the same second, after the report, ends too late to change it."""
    mandate = give(owner, agency)
    licence = licence_of(agency, mandate, issued_at=clock.time)
    tree = SalesTree([id_of(licence)])
    clock.automine(False)
    report = licences.post("submitReport", tree.root, 1, licence.issued_at, ROWS, sender=agency.address)
    licences.post("revokeMandate", mandate, sender=owner.address)
    registry.post("transferFrom", owner.address, rival.address, work_id, sender=owner.address)
    clock.mine_at(clock.time + 1)
    clock.automine(True)
    event = licences.result(report).events[0][1]
    header = tuple(event["report"].values())
    assert header == (1, 0, licence.issued_at, licence.issued_at + 1)
    assert licences.ask("coversReported", licence, USE.struct(), (0, header, 0, [])) == 0
