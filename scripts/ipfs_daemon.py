"""A Kubo daemon of its own: own repository, no peers, loopback only."""

from __future__ import annotations

import os
import shutil
import time
import urllib.request
from pathlib import Path

from scripts.processes import ROOT, START_SECONDS, ProcessError, alive, end, free_port, run, spawn


def find_binary() -> Path | None:
    """The `ipfs` that REGISTRY_IPFS_BINARY names, that `make install` built, or that is on the path."""
    named = os.environ.get("REGISTRY_IPFS_BINARY")
    built = ROOT / ".tools" / "ipfs"
    found = named or (str(built) if built.exists() else shutil.which("ipfs"))
    return Path(found) if found else None


class IpfsDaemon:
    """Repository and log in ``folder``; started again, it listens on the same port where that is free."""

    def __init__(self, binary: Path, folder: Path) -> None:
        self.binary, self.folder = binary, folder
        self.environment = {**os.environ, "IPFS_PATH": str(folder / "repository")}
        self.pid = 0
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> int:
        """Returns the process id when the RPC answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self.folder / "repository" / "config").exists():
            self._run("init", "--profile", "test")
            self._run("config", "--json", "Addresses.Swarm", "[]")
            self._run("config", "--json", "AutoConf.Enabled", "false")
            self._run("config", "--json", "Bootstrap", "[]")
            self._run("config", "--json", "Addresses.Gateway", "[]")
        self.port = free_port(self.port)
        self._run("config", "Addresses.API", f"/ip4/127.0.0.1/tcp/{self.port}")
        self.pid = spawn([str(self.binary), "daemon", "--offline"], self.folder / "daemon.log", self.environment)
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and alive(self.pid):
            try:
                urllib.request.urlopen(f"{self.url}/api/v0/version", b"", timeout=5).close()  # noqa: S310
                return self.pid
            except OSError:
                time.sleep(0.1)
        raise ProcessError(f"Kubo did not start; see {self.folder / 'daemon.log'}")

    def stop(self) -> None:
        end([self.pid])

    def _run(self, *arguments: str) -> None:
        run([str(self.binary), *arguments], self.environment, self.folder / "init.log")
