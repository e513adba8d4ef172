"""A month in charts: energy by the day, and why charges did not happen."""

from decimal import Decimal

from homecharge.domain.insights import Insights
from homecharge.domain.texts.values import Reader, money_text, number_text, spoken
from homecharge.web import formats
from homecharge.web.pictures.drawing import Drawing, drawing
from homecharge.web.pictures.scales import PriceScale, price_scale
from homecharge.web.pictures.themes import Theme

_HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 260, 46, 14, 66, 30
_ROW, _BAR = 34, 10
_WH_PER_KWH_DIGITS = 3
_DAYS_APART = 20
_LARGE, _INDENT = 18, 16
_OF_ITS_SIZE = 0.62
"""How wide a letter of a heading is."""


def energy_svg(insights: Insights, reader: Reader, *, theme: Theme, width: int) -> str:
    """A bar for each day, as an SVG document of this width."""
    words = reader.language.insights
    month = formats.month(insights.month, reader.language)
    title = words["energy_title" if insights.energy_wh else "energy_empty"].format(month=month)
    energy = _energy(insights.energy_wh, reader)
    cost = None if insights.cost is None else money_text(insights.cost, reader.language)
    name = "energy_total" if cost is None else "energy_total_priced"
    total = words[name].format(energy_wh=energy, charged=insights.charged, cost=cost)
    made = drawing("energy", title=title, description=total, width=width, height=_HEIGHT, theme=theme)
    _write_heading(made, title, total, width)
    made.write(words["energy_axis"], width - _RIGHT, 49, text_anchor="end")
    days = [_kwh(day.energy_wh) for day in insights.days]
    scale = price_scale(days, top=_TOP, height=_HEIGHT - _TOP - _BOTTOM)
    _draw_scale(made, reader, scale, width)
    _draw_days(made, insights, reader, scale, width)
    return made.text()


def rejections_svg(insights: Insights, reader: Reader, *, theme: Theme, width: int) -> str:
    """A bar for each reason, the most frequent first, as an SVG document of this width."""
    words = reader.language.insights
    month = formats.month(insights.month, reader.language)
    title = words["rejections_title" if insights.rejected else "rejections_empty"].format(month=month)
    total = words["rejections_total"].format(rejected=insights.rejected, sessions=insights.sessions)
    height = _TOP + _ROW * len(insights.rejections) + 16
    made = drawing("rejections", title=title, description=total, width=width, height=height, theme=theme)
    _write_heading(made, title, total, width)
    most = max((each.count for each in insights.rejections), default=1)
    room = width - 16 - _RIGHT
    for place, each in enumerate(insights.rejections):
        y = _TOP + _ROW * place
        made.write(each.title, 16, y + 12, fill=made.palette.ink)
        share = formats.percent(each.share, reader.language)
        made.write(f"{each.count} · {share}", width - _RIGHT, y + 12, text_anchor="end")
        length = round(room * each.count / most, 1)
        made.add("rect", x=16, y=y + 18, width=length, height=_BAR, rx=3, fill=made.palette.price)
    return made.text()


def _write_heading(made: Drawing, title: str, total: str, width: int) -> None:
    """As large as the picture is wide enough for."""
    size = round(min(_LARGE, (width - 2 * _INDENT) / (_OF_ITS_SIZE * len(title))), 1)
    made.write(title, 16, 30, fill=made.palette.ink, font_size=size, font_weight=600)
    made.write(total, 16, 49)


def _draw_scale(made: Drawing, reader: Reader, scale: PriceScale, width: int) -> None:
    for step in scale.steps():
        y = scale.y(step)
        made.add("line", x1=_LEFT, y1=y, x2=width - _RIGHT, y2=y, stroke=made.palette.grid)
        made.write(number_text(step, reader.language), _LEFT - 6, y + 4, text_anchor="end")


def _draw_days(made: Drawing, insights: Insights, reader: Reader, scale: PriceScale, width: int) -> None:
    apart = (width - _LEFT - _RIGHT) / len(insights.days)
    every = -(-_DAYS_APART // int(apart)) if apart < _DAYS_APART else 1
    zero, words = scale.y(Decimal(0)), reader.language.insights["energy_day"]
    for place, day in enumerate(insights.days):
        x, top = round(_LEFT + apart * place, 1), scale.y(_kwh(day.energy_wh))
        if day.energy_wh:
            bar = made.add(
                "rect",
                x=x + 1,
                y=top,
                width=round(apart - 2, 1),
                height=round(zero - top, 1),
                rx=2,
                fill=made.palette.charging,
            )
            said = words.format(day=formats.day(day.date, reader.language), energy_wh=_energy(day.energy_wh, reader))
            made.add("title", bar).text = said
        if place % every == 0:
            made.write(str(day.date.day), round(x + apart / 2, 1), _HEIGHT - 12, text_anchor="middle")


def _kwh(energy_wh: int) -> Decimal:
    return Decimal(energy_wh).scaleb(-_WH_PER_KWH_DIGITS)


def _energy(energy_wh: int, reader: Reader) -> str:
    return spoken({"energy_wh": energy_wh}, reader, about=reader.now)["energy_wh"]
