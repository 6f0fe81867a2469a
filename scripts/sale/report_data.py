"""What a report tells: every purchase from the chain's events at one block, and its reconciliation with the state."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from registry_client.chain.connection import quantity
from registry_client.models import Buyer, SaleEvent, SaleState, SaleTerms
from registry_client.sale.amounts import exact
from registry_client.sale.pricing import price
from scripts.sale.setting import Setting

EVENTS = (
    "TokensPurchased",
    "PaymentCredited",
    "CreditWithdrawn",
    "TokensClaimed",
    "ContributionRefunded",
    "ProceedsWithdrawn",
    "SaleFinalised",
)


@dataclass(frozen=True)
class Bought:
    """One TokensPurchased: a payment's part in a tranche; wei and units, time in Unix seconds."""

    block: int
    time: int
    transaction: str
    purchaser: str
    beneficiary: str
    round: int
    tranche: int
    wei_amount: int
    tokens: int


@dataclass(frozen=True)
class Person:
    """A buyer by the events (sums) and by the contract's state at the report's block."""

    address: str
    payments: int
    paid: int
    bought: int
    claimed: int
    refunded: int
    state: Buyer


@dataclass
class Report:
    """All from one block. ``checks`` are (holds, what, both figures)."""

    chain_id: int
    sale: str
    token: str
    symbol: str
    terms: SaleTerms
    state: SaleState
    purchases: list[Bought]
    people: list[Person]
    proceeds: int
    finalised: SaleEvent | None
    checks: list[tuple[bool, str, str]] = field(default_factory=list)

    @property
    def reconciled(self) -> bool:
        return all(holds for holds, _, _ in self.checks)


def gather(setting: Setting, block: int | None = None) -> Report:
    """Read everything at ``block`` (the newest without one). Raises ChainError; what does not reconcile is a check that
    does not hold, not an error."""
    reader = setting.reader.at(block if block is not None else setting.reader.head())
    terms = reader.terms()
    state = reader.state(len(terms.rounds))
    events: dict[str, list[SaleEvent]] = defaultdict(list)
    for event in reader.events(EVENTS):
        events[event.name].append(event)
    times = _times(setting, sorted({event.block for event in events["TokensPurchased"]}))
    purchases = [
        Bought(
            event.block,
            times[event.block],
            event.transaction,
            str(event.values["purchaser"]),
            str(event.values["beneficiary"]),
            _number(event, "round"),
            _number(event, "tranche"),
            _number(event, "value"),
            _number(event, "amount"),
        )
        for event in events["TokensPurchased"]
    ]
    report = Report(
        setting.network.chain_id,
        reader.address,
        reader.token,
        reader.token_symbol(),
        terms,
        state,
        purchases,
        _people(purchases, events, {buyer.address: buyer for buyer in reader.buyers(_addresses(purchases))}),
        sum(_number(event, "value") for event in events["ProceedsWithdrawn"]),
        events["SaleFinalised"][-1] if events["SaleFinalised"] else None,
    )
    report.checks = list(_checks(report, events))
    return report


def _number(event: SaleEvent, name: str) -> int:
    return int(str(event.values[name]))


def _addresses(purchases: list[Bought]) -> list[str]:
    return list(dict.fromkeys(bought.beneficiary for bought in purchases))


def _times(setting: Setting, blocks: list[int]) -> dict[int, int]:
    found = setting.connection.request_many([("eth_getBlockByNumber", [hex(block), False]) for block in blocks])
    return {
        block: quantity((header or {}).get("timestamp"), "a block's time")
        for block, header in zip(blocks, found, strict=True)
    }


def _people(purchases: list[Bought], events: dict[str, list[SaleEvent]], states: dict[str, Buyer]) -> list[Person]:
    paid: Counter[str] = Counter()
    bought: Counter[str] = Counter()
    transactions: dict[str, set[str]] = defaultdict(set)
    for one in purchases:
        paid[one.beneficiary] += one.wei_amount
        bought[one.beneficiary] += one.tokens
        transactions[one.beneficiary].add(one.transaction)
    claimed = _sums(events["TokensClaimed"], "account", "amount")
    refunded = _sums(events["ContributionRefunded"], "account", "value")
    return [
        Person(who, len(transactions[who]), paid[who], bought[who], claimed[who], refunded[who], state)
        for who, state in states.items()
    ]


def _sums(events: list[SaleEvent], who: str, what: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for event in events:
        found[str(event.values[who])] += _number(event, what)
    return found


def _checks(report: Report, events: dict[str, list[SaleEvent]]) -> Iterator[tuple[bool, str, str]]:
    terms, state, people = report.terms, report.state, report.people
    paid = sum(one.wei_amount for one in report.purchases)
    sold = sum(one.tokens for one in report.purchases)
    yield _same("ether of all purchases = weiRaised", paid, state.wei_raised)
    yield _same("tokens of all purchases = tokensSold", sold, state.tokens_sold)
    wrong = [one.address for one in people if one.paid - one.refunded != one.state.contribution]
    yield _none("each buyer's purchases less refunds = the contract's contribution", wrong, len(people))
    wrong = [one.address for one in people if _owed(one) != one.state.tokens]
    yield _none("each buyer's tokens less claims = the contract's tokens", wrong, len(people))
    wrong = [one.address for one in people if one.paid > terms.maximum]
    yield _none("no buyer above the maximum", wrong, len(people))
    yield _none("each payment priced as its round and tranches say", list(_mispriced(report)), len(report.purchases))
    credited = sum(_number(event, "value") for event in events["PaymentCredited"])
    fetched = sum(_number(event, "value") for event in events["CreditWithdrawn"])
    yield _same("credits less what was fetched = totalCredits", credited - fetched, state.total_credits)
    due = paid - sum(one.refunded for one in people) - report.proceeds + state.total_credits
    yield (
        state.balance >= due,
        "the sale holds at least what it owes in ether",
        f"{exact(state.balance)}, owes {exact(due)}",
    )
    claimable = sum(one.state.tokens for one in people)
    failed = state.finalised and not state.goal_reached
    yield (
        failed or state.tokens_held >= claimable,
        "the sale holds at least what it owes in tokens",
        f"{exact(state.tokens_held)}, owes {exact(0 if failed else claimable)}",
    )


def _owed(person: Person) -> int:
    return 0 if person.refunded else person.bought - person.claimed


def _same(what: str, found: int, wanted: int) -> tuple[bool, str, str]:
    return found == wanted, what, exact(found) if found == wanted else f"{exact(found)} against {exact(wanted)}"


def _none(what: str, wrong: list[str], of: int) -> tuple[bool, str, str]:
    return not wrong, what, f"all {of}" if not wrong else f"not {len(wrong)} of {of}: {', '.join(wrong[:3])}"


def _mispriced(report: Report) -> Iterator[str]:
    """Transactions whose parts do not follow from the terms, replayed in the chain's order."""
    sold = raised = 0
    for transaction, group in groupby(report.purchases, key=lambda bought: (bought.transaction, bought.beneficiary)):
        parts = list(group)
        for part in parts:  # a contract may buy twice in one transaction: priced part by part
            own = price(report.terms, part.round, sold, raised, part.wei_amount)
            opens = (
                report.terms.rounds[part.round].opening_time <= part.time < report.terms.rounds[part.round].closing_time
            )
            if (
                not opens
                or len(own.parts) != 1
                or (own.parts[0].tranche, own.tokens, own.accepted) != (part.tranche, part.tokens, part.wei_amount)
            ):
                yield transaction[0]
            sold += part.tokens
            raised += part.wei_amount
