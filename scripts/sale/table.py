"""A sale as people review it: every parameter, and what amounts buy.

``python scripts/sale/table.py FILE`` checks a parameters file and prints it so.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))  # run as a file, without being installed

from registry_client.sale.amounts import UNIT, grouped
from registry_client.sale.pricing import least_proceeds, price, rate_of
from registry_client.sale.status import moment
from scripts.sale.mistakes import FileMistakes
from scripts.sale.parameters import SaleParameters, load

EXAMPLES = (UNIT // 10, UNIT, 100 * UNIT, 2500 * UNIT)
_RULES = {"none": "everybody", "list": "whitelist", "list-or-approval": "whitelist or signed approval"}


def table(sale: SaleParameters) -> list[str]:
    """Lines of plain text."""
    return [*_facts(sale), "", *_tranches(sale), "", *_rounds(sale), *_examples(sale)]


def _facts(sale: SaleParameters) -> list[str]:
    terms, team = sale.terms, sale.team
    rows = [
        ("sale", sale.name),
        ("token", f"{sale.token_name} ({sale.symbol}), {grouped(sale.supply)} in all"),
        ("for sale", f"{grouped(terms.tokens_for_sale)} tokens; unsold ones are burned"),
        ("minimum", f"{grouped(terms.minimum)} ether a payment"),
        ("maximum", f"{grouped(terms.maximum)} ether an address"),
        ("soft cap", f"{grouped(terms.goal)} ether; below it all is refunded" if terms.goal else "none"),
        ("hard cap", f"{grouped(terms.cap)} ether"),
        ("everything sold", f"raises at least {grouped(min(terms.cap, least_proceeds(terms)))} ether"),
        ("bare ether", "buys for its sender" if terms.accepts_bare_ether else "is refused"),
        ("proceeds to", terms.wallet),
        ("team", f"{grouped(team.tokens)} tokens after success, vested for {team.beneficiary}"),
        (
            "",
            f"from {moment(team.start)}, nothing for {team.cliff // 86_400} days, all after {team.duration // 86_400}",
        ),
        ("admin", sale.admin),
        ("operators", ", ".join(sale.operators)),
        ("pausers", ", ".join(sale.pausers)),
    ]
    return [f"{name:16} {value}" for name, value in rows]


def _tranches(sale: SaleParameters) -> Iterator[str]:
    yield from _aligned(
        [("tranche", "from", "up to", "tokens an ether")]
        + [
            (str(number), grouped(before), grouped(part.up_to), f"{part.rate:,}")
            for number, (before, part) in enumerate(zip(_starts(sale), sale.terms.tranches, strict=True), 1)
        ]
    )


def _rounds(sale: SaleParameters) -> Iterator[str]:
    rows = [("round", "opens", "closes", "rate", "bonus", "for")]
    for name, part in zip(sale.round_names, sale.terms.rounds, strict=True):
        rate = f"{part.rate:,}" if part.rate else "by tranche"
        bonus = f"{part.bonus / 100:g} %"
        rows.append((name, moment(part.opening_time), moment(part.closing_time), rate, bonus, _RULES[part.rule]))
    yield from _aligned(rows)


def _starts(sale: SaleParameters) -> list[int]:
    return [0, *(part.up_to for part in sale.terms.tranches[:-1])]


def _examples(sale: SaleParameters) -> Iterator[str]:
    terms = sale.terms
    for index, name in enumerate(sale.round_names):
        yield ""
        yield f"What a payment buys in `{name}`, in tokens:"
        starts = _starts(sale) if not terms.rounds[index].rate else [0]
        rows = [("ether", *("nothing sold" if not start else f"{grouped(start)} sold" for start in starts))]
        for amount in EXAMPLES:
            note = _note(sale, amount)
            bought = [price(terms, index, start, 0, amount) for start in starts]
            rows.append((grouped(amount), *(note or grouped(one.tokens) for one in bought)))
        yield from _aligned(rows)
        if len(terms.tranches) > 1 and not terms.rounds[index].rate:
            yield from _crossing(sale, index)


def _note(sale: SaleParameters, amount: int) -> str:
    if amount < sale.terms.minimum:
        return "below the minimum"
    return "above the maximum" if amount > sale.terms.maximum else ""


def _crossing(sale: SaleParameters, index: int) -> Iterator[str]:
    """One ether when half of it uses up the first tranche."""
    terms = sale.terms
    amount = min(max(UNIT, terms.minimum), terms.maximum)
    rate = rate_of(terms, index, 0)
    room = min(amount // 2 * rate // 10_000, terms.tranches[0].up_to)
    found = price(terms, index, terms.tranches[0].up_to - room, 0, amount)
    parts = " + ".join(
        f"{grouped(part.tokens)} for {grouped(part.wei_amount)} in tranche {part.tranche + 1}" for part in found.parts
    )
    yield f"{grouped(amount)} ether that crosses into tranche 2: {parts} = {grouped(found.tokens)}"


def _aligned(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    rows = list(rows)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield (
            "  "
            + "  ".join(
                cell.ljust(width) if column == 0 else cell.rjust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
        )


def main() -> int:
    if len(sys.argv) != 2:
        print("usage: python scripts/sale/table.py FILE", file=sys.stderr)
        return 2
    try:
        print("\n".join(table(load(Path(sys.argv[1])))))
    except (FileMistakes, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
