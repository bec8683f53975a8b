"""Lines over sizes, as SVG that reads in light and dark. Both axes are logarithmic: sizes and times span decades."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT = 760, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 190, 44, 52
# Told apart also by who sees few colours (Okabe and Ito's palette, without yellow), and by the dashes.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#888888")
_DASHES = ("", "6 3", "2 3")
_STYLE = (
    "text { font: 12px system-ui, sans-serif; fill: #24292f; } .grid { stroke: #d0d7de; } .title { font-size: 14px; }"
    " @media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .grid { stroke: #3d444d; } }"
)


@dataclass(frozen=True, slots=True)
class Plot:
    """What a plot shows: its title, what grows to the right, and the unit that goes up."""

    title: str
    across: str
    up: str


def drawn(plot: Plot, lines: Mapping[str, Mapping[int, float]]) -> str:
    """The plot of these lines: figures, above 0, by size."""
    sizes = [size for line in lines.values() for size in line]
    figures = [figure for line in lines.values() for figure in line.values()]
    left, right = _decades(min(sizes), max(sizes))
    low, high = _decades(min(figures), max(figures))

    def x(size: float) -> float:
        return _LEFT + (math.log10(size) - left) / (right - left) * (_WIDTH - _LEFT - _RIGHT)

    def y(figure: float) -> float:
        return _HEIGHT - _BOTTOM - (math.log10(figure) - low) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
        f"<title>{escape(plot.title)}</title>",
        f"<style>{_STYLE}</style>",
        _text(_LEFT, 22, plot.title, kind="title"),
        _text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 12, plot.across, anchor="middle"),
        _text(8, _TOP - 8, plot.up),
    ]
    for power in range(left, right + 1):
        at = x(10**power)
        parts.append(f'<path class="grid" d="M{at:.1f} {_TOP}V{_HEIGHT - _BOTTOM}"/>')
        parts.append(_text(at, _HEIGHT - _BOTTOM + 18, _short(power), anchor="middle"))
    for power in range(low, high + 1):
        at = y(10**power)
        parts.append(f'<path class="grid" d="M{_LEFT} {at:.1f}H{_WIDTH - _RIGHT}"/>')
        parts.append(_text(_LEFT - 8, at + 4, _short(power), anchor="end"))
    labels = []
    for number, (name, line) in enumerate(lines.items()):
        colour, dash = _COLOURS[number % len(_COLOURS)], _DASHES[number // len(_COLOURS) % len(_DASHES)]
        points = [(x(size), y(figure)) for size, figure in sorted(line.items())]
        path = "L".join(f"{across:.1f} {up:.1f}" for across, up in points)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>')
        parts += [f'<circle cx="{across:.1f}" cy="{up:.1f}" r="3" fill="{colour}"/>' for across, up in points]
        labels.append((points[-1][1], name, colour))
    parts += _labels(labels)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _decades(least: float, most: float) -> tuple[int, int]:
    low = math.floor(math.log10(least) + 1e-9)
    return low, max(low + 1, math.ceil(math.log10(most) - 1e-9))


def _short(power: int) -> str:
    if power < 0:
        return f"{10.0**power:.{-power}f}".lstrip("0")
    thousands, rest = divmod(power, 3)
    return f"{10**rest}{('', 'k', 'M', 'G')[thousands]}"


def _labels(ends: list[tuple[float, str, str]]) -> list[str]:
    # Beside the last point of each line, pushed down where two would meet.
    found, least = [], 0.0
    for up, name, colour in sorted(ends):
        least = max(up + 4, least + 15)
        found.append(f'<circle cx="{_WIDTH - _RIGHT + 14}" cy="{least - 4:.1f}" r="4" fill="{colour}"/>')
        found.append(_text(_WIDTH - _RIGHT + 24, least, name))
    return found


def _text(x: float, y: float, said: str, *, anchor: str = "start", kind: str = "label") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(said)}</text>'
