"""Sending: signed once, written to the journal, then broadcast; the same bytes again until they are mined.

Nothing the node says can make this pay twice: a second transaction is signed under a key only when an earlier one
reverted, or when its nonce is used up and its receipt cannot be had (so it can never be mined).
"""

from __future__ import annotations

import time
from typing import Any

from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

from registry_client.chain.connection import Connection, RpcRefused, hex_bytes, quantity
from registry_client.chain.journal import Journal, SignedTransaction
from registry_client.errors import ChainUnavailable, ContractError, FeeTooHigh, FundsInsufficient, TransactionFailed
from registry_client.models import Receipt

MAX_FEE_WEI = 500 * 10**9  # a gas unit; what a node names above it is refused
MAX_PRIORITY_FEE_WEI = 2 * 10**9  # a gas unit; what a node names above it is not paid
MAX_GAS = 16_777_216  # EIP-7825
WAIT_SECONDS = 180.0
RESEND_SECONDS = 12.0
POLL_SECONDS = 0.2
LOST_AFTER_POLLS = 10


class Sender:
    """Sends for one account. ``wait_seconds`` is how long a transaction may take to be mined."""

    def __init__(
        self,
        connection: Connection,
        journal: Journal,
        account: LocalAccount,
        wait_seconds: float = WAIT_SECONDS,
        max_fee_wei: int = MAX_FEE_WEI,
    ) -> None:
        self.connection, self.journal, self._account = connection, journal, account
        self.wait_seconds, self.max_fee_wei = wait_seconds, max_fee_wei

    @property
    def address(self) -> str:
        return str(self._account.address)

    def send(
        self, key: str, to: str, data: bytes, value: int = 0, gas: int | None = None, repeatable: bool = False
    ) -> Receipt:
        """Send once for this ``key``, however often it is called; waits until it is mined.

        ``repeatable``: once mined, the key may be used anew; before, the call finishes what was begun.
        Raises ContractError (it would revert, nothing was sent), FundsInsufficient, FeeTooHigh, TransactionFailed
        (mined and reverted, or its nonce was taken), ChainUnavailable (not known to be mined: give the call again).
        """
        for entry in reversed(self.journal.transactions(key)):
            if entry.chain_id != self.connection.network.chain_id or entry.account != self.address:
                continue
            if entry.state == "signed" or (entry.state == "mined" and not repeatable):
                return self._successful(self._settled(entry), to, data, value)
        for entry in self.journal.unsettled(self.connection.network.chain_id, self.address):
            self._settle(entry)
        entry = self._sign(key, to, data, value, gas)
        self.journal.add_transaction(entry)
        return self._successful(self._settled(entry), to, data, value)

    def _settled(self, entry: SignedTransaction) -> Receipt:
        receipt = self._settle(entry)
        if receipt is None:
            raise TransactionFailed(
                f"transaction {entry.hash}: its nonce {entry.nonce} was used by another transaction of {self.address}; "
                "give the command again to send anew"
            )
        return receipt

    def finish(self, key: str) -> Receipt | None:
        """Settle what was begun under a key; its receipt, or None when nothing was, or it can never be mined."""
        receipt = None
        for entry in self.journal.transactions(key):
            if entry.state in ("signed", "mined") and entry.account == self.address:
                receipt = self._settle(entry) or receipt
        return receipt

    def _sign(self, key: str, to: str, data: bytes, value: int, gas: int | None) -> SignedTransaction:
        call = {"from": self.address, "to": to, "data": "0x" + data.hex(), "value": hex(value)}
        self.connection.call(to, data, sender=self.address, value=value)
        base = self.connection.base_fee()
        priority = min(self._priority_fee(), MAX_PRIORITY_FEE_WEI)
        fee = 2 * base + priority
        if fee > self.max_fee_wei:
            raise FeeTooHigh(
                f"the node names a fee of {fee / 10**9:.0f} gwei a gas unit, above the limit of "
                f"{self.max_fee_wei / 10**9:.0f}; nothing was sent. Wait, or ask another node"
            )
        if gas is None:
            try:
                gas = quantity(self.connection.request("eth_estimateGas", [call]), "the gas estimate")
            except RpcRefused as error:
                if "fund" not in error.message.lower():
                    raise
                self._afford(value + 21_000 * fee)
                raise
            gas = gas + gas // 5
        if gas > MAX_GAS:
            raise FeeTooHigh(f"the transaction would take {gas} gas; one may take {MAX_GAS} (EIP-7825)")
        self._afford(value + gas * fee)
        chain_id = self.connection.network.chain_id
        nonce = quantity(self.connection.request("eth_getTransactionCount", [self.address, "latest"]), "the nonce")
        transaction: dict[str, Any] = {
            "chainId": chain_id,
            "nonce": nonce,
            "to": to,
            "data": data,
            "value": value,
            "gas": gas,
            "maxFeePerGas": fee,
            "maxPriorityFeePerGas": priority,
            "type": 2,
        }
        signed = self._account.sign_transaction(transaction)
        raw = bytes(signed.raw_transaction)
        return SignedTransaction("0x" + keccak(raw).hex(), key, chain_id, self.address, nonce, raw, "signed")

    def _priority_fee(self) -> int:
        try:
            return quantity(self.connection.request("eth_maxPriorityFeePerGas", []), "the priority fee")
        except RpcRefused:
            return MAX_PRIORITY_FEE_WEI

    def _afford(self, cost: int) -> None:
        balance = self.connection.balance(self.address)
        if balance < cost:
            raise FundsInsufficient(
                f"{self.address} has {balance / 10**18:.6f} ether and may need {cost / 10**18:.6f}; send it some "
                "(on a development chain: registry faucet ADDRESS)"
            )

    def _settle(self, entry: SignedTransaction) -> Receipt | None:
        """Broadcast until mined. None when it can never be mined: its nonce is used and it has no receipt."""
        end = time.monotonic() + self.wait_seconds
        resend, trouble, gone = 0.0, "", 0
        while True:
            try:
                receipt = self._receipt(entry.hash)
                if receipt is not None:
                    self.journal.set_state(entry.hash, "mined" if receipt.status == 1 else "failed")
                    return receipt
                count = self.connection.request("eth_getTransactionCount", [entry.account, "latest"])
                if quantity(count, "the nonce") > entry.nonce:
                    gone += 1  # maybe mined between the two questions, or the node's parts lag behind each other
                    if gone >= LOST_AFTER_POLLS:
                        self.journal.set_state(entry.hash, "lost")
                        return None
                elif time.monotonic() >= resend:
                    resend = time.monotonic() + RESEND_SECONDS
                    self._broadcast(entry)
            except RpcRefused as error:
                trouble = str(error)
            except ChainUnavailable as error:
                trouble, resend = str(error), min(resend, time.monotonic() + 1.0)
            if time.monotonic() > end:
                raise ChainUnavailable(
                    f"transaction {entry.hash} is not mined after {self.wait_seconds:g} s"
                    + (f" ({trouble})" if trouble else "")
                    + "; give the same command again later: it sends the same bytes, never a second transaction"
                )
            time.sleep(POLL_SECONDS)

    def _broadcast(self, entry: SignedTransaction) -> None:
        answer = self.connection.request("eth_sendRawTransaction", ["0x" + entry.raw.hex()])
        if "0x" + hex_bytes(answer, "the transaction's hash", 32).hex() != entry.hash:
            raise ChainUnavailable("the node answered with another transaction's hash")

    def _receipt(self, transaction_hash: str) -> Receipt | None:
        found = self.connection.request("eth_getTransactionReceipt", [transaction_hash])
        if found is None:
            return None
        if not isinstance(found, dict) or str(found.get("transactionHash", "")).lower() != transaction_hash:
            raise ChainUnavailable("the node gave another transaction's receipt")
        return Receipt(
            transaction_hash,
            quantity(found.get("blockNumber"), "a receipt's block"),
            quantity(found.get("gasUsed"), "a receipt's gas"),
            quantity(found.get("status"), "a receipt's status"),
        )

    def _successful(self, receipt: Receipt, to: str, data: bytes, value: int) -> Receipt:
        if receipt.status == 1:
            return receipt
        reason = ""
        try:
            self.connection.call(to, data, block=receipt.block, sender=self.address, value=value)
        except ContractError as error:
            reason = f" ({error})"
        except ChainUnavailable:
            reason = ""
        raise TransactionFailed(f"transaction {receipt.hash} was mined in block {receipt.block} and reverted{reason}")
