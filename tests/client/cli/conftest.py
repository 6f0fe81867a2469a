"""A person's client over the real chain, and photographs to register."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from registry_client.chain.connection import Connection
from registry_client.chain.keystore import Keystore
from registry_client.cli.main import main
from registry_client.models import Network
from tests.client.photos import write_jpegs

_seed = 30_000_000


class Home:
    """A REGISTRY_HOME and the command over it."""

    def __init__(self, folder: Path, network: Network) -> None:
        self.folder, self.network = folder, network
        (folder / "passphrase").write_text("secret\n")

    def run(self, *arguments: object, **environment: str) -> Result:
        environment = {"REGISTRY_HOME": str(self.folder), **environment}
        return CliRunner().invoke(main, [str(a) for a in arguments], env=environment, catch_exceptions=False)

    def json(self, *arguments: object, code: int = 0, **environment: str) -> dict[str, Any]:
        result = self.run(*arguments, "--json", **environment)
        assert result.exit_code == code, result.output
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    def key(self, name: str, funded: bool = True) -> str:
        address = Keystore(self.folder / "keys", 1 << 10).new(name, "secret")
        if funded:
            Connection(self.network).request("anvil_setBalance", [address, hex(10**19)])
        return address

    def account(self, name: str) -> tuple[str, ...]:
        return ("--account", name, "--passphrase-file", str(self.folder / "passphrase"))


@pytest.fixture
def home(devnet_home: Path, network: Network, tmp_path: Path) -> Home:
    shutil.copytree(devnet_home / "networks", tmp_path / "home" / "networks")
    return Home(tmp_path / "home", network)


@pytest.fixture
def photos(tmp_path: Path) -> Callable[[int], list[Path]]:
    def make(count: int) -> list[Path]:
        global _seed
        _seed += count
        return write_jpegs(tmp_path / "photos", count, _seed)

    return make


@pytest.fixture
def story(home: Home, photos: Callable[[int], list[Path]], tmp_path: Path):  # type: ignore[no-untyped-def]
    """See ``stories``."""
    from tests.client.cli.stories import begin

    return begin(home, photos, tmp_path)
