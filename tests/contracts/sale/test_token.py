"""RegistryToken: ERC-20, permit, burning, and a supply that only shrinks; TeamVesting with its cliff."""

from __future__ import annotations

import pytest
from eth_abi import encode

from tests.contracts.sale.support import (
    ETHER,
    NONE,
    OTHER_KEY,
    TEAM,
    TOKEN,
    Contract,
    Keys,
    Terms,
    changed,
    deploy,
    keccak,
    signed,
)
from tests.contracts.support import ZERO, Reverted

SUPPLY = 1_000 * TOKEN
PERMIT = "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"


@pytest.fixture
def coin(deployer, alice, deployed):
    return Contract(deploy("RegistryToken", deployer, "Registry Token", "REG", SUPPLY, alice), "RegistryToken")


@pytest.fixture
def owner(coin, alice, operator):
    """An account with tokens whose key is known."""
    address = Keys.from_key(OTHER_KEY).address
    coin.send("transfer", address, 10 * TOKEN, sender=alice)
    return address


def permit(coin, owner, spender, deadline, value=TOKEN, nonce=0, kind=PERMIT):
    words = [keccak(text=kind), owner, spender, value, nonce, deadline]
    struct = keccak(encode(["bytes32", "address", "address", "uint256", "uint256", "uint256"], words))
    digest = keccak(b"\x19\x01" + coin.ask("DOMAIN_SEPARATOR") + struct)
    signature = signed(digest, OTHER_KEY)
    return signature[64], signature[:32], signature[32:64]


def test_all_is_minted_at_deployment(coin, alice):
    assert coin.ask("totalSupply") == coin.ask("cap") == coin.ask("balanceOf", alice) == SUPPLY
    assert (coin.ask("name"), coin.ask("symbol"), coin.ask("decimals")) == ("Registry Token", "REG", 18)


def test_nobody_can_hold_the_supply_of_nobody(deployer, deployed):
    with pytest.raises(Reverted):
        deploy("RegistryToken", deployer, "Registry Token", "REG", SUPPLY, ZERO)


def test_there_is_no_owner_and_no_mint(coin):
    changing = {n for n, e in coin.functions.items() if "(" not in n and e["stateMutability"] not in ("view", "pure")}
    assert changing == {"approve", "burn", "burnFrom", "permit", "transfer", "transferFrom"}


def test_transfer_reverts_beyond_the_balance(coin, alice, bob):
    assert coin.refusal("transfer", bob, SUPPLY + 1, sender=alice) == (
        "ERC20InsufficientBalance",
        alice,
        SUPPLY,
        SUPPLY + 1,
    )
    done = coin.send("transfer", bob, TOKEN, sender=alice)
    assert done.events == [("Transfer", {"from": alice, "to": bob, "value": TOKEN})]


def test_burn_lowers_the_supply_and_not_the_cap(coin, alice, bob):
    assert coin.refusal("burn", 1, sender=bob) == ("ERC20InsufficientBalance", bob, 0, 1)
    done = coin.send("burn", TOKEN, sender=alice)
    assert done.events == [("Transfer", {"from": alice, "to": ZERO, "value": TOKEN})]
    assert coin.ask("totalSupply") == SUPPLY - TOKEN
    assert coin.ask("cap") == SUPPLY


def test_burn_from_needs_an_allowance(coin, alice, bob):
    assert coin.refusal("burnFrom", alice, 1, sender=bob) == ("ERC20InsufficientAllowance", bob, 0, 1)
    coin.send("approve", bob, TOKEN, sender=alice)
    coin.send("burnFrom", alice, TOKEN, sender=bob)
    assert coin.ask("allowance", alice, bob) == 0
    assert coin.ask("totalSupply") == SUPPLY - TOKEN


