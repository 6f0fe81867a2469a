"""Three small pictures as inline SVG: progress bars, a line of steps, a histogram.

Drawn for a width of 400, so that their text can be read on a telephone; colours come from the page's style.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from html import escape

WIDTH = 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 388, 20, 178
_HEIGHT = 206
_STEPS = (1, 2, 5)


def progress(rows: Sequence[tuple[str, str, float, str]], marks: Sequence[float]) -> str:
    """Bars: (name, figure, share of the whole, what a pointer shows); ``marks`` are tranches' ends, as shares."""
    height = 46 * len(rows) + 6
    parts = []
    for index, (name, figure, share, hint) in enumerate(rows):
        top = 46 * index
        width = max(0.0, min(1.0, share)) * (WIDTH - 4)
        parts.append(
            f"<g><title>{escape(hint)}</title>"
            + _text(2, top + 13, name, kind="name")
            + _text(WIDTH - 2, top + 13, figure, "end", "figure")
            + _box("track", 2, top + 20, WIDTH - 4, 14)
            + _box("fill all" if index == 0 else "fill", 2, top + 20, width, 14)
            + "</g>"
        )
    for mark in marks:
        x = 2 + mark * (WIDTH - 4)
        parts.append(f'<line class="cut" x1="{x:.1f}" x2="{x:.1f}" y1="20" y2="34"/>')
    return _svg(height, "Share of the tokens for sale that each round sold", parts)


def steps(
    points: Sequence[tuple[int, float]],
    first: int,
    last: int,
    goal: float,
    bounds: Sequence[tuple[int, str]],
    unit: str,
) -> str:
    """A rising line: (Unix seconds, sum). ``goal`` is drawn as a line of its own where it is above 0; ``bounds`` are
    moments with names."""
    top = _ceiling(max([value for _, value in points] + [goal * 1.02, 1e-9]))
    span = max(1, last - first)

    def x(time: float) -> float:
        return _LEFT + (min(max(time, first), last) - first) / span * (_RIGHT - _LEFT)

    def y(value: float) -> float:
        return _BOTTOM - value / top * (_BOTTOM - _TOP)

    parts = _grid(top, y, unit)
    for number, (time, name) in enumerate(bounds):
        if first <= time <= last:
            parts.append(f'<line class="mark" x1="{x(time):.1f}" x2="{x(time):.1f}" y1="{_TOP}" y2="{_BOTTOM}"/>')
            room = x(bounds[number + 1][0] if number + 1 < len(bounds) else last) - x(time)
            if room > 6 * len(name):
                parts.append(_text(x(time) + 3, _TOP + 9, name))
    path = [f"M{_LEFT},{y(0):.1f}"]
    drawn = None
    for time, value in points:
        column = round(x(time), 1)
        if column == drawn:
            path.pop()
        else:
            path.append(f"H{column}")
        path.append(f"V{y(value):.1f}")
        drawn = column
    line = "".join(path) + f"H{x(last):.1f}"
    parts.append(f'<path class="area" d="{line}V{y(0):.1f}Z"/><path class="line" d="{line}"/>')
    if goal:
        parts.append(f'<line class="goal" x1="{_LEFT}" x2="{_RIGHT}" y1="{y(goal):.1f}" y2="{y(goal):.1f}"/>')
        parts.append(_text(_RIGHT, y(goal) - 4, "soft cap", "end"))
    for share, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        text = _moment(first + round(span * share), span)
        parts.append(_text(_LEFT + share * (_RIGHT - _LEFT), _BOTTOM + 15, text, anchor))
    return _svg(_HEIGHT, f"{unit} contributed over time, in sum", parts)


def histogram(edges: Sequence[float], counts: Sequence[int], unit: str) -> str:
    """Bars over ``counts`` between neighbouring ``edges``, one more than there are counts; equal widths."""
    top = _ceiling(max([*counts, 1]))
    column = (_RIGHT - _LEFT) / max(1, len(counts))

    def y(value: float) -> float:
        return _BOTTOM - value / top * (_BOTTOM - _TOP)

    parts = _grid(top, y, "buyers")
    for index, count in enumerate(counts):
        left = _LEFT + index * column
        hint = f"{count} buyers with {_short(edges[index])} to {_short(edges[index + 1])} {unit}"
        parts.append(f"<g><title>{escape(hint)}</title>")
        parts.append(_box("fill", left + 1, y(count), column - 2, _BOTTOM - y(count), radius=0))
        if count:
            parts.append(_text(left + column / 2, y(count) - 3, f"{count:,}", "middle"))
        parts.append("</g>")
    every = 1 if column > 22 else 2
    for index, edge in enumerate(edges):
        if index % every == 0:
            parts.append(_text(_LEFT + index * column, _BOTTOM + 13, _short(edge), "middle"))
    parts.append(_text(_RIGHT, _HEIGHT - 2, f"{unit} a buyer", "end"))
    return _svg(_HEIGHT, f"Buyers by {unit} contributed", parts)


def edges_for(least: float, most: float) -> list[float]:
    """1, 2, 5, 10, …: from the one below ``least`` to the one at or above ``most``."""
    found = []
    power = 1e-18
    while power <= most * 10:
        found += [power * step for step in _STEPS]
        power *= 10
    start = max(index for index, edge in enumerate(found) if edge <= least * (1 + 1e-9))
    end = min(index for index, edge in enumerate(found) if edge >= most * (1 - 1e-9))
    return [float(f"{edge:.12g}") for edge in found[start : max(end, start + 1) + 1]]


def _grid(top: float, y: Callable[[float], float], unit: str) -> list[str]:
    parts = [_text(_LEFT, _TOP - 7, unit)]
    for share in (0.0, 0.5, 1.0):
        line = y(top * share)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_RIGHT}" y1="{line:.1f}" y2="{line:.1f}"/>')
        parts.append(
            f'<text class="small" x="{_LEFT - 4}" y="{line + 4:.1f}" text-anchor="end">{_short(top * share)}</text>'
        )
    return parts


def _text(x: float, y: float, text: str, anchor: str = "start", kind: str = "small") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _box(kind: str, x: float, y: float, width: float, height: float, radius: int = 3) -> str:
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{max(0.0, width):.2f}" '
        f'height="{max(0.0, height):.2f}" rx="{radius}"/>'
    )


def _ceiling(value: float) -> float:
    """The least of 1, 1.5, 2, 3, 4, 6, 8, 10 times a power of ten that is not below a value."""
    power = 1.0
    while power * 10 <= value:
        power *= 10
    while power > value:
        power /= 10
    return next(power * step for step in (1, 1.5, 2, 3, 4, 6, 8, 10, 20) if power * step >= value * (1 - 1e-12))


def _short(value: float) -> str:
    for limit, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= limit:
            return f"{value / limit:.4g}{letter}"
    return f"{value:.4g}"


def _moment(time: int, span: int) -> str:
    form = "%d %b %Y" if span > 3 * 86_400 else "%d %b %H:%M"
    return datetime.datetime.fromtimestamp(time, datetime.timezone.utc).strftime(form)


def _svg(height: int, label: str, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(label)}" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )
