"""A report as one HTML page: no script, nothing fetched, light and dark, wide and narrow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path

from registry_client.sale.amounts import UNIT, exact, grouped
from registry_client.sale.status import RULES, moment, phase
from scripts.sale.drawing import edges_for, histogram, progress, steps
from scripts.sale.report_data import Report

STYLE = (Path(__file__).resolve().parent / "report.css").read_text(encoding="utf-8")


def page(report: Report, title: str, round_names: Sequence[str], files: Sequence[str]) -> str:
    """The whole page as text. ``files`` are the names of the CSV files that lie beside it."""
    state, terms = report.state, report.terms
    verdict = (
        '<span class="good">reconciled: events, totals and every buyer\'s account agree</span>'
        if report.reconciled
        else '<span class="bad">NOT reconciled: see the checks below</span>'
    )
    body = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="soft">Token sale <code>{report.sale}</code> on chain {report.chain_id}; '
        f"{escape(report.symbol)} is <code>{report.token}</code>. "
        f"Read at block {state.block}, {moment(state.time)}.</p>",
        f"<p>The sale is <b>{phase(terms, state)}</b>; {verdict}.</p>",
        _facts(report),
        f'<div class="pictures">{_pictures(report, round_names)}</div>',
        "<h2>Rounds</h2>",
        _rounds(report, round_names),
        "<h2>Tranches</h2>",
        _tranches(report),
        "<h2>Checks</h2>",
        _table(
            ("", "*what must hold", "*figures"),
            (
                (
                    f'<span class="{"good" if holds else "bad"}">{"holds" if holds else "DOES NOT HOLD"}</span>',
                    _words(what),
                    _words(figures),
                )
                for holds, what, figures in report.checks
            ),
        ),
        "<h2>Terms</h2>",
        _table(("term", "*value"), ((escape(name), _words(value)) for name, value in _terms(report))),
        "<h2>Figures in full</h2>",
        "<p>Every purchase and every buyer, in wei and units without rounding, beside this page: "
        + ", ".join(f'<a href="{escape(name)}">{escape(name)}</a>' for name in files)
        + ".</p>",
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>\n" + "\n".join(body) + "\n</body></html>\n"
    )


def _facts(report: Report) -> str:
    state, terms = report.state, report.terms
    payments = len({bought.transaction for bought in report.purchases})
    facts = [
        (f"{_round(state.wei_raised)} ether", "raised"),
        (f"{_round(state.tokens_sold)}", f"of {grouped(terms.tokens_for_sale)} tokens sold"),
        (f"{len(report.people):,}", f"buyers, {payments:,} payments"),
        (f"{_round(terms.goal)} ether", f"soft cap, {'reached' if state.goal_reached else 'not reached'}"),
    ]
    return '<div class="facts">' + "".join(f"<div><b>{b}</b><span>{s}</span></div>" for b, s in facts) + "</div>"


def _round(amount: int) -> str:
    """Cut, not rounded, to some five digits, for where there is little room; the tables have them all."""
    whole, _, part = grouped(amount).partition(".")
    kept = part[: max(0, 5 - len(whole))]
    return f"{whole}.{kept}" if kept else whole


def by_round(report: Report) -> list[tuple[int, int, int, int]]:
    """(wei, units, payments, buyers) of each round."""
    found = []
    for index in range(len(report.terms.rounds)):
        bought = [one for one in report.purchases if one.round == index]
        found.append(
            (
                sum(one.wei_amount for one in bought),
                sum(one.tokens for one in bought),
                len({one.transaction for one in bought}),
                len({one.beneficiary for one in bought}),
            )
        )
    return found


def by_tranche(report: Report) -> list[tuple[int, int]]:
    """(wei, units) of each tranche."""
    return [
        (
            sum(one.wei_amount for one in report.purchases if one.tranche == index),
            sum(one.tokens for one in report.purchases if one.tranche == index),
        )
        for index in range(len(report.terms.tranches))
    ]


def distribution(report: Report) -> tuple[list[float], list[int]]:
    """Edges in ether (1, 2, 5, …) and how many buyers' contributions lie between; who paid an edge counts above it."""
    paid = [person.paid for person in report.people]
    if not paid:
        return [0.1, 1.0], [0]
    edges = edges_for(min(paid) / UNIT, max(paid) / UNIT)
    exact_edges = [round(edge * 10**9) * 10**9 for edge in edges]
    counts = [
        sum(low <= amount < high or (high == exact_edges[-1] and amount == high) for amount in paid)
        for low, high in pairwise(exact_edges)
    ]
    return edges, counts