def test_permit_allows_once(coin, owner, bob, stranger, clock):
    deadline = clock.time + 1000
    given = permit(coin, owner, bob, deadline)
    late = permit(coin, owner, bob, clock.time - 1)
    expired = coin.refusal("permit", owner, bob, TOKEN, clock.time - 1, *late, sender=stranger)
    assert expired[0] == "ERC2612ExpiredSignature"
    for changed_field in ((bob, bob, TOKEN, deadline), (owner, stranger, TOKEN, deadline), (owner, bob, 1, deadline)):
        assert coin.refusal("permit", *changed_field, *given, sender=stranger)[0] == "ERC2612InvalidSigner"
    done = coin.send("permit", owner, bob, TOKEN, deadline, *given, sender=stranger)
    assert done.events == [("Approval", {"owner": owner, "spender": bob, "value": TOKEN})]
    assert coin.ask("nonces", owner) == 1
    assert coin.refusal("permit", owner, bob, TOKEN, deadline, *given, sender=stranger)[0] == "ERC2612InvalidSigner"
    coin.send("transferFrom", owner, bob, TOKEN, sender=bob)
    assert coin.ask("balanceOf", bob) == TOKEN


def test_the_type_of_a_permit_is_its_own(coin, owner, bob, stranger, clock):
    deadline = clock.time + 1000
    forged = permit(coin, owner, bob, deadline, kind=PERMIT.replace("Permit", "Approval"))
    answer = coin.refusal("permit", owner, bob, TOKEN, deadline, *forged, sender=stranger)
    assert answer[0] == "ERC2612InvalidSigner"


@pytest.fixture
def vesting(deployer, alice, new_sale, clock):
    """The team's wallet of a sale that closes 1,000 seconds after opening; a cliff of 100 within 1,000 seconds."""
    start = clock.time + 3000
    address = deploy("TeamVesting", deployer, alice, start, 1000, 100)
    sale = new_sale(changed(Terms(), rounds=((0, 1000, 0, 0, NONE),), goal=0, others={"teamWallet": address}))
    return Contract(address, "TeamVesting"), sale, start


def test_vesting_releases_nothing_before_the_cliff_and_all_at_the_end(vesting, alice, stranger, clock):
    wallet, sale, start = vesting
    token = sale.token.address
    sale.enter(1000)
    sale.send("finalise", sender=stranger)
    assert (wallet.ask("start"), wallet.ask("cliff"), wallet.ask("end")) == (start, start + 100, start + 1000)
    assert wallet.ask("owner") == alice
    release = "release(address)"
    for second, share in ((99, 0), (100, 100), (500, 500), (1000, 1000), (5000, 1000)):
        clock.next_at(start + second)
        Contract(wallet.address, "TeamVesting", ("RegistryToken",)).send(release, token, sender=stranger)
        assert sale.token.ask("balanceOf", alice) == share * 40_000 * TOKEN // 1000


def test_vesting_refuses_a_cliff_beyond_its_end(deployer, alice, deployed):
    with pytest.raises(Reverted):
        deploy("TeamVesting", deployer, alice, 2**33, 1000, 1001)


# Before finalisation


def test_invariant_s7_nobody_can_move_a_token_before_finalisation(sale, token, alice, bob, operator, parties):
    sale.enter(0)
    sale.buy(alice, ETHER)
    everybody = [*(party.address for party in parties.values()), operator, TEAM, token.address]
    assert [token.ask("balanceOf", one) for one in everybody] == [0] * len(everybody)
    assert token.ask("balanceOf", sale.address) == token.ask("totalSupply") == 100_000 * TOKEN
    assert token.refusal("transfer", bob, 1, sender=alice) == ("ERC20InsufficientBalance", alice, 0, 1)
    for spender in (alice, operator, TEAM):
        assert token.ask("allowance", sale.address, spender) == 0
    stolen = token.refusal("transferFrom", sale.address, alice, 1, sender=alice)
    assert stolen == ("ERC20InsufficientAllowance", alice, 0, 1)
    assert token.refusal("burnFrom", sale.address, 1, sender=alice) == ("ERC20InsufficientAllowance", alice, 0, 1)
