"""The demonstration's first chapter: a small token sale, from its parameters to its report."""

from __future__ import annotations

from pathlib import Path

from eth_account import Account
from eth_account.signers.local import LocalAccount

from registry_client.chain.approvals import approval_text
from registry_client.chain.keystore import Keystore
from registry_client.chain.network import load_network_file
from registry_client.sale.amounts import grouped
from scripts.demo_teller import Demo
from scripts.devnet import Devnet, quick_blocks, rpc
from scripts.processes import ROOT
from scripts.sale.approve import approve
from scripts.sale.finalise import finalise
from scripts.sale.onto_devnet import deploy_sale, shifted
from scripts.sale.parameters import load
from scripts.sale.readiness import findings
from scripts.sale.report import PAGE, write
from scripts.sale.setting import Setting, setting
from scripts.sale.table import table
from scripts.sale.whitelist import whitelist

FILE = ROOT / "scripts" / "sale" / "demonstration.toml"
REPORT = ROOT / "reports" / "demo-sale"
OPENS_AFTER = 90
_MNEMONIC = "test test test test test test test test test test test junk"  # Anvil's own, known to everybody


def tell_sale(demo: Demo, devnet: Devnet, folder: Path) -> None:
    """Deploy, sell, finalise, claim, report. Leaves ``sale`` and ``token`` in the devnet's deployment file, its chain a
    quarter of an hour further, and the report in reports/demo-sale. Raises ProcessError where a step fails."""
    url = str(devnet.start()["rpc_url"])
    with quick_blocks(url, devnet.block_seconds):
        _prepare(demo, devnet, url)
        operator = _operator(devnet, folder)
        try:
            _sell(demo, operator, url, folder)
            _end(demo, operator, url, folder)
        finally:
            operator.close()


def _prepare(demo: Demo, devnet: Devnet, url: str) -> None:
    demo.tell("First the registry's token is sold. The sale is a file, checked and shown before anybody signs")
    deploy_sale(devnet, shifted(FILE.read_text(encoding="utf-8"), _now(url) + OPENS_AFTER))
    shown = table(load(devnet.folder / "sale.toml"))
    for line in (*shown[1:9], *shown[15:22], shown[-1]):
        print(f"     {line}", flush=True)


def _operator(devnet: Devnet, folder: Path) -> Setting:
    Account.enable_unaudited_hdwallet_features()
    key: LocalAccount = Account.from_mnemonic(_MNEMONIC, account_path="m/44'/60'/0'/0/3")
    return setting(load_network_file(devnet.deployment), key, folder / "operator")


def _sell(demo: Demo, operator: Setting, url: str, folder: Path) -> None:
    found = findings(operator, load(folder / "devnet" / "sale.toml"))
    print(f"     deployed; {sum(good for good, _ in found)} of {len(found)} checks of what stands on chain hold")
    addresses = {name: _key(demo, url, name, folder) for name in ("carla", "dev", "emil")}
    demo.tell(
        "An operator lists two buyers. Carla buys; Dev's payment crosses into the next tranche, each part its price"
    )
    whitelist(operator, [addresses["carla"], addresses["dev"]])
    rpc(url, "evm_increaseTime", OPENS_AFTER)
    rpc(url, "evm_mine")
    demo.run("sale", "buy", 15, *_account("carla", folder))
    demo.run("sale", "quote", 10, "--buyer", "dev")
    demo.run("sale", "buy", 10, "--min-tokens", 9000, *_account("dev", folder))

    demo.tell(
        "Emil is not listed and is refused before he pays gas; an operator's signature, no transaction, lets him in"
    )
    demo.run("sale", "buy", 2, *_account("emil", folder), expect=1)
    approval = approve(operator, addresses["emil"], _now(url) + 86_400)
    path = folder / "emil-approved.json"
    path.write_text(approval_text(operator.network, approval), encoding="utf-8")
    demo.run("sale", "buy", 2, *_account("emil", folder), "--approval", path)


def _end(demo: Demo, operator: Setting, url: str, folder: Path) -> None:
    demo.tell(
        "Ten minutes later the sale is over: anybody finalises it, the unsold are burned, buyers fetch their tokens"
    )
    terms = operator.reader.terms()
    rpc(url, "evm_increaseTime", max(0, terms.rounds[-1].closing_time - _now(url)))
    rpc(url, "evm_mine")
    state = finalise(operator)
    print(f"     finalised at block {state.block}: {grouped(state.wei_raised)} ether raised, the soft cap is reached")
    for name in ("carla", "dev", "emil"):
        demo.run("sale", "claim", *_account(name, folder))
    report = write(operator, REPORT, load(FILE).name, load(FILE).round_names)
    verdict = "agrees with the chain in" if report.reconciled else "DOES NOT AGREE with the chain; see its"
    print(f"     {REPORT.relative_to(ROOT) / PAGE}: the report {verdict} {len(report.checks)} checks")


def _key(demo: Demo, url: str, name: str, folder: Path) -> str:
    """A key of the demonstration's own, quick to open, with test ether."""
    (folder / "passphrase").write_text("for this demonstration only\n")
    address = Keystore(demo.home / "keys", 1 << 10).new(name, "for this demonstration only")
    rpc(url, "anvil_setBalance", address, hex(100 * 10**18))
    return address


def _account(name: str, folder: Path) -> tuple[object, ...]:
    return "--account", name, "--passphrase-file", folder / "passphrase"


def _now(url: str) -> int:
    block = rpc(url, "eth_getBlockByNumber", "latest", False)
    return int(str(block["timestamp"]), 16)  # type: ignore[index]
