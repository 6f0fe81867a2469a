"""TokenSale as the client reads and calls it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from registry_client.chain.connection import Connection, quantity
from registry_client.chain.contract import ContractAbi, Event
from registry_client.chain.network import checksum
from registry_client.chain.reverts import contract_error
from registry_client.errors import ChainUnavailable, ConfigurationError, ContractError
from registry_client.models import (
    Approval,
    Buyer,
    Part,
    Quote,
    Round,
    SaleEvent,
    SaleState,
    SaleTerms,
    Tranche,
)
from registry_client.models.sale import RULES

_TERMS = (
    "token",
    "wallet",
    "teamWallet",
    "teamTokens",
    "goal",
    "cap",
    "minimum",
    "maximum",
    "acceptsBareEther",
    "rounds",
    "tranches",
)
_STATE = (
    "weiRaised",
    "tokensSold",
    "totalCredits",
    "currentRound",
    "hasClosed",
    "soldOut",
    "goalReached",
    "finalised",
    "withdrawn",
    "paused",
)


class SaleReader:
    """Reads the sale of a network at one block (the newest at each call without one) and encodes calls to it.

    Raises ConfigurationError where the network names no sale, ChainUnavailable when the node's answer cannot be had or
    does not decode.
    """

    def __init__(self, connection: Connection, block: int | None = None) -> None:
        sale, token = connection.network.sale, connection.network.token
        if sale is None or token is None:
            raise ConfigurationError(f"network {connection.network.name} has no token sale")
        self.connection, self.block, self.address, self.token = connection, block, sale, token
        self._abi, self._token_abi = ContractAbi("TokenSale"), ContractAbi("RegistryToken")

    def at(self, block: int) -> SaleReader:
        """The same sale, read at one block: every answer to one question comes from the same state."""
        return SaleReader(self.connection, block)

    def head(self) -> int:
        """The block of this reader, or the newest."""
        return self.block if self.block is not None else self.connection.block()[0]

    def terms(self) -> SaleTerms:
        values = self._many([(name, ()) for name in _TERMS])
        token, wallet, team_wallet, team, goal, cap, minimum, maximum, bare, rounds, tranches = values
        if checksum(token) != self.token:
            raise ChainUnavailable(f"the sale sells another token ({token}) than the network's deployment file names")
        if not rounds or not tranches or any(row[4] >= len(RULES) for row in rounds):
            raise ChainUnavailable("the node gave terms that no sale has")
        return SaleTerms(
            checksum(token),
            checksum(wallet),
            checksum(team_wallet),
            team,
            goal,
            cap,
            minimum,
            maximum,
            bare,
            tuple(Round(opens, closes, rate, bonus, RULES[rule]) for opens, closes, rate, bonus, rule in rounds),
            tuple(Tranche(*row) for row in tranches),
        )

    def state(self, rounds: int) -> SaleState:
        """The state now; ``rounds`` is their number, as the terms tell it."""
        block = self.head()
        raised, sold, credits, current, closed, out, goal, finalised, withdrawn, paused = self.at(block)._many(
            [(name, ()) for name in _STATE]
        )
        _, time = self.connection.block(hex(block))
        balance = self.connection.request("eth_getBalance", [self.address, hex(block)])
        return SaleState(
            block,
            time,
            raised,
            sold,
            credits,
            current if current < rounds else None,
            closed,
            out,
            goal,
            finalised,
            withdrawn,
            paused,
            quantity(balance, "a balance"),
            self.at(block).token_balance(self.address),
        )

    def quote(self, buyer: str, amount: int, rounds: int) -> Quote:
        """What ``amount`` wei buys for an address, and why it would be refused without an approval."""
        block = self.head()
        ((current, tokens, accepted, credited, parts, refusal),) = self.at(block)._call("quote", buyer, amount)
        return Quote(
            block,
            current if current < rounds else None,
            tokens,
            accepted,
            credited,
            tuple(Part(*row) for row in parts),
            contract_error(refusal) if refusal else None,
        )

    def buyer(self, address: str) -> Buyer:
        return self.buyers([address])[0]

    def buyers(self, addresses: Sequence[str]) -> list[Buyer]:
        """Accounts of many addresses, in few round trips."""
        calls = [(name, (address,)) for address in addresses for name in ("accountOf", "creditOf")]
        found = self._many(calls)
        rows = zip(addresses, found[::2], found[1::2], strict=True)
        return [
            Buyer(address, paid, tokens, nonce, listed, blocked, credit)
            for address, (paid, tokens, nonce, listed, blocked), credit in rows
        ]

    def listed(self, addresses: Sequence[str]) -> list[bool]:
        """Which of these addresses are on the whitelist."""
        return [bool(row[3]) for row in self._many([("accountOf", (address,)) for address in addresses])]

    def refusal(self, sender: str, data: bytes, value: int) -> ContractError | None:
        """Why a call would be refused if it were mined now, or None. Raises ChainUnavailable when it cannot be tried,
        as when the sender has less than ``value``."""
        try:
            self.connection.call(self.address, data, self.block, sender=sender, value=value)
        except ContractError as error:
            return error
        return None

    def balance(self, address: str) -> int:
        """Wei."""
        return self.connection.balance(address)

    def token_balance(self, address: str) -> int:
        """Units of the token."""
        data = self.connection.call(self.token, self._token_abi.encode("balanceOf", address), self.block)
        return int(self._token_abi.decode("balanceOf", data)[0])

    def token_total(self) -> int:
        """Units of the token that exist."""
        data = self.connection.call(self.token, self._token_abi.encode("totalSupply"), self.block)
        return int(self._token_abi.decode("totalSupply", data)[0])

    def token_symbol(self) -> str:
        data = self.connection.call(self.token, self._token_abi.encode("symbol"), self.block)
        return str(self._token_abi.decode("symbol", data)[0])

    def events(self, names: Sequence[str], account: str | None = None, block: int | None = None) -> list[SaleEvent]:
        """Events by name in the chain's order, up to this reader's block, or of one ``block`` only; of one account
        where the first argument, indexed, is to be this address."""
        topics: list[Any] = [["0x" + self._abi.topic(name).hex() for name in names]]
        if account is not None:
            topics.append("0x" + account[2:].lower().rjust(64, "0"))
        first, last = (self.connection.network.from_block, self.head()) if block is None else (block, block)
        logs = self.connection.logs(self.address, topics, first, last)
        return sorted((_event(self._abi.event(log)) for log in logs), key=lambda event: (event.block, event.index))

    def may_whitelist(self, account: str) -> bool:
        """Whether an account may call setWhitelisted at present: an operator may."""
        return self.refusal(account, self._abi.encode("setWhitelisted", [], True), 0) is None

    def buy_data(self, beneficiary: str, min_tokens: int) -> bytes:
        return self._abi.encode("buyTokens", beneficiary, min_tokens)

    def buy_with_approval_data(self, min_tokens: int, approval: Approval) -> bytes:
        return self._abi.encode("buyTokensWithApproval", min_tokens, _tuple(approval), approval.signature)

    def claim_data(self, account: str, to: str) -> bytes:
        return self._abi.encode("claim", account, to)

    def refund_data(self, account: str, to: str) -> bytes:
        return self._abi.encode("refund", account, to)

    def withdraw_credit_data(self, account: str, to: str) -> bytes:
        return self._abi.encode("withdrawCredit", account, to)

    def finalise_data(self) -> bytes:
        return self._abi.encode("finalise")

    def withdraw_data(self) -> bytes:
        return self._abi.encode("withdraw")

    def whitelist_data(self, accounts: Sequence[str], whitelisted: bool) -> bytes:
        return self._abi.encode("setWhitelisted", list(accounts), whitelisted)

    def _call(self, name: str, *values: object) -> Sequence[Any]:
        return self._abi.call(self.connection, self.address, self.block, name, *values)

    def _many(self, calls: Sequence[tuple[str, tuple[object, ...]]]) -> list[Any]:
        """First return values of many calls."""
        data = [self._abi.encode(name, *values) for name, values in calls]
        answers = self.connection.call_many(self.address, data, self.block)
        return [self._abi.decode(name, answer)[0] for (name, _), answer in zip(calls, answers, strict=True)]


def _tuple(approval: Approval) -> tuple[str, str, int, int]:
    return approval.buyer, approval.signer, approval.nonce, approval.expiry


def _event(event: Event) -> SaleEvent:
    values = {
        key: checksum(value) if isinstance(value, str) and value.startswith("0x") and len(value) == 42 else value
        for key, value in event.values.items()
    }
    return SaleEvent(event.name, values, event.block, event.index, event.transaction)
