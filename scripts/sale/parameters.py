"""A sale's parameters: a TOML file that people review, checked whole before anything is deployed.

``python scripts/sale/table.py FILE`` checks one and prints it with worked examples.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry_client.models import Round, SaleTerms, Tranche
from registry_client.models.sale import RULES
from scripts.sale.checks import check
from scripts.sale.fields import Fields
from scripts.sale.mistakes import FileMistakes

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib  # type: ignore[no-redef]

FOLDER = Path(__file__).resolve().parent
MAX_BYTES = 65_536
DAY = 86_400
_NOBODY = "0x" + "00" * 20


@dataclass(frozen=True)
class Team:
    """The team's tokens: units, who gets them, and when: Unix seconds and seconds."""

    tokens: int
    beneficiary: str
    start: int
    cliff: int
    duration: int


@dataclass(frozen=True)
class SaleParameters:
    """A checked file. Amounts are wei and units; ``terms`` names no addresses of what is not yet deployed."""

    name: str
    token_name: str
    symbol: str
    supply: int
    terms: SaleTerms
    round_names: tuple[str, ...]
    team: Team
    admin: str
    operators: tuple[str, ...]
    pausers: tuple[str, ...]


def load(path: Path) -> SaleParameters:
    """The parameters in a file. Raises FileMistakes with each mistake's key, or line where it is not TOML; OSError."""
    data = path.read_bytes()
    mistakes: list[tuple[str, str]] = []
    try:
        if len(data) > MAX_BYTES:
            raise ValueError(f"larger than {MAX_BYTES} bytes")
        table = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileMistakes(str(path), [(f"line {line}", "not UTF-8 text")]) from None
    except tomllib.TOMLDecodeError as error:
        raise FileMistakes(str(path), [_syntax(str(error), data)]) from None
    except ValueError as error:
        raise FileMistakes(str(path), [("file", str(error))]) from None
    found = _read(table, mistakes)
    if found is None or mistakes:
        raise FileMistakes(str(path), mistakes)
    return found


def _syntax(message: str, data: bytes) -> tuple[str, str]:
    """tomllib's "what (at line 3, column 5)" as place and text."""
    text, _, where = message.rstrip(")").partition(" (at ")
    if where.startswith("line"):
        return where, f"not TOML: {text}"
    return f"line {data.count(10) + 1}", f"not TOML: {text}"


def _read(table: dict[str, Any], mistakes: list[tuple[str, str]]) -> SaleParameters | None:
    top = Fields(table, "", mistakes)
    name = top.text("name")
    token, sale, team, roles = (top.table_of(key) for key in ("token", "sale", "team", "roles"))
    rounds, tranches = top.tables("rounds"), top.tables("tranches")
    top.finish()
    values: dict[str, Any] = {}
    if token:
        values |= {"token_name": token.text("name"), "symbol": token.text("symbol", 11)}
        values["supply"] = token.amount("supply")
        token.finish()
    if sale:
        values |= {key: sale.amount(key) for key in ("minimum", "maximum", "soft_cap", "hard_cap")}
        values |= {"wallet": sale.address("wallet"), "bare_ether": sale.choice("bare_ether", ("buys", "refused"))}
        sale.finish()
    if team:
        values |= {"team_tokens": team.amount("tokens"), "beneficiary": team.address("beneficiary")}
        values |= {"vesting_start": team.moment("vesting_start"), "cliff_days": team.whole("cliff_days", 0, 36_500)}
        values["vesting_days"] = team.whole("vesting_days", 0, 36_500)
        team.finish()
    if roles:
        values |= {"admin": roles.address("admin"), "operators": roles.addresses("operators")}
        values["pausers"] = roles.addresses("pausers")
        roles.finish()
    values["rounds"] = [_round(fields) for fields in rounds]
    values["tranches"] = [_tranche(fields) for fields in tranches]
    check(values, mistakes)
    return None if mistakes else _built(str(name), values)


def _round(fields: Fields) -> dict[str, Any]:
    found: dict[str, Any] = {"name": fields.text("name"), "opens": fields.moment("opens")}
    found |= {"closes": fields.moment("closes"), "whitelist": fields.choice("whitelist", RULES)}
    found["bonus"] = fields.percent("bonus_percent")
    found["rate"] = fields.whole("rate", 1, 2**32 - 1) if "rate" in fields.table else 0
    fields.finish()
    return found


def _tranche(fields: Fields) -> dict[str, Any]:
    found = {"up_to": fields.amount("up_to"), "rate": fields.whole("rate", 1, 2**32 - 1)}
    fields.finish()
    return found


def terms_of(values: dict[str, Any]) -> SaleTerms:
    """The terms that checked values make, with addresses of what is not yet deployed left zero."""
    return SaleTerms(
        token=_NOBODY,
        wallet=values["wallet"],
        team_wallet=_NOBODY,
        team_tokens=values["team_tokens"],
        goal=values["soft_cap"],
        cap=values["hard_cap"],
        minimum=values["minimum"],
        maximum=values["maximum"],
        accepts_bare_ether=values["bare_ether"] == "buys",
        rounds=tuple(Round(r["opens"], r["closes"], r["rate"], r["bonus"], r["whitelist"]) for r in values["rounds"]),
        tranches=tuple(Tranche(t["up_to"], t["rate"]) for t in values["tranches"]),
    )


def _built(name: str, values: dict[str, Any]) -> SaleParameters:
    team = Team(
        values["team_tokens"],
        values["beneficiary"],
        values["vesting_start"],
        values["cliff_days"] * DAY,
        values["vesting_days"] * DAY,
    )
    return SaleParameters(
        name,
        values["token_name"],
        values["symbol"],
        values["supply"],
        terms_of(values),
        tuple(r["name"] for r in values["rounds"]),
        team,
        values["admin"],
        values["operators"],
        values["pausers"],
    )