def _pictures(report: Report, round_names: Sequence[str]) -> str:
    terms, state = report.terms, report.state
    total = terms.tokens_for_sale
    rows = [("All rounds", *_bar(state.tokens_sold, total))]
    rows += [(name, *_bar(units, total)) for name, (_, units, _, _) in zip(round_names, by_round(report), strict=True)]
    raised = 0
    points = []
    for bought in report.purchases:
        raised += bought.wei_amount
        points.append((bought.time, raised / UNIT))
    first = terms.rounds[0].opening_time
    last = max(first + 1, min(terms.rounds[-1].closing_time, state.time))
    bounds = [(part.opening_time, name) for part, name in zip(terms.rounds, round_names, strict=True)]
    figures = [
        (
            "Progress of each round",
            "of the tokens for sale; gaps are the tranches' borders",
            progress(rows, [part.up_to / total for part in terms.tranches[:-1]]),
        ),
        (
            "Contributions over time",
            "ether in sum, by the time of its block",
            steps(points, first, last, terms.goal / UNIT, bounds, "ether"),
        ),
        (
            "Distribution of contributions",
            "buyers by what each paid over all payments",
            histogram(*distribution(report), "ether"),
        ),
    ]
    return "".join(
        f"<figure><figcaption><b>{name}</b><span>{note}</span></figcaption>{svg}</figure>"
        for name, note, svg in figures
    )


def _bar(units: int, total: int) -> tuple[str, float, str]:
    share = units / total
    return f"{_round(units)} ({share * 100:.1f} %)", share, f"{grouped(units)} of {grouped(total)} tokens"


def _rounds(report: Report, round_names: Sequence[str]) -> str:
    rows = []
    for name, part, (wei, units, payments, buyers) in zip(
        round_names, report.terms.rounds, by_round(report), strict=True
    ):
        when = _words(f"{moment(part.opening_time)} to {moment(part.closing_time)}")
        rate = f"{part.rate:,}" if part.rate else "by tranche"
        counts = (f"{payments:,}", f"{buyers:,}", grouped(wei), grouped(units))
        rows.append(
            (
                escape(name),
                when,
                _words(RULES[part.rule]),
                rate,
                f"{part.bonus / 100:g} %",
                *counts,
            )
        )
    return _table(("round", "*open", "*for", "rate", "bonus", "payments", "buyers", "ether", "tokens"), rows)


def _tranches(report: Report) -> str:
    rows, before = [], 0
    for number, (part, (wei, units)) in enumerate(zip(report.terms.tranches, by_tranche(report), strict=True), 1):
        rows.append(
            (str(number), f"{grouped(before)} to {grouped(part.up_to)}", f"{part.rate:,}", grouped(wei), grouped(units))
        )
        before = part.up_to
    return _table(("tranche", "tokens", "rate", "ether", "tokens sold"), rows)


def _terms(report: Report) -> list[tuple[str, str]]:
    terms = report.terms
    return [
        ("minimum a payment", f"{exact(terms.minimum)} ether"),
        ("maximum an address", f"{exact(terms.maximum)} ether"),
        ("soft cap", f"{exact(terms.goal)} ether"),
        ("hard cap", f"{exact(terms.cap)} ether"),
        ("proceeds to", terms.wallet),
        ("team's tokens", f"{exact(terms.team_tokens)}, after success, to the vesting wallet {terms.team_wallet}"),
        ("bare ether", "buys for its sender" if terms.accepts_bare_ether else "is refused"),
    ]


def _words(text: str) -> str:
    return f'<td class="words">{escape(text)}'


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are HTML; one that brings its own opening tag is taken as it is. A head with a star is one of words."""
    head = "".join(f'<th class="words">{name[1:]}</th>' if name[:1] == "*" else f"<th>{name}</th>" for name in heads)
    lines = [
        "<tr>" + "".join((cell if cell.startswith("<td") else f"<td>{cell}") + "</td>" for cell in row) + "</tr>"
        for row in rows
    ]
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'
