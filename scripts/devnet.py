"""A local chain that keeps its state, with the registry deployed and Kubo beside it where it is installed.

``python scripts/devnet.py start`` returns when everything is ready and prints how to use it; started again over the
same folder, it continues with the kept state. ``python scripts/devnet.py stop`` ends it. ``--folder`` and ``--name``
give a second one beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run as a file, without being installed

from scripts.brownie_records import forget
from scripts.ipfs_daemon import IpfsDaemon, find_binary
from scripts.processes import ROOT, START_SECONDS, ProcessError, alive, end, free_port, native, run, spawn

CHAIN_ID = 31337


def rpc(url: str, method: str, *params: object) -> object:
    """One JSON-RPC request to our own chain."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
        return json.load(answer)["result"]


@contextmanager
def quick_blocks(url: str, block_seconds: int) -> Iterator[None]:
    """A block for each transaction at once, as long as this lasts; then by the clock again."""
    rpc(url, "evm_setAutomine", True)
    try:
        yield
    finally:
        if block_seconds:
            rpc(url, "evm_setIntervalMining", block_seconds)


class Devnet:
    """Processes and files of one devnet in ``folder``; ``deployment`` is the file the client reads."""

    def __init__(self, folder: Path, deployment: Path, block_seconds: int = 1) -> None:
        self.folder, self.deployment, self.block_seconds = folder, deployment, block_seconds
        self.state = folder / "processes.json"

    def start(self) -> dict[str, object]:
        """Start what does not run yet; returns the deployment."""
        if any(alive(pid) for pid in self._processes().values()):
            return dict(json.loads(self.deployment.read_text()))
        self.folder.mkdir(parents=True, exist_ok=True)
        port = free_port(8545)
        url = f"http://127.0.0.1:{port}"
        processes = {"anvil": self._start_chain(port)}
        self.state.write_text(json.dumps(processes))
        try:
            self._await(url, processes["anvil"])
            ipfs_url = self._start_ipfs(processes)
            self.state.write_text(json.dumps(processes))
            value = self._deployed(url) or self._deploy(url)
        except BaseException:
            self.stop()
            raise
        value |= {"name": self.deployment.stem, "rpc_url": url, "ipfs_url": ipfs_url}
        draft = self.deployment.with_suffix(".tmp")
        draft.write_text(json.dumps(value, indent=2) + "\n")
        draft.replace(self.deployment)
        return value

    def stop(self) -> bool:
        """End every process and wait for it; the chain writes its state. False when none ran."""
        found = end(self._processes().values())
        self.state.unlink(missing_ok=True)
        return found

    def _processes(self) -> dict[str, int]:
        try:
            return dict(json.loads(self.state.read_text()))
        except (OSError, ValueError):
            return {}

    def _start_chain(self, port: int) -> int:
        command = [str(native("anvil")), "--host", "127.0.0.1", "--port", str(port), "--chain-id", str(CHAIN_ID)]
        # A block a second for days: without pruning, the chain's memory grows by gigabytes a day.
        command += ["--state", str(self.folder / "state.json"), "--state-interval", "60", "--prune-history", "1000"]
        if self.block_seconds:
            command += ["--block-time", str(self.block_seconds)]
        return spawn(command, self.folder / "anvil.log")

    def _await(self, url: str, pid: int) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            try:
                if rpc(url, "eth_chainId") == hex(CHAIN_ID):
                    return
            except (OSError, ValueError, KeyError):
                time.sleep(0.1)
            if not alive(pid):
                break
        raise ProcessError(f"the chain did not start; see {self.folder / 'anvil.log'}")

    def _start_ipfs(self, processes: dict[str, int]) -> str | None:
        binary = find_binary()
        if binary is None:
            return None
        daemon = IpfsDaemon(binary, self.folder / "ipfs")
        processes["ipfs"] = daemon.start()
        return daemon.url

    def _deployed(self, url: str) -> dict[str, object] | None:
        """The kept deployment, if its contract stands on this chain."""
        try:
            value = json.loads(self.deployment.read_text())
            code = rpc(url, "eth_getCode", value["registry"], "latest")
        except (OSError, ValueError, KeyError):
            return None
        return value if isinstance(code, str) and len(code) > 2 else None

    def _deploy(self, url: str) -> dict[str, object]:
        home = self.folder / "home"  # Brownie's own settings, apart from the user's
        home.mkdir(exist_ok=True)
        fresh = self.folder / "deployment.json"
        fresh.unlink(missing_ok=True)
        environment = {
            **os.environ,
            "HOME": str(home),
            "SOLCX_BINARY_PATH": str(ROOT / "scripts" / "toolchain"),
            "PATH": f"{native('anvil').parent}{os.pathsep}{os.environ['PATH']}",
            "REGISTRY_DEPLOYMENT_FILE": str(fresh),
            "REGISTRY_RPC_URL": url,
        }
        brownie = [str(Path(sys.executable).parent / "brownie")]
        log = self.folder / "deploy.log"
        known = home / ".brownie" / "network-config.yaml"
        if known.exists():
            known.unlink()
        forget(CHAIN_ID)
        run([*brownie, "networks", "add", "Local", "devnet", f"host={url}", f"chainid={CHAIN_ID}"], environment, log)
        with quick_blocks(url, self.block_seconds):
            run([*brownie, "run", "deploy", "--network", "devnet"], environment, log)
        if not fresh.exists():
            raise ProcessError(f"the deployment failed; see {log}")
        return dict(json.loads(fresh.read_text()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=["start", "stop"])
    parser.add_argument("--folder", type=Path, default=ROOT / ".devnet")
    parser.add_argument("--name", default="local", help="network name for `registry --network`")
    parser.add_argument("--block-time", type=int, default=1, help="seconds a block; 0 mines each transaction at once")
    given = parser.parse_args()
    deployment = ROOT / "registry_client" / "deployments" / f"{given.name}.json"
    devnet = Devnet(given.folder.resolve(), deployment, given.block_time)
    try:
        if given.action == "stop":
            print("stopped; the state is kept" if devnet.stop() else "it was not running")
            return 0
        value = devnet.start()
    except ProcessError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 3
    print(f"Network `{given.name}`: chain {value['chain_id']} at {value['rpc_url']}")
    print(f"CopyrightRegistry: {value['registry']}")
    print(f"Kubo: {value['ipfs_url'] or 'not installed; the embedded store serves'}")
    print("Try:")
    print("  .venv/bin/registry status")
    print("  .venv/bin/registry keys new anna")
    print("  .venv/bin/registry faucet ADDRESS")
    print("  .venv/bin/registry register tests/photos --account anna --title")
    print("  .venv/bin/registry owner tests/photos/coffee.png")
    print("  make devnet-stop")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
