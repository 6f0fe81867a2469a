"""The sale and its model side by side: what is compared after every step."""

from __future__ import annotations

from collections import Counter

from hypothesis.stateful import RuleBasedStateMachine, invariant

from tests.contracts.sale.model import Model
from tests.contracts.sale.support import ETHER, LIST, LIST_OR_APPROVAL, NONE, TEAM, TOKEN, WALLET, Terms, balance
from tests.contracts.support import Reverted, rpc

TERMS = Terms(
    rounds=((0, 1000, 0, 2000, LIST), (2000, 3000, 0, 0, LIST_OR_APPROVAL), (3000, 4000, 900, 33, NONE)),
    tranches=((2_000, 1554), (4_000, 1178), (8_000, 1000)),
    teamTokens=5_000 * TOKEN,
    goal=4 * ETHER,
    cap=6 * ETHER + 1,
    maximum=3 * ETHER,
)
ACTORS = ("alice", "bob", "carol", "thief")
ACTORS = ("alice", "bob", "carol", "thief")
counts: Counter[str] = Counter()


class Books(RuleBasedStateMachine):
    """Sends what a rule foretells, and holds the invariants of the specification."""

    def __init__(self, sale, parties, operator):
        super().__init__()
        self.sale, self.operator = sale, operator
        self.parties = {name: party.address for name, party in parties.items()} | {"operator": operator}
        self.snapshot = rpc("evm_snapshot")
        self.wallet_before = balance(WALLET)
        self.model = Model(TERMS)
        self.approvals = []

    def teardown(self):
        assert rpc("evm_revert", self.snapshot)

    def attempt(self, handler, expected, name, *values, sender, value=0, contract=None):
        """Send at the next second; the receipt if success was foretold, None if the foretold error came."""
        counts[f"{handler}: {expected or 'done'}"] += 1
        self.sale.at(self.model.second)
        try:
            done = (contract or self.sale).send(name, *values, sender=self.parties[sender], value=value)
            found = None
        except Reverted as error:
            done, found = None, error.args[0]
        assert found == expected, f"{name}: {found or 'success'} instead of {expected or 'success'}"
        self.model.second += 1
        return done

    @invariant()
    def the_books_are_the_models(self):
        model, sale = self.model, self.sale
        accounts = [self.parties[name] for name in ACTORS]
        names = ["weiRaised", "tokensSold", "totalCredits", "finalised", "withdrawn", "goalReached", "soldOut"]
        asked = [(name, []) for name in names] + [("accountOf", [one]) for one in accounts]
        found = sale.asked([*asked, *(("creditOf", [one]) for one in accounts)])
        credits = sum(model.credits.values())
        expected = [model.raised, model.sold, credits, model.finalised, model.withdrawn, model.success, model.sold_out]
        expected += [vars(model.at(one)) for one in accounts] + [model.credits[one] for one in accounts]
        assert found == expected  # invariants S4 and S5
        assert model.raised <= TERMS.cap
        assert model.sold <= model.for_sale
        for one in accounts:  # invariant S3
            assert sum(wei for account, wei, _ in model.paid if account == one) <= TERMS.maximum
        ether = balance(sale.address)
        assert ether == model.ether + model.unowed
        assert ether >= model.owed_ether()  # invariant S1
        if model.finalised and model.success and model.withdrawn:
            assert balance(WALLET) == self.wallet_before + model.raised
        token = sale.token.asked([("balanceOf", [one]) for one in (sale.address, TEAM, *accounts)])
        assert token[0] >= model.owed_tokens()  # invariant S2
        team = TERMS.teamTokens if model.finalised and model.success else 0
        held = [model.held[one] for one in accounts]
        assert token[1:] == [team, *held]
        assert sum(token) == sale.token.ask("totalSupply") == TERMS.supply - model.burned
        assert model.finalised or token[0] == TERMS.supply  # invariant S7

    @invariant()
    def nobody_can_block_finalisation(self):
        """Invariant S6: whoever may ask, when the conditions hold."""
        if self.model.second >= 4000 and not self.model.finalised:
            block = {"time": hex(self.sale.opening + self.model.second)}
            call = {"from": self.parties["stranger"], "to": self.sale.address, "data": self.sale.data("finalise")}
            assert rpc("eth_call", call, "latest", {}, block) == "0x"
