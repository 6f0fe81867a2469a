"""What a purchaser does: ask the price, buy once however often the process dies, and collect what is owed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from registry_client.errors import ChainUnavailable, ContractError, FundsInsufficient
from registry_client.models import Approval, Buyer, Quote, Receipt, SaleEvent, SaleState, SaleTerms
from registry_client.sale.amounts import exact
from registry_client.sale.pricing import price

PAID_OUT = {"claim": "TokensClaimed", "refund": "ContributionRefunded", "credit": "CreditWithdrawn"}


class Sends(Protocol):
    @property
    def address(self) -> str: ...
    def send(self, key: str, to: str, data: bytes, value: int = 0, *, repeatable: bool = False) -> Receipt: ...
    def finish(self, key: str) -> Receipt | None: ...


class Facts(Protocol):
    def get_fact(self, kind: str, key: str) -> Any: ...
    def put_fact(self, kind: str, key: str, value: object) -> None: ...


class Reads(Protocol):
    @property
    def address(self) -> str: ...
    def at(self, block: int) -> Reads: ...
    def head(self) -> int: ...
    def terms(self) -> SaleTerms: ...
    def state(self, rounds: int) -> SaleState: ...
    def quote(self, buyer: str, amount: int, rounds: int) -> Quote: ...
    def buyer(self, address: str) -> Buyer: ...
    def balance(self, address: str) -> int: ...
    def refusal(self, sender: str, data: bytes, value: int) -> ContractError | None: ...
    def events(
        self, names: tuple[str, ...], account: str | None = None, block: int | None = None
    ) -> list[SaleEvent]: ...
    def buy_data(self, beneficiary: str, min_tokens: int) -> bytes: ...
    def buy_with_approval_data(self, min_tokens: int, approval: Approval) -> bytes: ...
    def claim_data(self, account: str, to: str) -> bytes: ...
    def refund_data(self, account: str, to: str) -> bytes: ...
    def withdraw_credit_data(self, account: str, to: str) -> bytes: ...


@dataclass(frozen=True)
class Offer:
    """A quote with its block's state. ``refusal`` takes the approval into account where one was given."""

    quote: Quote
    state: SaleState
    terms: SaleTerms
    refusal: ContractError | None
    affordable: bool | None


@dataclass(frozen=True)
class Purchase:
    """A mined purchase. ``earlier``: begun by an earlier call that never told its end; nothing was sent by this one.
    ``amount`` is the payment in wei, ``tokens`` units, ``accepted`` and ``credited`` wei."""

    transaction: str
    block: int
    gas_used: int
    amount: int
    tokens: int
    accepted: int
    credited: int
    earlier: bool
    number: int


@dataclass(frozen=True)
class Payout:
    """``status``: ``done`` by this call, ``earlier`` by another one, or ``nothing`` owed. ``amount``: units or wei."""

    status: str
    amount: int
    receiver: str | None
    transaction: str | None


def offer(
    reader: Reads, buyer: str | None, amount: int, min_tokens: int = 0, approval: Approval | None = None
) -> Offer:
    """What ``amount`` wei buys now; ``buyer`` None asks for the price alone.

    Raises ChainUnavailable also when the node's quote does not follow from the sale's own terms.
    """
    reader = reader.at(reader.head())
    terms = reader.terms()
    state = reader.state(len(terms.rounds))
    quote = reader.quote(buyer or "0x" + "00" * 19 + "01", amount, len(terms.rounds))
    _check_quote(quote, terms, state, amount)
    refusal = quote.refusal
    if buyer is None:
        personal = ("SaleUnlistedBuyer", "SaleBlockedAccount", "SaleExceededMaximum")
        return Offer(quote, state, terms, None if refusal and refusal.name in personal else refusal, None)
    affordable = reader.balance(buyer) >= amount
    if not affordable and approval is not None and refusal is not None and refusal.name == "SaleUnlistedBuyer":
        refusal = None  # what the approval would change cannot be tried
    if affordable and (refusal is None or approval is not None):
        data = purchase_data(reader, buyer, min_tokens, approval)
        refusal = reader.refusal(buyer, data, amount)
    return Offer(quote, state, terms, refusal, affordable)


def _check_quote(quote: Quote, terms: SaleTerms, state: SaleState, amount: int) -> None:
    if quote.round != state.round:
        raise ChainUnavailable("the node's quote is for another round than its state tells")
    if quote.round is None:
        return
    own = price(terms, quote.round, state.tokens_sold, state.wei_raised, amount)
    if (own.parts, own.accepted, own.tokens) != (quote.parts, quote.wei_accepted, quote.tokens):
        raise ChainUnavailable("the node's quote does not follow from the sale's terms; ask another node")


