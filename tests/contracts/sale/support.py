"""A sale to test: its terms, its deployment, what is said to it, and an exact account of its prices in Python."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from typing import Any

import brownie
import pytest
import requests
import rlp
from eth_abi import encode
from eth_account import Account as Keys
from eth_utils import keccak, to_canonical_address, to_checksum_address

from tests.contracts.support import GAS, ROOT, Chain, Receipt, Registry, Reverted, RpcError, rpc

ETHER, TOKEN = 10**18, 10**18
NONE, LIST, LIST_OR_APPROVAL = 0, 1, 2
OPERATOR, PAUSER = 3, 2
OPERATOR_FUNCTIONS = ("setWhitelisted", "setBlocked", "cancelApprovals")
WALLET, TEAM = to_checksum_address("0x" + "00" * 19 + "f1"), to_checksum_address("0x" + "00" * 19 + "f2")
OPERATOR_KEY, OTHER_KEY = "0x" + "0b" * 32, "0x" + "0c" * 32
APPROVAL = "Approval(address buyer,address signer,uint256 nonce,uint256 expiry)"
FIELDS = ("authority", "token", "wallet", "teamWallet", "teamTokens", "goal", "cap", "minimum", "maximum")


@dataclass(frozen=True)
class Terms:
    """Of a sale; times in seconds from its opening. Tranches as (tokens, rate), rounds as the interface has them."""

    rounds: tuple[tuple[int, int, int, int, int], ...] = (
        (0, 1000, 0, 2000, LIST),
        (2000, 3000, 0, 0, LIST_OR_APPROVAL),
        (3000, 4000, 700, 0, NONE),
    )
    tranches: tuple[tuple[int, int], ...] = ((5_000, 1554), (10_000, 1178), (20_000, 1000), (60_000, 740))
    teamTokens: int = 40_000 * TOKEN
    goal: int = 20 * ETHER
    cap: int = 1000 * ETHER
    minimum: int = ETHER // 10
    maximum: int = 25 * ETHER
    acceptsBareEther: bool = True
    delay: int = 1000
    held: int | None = None
    others: dict[str, str] = field(default_factory=dict)

    @property
    def supply(self) -> int:
        return (self.tranches[-1][0] * TOKEN if self.tranches else 0) + self.teamTokens

    def encoded(self, authority: str, token: str, opening: int) -> list[Any]:
        addresses = {"authority": authority, "token": token, "wallet": WALLET, "teamWallet": TEAM} | self.others
        rounds = [(opening + r[0], opening + r[1], *r[2:]) for r in self.rounds]
        tranches = [(upto * TOKEN, rate) for upto, rate in self.tranches]
        first = [addresses.get(name, getattr(self, name, None)) for name in FIELDS]
        return [*first, self.acceptsBareEther, rounds, tranches]


ONE = Terms(rounds=((0, 1000, 0, 0, NONE),), goal=3 * ETHER, maximum=100 * ETHER)
COPYTRACK = Terms(
    rounds=((0, 14 * 86_400, 0, 0, LIST),),
    tranches=((5_000_000, 1554), (10_000_000, 1178), (20_000_000, 1000), (60_000_000, 740)),
    teamTokens=40_000_000 * TOKEN,
    goal=0,
    cap=2**96 - 1,
    maximum=2500 * ETHER,
    acceptsBareEther=False,
)


def parts(terms: Terms, round_index: int, sold: int, budget: int) -> list[tuple[int, int, int]]:
    """What a budget buys, as (tranche, wei, units): exact rational prices, rounded once a part against the buyer."""
    flat, bonus = terms.rounds[round_index][2:4]
    found = []
    for index, (upto, rate) in enumerate(terms.tranches):
        room = upto * TOKEN - sold
        if room <= 0 or budget == 0:
            continue
        units_per_wei = Fraction(flat or rate) * Fraction(10_000 + bonus, 10_000)
        exact = Fraction(room) / units_per_wei
        if budget >= exact:
            cost = -(-exact.numerator // exact.denominator)
            found.append((index, cost, room))
        else:
            bought = budget * units_per_wei
            found.append((index, budget, bought.numerator // bought.denominator))
        budget -= found[-1][1]
        sold += found[-1][2]
    return found


def total(found: list[tuple[int, int, int]]) -> tuple[int, int]:
    """Wei and units of parts."""
    return sum(part[1] for part in found), sum(part[2] for part in found)


class Contract(Registry):
    """As Registry, with ether sent along and the events of other contracts named."""

    def __init__(self, address: str, name: str, others: tuple[str, ...] = ()) -> None:
        self.contract = type("At", (), {"address": address, "abi": build(name)["abi"]})
        abi = [entry for one in (name, *others) for entry in build(one)["abi"]]
        super().__init__(self.contract, abi)

    def post(self, name: str, *values: Any, sender: str, value: int = 0) -> str:
        return self.post_data(self.data(name, *values), sender, value)

    def post_data(self, data: str, sender: str, value: int = 0) -> str:
        call = {"from": sender, "to": self.address, "data": data, "gas": hex(GAS), "value": hex(value)}
        return rpc("eth_sendTransaction", {**call, "gasPrice": "0x0"})

    def send(self, name: str, *values: Any, sender: str, value: int = 0) -> Receipt:
        return self.result(self.post(name, *values, sender=sender, value=value), name)

    def refusal(self, name: str, *values: Any, sender: str, value: int = 0) -> tuple[Any, ...]:
        """The error of a mined transaction that must fail."""
        with pytest.raises(Reverted) as refused:
            self.send(name, *values, sender=sender, value=value)
        return refused.value.args

    def asked(self, questions: list[tuple[str, list[Any]]]) -> list[Any]:
        """Many views in one round trip."""
        calls = [
            ("eth_call", {"to": self.address, "data": self.data(name, *values)}, "latest") for name, values in questions
        ]
        return [self._returned(name, got) for (name, _), got in zip(questions, batch(calls), strict=True)]

    def _event(self, log: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        return super()._event({**log, "address": self.address})


def build(name: str) -> Any:
    return getattr(brownie, name)._build


def balance(address: str) -> int:
    return int(rpc("eth_getBalance", address, "latest"), 16)


def held(sale: Sale, address: str) -> int:
    """Tokens that an address has."""
    return int(sale.token.ask("balanceOf", address))


def set_balance(address: str, amount: int) -> None:
    rpc("anvil_setBalance", address, hex(amount))


def batch(calls: list[tuple[Any, ...]]) -> list[Any]:
    """Many requests, as (method, parameters…), in few round trips; their results."""
    found = []
    for start in range(0, len(calls), 400):
        body = [
            {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
            for number, (method, *params) in enumerate(calls[start : start + 400])
        ]
        answers = requests.post(brownie.web3.provider.endpoint_uri, json=body, timeout=120).json()
        assert not [answer for answer in answers if "error" in answer], answers
        found += [answer["result"] for answer in sorted(answers, key=lambda answer: answer["id"])]
    return found


def create(bytecode: str, sender: str, arguments: bytes = b"", value: int = 0) -> str:
    """Deploys; the address. Raises Reverted with the revert data."""
    data = "0x" + bytecode.removeprefix("0x") + arguments.hex()
    call = {"from": sender, "data": data, "gas": hex(GAS), "value": hex(value)}
    try:
        rpc("eth_call", call, "latest")
    except RpcError as error:
        raise Reverted(error.data) from None
    transaction = rpc("eth_sendTransaction", call)
    while (receipt := rpc("eth_getTransactionReceipt", transaction)) is None:
        continue
    assert int(receipt["status"], 16) == 1
    return to_checksum_address(receipt["contractAddress"])


def deploy(name: str, sender: str, *values: Any) -> str:
    made = build(name)
    constructor = next(entry for entry in made["abi"] if entry["type"] == "constructor")
    return create(made["bytecode"], sender, encode([_kind(item) for item in constructor["inputs"]], list(values)))


def _kind(item: dict[str, Any]) -> str:
    if item["type"].startswith("tuple"):
        return "(" + ",".join(map(_kind, item["components"])) + ")" + item["type"][5:]
    return item["type"]


def foretold(sender: str, nonce: int) -> str:
    """The address of the contract that a sender's transaction of a nonce creates."""
    return to_checksum_address(keccak(rlp.encode([to_canonical_address(sender), nonce]))[12:])


