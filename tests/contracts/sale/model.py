"""A sale in plain Python: what each call must do, or the error it must end with. It never reads the chain."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.contracts.sale.support import LIST, NONE, Terms, parts, total


@dataclass
class Position:
    """What the sale knows of an address."""

    contribution: int = 0
    tokens: int = 0
    nonce: int = 0
    whitelisted: bool = False
    blocked: bool = False


@dataclass
class Model:
    """``second`` is the time of the next block, from the opening."""

    terms: Terms
    positions: dict[str, Position] = field(default_factory=dict)
    credits: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    paid: list[tuple[str, int, int]] = field(default_factory=list)
    second: int = 0
    last_purchase: int = -(10**9)
    paused: bool = False
    finalised: bool = False
    withdrawn: bool = False
    burned: int = 0
    ether: int = 0
    unowed: int = 0

    def at(self, account: str) -> Position:
        return self.positions.setdefault(account, Position())

    @property
    def raised(self) -> int:
        """By the payments themselves, not by a counter of their own."""
        return sum(wei for _, wei, _ in self.paid)

    @property
    def sold(self) -> int:
        return sum(units for _, _, units in self.paid)

    @property
    def for_sale(self) -> int:
        return self.terms.supply - self.terms.teamTokens

    @property
    def sold_out(self) -> bool:
        return self.sold == self.for_sale or self.raised == self.terms.cap

    @property
    def success(self) -> bool:
        return self.raised >= self.terms.goal

    @property
    def ended(self) -> bool:
        return self.second >= self.terms.rounds[-1][1] or (self.sold_out and self.second > self.last_purchase)

    @property
    def round(self) -> int:
        """The open one, or their number."""
        open_now = [n for n, one in enumerate(self.terms.rounds) if one[0] <= self.second < one[1]]
        return open_now[0] if open_now else len(self.terms.rounds)

    def offer(self, value: int) -> list[tuple[int, int, int]]:
        return parts(self.terms, self.round, self.sold, min(value, self.terms.cap - self.raised))

    def refuses(self, sender: str, account: str, value: int, approved: str | None = "") -> str | None:
        """The error of a purchase; ``approved`` is None with an approval that holds, or its own error."""
        if self.paused:
            return "EnforcedPause"
        if self.round == len(self.terms.rounds):
            return "SaleNotOpen"
        if self.sold_out:
            return "SaleSoldOut"
        if self.at(sender).blocked or self.at(account).blocked:
            return "SaleBlockedAccount"
        rule = self.terms.rounds[self.round][4]
        if not self.at(account).whitelisted and (rule == LIST or (approved == "" and rule != NONE)):
            return "SaleUnlistedBuyer"
        if approved:
            return approved
        if value < self.terms.minimum:
            return "SaleInsufficientPayment"
        if self.at(account).contribution + total(self.offer(value))[0] > self.terms.maximum:
            return "SaleExceededMaximum"
        return None

    def buy(self, sender: str, account: str, value: int) -> int:
        """Its effect; the tokens."""
        wei, units = total(self.offer(value))
        self.paid.append((account, wei, units))
        self.last_purchase = self.second
        self.at(account).contribution += wei
        self.at(account).tokens += units
        self.credits[sender] += value - wei
        self.ether += value
        return units

    def finalise(self) -> None:
        self.finalised = True
        owed = self.sold + self.terms.teamTokens if self.success else 0
        self.burned = self.terms.supply - owed

    def pays_out(self, success: bool) -> str | None:
        """The error of a claim or a withdrawal, or of a refund."""
        if not self.finalised:
            return "SaleNotFinalised"
        if self.success == success:
            return None
        return "SaleMissedGoal" if success else "SaleReachedGoal"

    def owed_ether(self) -> int:
        """What the sale must be able to pay: invariant S1."""
        if not self.finalised:
            due = self.raised
        elif self.success:
            due = 0 if self.withdrawn else self.raised
        else:
            due = sum(one.contribution for one in self.positions.values())
        return due + sum(self.credits.values())

    def owed_tokens(self) -> int:
        """Invariant S2."""
        if self.finalised and not self.success:
            return 0
        return sum(one.tokens for one in self.positions.values())
