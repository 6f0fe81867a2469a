"""``brownie run sale/open``: checks that the deployed sale is the file's and that everything is ready.

The sale opens by its clock; nobody opens it by hand. SALE_PARAMETERS names the file; sends nothing, needs no account.
"""

from __future__ import annotations

from pathlib import Path

from scripts.sale.parameters import SaleParameters, load
from scripts.sale.readiness import findings
from scripts.sale.setting import Setting, from_brownie, needed


def main() -> None:
    parameters = load(Path(needed("SALE_PARAMETERS", "the parameters file")))
    if not check(from_brownie(needs_account=False), parameters):
        raise SystemExit(1)


def check(setting: Setting, parameters: SaleParameters) -> bool:
    """Print each finding; whether all is well."""
    found = findings(setting, parameters)
    for good, text in found:
        print(f"{'ok ' if good else 'NOT'}  {text}")
    ready = all(good for good, _ in found)
    print("ready" if ready else "not ready: see the lines marked NOT")
    return ready
