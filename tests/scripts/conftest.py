"""A chain of these tests' own with a sale on it."""

from tests.client.chain_fixtures import clean_chain, connection, devnet, devnet_home, network, new_account  # noqa: F401
from tests.client.sale_fixtures import (  # noqa: F401
    clock,
    operator,
    sale_network,
    sale_parameters,
    sale_reader,
    whitelist,
)
