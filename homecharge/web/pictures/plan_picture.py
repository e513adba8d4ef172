"""A plan as a picture: prices in steps, when the car charges, hours in which it may not; readable on a phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from homecharge.domain.plans import Plan
from homecharge.domain.spans import without
from homecharge.domain.texts.values import Reader, clock, day_text, number_text, spoken
from homecharge.domain.times import Interval
from homecharge.web.pictures.drawing import LETTER, Drawing, drawing
from homecharge.web.pictures.scales import PriceScale, TimeScale, price_scale
from homecharge.web.pictures.themes import Theme

HEIGHT = 320
NARROWEST, WIDEST = 280, 2000
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 14, 96, 52
_STRIP = 8
_HOURS_APART = 46
_KEPT_OFF = 10
"""In pixels, by which the last hour is kept from the edge."""


@dataclass(frozen=True, slots=True)
class _Canvas(Drawing):
    """What a plan is drawn on, and to which scales."""

    plan: Plan
    reader: Reader
    time: TimeScale
    price: PriceScale

    def box(self, interval: Interval, y: float, height: float, **attributes: str | float) -> None:
        """A rectangle as wide as an interval."""
        x = self.time.x(interval.start)
        width = round(max(self.time.x(interval.end) - x, 0.5), 1)
        self.add("rect", x=x, y=round(y, 1), width=width, height=round(height, 1), **attributes)

    def word(self, name: str) -> str:
        """A word of the reader's language."""
        return self.reader.language.plans[name]

    @property
    def right(self) -> float:
        """Where the chart ends at its right."""
        return self.time.left + self.time.width

    @property
    def floor(self) -> float:
        """Where the chart ends below."""
        return self.price.top + self.price.height


def plan_svg(plan: Plan, reader: Reader, *, total: str | None, theme: Theme, width: int) -> str:
    """The picture of a plan, as an SVG document of this width within limits; `total` is its cost as people read it."""
    width = min(max(width, NARROWEST), WIDEST)
    heading = _heading(plan, reader, total)
    title, description = reader.language.plans["title"].format(heading=heading), _description(plan, reader)
    made = drawing("plan", title=title, description=description, width=width, height=HEIGHT, theme=theme)
    canvas = _Canvas(
        made.svg,
        made.palette,
        plan=plan,
        reader=reader,
        time=TimeScale(plan.window, _LEFT, width - _LEFT - _RIGHT),
        price=price_scale([rate.per_kwh for rate in plan.rates], top=_TOP, height=HEIGHT - _TOP - _BOTTOM),
    )
    _draw_words(canvas, heading)
    _draw_patterns(canvas)
    _draw_prices(canvas)
    _draw_blocked(canvas)
    _draw_charging(canvas)
    _draw_axes(canvas)
    _draw_legend(canvas, width)
    return canvas.text()


def _heading(plan: Plan, reader: Reader, total: str | None) -> str:
    name = "heading_empty" if not plan.slots else "heading" if total is None else "heading_priced"
    energy = spoken({"energy_wh": plan.energy_wh}, reader, about=plan.window.end)
    return reader.language.plans[name].format(total=total, **energy)


def _description(plan: Plan, reader: Reader) -> str:
    plans = reader.language.plans

    def said(intervals: Sequence[Interval]) -> str:
        return ", ".join(_spoken(plan, reader, run) for run in _runs(intervals)) or plans["none"]

    return plans["description"].format(
        window=_spoken(plan, reader, plan.window),
        currency=plan.currency,
        slots=said([slot.interval for slot in plan.slots]),
        blocked=said([each.interval for each in plan.blocked]),
    )


def _draw_words(canvas: _Canvas, heading: str) -> None:
    plan, reader = canvas.plan, canvas.reader
    runs = _runs([slot.interval for slot in plan.slots])
    canvas.write(heading, 16, 30, fill=canvas.palette.ink, font_size=18, font_weight=600)
    canvas.write(canvas.word("axis").format(currency=plan.currency), canvas.right, 30, text_anchor="end")
    if runs:
        canvas.write(_spoken(plan, reader, Interval(runs[0].start, runs[-1].end)), 16, 49)


def _spoken(plan: Plan, reader: Reader, interval: Interval) -> str:
    """From when to when; a day is named where the one it lies on is not plain."""
    start = clock(interval.start, reader, about=plan.window.end)
    end = clock(interval.end, reader, about=interval.start)
    return reader.language.plans["interval"].format(start=start, end=end)


def _draw_patterns(canvas: _Canvas) -> None:
    palette, defs = canvas.palette, canvas.add("defs")
    for name, colour, angle in (("blocked", palette.blocked, 45), ("estimated", palette.price, -45)):
        turned = {"patternTransform": f"rotate({angle})", "patternUnits": "userSpaceOnUse"}
        pattern = canvas.add("pattern", defs, id=name, width=6, height=6, **turned)
        canvas.add("line", pattern, x1=0, y1=0, x2=0, y2=6, stroke=colour, stroke_width=2, opacity=0.55)


