"""What must hold between a sale's parameters: the contract's own conditions, and those of good sense."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from registry_client.models import Round, SaleTerms, Tranche
from registry_client.sale.amounts import exact
from registry_client.sale.pricing import least_proceeds

MOST = 16
LONGEST_DAYS = 366


def check(values: dict[str, Any], mistakes: list[tuple[str, str]]) -> None:
    """Add what does not hold; a value that is missing or malformed was told of before and is passed over."""
    for part in (_rounds, _length, _tranches, _supply, _limits, _goal, _team, _roles):
        mistakes += part(values)


def _known(values: dict[str, Any], *keys: str) -> bool:
    return all(values.get(key) is not None for key in keys)


def _rounds(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    rounds = values["rounds"]
    if len(rounds) > MOST:
        yield "rounds", f"{len(rounds)} rounds, but the contract takes {MOST}"
    for number, part in enumerate(rounds, 1):
        if _known(part, "opens", "closes") and part["closes"] <= part["opens"]:
            yield f"rounds[{number}].closes", "must be later than opens"
        if part["name"] is not None and part["name"] in [r["name"] for r in rounds[: number - 1]]:
            yield f"rounds[{number}].name", f"{part['name']!r} is the name of an earlier round"
    for number, (before, part) in enumerate(pairwise(rounds), 2):
        if _known(before, "closes") and _known(part, "opens") and part["opens"] < before["closes"]:
            yield f"rounds[{number}].opens", "must not be earlier than the round before closes; they would overlap"


def _length(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """A slip in a year would lock the buyers' ether up for that long; nobody could end the sale."""
    rounds = values["rounds"]
    if not rounds or not _known(rounds[0], "opens") or not _known(rounds[-1], "closes"):
        return
    if rounds[-1]["closes"] - rounds[0]["opens"] > LONGEST_DAYS * 86_400:
        yield f"rounds[{len(rounds)}].closes", f"must be at most {LONGEST_DAYS} days after rounds[1].opens"


def _tranches(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    tranches = values["tranches"]
    if len(tranches) > MOST:
        yield "tranches", f"{len(tranches)} tranches, but the contract takes {MOST}"
    for number, part in enumerate(tranches, 1):
        before = tranches[number - 2]["up_to"] if number > 1 else 0
        if part["up_to"] is not None and before is not None and part["up_to"] <= before:
            yield f"tranches[{number}].up_to", "must be more than where the tranche before ends"


def _supply(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    tranches = values["tranches"]
    if not _known(values, "supply", "team_tokens") or not tranches or tranches[-1]["up_to"] is None:
        return
    for_sale, team = tranches[-1]["up_to"], values["team_tokens"]
    if for_sale + team != values["supply"]:
        yield (
            "token.supply",
            f"is {exact(values['supply'])}, but {exact(for_sale)} for sale (tranches[{len(tranches)}].up_to) and "
            f"{exact(team)} for the team (team.tokens) make {exact(for_sale + team)}",
        )


def _limits(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if values.get("minimum") == 0:
        yield "sale.minimum", "must be more than 0"
    if values.get("hard_cap") == 0:
        yield "sale.hard_cap", "must be more than 0"
    if _known(values, "minimum", "maximum") and values["minimum"] > values["maximum"]:
        yield "sale.maximum", "must not be less than sale.minimum"
    if _known(values, "soft_cap", "hard_cap") and values["soft_cap"] > values["hard_cap"]:
        yield "sale.soft_cap", "must not be more than sale.hard_cap"
    if _known(values, "minimum", "hard_cap") and values["minimum"] > values["hard_cap"] > 0:
        yield "sale.minimum", "must not be more than sale.hard_cap"


def _goal(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Selling everything must reach the soft cap, whenever it is bought."""
    rounds, tranches = values["rounds"], values["tranches"]
    whole = rounds and tranches and all(part["up_to"] and part["rate"] for part in tranches)
    ends = [0, *(part["up_to"] or 0 for part in tranches)]
    if (
        not whole
        or not _known(values, "soft_cap")
        or any(part["rate"] is None or part["bonus"] is None for part in rounds)
        or any(after <= before for before, after in pairwise(ends))
    ):
        return
    terms = SaleTerms(
        "", "", "", 0, 0, 0, 0, 0, False,
        tuple(Round(0, 0, part["rate"], part["bonus"], "none") for part in rounds),
        tuple(Tranche(part["up_to"], part["rate"]) for part in tranches),
    )  # fmt: skip
    least = least_proceeds(terms)
    if values["soft_cap"] > least:
        yield "sale.soft_cap", f"is out of reach: a sale that sells everything may raise as little as {exact(least)}"


def _team(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if _known(values, "cliff_days", "vesting_days") and values["cliff_days"] > values["vesting_days"]:
        yield "team.cliff_days", "must not be more than team.vesting_days"
    opens = values["rounds"][0]["opens"] if values["rounds"] else None
    if _known(values, "vesting_start") and opens is not None and values["vesting_start"] < opens:
        yield "team.vesting_start", "must not be earlier than the first round opens"


def _roles(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if values.get("admin") is not None and values["admin"] in values.get("operators", ()):
        yield "roles.admin", "must not be an operator: who grants roles should not use them"
    if values.get("wallet") is not None and values["wallet"] in values.get("operators", ()):
        yield "sale.wallet", "must not be an operator's address"
