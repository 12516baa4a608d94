"""Small charts as SVG, written by hand: bars and lines, on a logarithmic scale where figures lie far apart."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from bench.results import shown

WIDTH, LEFT, RIGHT, TOP = 720, 250, 90, 56
BAR, GAP = 20, 8
PLOT = 260
COLOURS = ("#2563a8", "#c2571a", "#3f8a46", "#8a4fa3")
INK, GREY, PAPER = "#1f2328", "#8c959f", "#ffffff"
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Scale:
    """Where on the paper a number lies. Logarithmic ones know nothing of zero."""

    low: float
    high: float
    start: float
    end: float
    log: bool

    @classmethod
    def over(cls, values: Iterable[float], start: float, end: float, *, log: bool) -> "Scale":
        found = list(values)
        high = max(found)
        if log:
            return cls(10 ** math.floor(math.log10(min(found))), 10 ** math.ceil(math.log10(high)), start, end, True)
        return cls(0, high * 1.05 or 1, start, end, False)

    def __call__(self, value: float) -> float:
        change: Callable[[float], float] = math.log10 if self.log else float
        low, high = change(self.low), change(self.high)
        part = (change(value) - low) / ((high - low) or 1)
        return self.start + part * (self.end - self.start)

    def ticks(self) -> list[float]:
        if self.log:
            first, last = round(math.log10(self.low)), round(math.log10(self.high))
            return [10.0**power for power in range(first, last + 1)]
        step = 10 ** math.floor(math.log10(self.high))
        step = next(one for one in (step / 5, step / 2, step, step * 2) if self.high / one <= 6)
        return [step * count for count in range(int(self.high / step) + 1)]


def bars(title: str, unit: str, values: Sequence[tuple[str, float]], *, log: bool = False) -> str:
    """One bar for each name, coloured by what stands before the first comma of its name."""
    assert values, f"nothing to draw: {title}"
    height = TOP + len(values) * (BAR + GAP) + 40
    scale = Scale.over([value for _, value in values], LEFT, WIDTH - RIGHT, log=log)
    bottom = height - 34
    drawn = [_grid(x, TOP - 6, x, bottom) + _text(x, bottom + 16, shown(t), "middle", GREY) for t, x in _places(scale)]
    names = list(dict.fromkeys(name.partition(",")[0] for name, _ in values))
    for place, (name, value) in enumerate(values):
        top, end = TOP + place * (BAR + GAP), scale(value)
        colour = COLOURS[names.index(name.partition(",")[0]) % len(COLOURS)]
        drawn.append(
            f'<rect x="{LEFT}" y="{top}" width="{max(end - LEFT, 1):.1f}" height="{BAR}" rx="2" fill="{colour}"/>'
        )
        drawn.append(_text(LEFT - 8, top + 14, name, "end", INK))
        drawn.append(_text(max(end, LEFT) + 6, top + 14, shown(value), "start", INK))
    return _paper(title, f"{unit}{', logarithmic' if log else ''}", height, drawn)


def lines(title: str, x_name: str, y_name: str, series: Mapping[str, Sequence[Point]], *, log: bool = False) -> str:
    """One line for each name. `log`: both axes are logarithmic."""
    points = [point for some in series.values() for point in some]
    assert points, f"nothing to draw: {title}"
    left, bottom = 70, TOP + PLOT
    across = Scale.over([x for x, _ in points], left, WIDTH - RIGHT, log=log)
    upward = Scale.over([y for _, y in points], bottom, TOP, log=log)
    drawn = [
        _grid(left, y, WIDTH - RIGHT, y) + _text(left - 8, y + 4, shown(tick), "end", GREY)
        for tick, y in _places(upward)
    ]
    drawn += [_text(across(x), bottom + 18, shown(x), "middle", GREY) for x in sorted({x for x, _ in points})]
    for place, (name, some) in enumerate(series.items()):
        drawn += _line(name, [(across(x), upward(y)) for x, y in some], COLOURS[place % len(COLOURS)])
    drawn.append(_text((left + WIDTH - RIGHT) / 2, bottom + 38, x_name, "middle", INK))
    return _paper(title, f"{y_name}{', both logarithmic' if log else ''}", bottom + 54, drawn)


def _line(name: str, places: Sequence[Point], colour: str) -> list[str]:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places]
    x, y = places[-1]
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *dots,
        _text(x + 8, y + 4, name, "start", colour),
    ]


def _places(scale: Scale) -> list[tuple[float, float]]:
    return [(tick, scale(tick)) for tick in scale.ticks()]


def _grid(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#d8dee4"/>'


def _text(x: float, y: float, words: str, anchor: str, colour: str, size: int = 12) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="{colour}" font-size="{size}">{escape(words)}</text>'


def _paper(title: str, unit: str, height: float, drawn: Sequence[str]) -> str:
    head = [_text(16, 24, title, "start", INK, 15), _text(16, 42, unit, "start", GREY)]
    style = 'font-family="system-ui, sans-serif"'
    size = f'width="{WIDTH}" height="{height:.0f}" viewBox="0 0 {WIDTH} {height:.0f}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style} role="img" aria-label="{escape(title)}">',
            f'<rect width="100%" height="100%" fill="{PAPER}"/>',
            *head,
            *drawn,
            "</svg>\n",
        ]
    )
