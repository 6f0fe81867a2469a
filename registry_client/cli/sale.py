"""``registry sale``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from registry_client.chain.approvals import read_approval
from registry_client.chain.network import checksum
from registry_client.chain.sale import SaleReader
from registry_client.cli.output import NO, YES, Group, emit
from registry_client.cli.sale_output import payout_line, purchase_lines, purchase_value, quote_lines, quote_value
from registry_client.cli.session import Session, key_options, options
from registry_client.errors import ContractError
from registry_client.sale.amounts import exact, parse_amount
from registry_client.sale.purchase import Purchaser, offer
from registry_client.sale.refusals import explain
from registry_client.sale.status import buyer_lines, lines, phase

approval_option = click.option(
    "--approval", type=click.Path(path_type=Path), metavar="FILE", help="An operator's signed permission to buy."
)
minimum_option = click.option(
    "--min-tokens", metavar="N", default="0", help="Refuse rather than buy fewer tokens, as after a change of tranche."
)
receiver_option = click.option("--to", metavar="ADDRESS", help="Another receiver (default: the account itself).")


@click.group(cls=Group)
def sale() -> None:
    """Buy registry tokens: the price first, then once, then fetch what is owed.

    Amounts are ether and tokens, as decimals: 0.1 or 2500.

    Example: registry sale quote 2.5
    """


@contextmanager
def _explained() -> Iterator[None]:
    """A refusal in a buyer's words, its name after it."""
    try:
        yield
    except ContractError as error:
        error.args = (f"refused: {explain(error)}; nothing was sent [{error.name}]",)
        raise


def _reader(session: Session) -> SaleReader:
    return SaleReader(session.connection)


def _address_of(session: Session, who: str | None) -> str | None:
    """An address, or the address of a key by its name; no passphrase is needed for it."""
    return None if who is None else session.address(who)


@sale.command()
@click.argument("buyer", required=False, metavar="[NAME|ADDRESS]")
@options
def status(buyer: str | None, network: str, as_json: bool) -> None:
    """Where the sale stands; with a key's name or an address also that buyer.

    Example: registry sale status anna
    """
    session = Session(network, as_json)
    address = _address_of(session, buyer)
    reader = _reader(session)
    reader = reader.at(reader.head())
    terms = reader.terms()
    state = reader.state(len(terms.rounds))
    account = reader.buyer(address) if address else None
    value: dict[str, Any] = {
        "sale": reader.address,
        "token": reader.token,
        "phase": phase(terms, state),
        "wei_raised": str(state.wei_raised),
        "tokens_sold": str(state.tokens_sold),
        "tokens_for_sale": str(terms.tokens_for_sale),
        "goal": str(terms.goal),
        "cap": str(terms.cap),
        "minimum": str(terms.minimum),
        "maximum": str(terms.maximum),
        "goal_reached": state.goal_reached,
        "finalised": state.finalised,
        "round": state.round,
        "rounds": [vars(part) for part in terms.rounds],
        "tranches": [{"up_to": str(part.up_to), "rate": part.rate} for part in terms.tranches],
        "block": state.block,
    }
    if account is not None:
        value["buyer"] = {
            "address": account.address,
            "contribution": str(account.contribution),
            "tokens": str(account.tokens),
            "credit": str(account.credit),
            "whitelisted": account.whitelisted,
            "blocked": account.blocked,
        }
    emit(as_json, value, lambda: [*lines(terms, state), *(buyer_lines(account) if account else [])])


