"""Fixtures of the client's tests."""

from tests.client.chain_fixtures import (  # noqa: F401
    account,
    clean_chain,
    connection,
    devnet_home,
    journal,
    network,
    new_account,
    reader,
    sender,
)
from tests.client.ipfs_fixtures import ipfs_daemon, kubo  # noqa: F401
