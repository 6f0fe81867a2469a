"""A local chain that keeps its state, with the registry deployed and Kubo beside it where it is installed.

``python scripts/devnet.py start`` returns when everything is ready and prints how to use it; started again over the
same folder, it continues with the kept state. ``python scripts/devnet.py stop`` ends it. ``--folder`` and ``--name``
give a second one beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHAIN_ID = 31337
START_SECONDS = 60.0


class DevnetError(Exception):
    """What went wrong and what to do, for a person."""


def native(tool: str) -> Path:
    """The binary of a Foundry tool for this platform; npm's launcher hides exit codes."""
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    path = ROOT / "node_modules" / "@foundry-rs" / f"{tool}-{platform.system().lower()}-{machine}" / "bin" / tool
    if not path.is_file():
        raise DevnetError(f"{tool} is not installed for this platform; run `make install`")
    return path


def free_port(wanted: int = 0) -> int:
    """``wanted`` if it is free, else any."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DevnetError("no free port on 127.0.0.1")


def rpc(url: str, method: str, *params: object) -> object:
    """One JSON-RPC request to our own chain."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
        return json.load(answer)["result"]


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
        running = [pid for pid in self._processes().values() if alive(pid)]
        for pid in running:
            os.kill(pid, signal.SIGTERM)
        end = time.monotonic() + START_SECONDS
        while any(alive(pid) for pid in running):
            if time.monotonic() > end:
                for pid in filter(alive, running):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)
        self.state.unlink(missing_ok=True)
        return bool(running)

    def _processes(self) -> dict[str, int]:
        try:
            return dict(json.loads(self.state.read_text()))
        except (OSError, ValueError):
            return {}

    def _start_chain(self, port: int) -> int:
        command = [str(native("anvil")), "--host", "127.0.0.1", "--port", str(port), "--chain-id", str(CHAIN_ID)]
        command += [
            "--state",
            str(self.folder / "state.json"),
            "--state-interval",
            "10",
            "--preserve-historical-states",
        ]
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
        raise DevnetError(f"the chain did not start; see {self.folder / 'anvil.log'}")

    def _start_ipfs(self, processes: dict[str, int]) -> str | None:
        binary = shutil.which("ipfs") or ROOT / ".tools" / "ipfs"
        if not Path(binary).exists():
            return None
        repository = self.folder / "ipfs"
        environment = {**os.environ, "IPFS_PATH": str(repository)}
        if not (repository / "config").exists():
            run([str(binary), "init", "--profile", "test"], environment, self.folder / "ipfs-init.log")
        port = free_port()
        for field, value in {
            "Addresses.API": f"/ip4/127.0.0.1/tcp/{port}",
            "Addresses.Gateway": "/ip4/127.0.0.1/tcp/0",
            "AutoConf.Enabled": "false",
        }.items():
            flags = ["--json"] if field == "AutoConf.Enabled" else []
            command = [str(binary), "config", *flags, field, value]
            run(command, environment, self.folder / "ipfs-init.log")
        run([str(binary), "config", "--json", "Addresses.Swarm", "[]"], environment, self.folder / "ipfs-init.log")
        processes["ipfs"] = spawn([str(binary), "daemon", "--offline"], self.folder / "ipfs.log", environment)
        url = f"http://127.0.0.1:{port}"
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and alive(processes["ipfs"]):
            try:
                urllib.request.urlopen(f"{url}/api/v0/version", b"", timeout=5).close()  # noqa: S310
                return url
            except OSError:
                time.sleep(0.1)
        raise DevnetError(f"Kubo did not start; see {self.folder / 'ipfs.log'}")

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
        # Brownie refuses to start over records of deployments that this chain does not have.
        shutil.rmtree(ROOT / "build" / "deployments" / str(CHAIN_ID), ignore_errors=True)
        run([*brownie, "networks", "add", "Local", "devnet", f"host={url}", f"chainid={CHAIN_ID}"], environment, log)
        run([*brownie, "run", "deploy", "--network", "devnet"], environment, log)
        if not fresh.exists():
            raise DevnetError(f"the deployment failed; see {log}")
        return dict(json.loads(fresh.read_text()))


def alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        finished, _ = os.waitpid(pid, os.WNOHANG)
        return finished == 0
    except ChildProcessError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True


def spawn(command: list[str], log: Path, environment: dict[str, str] | None = None) -> int:
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, env=environment
        )
    return process.pid


def run(command: list[str], environment: dict[str, str], log: Path) -> None:
    with log.open("ab") as output:
        result = subprocess.run(command, env=environment, cwd=ROOT, stdout=output, stderr=output, check=False)
    if result.returncode:
        raise DevnetError(f"`{' '.join(Path(part).name for part in command[:3])}` failed; see {log}")


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
    except DevnetError as error:
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