def purchase_data(reader: Reads, buyer: str, min_tokens: int, approval: Approval | None) -> bytes:
    """The call that buys, for its sender."""
    if approval is None:
        return reader.buy_data(buyer, min_tokens)
    return reader.buy_with_approval_data(min_tokens, approval)


@dataclass
class Purchaser:
    """Acts for one account on one sale. ``scope`` (chain and sale) keeps two sales' journals apart."""

    reader: Reads
    sender: Sends
    journal: Facts
    scope: str

    def buy(self, amount: int, min_tokens: int = 0, approval: Approval | None = None) -> Purchase:
        """Pay ``amount`` wei once.

        Purchases are numbered. A number is used up when ``told`` was called for it, so a purchase whose process died,
        at whatever moment, is finished and answered by the next call (``earlier``), which sends nothing of its own.
        Raises ContractError (refused, nothing sent), FundsInsufficient, ChainError.
        """
        key = f"{self.scope}:{self.sender.address}"
        begun = self.journal.get_fact("purchase", key) or {"number": 0, "told": True}
        number = int(begun["number"]) + (1 if begun["told"] else 0)
        name = f"buy:{key}:{number}"
        if not begun["told"]:
            receipt = self.sender.finish(name)
            if receipt is not None and receipt.status == 1:
                return self._purchase(receipt, int(begun["amount"]), True, number)
        balance = self.reader.balance(self.sender.address)
        if balance < amount:
            raise FundsInsufficient(
                f"{self.sender.address} has {exact(balance)} ether, less than the {exact(amount)} to pay"
            )
        data = purchase_data(self.reader, self.sender.address, min_tokens, approval)
        self.journal.put_fact("purchase", key, {"number": number, "amount": str(amount), "told": False})
        receipt = self.sender.send(name, self.reader.address, data, amount)
        return self._purchase(receipt, amount, False, number)

    def told(self, purchase: Purchase) -> None:
        """The person has seen this purchase: the next call of ``buy`` is a new one."""
        key = f"{self.scope}:{self.sender.address}"
        value = {"number": purchase.number, "amount": str(purchase.amount), "told": True}
        self.journal.put_fact("purchase", key, value)

    def claim(self, to: str | None = None) -> Payout:
        """Fetch the tokens, to the account itself or to ``to``. Raises ContractError: not finalised, or failed."""
        data = self.reader.claim_data(self.sender.address, to or self.sender.address)
        return self._collect("claim", data, self.reader.buyer(self.sender.address).tokens, to)

    def refund(self, to: str | None = None) -> Payout:
        """Fetch the contribution of a failed sale. Raises ContractError: not finalised, or it succeeded."""
        data = self.reader.refund_data(self.sender.address, to or self.sender.address)
        return self._collect("refund", data, self.reader.buyer(self.sender.address).contribution, to)

    def withdraw_credit(self, to: str | None = None) -> Payout:
        """Fetch what was credited back."""
        data = self.reader.withdraw_credit_data(self.sender.address, to or self.sender.address)
        return self._collect("credit", data, self.reader.buyer(self.sender.address).credit, to)

    def _collect(self, kind: str, data: bytes, owed: int, to: str | None) -> Payout:
        receiver = to or self.sender.address
        if owed == 0:
            done = self.reader.events((PAID_OUT[kind],), self.sender.address)
            if not done:
                refused = self.reader.refusal(self.sender.address, data, 0)
                if refused is not None and refused.name != "SaleNothingOwed":
                    raise refused
                return Payout("nothing", 0, None, None)
            last = done[-1].values
            amount = last["amount"] if "amount" in last else last["value"]
            return Payout("earlier", int(str(amount)), str(last["to"]), done[-1].transaction)
        key = f"{kind}:{self.scope}:{self.sender.address}:{receiver}"
        receipt = self.sender.send(key, self.reader.address, data, repeatable=True)
        return Payout("done", owed, receiver, receipt.hash)

    def _purchase(self, receipt: Receipt, amount: int, earlier: bool, number: int) -> Purchase:
        """What a mined transaction bought, from its events."""
        bought = [e for e in self._events_of("TokensPurchased", receipt) if e["beneficiary"] == self.sender.address]
        if not bought:
            raise ChainUnavailable(f"the node reports {receipt.hash} as mined and does not know what it bought")
        credited = sum(int(str(e["value"])) for e in self._events_of("PaymentCredited", receipt))
        return Purchase(
            receipt.hash,
            receipt.block,
            receipt.gas_used,
            amount,
            sum(int(str(e["amount"])) for e in bought),
            sum(int(str(e["value"])) for e in bought),
            credited,
            earlier,
            number,
        )

    def _events_of(self, name: str, receipt: Receipt) -> list[dict[str, object]]:
        found = self.reader.events((name,), self.sender.address, receipt.block)
        return [event.values for event in found if event.transaction == receipt.hash]
