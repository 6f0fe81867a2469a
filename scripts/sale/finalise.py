"""``brownie run sale/finalise``: ends the sale once it has closed, or a second after it sold out; anyone may."""

from __future__ import annotations

from registry_client.models import SaleState
from registry_client.sale.amounts import grouped
from registry_client.sale.status import moment
from scripts.sale.setting import Setting, confirmed, from_brownie


def main() -> None:
    _run(ask=True)


def without_asking() -> None:
    _run(ask=False)


def _run(ask: bool) -> None:
    setting = from_brownie()
    terms = setting.reader.terms()
    state = setting.reader.state(len(terms.rounds))
    outcome = "success: buyers claim tokens" if state.goal_reached else "failure: buyers are refunded"
    print(f"raised  {grouped(state.wei_raised)} ether; soft cap {grouped(terms.goal)}: {outcome}")
    print(f"sold    {grouped(state.tokens_sold)} of {grouped(terms.tokens_for_sale)} tokens; the rest is burned")
    print(f"closes  {moment(terms.rounds[-1].closing_time)}; now {moment(state.time)}")
    if not ask or confirmed("Finalise?"):
        after = finalise(setting)
        print(f"finalised at block {after.block}: {'success' if after.goal_reached else 'failure'}")


def finalise(setting: Setting) -> SaleState:
    """End it; the state after. Ended by somebody else before, nothing is sent. Raises ContractError: still open."""
    rounds = len(setting.reader.terms().rounds)
    if not setting.reader.state(rounds).finalised:
        setting.sender.send(f"finalise:{setting.scope}", setting.reader.address, setting.reader.finalise_data())
    return setting.reader.state(rounds)