@sale.command()
@click.argument("amount")
@click.option("--buyer", metavar="NAME|ADDRESS", help="For whom: whitelist and maximum count too.")
@minimum_option
@approval_option
@options
def quote(amount: str, buyer: str | None, min_tokens: str, approval: Path | None, network: str, as_json: bool) -> None:
    """What an amount of ether buys now, part by part, and what would be in the way. Sends nothing.

    Exit code 1 when it would be refused. Without --buyer the price alone: a whitelist is not asked.

    Example: registry sale quote 2.5 --buyer anna
    """
    wei, least = parse_amount(amount), parse_amount(min_tokens)
    session = Session(network, as_json)
    address = _address_of(session, buyer)
    given = read_approval(approval, session.network) if approval else None
    if given is not None and address is None:
        address = given.buyer
    found = offer(_reader(session), address, wei, least, given)
    refusal = explain(found.refusal) if found.refusal else None
    if refusal is None and found.quote.tokens < least:
        refusal = f"it buys {exact(found.quote.tokens)} tokens now, fewer than the {exact(least)} asked for"
    if refusal is None and found.affordable is False:
        refusal = "the buyer has less ether than that"
    value = quote_value(found.quote, wei) | {"buyer": address, "refusal": refusal, "affordable": found.affordable}
    emit(as_json, value, lambda: quote_lines(found, wei, refusal))
    click.get_current_context().exit(NO if refusal else YES)


@sale.command()
@click.argument("amount")
@key_options
@minimum_option
@approval_option
@options
def buy(
    amount: str,
    account: str,
    passphrase_file: Path | None,
    min_tokens: str,
    approval: Path | None,
    network: str,
    as_json: bool,
) -> None:
    """Buy for this amount of ether, once.

    Killed at any moment and given again, it answers with the purchase it had begun and pays nothing twice; given again
    after it has answered, it buys again. Exit code 1 when refused, and when an earlier purchase of another amount was
    answered instead.

    Example: registry sale buy 2.5 --account anna --min-tokens 2000
    """
    wei, least = parse_amount(amount), parse_amount(min_tokens)
    session = Session(network, as_json)
    purchaser = _purchaser(session, account, passphrase_file)
    given = read_approval(approval, session.network) if approval else None
    with _explained():
        found = purchaser.buy(wei, least, given)
    emit(as_json, purchase_value(found), lambda: purchase_lines(found, amount))
    purchaser.told(found)
    click.get_current_context().exit(NO if found.earlier and found.amount != wei else YES)


def _purchaser(session: Session, account: str, passphrase_file: Path | None) -> Purchaser:
    reader = _reader(session)
    sender = session.sender(account, passphrase_file)
    return Purchaser(reader, sender, session.journal, f"{session.network.chain_id}:{reader.address}")


@sale.command()
@key_options
@receiver_option
@options
def claim(account: str, passphrase_file: Path | None, to: str | None, network: str, as_json: bool) -> None:
    """Fetch the tokens bought, once the sale has succeeded.

    Example: registry sale claim --account anna
    """
    _collect("claim", "tokens", account, passphrase_file, to, network, as_json)


@sale.command()
@key_options
@receiver_option
@options
def refund(account: str, passphrase_file: Path | None, to: str | None, network: str, as_json: bool) -> None:
    """Fetch the whole contribution back, once the sale has failed.

    Example: registry sale refund --account anna
    """
    _collect("refund", "ether", account, passphrase_file, to, network, as_json)


@sale.command()
@key_options
@receiver_option
@options
def credit(account: str, passphrase_file: Path | None, to: str | None, network: str, as_json: bool) -> None:
    """Fetch what was credited back: the part of a payment for which nothing was left. At any time.

    Example: registry sale credit --account anna
    """
    _collect("credit", "ether", account, passphrase_file, to, network, as_json)


def _collect(
    kind: str, unit: str, account: str, passphrase_file: Path | None, to: str | None, network: str, as_json: bool
) -> None:
    receiver = checksum(to) if to else None
    session = Session(network, as_json)
    purchaser = _purchaser(session, account, passphrase_file)
    calls = {"claim": purchaser.claim, "refund": purchaser.refund, "credit": purchaser.withdraw_credit}
    with _explained():
        found = calls[kind](receiver)
    value = {
        "status": found.status,
        "amount": str(found.amount),
        "receiver": found.receiver,
        "transaction": found.transaction,
    }
    emit(as_json, value, lambda: [payout_line(found, unit)])
    click.get_current_context().exit(NO if found.status == "nothing" else YES)
