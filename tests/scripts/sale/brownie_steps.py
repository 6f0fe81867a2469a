"""Runs a step as a person does: ``brownie run sale/<step>``, with an encrypted Brownie account."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from eth_account import Account
from eth_account.signers.local import LocalAccount

from scripts.devnet import Devnet
from scripts.processes import ROOT
from scripts.sale.onto_devnet import environment


@dataclass
class Steps:
    """``folder`` holds journal and passphrase; accounts are written to Brownie's folder of this devnet."""

    devnet: Devnet
    folder: Path

    def account(self, name: str, key: LocalAccount) -> None:
        path = self.devnet.folder / "home" / ".brownie" / "accounts" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(Account.encrypt(key.key, "secret", kdf="scrypt", iterations=1 << 10)))
        (self.folder / "passphrase").write_text("secret\n")

    def command(self, step: str, function: str) -> list[str]:
        brownie = str(Path(sys.executable).parent / "brownie")
        return [brownie, "run", f"sale/{step}", function, "--network", "devnet"]

    def environment(self, given: dict[str, object]) -> dict[str, str]:
        own = {"SALE_PASSPHRASE_FILE": self.folder / "passphrase", "SALE_JOURNAL": self.folder / "journal"}
        return environment(self.devnet) | {key: str(value) for key, value in (own | given).items()}

    def run(self, step: str, function: str = "without_asking", answer: str = "", code: int = 0, **given: object) -> str:
        """What the step printed."""
        done = subprocess.run(
            self.command(step, function),
            cwd=ROOT,
            env=self.environment(given),
            input=answer,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr
