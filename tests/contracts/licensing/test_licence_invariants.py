"""Invariants L1 to L4, L10 and L11 of the specification under random callers on a real chain."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.contracts.licensing.licence_machine import LicenceMachine
from tests.contracts.licensing.mandate_machine import counts
from tests.contracts.licensing.world import Signer
from tests.contracts.support import report

REACHED = {
    "ask report: 0",
    "ask voucher: 0",
    "ask voucher: 16",
    "ask voucher: 4",
    "ask voucher: LicenceInFuture",
    "ask voucher: LicenceNotOwner",
    "ask voucher: LicenceSignatureInvalid",
    "ask voucher: LicenceVoucherCancelled",
    "ask voucher: MandateEvidenceLate",
    "ask voucher: MandateNotLive",
    "ask voucher: MandateWorkOutside",
    "attack grant: LicenceNotOwner",
    "attack grant: MandateAgentMismatch",
    "attack grant: MandateScopeExceeded",
    "attack grant: MandateUnknown",
    "attack grant: MandateWorkOutside",
    "attack parent: MandateAgentInvalid",
    "attack parent: MandateExceedsParent",
    "attack parent: MandateNotAgent",
    "attack parent: MandateNotLive",
    "attack parent: MandatePeriodInvalid",
    "authority at: none",
    "authority at: some",
    "cancel: LicenceVoucherCancelled",
    "cancel: done",
    "exclusive by grant: begins",
    "exclusive by report: begins",
    "exclusive by report: excludes nobody",
    "exclusive by voucher: begins",
    "exclusive by voucher: excludes nobody",
    "grant: LicenceExclusiveOverlap",
    "grant: LicenceExclusiveUnauthorized",
    "grant: LicenceLicensorMismatch",
    "grant: LicenceMandateOverlap",
    "grant: LicenceNotOwner",
    "grant: LicenceTitleUnsettled",
    "grant: MandateNotLive",
    "grant: MandateWorkOutside",
    "grant: done",
    "mandate: MandateAgentInvalid",
    "mandate: MandateExclusiveOverlap",
    "mandate: MandateNotOwner",
    "mandate: MandatePeriodInvalid",
    "mandate: done",
    "name: LicenceEndUserAlreadyNamed",
    "name: LicenceEndUserInvalid",
    "name: LicenceNotHolder",
    "name: LicenceSeatsTaken",
    "name: done",
    "record: LicenceAlreadyRecorded",
    "record: LicenceExclusiveOverlap",
    "record: LicenceExclusiveUnauthorized",
    "record: LicenceNotOwner",
    "record: LicenceOutsideReport",
    "record: MandateNotLive",
    "record: MandateWorkOutside",
    "record: done",
    "redeem: LicenceAlreadyRecorded",
    "redeem: LicenceExclusiveOverlap",
    "redeem: LicenceExclusiveUnauthorized",
    "redeem: LicenceNotOwner",
    "redeem: LicenceSignatureInvalid",
    "redeem: LicenceVoucherCancelled",
    "redeem: MandateEvidenceLate",
    "redeem: MandateNotLive",
    "redeem: done",
    "report: ReportInFuture",
    "report: ReportNotForward",
    "report: done",
    "revoke licence: LicenceAlreadyRevoked",
    "revoke licence: LicenceNotRevocable",
    "revoke licence: LicenceRevokeUnauthorized",
    "revoke licence: MandateNotLive",
    "revoke licence: before its record",
    "revoke licence: done",
    "revoke mandate: MandateAlreadyRevoked",
    "revoke mandate: MandateUnauthorized",
    "revoke mandate: done",
    "sleep: done",
    "sub-mandate: MandateAgentInvalid",
    "sub-mandate: MandateExclusiveOverlap",
    "sub-mandate: MandateNotLive",
    "sub-mandate: done",
    "supersede title: done",
    "titles open",
    "titles settled",
    "transfer title: done",
    "transfer: LicenceHolderInvalid",
    "transfer: LicenceNotHolder",
    "transfer: LicenceNotTransferable",
    "transfer: done",
}


def test_invariants_of_licences_hold_under_random_callers(registry, licences, signers):
    counts.clear()
    everybody = {**signers, "third": Signer("third")}
    run_state_machine_as_test(
        lambda: LicenceMachine(registry, licences, everybody),
        settings=settings(
            max_examples=70,
            stateful_step_count=45,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    for handler, times in sorted(counts.items()):
        report(f"{times:6} {handler}")
    assert REACHED - set(counts) == set()
