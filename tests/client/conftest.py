"""Fixtures of the client's tests."""

from tests.client.chain_fixtures import (  # noqa: F401
    account,
    clean_chain,
    connection,
    devnet,
    devnet_home,
    journal,
    network,
    new_account,
    reader,
    sender,
)
from tests.client.ipfs_fixtures import ipfs_daemon, kubo  # noqa: F401
from tests.client.sale_fixtures import (  # noqa: F401
    clock,
    operator,
    sale_network,
    sale_parameters,
    sale_reader,
    whitelist,
)
