"""The token sale: its terms, its state, a buyer's account, what an amount buys."""

from __future__ import annotations

from dataclasses import dataclass

from registry_client.errors import ContractError

BASIS_POINTS = 10_000
RULES = ("none", "list", "list-or-approval")


@dataclass(frozen=True)
class Round:
    """Open from ``opening_time`` on and no longer at ``closing_time``. ``rate`` is whole tokens an ether, 0 where each
    tranche has its own; ``bonus`` is in basis points of the rate; ``rule`` is one of RULES."""

    opening_time: int
    closing_time: int
    rate: int
    bonus: int
    rule: str


@dataclass(frozen=True)
class Tranche:
    """Used up when ``up_to`` units are sold, counted from the sale's beginning; ``rate`` whole tokens an ether."""

    up_to: int
    rate: int


@dataclass(frozen=True)
class SaleTerms:
    """What cannot change: addresses, units (10^-18 token), wei."""

    token: str
    wallet: str
    team_wallet: str
    team_tokens: int
    goal: int
    cap: int
    minimum: int
    maximum: int
    accepts_bare_ether: bool
    rounds: tuple[Round, ...]
    tranches: tuple[Tranche, ...]

    @property
    def tokens_for_sale(self) -> int:
        return self.tranches[-1].up_to


@dataclass(frozen=True)
class SaleState:
    """The sale at one block: ``round`` is the open round's index, None when none is open."""

    block: int
    time: int
    wei_raised: int
    tokens_sold: int
    total_credits: int
    round: int | None
    closed: bool
    sold_out: bool
    goal_reached: bool
    finalised: bool
    withdrawn: bool
    paused: bool
    balance: int
    tokens_held: int


@dataclass(frozen=True)
class Buyer:
    """What the sale knows of an address: wei accepted, units to claim, the nonce of its next approval, wei credited."""

    address: str
    contribution: int
    tokens: int
    nonce: int
    whitelisted: bool
    blocked: bool
    credit: int


@dataclass(frozen=True)
class Part:
    """A payment's part in one tranche: wei, and the units that they buy."""

    tranche: int
    wei_amount: int
    tokens: int


@dataclass(frozen=True)
class Quote:
    """What an amount buys at a block. ``round`` is None and all amounts are 0 when no round is open."""

    block: int
    round: int | None
    tokens: int
    wei_accepted: int
    wei_credited: int
    parts: tuple[Part, ...]
    refusal: ContractError | None


@dataclass(frozen=True)
class Approval:
    """An operator's signature that puts a buyer on the whitelist with its next purchase, until ``expiry``."""

    buyer: str
    signer: str
    nonce: int
    expiry: int
    signature: bytes = b""


@dataclass(frozen=True)
class SaleEvent:
    """An event of the sale, as it stands on chain: ``values`` by argument name, addresses checksummed."""

    name: str
    values: dict[str, object]
    block: int
    index: int
    transaction: str
