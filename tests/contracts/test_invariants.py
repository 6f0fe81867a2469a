"""Invariants 1 to 8 of the specification, held by a model under random callers on a real chain."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.contracts.machine import RegistryMachine, counts
from tests.contracts.support import report

REACHED = {
    "anchor: done",
    "anchor: EnforcedPause",
    "anchor again: RegistryRootAlreadyAnchored",
    "anchor zero: RegistryRootZero",
    "publish: done",
    "register: done",
    "register: EnforcedPause",
    "register: RegistryWorkAlreadyRegistered",
    "register many: done",
    "register forged: RegistryProofInvalid",
    "oppose: RegistryAnchorNotEarlier",
    "oppose: RegistryWorkUnknown",
    "oppose: improved",
    "oppose: superseded",
    "oppose: contested",
    "oppose forged: RegistryProofInvalid",
    "transfer: done",
    "transfer by another: done",
    "transfer by another: ERC721InsufficientApproval",
    "approve: done",
    "approve: ERC721InvalidApprover",
    "operator: done",
    "pause: done",
    "pause: AccessManagedUnauthorized",
    "unpause: done",
    "take a role: AccessManagerUnauthorizedAccount",
    "sleep: done",
    "owner at: done",
}


def test_invariants_1_to_8_hold_under_random_callers(registry, manager, parties):
    counts.clear()
    run_state_machine_as_test(
        lambda: RegistryMachine(registry, manager, parties),
        settings=settings(
            max_examples=80,
            stateful_step_count=50,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    for handler, times in sorted(counts.items()):
        report(f"{times:6} {handler}")
    assert REACHED - set(counts) == set()
