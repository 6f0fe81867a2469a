"""Fixtures of the sale: the default one, and whoever makes another."""

from __future__ import annotations

import pytest
from eth_account import Account as Keys

from tests.contracts.sale.support import (
    ETHER,
    ONE,
    OPERATOR,
    OPERATOR_FUNCTIONS,
    OPERATOR_KEY,
    PAUSER,
    Contract,
    Sale,
    Terms,
    set_balance,
)
from tests.contracts.support import rpc


@pytest.fixture(scope="session")
def new_sale(deployed, parties):
    """Deploys a sale of some terms, with its roles given."""
    manager = Contract(deployed[1].address, "RegistryAccessManager")
    admin = parties["admin"].address

    def make(terms=None):
        sale = Sale(terms or Terms(), manager.address, parties["deployer"].address)
        for role, names in ((OPERATOR, OPERATOR_FUNCTIONS), (PAUSER, ("pause", "unpause"))):
            selectors = [sale.selector(name) for name in names]
            manager.send("setTargetFunctionRole", sale.address, selectors, role, sender=admin)
        return sale

    return make


@pytest.fixture(scope="session")
def operating(deployed, parties):
    """The operator: an account whose key the tests know."""
    address = Keys.from_key(OPERATOR_KEY).address
    rpc("anvil_autoImpersonateAccount", True)
    set_balance(address, 1000 * ETHER)
    manager = Contract(deployed[1].address, "RegistryAccessManager")
    manager.send("grantRole", OPERATOR, address, 0, sender=parties["admin"].address)
    return address


@pytest.fixture(scope="session")
def sold(new_sale, operating, parties):
    """The default sale; alice, bob and carol are on its list."""
    sale = new_sale()
    listed = [parties[name].address for name in ("alice", "bob", "carol")]
    sale.send("setWhitelisted", listed, True, sender=operating)
    return sale


@pytest.fixture
def sale(sold):
    return sold


@pytest.fixture
def token(sold):
    return sold.token


@pytest.fixture
def operator(operating):
    return operating


# A sale of one round for everybody with a goal of three ether.


@pytest.fixture
def opened(new_sale):
    sale = new_sale(ONE)
    sale.enter(0)
    return sale


@pytest.fixture
def won(opened, alice, bob, stranger):
    """Alice bought for two ether, bob for one, and it succeeded."""
    opened.buy(alice, 2 * ETHER)
    opened.buy(bob, ETHER)
    opened.enter(1000)
    opened.send("finalise", sender=stranger)
    return opened


@pytest.fixture
def lost(opened, alice, bob, stranger):
    """The same with a wei less: it failed."""
    opened.buy(alice, 2 * ETHER)
    opened.buy(bob, ETHER - 1)
    opened.enter(1000)
    opened.send("finalise", sender=stranger)
    return opened
