"""Starting, watching and ending the processes that development and tests run."""

from __future__ import annotations

import os
import platform
import signal
import socket
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60.0


class ProcessError(Exception):
    """What went wrong and what to do, for a person."""


def native(tool: str) -> Path:
    """The binary of a Foundry tool for this platform; npm's launcher hides exit codes."""
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    path = ROOT / "node_modules" / "@foundry-rs" / f"{tool}-{platform.system().lower()}-{machine}" / "bin" / tool
    if not path.is_file():
        raise ProcessError(f"{tool} is not installed for this platform; run `make install`")
    return path


def free_port(wanted: int = 0) -> int:
    """``wanted`` if it is free, else any."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that linger do not take a port
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ProcessError("no free port on 127.0.0.1")


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
        raise ProcessError(f"`{' '.join(Path(part).name for part in command[:3])}` failed; see {log}")


def end(pids: Iterable[int]) -> bool:
    """Ask processes to end, wait, and kill what does not. False when none ran."""
    running = [pid for pid in pids if alive(pid)]
    for pid in running:
        os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + START_SECONDS
    while any(alive(pid) for pid in running):
        if time.monotonic() > until:
            for pid in filter(alive, running):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
    return bool(running)
