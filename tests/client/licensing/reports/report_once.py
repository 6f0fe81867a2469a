"""One call of the client that prepares and submits a report: a process that tests kill.

``python -m tests.client.licensing.reports.report_once NETWORK_HOME HOME KEY CSV THROUGH`` prints the report's root.
"""

from __future__ import annotations

import sys
from pathlib import Path

from eth_account import Account

from registry_client.chain.connection import Connection
from registry_client.chain.journal import Journal
from registry_client.chain.network import load_network
from registry_client.chain.sender import Sender
from tests.client.licensing.reports.world import Party, World


def main(network_home: str, home: str, key: str, csv: str, through: str) -> None:
    folder = Path(home)
    network = load_network("local", Path(network_home))
    world = World(network, folder)
    sender = Sender(Connection(network), Journal(folder / "journal.sqlite"), Account.from_key(key), wait_seconds=30)
    agency = Party(Account.from_key(key), sender, world.contract)
    reporter = world.reporter(agency, folder)
    result = reporter.submit(reporter.prepare(Path(csv), int(through)))
    sys.stdout.write(f"{result.root.hex()} {result.count}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
