"""Ether sent without data buys for its sender, or is refused, by parameter."""

from __future__ import annotations

import pytest

from tests.contracts.sale.support import ETHER, TOKEN, Terms, balance, bought, changed
from tests.contracts.support import Reverted


def refused(sale, sender, value, data="0x"):
    with pytest.raises(Reverted) as found:
        sale.result(sale.post_data(data, sender, value))
    return found.value.args


def test_bare_ether_is_refused_where_the_parameter_says_so(new_sale, alice, operator):
    sale = new_sale(changed(Terms(), acceptsBareEther=False))
    sale.send("setWhitelisted", [alice], True, sender=operator)
    sale.enter(0)
    assert sale.ask("acceptsBareEther") is False
    assert refused(sale, alice, ETHER) == ("SaleRefusedEther",)
    sale.buy(alice, ETHER)


def test_bare_ether_is_refused_for_the_reasons_of_buy_tokens(sale, alice, stranger, pauser):
    assert refused(sale, alice, ETHER)[0] == "SaleNotOpen"
    sale.enter(0)
    assert refused(sale, stranger, ETHER) == ("SaleUnlistedBuyer", stranger)
    assert refused(sale, alice, 1) == ("SaleInsufficientPayment", 1, ETHER // 10)
    sale.send("pause", sender=pauser)
    assert refused(sale, alice, ETHER) == ("EnforcedPause",)


def test_bare_ether_buys_for_its_sender(sale, alice):
    sale.enter(0)
    done = sale.bare(alice, ETHER)
    assert done.events == bought(alice, alice, 0, [(0, ETHER, 1554 * TOKEN * 12 // 10)])
    assert sale.account(alice)["contribution"] == ETHER


def test_ether_with_data_of_no_function_is_refused(sale, alice):
    sale.enter(0)
    for data in ("0x00", "0xd0febe4c", "0xffffffff" + "00" * 32):
        assert refused(sale, alice, ETHER, data) == ("0x",)
    assert balance(sale.address) == 0


def test_functions_that_take_no_ether_refuse_it(sale, alice):
    for name, values in (("finalise", ()), ("claim", (alice, alice)), ("withdraw", ()), ("pause", ())):
        assert refused(sale, alice, 1, sale.data(name, *values)) == ("0x",)