class Sale(Contract):
    """A deployed sale and its token; ``terms`` are what it was made of, ``opening`` when it opens."""

    def __init__(self, terms: Terms, authority: str, deployer: str) -> None:
        nonce = int(rpc("eth_getTransactionCount", deployer, "latest"), 16)
        supply = terms.supply if terms.held is None else terms.held
        token = deploy("RegistryToken", deployer, "Registry Token", "REG", supply, foretold(deployer, nonce + 1))
        self.terms, self.opening = terms, Chain().time + terms.delay
        try:
            address = deploy("TokenSale", deployer, terms.encoded(authority, token, self.opening))
        except Reverted as refused:
            errors = Registry(type("At", (), {"address": token, "abi": []}), build("TokenSale")["abi"])
            raise Reverted(*errors.error(refused.args[0])) from None
        super().__init__(address, "TokenSale", ("RegistryToken", "RegistryAccessManager"))
        self.token = Contract(token, "RegistryToken")

    def at(self, second: int) -> None:
        """The next block's time, in seconds from the opening."""
        Chain().next_at(self.opening + second)

    def enter(self, second: int) -> None:
        """Mine a block at that time."""
        Chain().mine_at(self.opening + second)

    def buy(self, buyer: str, value: int, beneficiary: str | None = None, least: int = 0) -> Receipt:
        return self.send("buyTokens", beneficiary or buyer, least, sender=buyer, value=value)

    def no_buy(self, buyer: str, value: int, beneficiary: str | None = None, least: int = 0) -> tuple[Any, ...]:
        return self.refusal("buyTokens", beneficiary or buyer, least, sender=buyer, value=value)

    def bare(self, sender: str, value: int) -> Receipt:
        return self.result(self.post_data("0x", sender, value))

    def book(self, names: list[str]) -> dict[str, int]:
        return {name: self.ask(name) for name in names}

    def account(self, address: str) -> dict[str, Any]:
        return self.ask("accountOf", address)

    def digest(self, approval: tuple[Any, ...], chain: int = 31337, address: str = "", kind: str = APPROVAL) -> bytes:
        """EIP-712 by hand."""
        head = keccak(text="EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
        words = [head, keccak(text="TokenSale"), keccak(text="1"), chain, address or self.address]
        domain = keccak(encode(["bytes32", "bytes32", "bytes32", "uint256", "address"], words))
        words = [keccak(text=kind), *approval]
        struct = keccak(encode(["bytes32", "address", "address", "uint256", "uint256"], words))
        return keccak(b"\x19\x01" + domain + struct)


def signed(digest: bytes, key: str = OPERATOR_KEY) -> bytes:
    return bytes(Keys.unsafe_sign_hash(digest, key).signature)


def bought(purchaser: str, beneficiary: str, round_index: int, found: list[tuple[int, int, int]]) -> list[Any]:
    """The events of a purchase."""
    head = {"purchaser": purchaser, "beneficiary": beneficiary, "round": round_index}
    return [
        ("TokensPurchased", {**head, "tranche": tranche, "value": cost, "amount": units})
        for tranche, cost, units in found
    ]


def changed(terms: Terms, **fields: Any) -> Terms:
    return replace(terms, **fields)


@cache
def attackers() -> dict[str, Any]:
    """The contracts of Attackers.sol, compiled: they are no part of the project."""
    source = (ROOT / "tests" / "contracts" / "forge" / "Attackers.sol").read_text(encoding="utf-8")
    made = brownie.compile_source(source, solc_version="0.8.30", evm_version="cancun")
    return {container._name: container._build for container in made}


class Attacker(Registry):
    """A deployed attacker of a name."""

    def __init__(self, name: str, sender: str, arguments: bytes = b"", value: int = 0) -> None:
        made = attackers()[name]
        address = create(made["bytecode"], sender, arguments, value)
        self.sender = sender
        super().__init__(type("At", (), {"address": address, "abi": made["abi"]}), made["abi"])

    def run(self, sale: Contract, name: str, *values: Any, value: int = 0) -> Receipt:
        """The attacker calls a function of the sale, with ether of its own."""
        data = bytes.fromhex(sale.data(name, *values)[2:])
        return sale.result(self.post("run", sale.address, value, data, sender=self.sender))

    def refusal(self, sale: Contract, name: str, *values: Any, value: int = 0) -> tuple[Any, ...]:
        with pytest.raises(Reverted) as refused:
            self.run(sale, name, *values, value=value)
        return refused.value.args
