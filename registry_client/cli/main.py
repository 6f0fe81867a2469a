"""Entry point of ``registry``."""

from __future__ import annotations

import click

from registry_client.chain.registry import checksum
from registry_client.cli import (
    check,
    keys,
    licence,
    licence_holding,
    licence_proof,
    mandate,
    owner,
    report,
    sale,
    store,
    works,
)
from registry_client.cli.output import Command, Group, emit, moment
from registry_client.cli.session import Session, options
from registry_client.errors import ConfigurationError

TEST_CHAIN_ID = 31337


@click.group(cls=Group)
@click.version_option(package_name="registry_client")
def main() -> None:
    """Register photographs, license them, and check whether a use is licensed.

    Exit codes: 0 yes, 1 no, 2 usage or bad input, 3 could not determine.

    Example: registry check photo.jpg --user example.com
    """


@main.command(cls=Command)
@options
def status(network: str, as_json: bool) -> None:
    """Network, contract, block, store and outbox.

    Example: registry status
    """
    session = Session(network, as_json)
    number, time = session.connection.block()
    value = {
        "network": session.network.name,
        "chain_id": session.network.chain_id,
        "contracts": {
            name: address
            for name, address in (
                ("CopyrightRegistry", session.network.registry),
                ("LicenceRegistry", session.network.licences),
                ("TokenSale", session.network.sale),
                ("RegistryToken", session.network.token),
            )
            if address
        },
        "block": number,
        "store": {"folder": str(session.home / "blocks"), "kubo": session.store.kubo_version()},
        "outbox": len(session.outbox),
    }
    emit(
        as_json,
        value,
        lambda: [
            f"network   {session.network.name} (chain {session.network.chain_id})",
            f"registry  {session.network.registry}",
            f"licences  {session.network.licences or 'none on this network'}",
            f"block     {number}, {moment(time)}",
            f"store     {session.home / 'blocks'}; Kubo {session.store.kubo_version() or 'not reachable'}",
            f"outbox    {value['outbox']} waiting",
        ],
    )


@main.command(cls=Command)
@click.argument("address")
@options
def faucet(address: str, network: str, as_json: bool) -> None:
    """Give an address 100 test ether; on a local development chain only.

    Example: registry faucet 0x70997970C51812dc3A010C7d01b50e0d17dc79C8
    """
    to = checksum(address)
    session = Session(network, as_json)
    if session.network.chain_id != TEST_CHAIN_ID:
        raise ConfigurationError(f"{network}: the faucet works on the development chain {TEST_CHAIN_ID} only")
    balance = session.connection.balance(to) + 100 * 10**18
    session.connection.request("anvil_setBalance", [to, hex(balance)])
    emit(as_json, {"address": to, "balance": str(balance)}, lambda: [f"{to} now has {balance / 10**18:g} test ether"])


main.add_command(keys.keys)
main.add_command(store.store)
main.add_command(mandate.mandate)
main.add_command(licence.licence)
main.add_command(report.report)
main.add_command(sale.sale)
for command in (
    licence_holding.name_end_user,
    licence_holding.transfer,
    licence_proof.show,
    licence_proof.list_licences,
    licence_proof.prove,
    licence_proof.verify_licence,
):
    licence.licence.add_command(command)
for command in (
    works.fingerprint,
    works.register,
    works.title,
    works.transfer,
    owner.owner,
    owner.verify_owner,
    check.check,
):
    main.add_command(command)

if __name__ == "__main__":
    main()