def _draw_blocked(canvas: _Canvas) -> None:
    for each in canvas.plan.blocked:
        canvas.box(each.interval, _TOP, canvas.price.height, fill="url(#blocked)")


def _draw_prices(canvas: _Canvas) -> None:
    palette, zero = canvas.palette, canvas.price.y(Decimal(0))
    for price in canvas.price.steps():
        y = canvas.price.y(price)
        canvas.add("line", x1=_LEFT, y1=y, x2=canvas.right, y2=y, stroke=palette.grid)
        canvas.write(number_text(price, canvas.reader.language), _LEFT - 6, y + 4, text_anchor="end")
    for rate in canvas.plan.rates:
        _draw_area(canvas, rate.interval, rate.per_kwh, fill=palette.price_area)
        if rate.is_estimated:
            _draw_area(canvas, rate.interval, rate.per_kwh, fill="url(#estimated)", opacity=0.6)
    for gap in _unpriced(canvas.plan):
        canvas.box(gap, zero - 3, 6, fill=palette.grid)


def _draw_area(canvas: _Canvas, interval: Interval, price: Decimal, **attributes: str | float) -> None:
    zero, y = canvas.price.y(Decimal(0)), canvas.price.y(price)
    canvas.box(interval, min(zero, y), abs(zero - y), shape_rendering="crispEdges", **attributes)


def _draw_charging(canvas: _Canvas) -> None:
    palette = canvas.palette
    for slot in canvas.plan.slots:
        if slot.rate is not None:
            _draw_area(canvas, slot.interval, slot.rate, fill=palette.charging_area, fill_opacity=0.85)
    for run in _runs([slot.interval for slot in canvas.plan.slots]):
        canvas.box(run, canvas.floor + 4, _STRIP, fill=palette.charging, rx=3)
    _draw_steps(canvas)


def _draw_steps(canvas: _Canvas) -> None:
    """The price as one line wherever it is known without a break."""
    path: list[str] = []
    reached = None
    for rate in canvas.plan.rates:
        y, start, end = (canvas.price.y(rate.per_kwh), *map(canvas.time.x, (rate.interval.start, rate.interval.end)))
        path.append(f"{'L' if reached == rate.interval.start else 'M'}{start} {y}H{end}")
        reached = rate.interval.end
    canvas.add("path", d="".join(path), fill="none", stroke=canvas.palette.price, stroke_width=1.5)


def _draw_axes(canvas: _Canvas) -> None:
    palette, zone, zero = canvas.palette, canvas.reader.zone, canvas.price.y(Decimal(0))
    canvas.add("line", x1=_LEFT, y1=zero, x2=canvas.right, y2=zero, stroke=palette.muted, stroke_width=1)
    for x, date in canvas.time.days(zone):
        day = day_text(date, canvas.reader.language)
        canvas.add("line", x1=x, y1=_TOP, x2=x, y2=canvas.floor, stroke=palette.muted, stroke_dasharray="2 3")
        anchor = "start" if canvas.right - x > len(day) * LETTER else "end"
        canvas.write(day, x, canvas.floor + 46, text_anchor=anchor, fill=palette.ink, font_weight=600)
    for x, wall in canvas.time.hours(zone, apart=_HOURS_APART):
        canvas.add("line", x1=x, y1=canvas.floor, x2=x, y2=canvas.floor + 4, stroke=palette.muted)
        canvas.write(wall, min(x, canvas.right - _KEPT_OFF), canvas.floor + 29, text_anchor="middle")


def _draw_legend(canvas: _Canvas, width: int) -> None:
    """Only what is in the picture, in one line, or in as many as it takes."""
    plan, palette = canvas.plan, canvas.palette
    shown = (
        ("charging", palette.charging_area, bool(plan.slots)),
        ("price", palette.price_area, any(not rate.is_estimated for rate in plan.rates)),
        ("estimated", "url(#estimated)", any(rate.is_estimated for rate in plan.rates)),
        ("unpriced", palette.grid, bool(_unpriced(plan))),
        ("blocked", "url(#blocked)", bool(plan.blocked)),
    )
    x, y = 16.0, 70.0
    for name, fill, is_shown in shown:
        if not is_shown:
            continue
        words = canvas.word(name)
        if x + 16 + len(words) * LETTER > width - _RIGHT:
            x, y = 16.0, y + 17
        canvas.add("rect", x=x, y=y - 9, width=11, height=11, rx=2, fill=fill, stroke=palette.muted, stroke_width=0.5)
        canvas.write(words, x + 16, y)
        x = round(x + 16 + len(words) * LETTER + 14, 1)


def _unpriced(plan: Plan) -> list[Interval]:
    return list(without(plan.window, [rate.interval for rate in plan.rates]))


def _runs(intervals: Sequence[Interval]) -> list[Interval]:
    """Intervals taken together where one begins as another ends."""
    starts = [after.start for before, after in pairwise(intervals) if before.end != after.start]
    ends = [before.end for before, after in pairwise(intervals) if before.end != after.start]
    edges = zip(
        [*(each.start for each in intervals[:1]), *starts], [*ends, *(i.end for i in intervals[-1:])], strict=True
    )
    return [Interval(start, end) for start, end in edges]
