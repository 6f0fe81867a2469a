"""Brownie's records of what was deployed: on a development chain, which comes and goes, they only do harm."""

from __future__ import annotations

import shutil

from scripts.processes import ROOT

DEVELOPMENT_CHAIN = 31337


def forget(chain_id: int) -> None:
    """Remove the records of a development chain: Brownie refuses to start while they name a contract that is gone."""
    if chain_id == DEVELOPMENT_CHAIN:
        shutil.rmtree(ROOT / "build" / "deployments" / str(chain_id), ignore_errors=True)
