"""Random buyers, operators and attackers that run the sale and its model side by side."""

from __future__ import annotations

from eth_account import Account as Keys
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from tests.contracts.sale.books import ACTORS, TERMS, Books, counts
from tests.contracts.sale.support import (
    ETHER,
    OPERATOR_KEY,
    OTHER_KEY,
    TOKEN,
    balance,
    set_balance,
    signed,
)

AMOUNTS = [ETHER // 10 - 1, ETHER // 10, ETHER // 3 + 1, ETHER, 2 * ETHER + 7, 3 * ETHER, 3 * ETHER + 1, 50 * ETHER]
actor = st.sampled_from(ACTORS)
amount = st.sampled_from(AMOUNTS) | st.integers(ETHER // 10, 3 * ETHER)


class SaleMachine(Books):
    """Each rule foretells its outcome: success with its whole effect, or the error's name. Wrong: the test fails."""

    @initialize(second=st.sampled_from([-3, 0, 1998, 2000, 3000, 3000]), listed=st.lists(actor, min_size=2, max_size=4))
    def begin(self, second, listed):
        self.model.second = second
        self.whitelist(listed, True, "operator")

    # Buying

    @rule(by=actor, to=actor, value=amount)
    def buy(self, by, to, value):
        model, sender, account = self.model, self.parties[by], self.parties[to]
        expected = model.refuses(sender, account, value)
        offered = [] if expected in ("EnforcedPause", "SaleNotOpen", "SaleSoldOut") else model.offer(value)
        done = self.attempt("buy", expected, "buyTokens", account, 0, sender=by, value=value)
        if done:
            assert done.returned == self._bought(sender, account, value, offered)

    def _bought(self, sender, account, value, offered):
        self.model.second -= 1  # the block in which it was bought
        units = self.model.buy(sender, account, value)
        self.model.second += 1
        counts[f"bought in {len(offered)} tranches"] += 1
        counts["bought with a rest"] += value > sum(part[1] for part in offered)
        return units

    @rule(by=actor, value=st.sampled_from([ETHER, 2 * ETHER + 7, 3 * ETHER]))
    def buy_for_itself(self, by, value):
        self.buy(by, by, value)

    @rule(by=actor)
    @precondition(lambda self: self.model.raised > ETHER and not self.model.sold_out)
    def buy_what_the_maximum_leaves(self, by):
        room = TERMS.maximum - self.model.at(self.parties[by]).contribution
        if room >= TERMS.minimum:
            self.buy(by, by, room)

    @rule(by=actor)
    @precondition(lambda self: not self.model.sold_out and self.model.raised > TERMS.cap - 2 * ETHER)
    def buy_beyond_the_cap(self, by):
        self.buy(by, by, 9 * ETHER)

    @rule(by=actor, value=amount)
    def buy_for_more_tokens_than_it_gives(self, by, value):
        account = self.parties[by]
        expected = self.model.refuses(account, account, value) or "SaleInsufficientTokens"
        least = 10**6 * TOKEN
        self.attempt("buy for too many", expected, "buyTokens", account, least, sender=by, value=value)

    @rule(
        by=actor,
        value=st.sampled_from([ETHER // 10, ETHER]),
        flaw=st.sampled_from(["", "", "presented", "expired", "nonce", "signature", "signer", "replayed"]),
    )
    @precondition(lambda self: self.model.round > 0)
    def buy_with_approval(self, by, value, flaw):
        model, buyer = self.model, self.parties[by]
        presented = "thief" if flaw == "presented" else by
        signer = Keys.from_key(OTHER_KEY).address if flaw == "signer" else self.operator
        expiry = self.sale.opening + (model.second if flaw == "expired" else 10**6)
        given = (buyer, signer, model.at(buyer).nonce + (flaw == "nonce"), expiry)
        if flaw == "replayed" and self.approvals:
            given = self.approvals[value % len(self.approvals)]
        flawed = None
        if given[0] != self.parties[presented]:
            flawed = "SaleWrongBuyer"
        elif flaw == "expired":
            flawed = "SaleExpiredApproval"
        elif given[2] != model.at(given[0]).nonce:
            flawed = "SaleWrongNonce"
        elif flaw == "signer":
            flawed = "SaleUnauthorizedSigner"
        elif flaw == "signature":
            flawed = "SaleInvalidSignature"
        key = OTHER_KEY if flaw in ("signature", "signer") else OPERATOR_KEY
        account = self.parties[presented]
        expected = model.refuses(account, account, value, flawed)
        offered = [] if expected in ("EnforcedPause", "SaleNotOpen", "SaleSoldOut") else model.offer(value)
        values = (0, given, signed(self.sale.digest(given), key))
        done = self.attempt("approval", expected, "buyTokensWithApproval", *values, sender=presented, value=value)
        if done:
            assert done.returned == self._bought(account, account, value, offered)
            model.at(account).nonce += 1
            model.at(account).whitelisted = True
            self.approvals.append(given)

    # Operators and pausers

    @rule(
        names=st.lists(actor, min_size=1, max_size=3),
        on=st.booleans(),
        by=st.sampled_from(["operator", "operator", "thief"]),
    )
    def whitelist(self, names, on, by):
        expected = None if by == "operator" else "AccessManagedUnauthorized"
        accounts = [self.parties[name] for name in names]
        if self.attempt("whitelist", expected, "setWhitelisted", accounts, on, sender=by):
            for account in accounts:
                position = self.model.at(account)
                position.nonce += position.whitelisted and not on
                position.whitelisted = on

    @rule(
        name=actor,
        on=st.sampled_from([True, False, False, False]),
        by=st.sampled_from(["operator", "pauser"]),
    )
    def block(self, name, on, by):
        expected = None if by == "operator" else "AccessManagedUnauthorized"
        if self.attempt("block", expected, "setBlocked", [self.parties[name]], on, sender=by):
            self.model.at(self.parties[name]).blocked = on

    @rule(name=actor, by=st.sampled_from(["operator", "operator", "alice"]))
    @precondition(lambda self: self.model.second % 3 == 0)
    def cancel(self, name, by):
        expected = None if by == "operator" else "AccessManagedUnauthorized"
        if self.attempt("cancel", expected, "cancelApprovals", [self.parties[name]], sender=by):
            self.model.at(self.parties[name]).nonce += 1

    @rule(by=st.sampled_from(["pauser", "operator", "thief", "admin"]))
    @precondition(lambda self: self.model.raised and not self.model.sold_out)
    def pause(self, by):
        expected = "EnforcedPause" if self.model.paused else None
        expected = expected if by == "pauser" else "AccessManagedUnauthorized"
        self.model.paused |= bool(self.attempt("pause", expected, "pause", sender=by))

    @rule(by=st.sampled_from(["pauser", "pauser", "thief"]))
    @precondition(lambda self: self.model.paused)
    def unpause(self, by):
        expected = None if by == "pauser" else "AccessManagedUnauthorized"
        self.model.paused &= not self.attempt("unpause", expected, "unpause", sender=by)

    @rule(second=st.sampled_from([0, 999, 1000, 2000, 2999, 3000, 3999]))
    def wait_until(self, second):
        counts["wait: done"] += self.model.second < second
        self.model.second = max(self.model.second, second)

    @rule()
    @precondition(lambda self: len(self.model.paid) > 2 and not self.model.finalised)
    def wait_for_the_end(self):
        self.wait_until(4000)

    # The end

    @rule(by=actor)
    @precondition(lambda self: self.model.ended or self.model.paid)
    def finalise(self, by):
        expected = None if self.model.ended else "SaleStillOpen"
        if self.model.finalised:
            expected = "SaleAlreadyFinalised"
        if self.attempt("finalise", expected, "finalise", sender=by):
            self.model.finalise()
            counts[f"ended with {'success' if self.model.success else 'failure'}"] += 1

    @rule(by=actor, name=st.sampled_from(["claim", "refund", "withdraw"]))
    @precondition(lambda self: self.model.paid and not self.model.finalised)
    def take_before_the_end(self, by, name):
        values = () if name == "withdraw" else (self.parties[by], self.parties[by])
        self.attempt(name, "SaleNotFinalised", name, *values, sender=by)

    def _receiver(self, by, name, to):
        return by == name or to == name

    @rule(name=actor, by=actor, to=actor)
    @precondition(lambda self: self.model.finalised)
    def claim(self, name, by, to):
        account = self.parties[name]
        expected = self.model.pays_out(True)
        if not expected and not self._receiver(by, name, to):
            expected = "SaleUnauthorizedReceiver"
        if not expected and not self.model.at(account).tokens:
            expected = "SaleNothingOwed"
        if self.attempt("claim", expected, "claim", account, self.parties[to], sender=by):
            self.model.held[self.parties[to]] += self.model.at(account).tokens
            self.model.at(account).tokens = 0

    @rule(name=actor, by=actor, to=actor)
    @precondition(lambda self: self.model.finalised)
    def refund(self, name, by, to):
        account = self.parties[name]
        expected = self.model.pays_out(False)
        if not expected and not self._receiver(by, name, to):
            expected = "SaleUnauthorizedReceiver"
        if not expected and not self.model.at(account).contribution:
            expected = "SaleNothingOwed"
        before = balance(self.parties[to])
        if self.attempt("refund", expected, "refund", account, self.parties[to], sender=by):
            due = self.model.at(account).contribution
            assert balance(self.parties[to]) == before + due
            self.model.ether -= due
            self.model.at(account).contribution = self.model.at(account).tokens = 0

    @rule(name=actor, by=actor, to=actor)
    @precondition(lambda self: self.model.paid)
    def withdraw_credit(self, name, by, to):
        account = self.parties[name]
        expected = None if self.model.credits[account] else "SaleNothingOwed"
        if not self._receiver(by, name, to):
            expected = "SaleUnauthorizedReceiver"
        before = balance(self.parties[to])
        if self.attempt("credit", expected, "withdrawCredit", account, self.parties[to], sender=by):
            due = self.model.credits.pop(account)
            assert balance(self.parties[to]) == before + due
            self.model.ether -= due

    @rule(by=actor)
    @precondition(lambda self: self.model.finalised)
    def withdraw(self, by):
        expected = self.model.pays_out(True) or ("SaleNothingOwed" if self.model.withdrawn else None)
        if self.attempt("withdraw", expected, "withdraw", sender=by):
            self.model.withdrawn = True
            self.model.ether -= self.model.raised

    @rule(name=actor)
    @precondition(lambda self: self.model.finalised or self.model.sold_out)
    def take_all_that_is_owed(self, name):
        self.withdraw_credit(name, name, name)
        if self.model.finalised:
            self.claim(name, name, name)
            self.refund(name, name, name)

    # Attacks

    @rule(value=st.integers(1, ETHER))
    @precondition(lambda self: not self.model.unowed)
    def force_ether(self, value):
        counts["force ether: done"] += 1
        set_balance(self.sale.address, balance(self.sale.address) + value)
        self.model.unowed += value

    @rule(by=st.sampled_from([*ACTORS, "operator"]))
    @precondition(lambda self: self.model.second % 5 == 0)
    def take_the_sales_tokens(self, by):
        expected, values = "ERC20InsufficientAllowance", (self.sale.address, self.parties[by], 1)
        self.attempt("take tokens", expected, "transferFrom", *values, sender=by, contract=self.sale.token)

    @rule(by=actor, to=actor)
    @precondition(lambda self: self.model.paid)
    def move_tokens(self, by, to):
        """All that one holds; somebody who holds none tries with one unit."""
        held, account, receiver = self.model.held, self.parties[by], self.parties[to]
        expected, units = None if held[account] else "ERC20InsufficientBalance", held[account] or 1
        token = self.sale.token
        if self.attempt("move tokens", expected, "transfer", receiver, units, sender=by, contract=token):
            held[account] = 0
            held[receiver] += units

    @rule(to=actor)
    @precondition(lambda self: self.model.held.total())
    def move_what_was_claimed(self, to):
        holder = next(name for name in ACTORS if self.model.held[self.parties[name]])
        self.move_tokens(holder, to)
