"""Invariants S1 to S9 of the specification, held by a model under random buyers on a real chain."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.contracts.sale.books import TERMS, counts
from tests.contracts.sale.machine import SaleMachine
from tests.contracts.support import report

REACHED = {
    "buy: done",
    "buy: EnforcedPause",
    "buy: SaleNotOpen",
    "buy: SaleSoldOut",
    "buy: SaleBlockedAccount",
    "buy: SaleUnlistedBuyer",
    "buy: SaleInsufficientPayment",
    "buy: SaleExceededMaximum",
    "bought in 1 tranches",
    "bought in 2 tranches",
    "bought with a rest",
    "buy for too many: SaleInsufficientTokens",
    "approval: done",
    "approval: SaleWrongBuyer",
    "approval: SaleExpiredApproval",
    "approval: SaleWrongNonce",
    "approval: SaleUnauthorizedSigner",
    "approval: SaleInvalidSignature",
    "whitelist: done",
    "whitelist: AccessManagedUnauthorized",
    "block: done",
    "block: AccessManagedUnauthorized",
    "cancel: done",
    "pause: done",
    "pause: AccessManagedUnauthorized",
    "unpause: done",
    "wait: done",
    "finalise: done",
    "finalise: SaleStillOpen",
    "finalise: SaleAlreadyFinalised",
    "ended with success",
    "ended with failure",
    "claim: done",
    "claim: SaleNotFinalised",
    "claim: SaleMissedGoal",
    "claim: SaleUnauthorizedReceiver",
    "claim: SaleNothingOwed",
    "refund: done",
    "refund: SaleReachedGoal",
    "refund: SaleUnauthorizedReceiver",
    "refund: SaleNothingOwed",
    "credit: done",
    "credit: SaleNothingOwed",
    "credit: SaleUnauthorizedReceiver",
    "withdraw: done",
    "withdraw: SaleMissedGoal",
    "withdraw: SaleNothingOwed",
    "force ether: done",
    "take tokens: ERC20InsufficientAllowance",
    "move tokens: done",
    "move tokens: ERC20InsufficientBalance",
}


def test_invariants_s1_to_s9_hold_under_random_buyers(new_sale, parties, operator):
    sale = new_sale(TERMS)
    counts.clear()
    run_state_machine_as_test(
        lambda: SaleMachine(sale, parties, operator),
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
    assert {name for name in REACHED if not counts[name]} == set()
