"""What the tests of licences begin with: an owner's titled work, an agency, a designer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry_client.chain.connection import Connection
from tests.client.cli.conftest import Home

SCOPE = ("--media", "2WEB,2SOC", "--territory", "EU,CH")
YEAR = 365 * 86_400


@dataclass
class Story:
    """``work`` is Anna's, titled; ``terms`` a legal text; addresses by name."""

    home: Home
    work: str
    photo: Path
    terms: Path
    people: dict[str, str]

    @property
    def now(self) -> int:
        """The newest block's time."""
        return Connection(self.home.network).block()[1]

    def mandate(self, agent: str = "agency", by: str = "anna", *options: object, code: int = 0) -> dict[str, Any]:
        """Give a mandate for the year to come, of all works unless ``options`` say otherwise."""
        which = () if "--work" in options or "--parent" in options else ("--all-works",)
        until = () if "--until" in options else ("--until", self.now + YEAR)
        given = ("mandate", "grant", agent, *SCOPE, *which, *until, *options, *self.home.account(by))
        return self.home.json(*given, code=code)

    def order(self, *options: object) -> tuple[object, ...]:
        """WORK and the options of a licence that ends in half a year."""
        until = () if "--until" in options else ("--until", self.now + YEAR // 2)
        scope = () if "--media" in options else ("--media", "2WEB", "--territory", "DE")
        return (self.work, *scope, *until, "--terms", self.terms, *options)

    def grant(self, by: str, *options: object, code: int = 0) -> dict[str, Any]:
        return self.home.json("licence", "grant", *self.order(*options), *self.home.account(by), code=code)

    def voucher(self, by: str, to: Path, *options: object, code: int = 0) -> dict[str, Any]:
        given = ("licence", "voucher", *self.order(*options), "--to", to, *self.home.account(by))
        return self.home.json(*given, code=code)

    def travel(self, seconds: int) -> None:
        """Let time pass."""
        connection = Connection(self.home.network)
        connection.request("evm_increaseTime", [seconds])
        connection.request("evm_mine", [])


def begin(home: Home, photos: Callable[[int], list[Path]], tmp_path: Path) -> Story:
    people = {name: home.key(name) for name in ("anna", "agency", "designer")}
    (photo,) = photos(1)
    done = home.json("register", photo, *home.account("anna"), "--title", "--pin", "none")
    terms = tmp_path / "terms.txt"
    terms.write_text("You may use the photograph on the web.\n")
    return Story(home, done["works"][0]["work_id"], photo, terms, people)
