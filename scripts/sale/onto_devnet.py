"""``make devnet-sale``: a small sale on the local chain, for trying and tests. It opens a minute later."""

from __future__ import annotations

import datetime
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))  # run as a file, without being installed

from scripts.brownie_records import forget
from scripts.devnet import CHAIN_ID, Devnet, quick_blocks, rpc
from scripts.processes import ROOT, ProcessError, native, run

EXAMPLE = Path(__file__).resolve().parent / "example.toml"
OPENS_AFTER = 90
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def shifted(text: str, opens: int) -> str:
    """A parameters file with all its times moved, so that the earliest is ``opens`` (Unix seconds)."""
    found = {moment: datetime.datetime.fromisoformat(moment.replace("Z", "+00:00")) for moment in _MOMENT.findall(text)}
    move = datetime.datetime.fromtimestamp(opens, datetime.timezone.utc) - min(found.values())
    return _MOMENT.sub(lambda match: (found[match[0]] + move).strftime("%Y-%m-%dT%H:%M:%SZ"), text)


def environment(devnet: Devnet) -> dict[str, str]:
    """What a Brownie step on this devnet needs; the network is ``devnet``."""
    return {
        **os.environ,
        "HOME": str(devnet.folder / "home"),
        "BROWNIE_LIB": "1",
        "SOLCX_BINARY_PATH": str(ROOT / "scripts" / "toolchain"),
        "PATH": f"{native('anvil').parent}{os.pathsep}{os.environ['PATH']}",
        "REGISTRY_DEPLOYMENT_FILE": str(devnet.deployment),
        "SALE_JOURNAL": str(devnet.folder / "sale"),
    }


def step(devnet: Devnet, name: str, function: str = "without_asking", **given: str) -> None:
    """``brownie run sale/<name> <function>``. Raises ProcessError that names its log."""
    brownie = str(Path(sys.executable).parent / "brownie")
    command = [brownie, "run", f"sale/{name}", function, "--network", "devnet"]
    run(command, environment(devnet) | given, devnet.folder / f"sale-{name}.log")


def deploy_sale(devnet: Devnet, text: str | None = None, for_everybody: bool = False) -> Path:
    """Deploy a sale (the example's, opening soon, without ``text``) and name it in the devnet's deployment file.

    ``for_everybody``: without the first round's whitelist.

    Returns the parameters file. Raises ProcessError.
    """
    url = str(devnet.start()["rpc_url"])
    block = rpc(url, "eth_getBlockByNumber", "latest", False)
    now = int(str(block["timestamp"]), 16)  # type: ignore[index]
    parameters = devnet.folder / "sale.toml"
    text = text or shifted(EXAMPLE.read_text(encoding="utf-8"), now + OPENS_AFTER)
    if for_everybody:
        text = text.replace('whitelist = "list"', 'whitelist = "none"')
    parameters.write_text(text, encoding="utf-8")
    forget(CHAIN_ID)
    with quick_blocks(url, devnet.block_seconds):
        step(devnet, "deploy", SALE_PARAMETERS=str(parameters))
    return parameters


def main() -> int:
    devnet = Devnet(ROOT / ".devnet", ROOT / "registry_client" / "deployments" / "local.json")
    try:
        parameters = deploy_sale(devnet, for_everybody=True)
    except ProcessError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 3
    print(f"A sale by {parameters.relative_to(ROOT)} opens in about a minute. Try:")
    print("  .venv/bin/registry sale status")
    print("  .venv/bin/registry sale quote 1")
    print("  .venv/bin/registry sale buy 1 --account anna")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
