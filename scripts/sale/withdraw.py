"""``brownie run sale/withdraw``: pays the proceeds to the sale's wallet, after success; anyone may, once."""

from __future__ import annotations

from registry_client.sale.amounts import grouped
from scripts.sale.setting import Setting, confirmed, from_brownie


def main() -> None:
    _run(ask=True)


def without_asking() -> None:
    _run(ask=False)


def _run(ask: bool) -> None:
    setting = from_brownie()
    terms = setting.reader.terms()
    state = setting.reader.state(len(terms.rounds))
    print(f"proceeds  {grouped(state.wei_raised)} ether\nto        {terms.wallet}")
    if not ask or confirmed("Pay out?"):
        transaction = withdraw(setting)
        print(f"paid, transaction {transaction}" if transaction else "was paid before; nothing was sent")


def withdraw(setting: Setting) -> str | None:
    """The transaction's hash, or None where it was paid before. Raises ContractError: not finalised, or failed."""
    if setting.reader.state(len(setting.reader.terms().rounds)).withdrawn:
        return None
    data = setting.reader.withdraw_data()
    return setting.sender.send(f"withdraw:{setting.scope}", setting.reader.address, data).hash
