"""The picture of a plan: what is drawn, in which colours, and where on the clock."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest

from homecharge.adapters.catalogues import load_languages
from homecharge.domain.planner import plan
from homecharge.domain.plans import Plan
from homecharge.domain.rates import Rate
from homecharge.domain.texts.en import ENGLISH
from homecharge.domain.texts.values import Reader
from homecharge.domain.times import Interval
from homecharge.web.pictures.plan_picture import HEIGHT, plan_svg
from homecharge.web.pictures.scales import price_scale
from homecharge.web.pictures.themes import PALETTES, Theme
from tests.domain.drawn_plans import half_hour, request

LONDON = ZoneInfo("Europe/London")
LIGHT = PALETTES[Theme.LIGHT]
SVG = "{http://www.w3.org/2000/svg}"


def picture(found: Plan, zone: ZoneInfo = LONDON, **changes: Any) -> ET.Element:
    reader = Reader(language=ENGLISH, zone=zone, now=found.window.start)
    asked: dict[str, Any] = {"total": "£2.00", "theme": Theme.LIGHT, "width": 720}
    return ET.fromstring(plan_svg(found, reader, **asked | changes))


def boxes(svg: ET.Element, fill: str) -> list[tuple[float, float]]:
    """From where to where, of every rectangle of a colour that is not in the legend."""
    found = [box for box in svg.iter(f"{SVG}rect") if box.get("fill") == fill and box.get("stroke") is None]
    return [(float(box.attrib["x"]), float(box.attrib["x"]) + float(box.attrib["width"])) for box in found]


def texts(svg: ET.Element) -> list[str]:
    return [text.text or "" for text in svg.iter(f"{SVG}text")]


def test_every_slot_is_drawn_at_its_price_and_every_run_below_the_chart():
    svg = picture(plan(request("3-1-2-1-3-9", 2.5)))

    left, right = 46, 720 - 14
    slot = (right - left) / 6
    assert boxes(svg, LIGHT.charging_area) == [
        pytest.approx((left + start * slot, left + end * slot), abs=0.2) for start, end in ((1, 2), (2, 2.5), (3, 4))
    ]
    assert boxes(svg, LIGHT.charging) == [
        pytest.approx((left + start * slot, left + end * slot), abs=0.2) for start, end in ((1, 2.5), (3, 4))
    ]
    assert len(boxes(svg, LIGHT.price_area)) == 6


def test_a_negative_price_is_drawn_below_zero():
    svg = picture(plan(request("2-n", 2)))

    slots = [box for box in svg.iter(f"{SVG}rect") if box.get("fill") == LIGHT.charging_area]
    above, below = (box for box in slots if box.get("stroke") is None)  # the legend's has one
    zero = float(above.attrib["y"]) + float(above.attrib["height"])
    assert float(below.attrib["y"]) == pytest.approx(zero)
    assert float(below.attrib["height"]) == pytest.approx(float(above.attrib["height"]) / 2, abs=0.2)


def test_blocked_hours_and_estimated_prices_are_hatched_and_unknown_prices_marked():
    asked = request("3-x-?-1", 1)
    rates = [*asked.rates[:-1], Rate(half_hour(3), Decimal(1), is_estimated=True)]

    svg = picture(plan(request("3-x-?-1", 1, rates=rates)))

    assert len(boxes(svg, "url(#blocked)")) == 1
    assert len(boxes(svg, "url(#estimated)")) == 1
    assert len(boxes(svg, LIGHT.grid)) == 1  # restricted and unknown half hours are one gap in the prices
    assert {"Charging", "Price", "Estimated price", "No price yet", "Restricted"} <= set(texts(svg))


def test_the_legend_names_only_what_is_in_the_picture():
    svg = picture(plan(request("3-1", 1)))

    assert {"Charging", "Price"} <= set(texts(svg))
    assert not {"Estimated price", "No price yet", "Restricted"} & set(texts(svg))


def test_the_picture_says_in_words_what_it_shows():
    svg = picture(plan(request("3-1-2-1-x", 2.5)))

    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "plan-title plan-description"
    assert svg.findtext(f"{SVG}title") == "Charging plan: 2.5 kWh for £2.00"
    described = "Prices from 00:00 to 02:30, in GBP per kWh. Charging: from 00:30 to 01:15, from 01:30 to 02:00. "
    assert svg.findtext(f"{SVG}desc") == described + "Restricted hours: from 02:00 to 02:30."
    assert {"2.5 kWh for £2.00", "from 00:30 to 02:00", "GBP per kWh"} <= set(texts(svg))


@pytest.mark.parametrize(
    ("prices", "kwh", "total", "heading"),
    [
        ("3-1", 1, None, "1.0 kWh"),
        ("3-1", 0, "£0.00", "No charging planned"),
        ("3-1", 1, "<£1 & more>", "1.0 kWh for <£1 & more>"),
    ],
)
def test_the_heading_says_what_is_known(prices: str, kwh: float, total: str | None, heading: str):
    svg = picture(plan(request(prices, kwh)), total=total)

    assert texts(svg)[0] == heading


@pytest.mark.parametrize(
    ("zone", "start", "hours", "walls"),
    [
        ("Europe/London", "2026-03-28T23:00", 4, ["23:00", "00:00", "02:00", "03:00", "04:00"]),
        ("Europe/London", "2026-10-24T22:00", 4, ["23:00", "00:00", "01:00", "01:00", "02:00"]),
        ("America/New_York", "2026-03-08T05:00", 4, ["00:00", "01:00", "03:00", "04:00", "05:00"]),
        ("America/New_York", "2026-11-01T04:00", 4, ["00:00", "01:00", "01:00", "02:00", "03:00"]),
        ("Australia/Lord_Howe", "2026-10-03T13:30", 4, ["00:00", "01:00", "03:00", "04:00"]),
        ("Australia/Lord_Howe", "2026-04-04T13:00", 4, ["00:00", "01:00", "02:00", "03:00"]),
        ("Asia/Kolkata", "2026-03-28T18:30", 4, ["00:00", "01:00", "02:00", "03:00", "04:00"]),
        ("Europe/London", "2026-11-20T18:07", 14, ["20:00", "22:00", "00:00", "02:00", "04:00", "06:00", "08:00"]),
    ],
)
def test_the_hours_are_those_of_the_clock_on_the_wall(zone: str, start: str, hours: int, walls: list[str]):
    begins = datetime.fromisoformat(start).replace(tzinfo=UTC)
    window = Interval(begins, begins + timedelta(hours=hours))

    svg = picture(plan(request("?", 1, window=window)), ZoneInfo(zone), width=480)

    assert [text for text in texts(svg) if len(text) == 5 and text[2] == ":"] == walls


def test_the_picture_is_in_the_readers_language():
    found, language = plan(request("1-2-x", 1)), load_languages().find("de")
    reader = Reader(language=language, zone=LONDON, now=found.window.start)

    svg = ET.fromstring(plan_svg(found, reader, total="0,50 EUR", theme=Theme.LIGHT, width=720))

    assert svg.findtext(f"{SVG}title") == "Ladeplan: 1,0 kWh für 0,50 EUR"
    assert {"Laden", "Preis", "Gesperrt", "0,5"} <= set(texts(svg))


def test_a_day_that_begins_is_named():
    window = Interval(datetime(2026, 11, 20, 18, tzinfo=UTC), datetime(2026, 11, 22, 7, tzinfo=UTC))

    svg = picture(plan(request("?", 1, window=window)))

    assert [text for text in texts(svg) if "Nov" in text and "from" not in text] == ["Sat 21 Nov", "Sun 22 Nov"]


def test_a_day_is_told_where_it_is_not_plain():
    window = Interval(datetime(2026, 11, 20, 18, tzinfo=UTC), datetime(2026, 11, 22, 7, tzinfo=UTC))

    svg = picture(plan(request("?", 60, window=window)))

    assert "from Fri 20 Nov 18:00 to Sun 22 Nov 00:00" in texts(svg)


@pytest.mark.parametrize(("asked", "width"), [(720, 720), (100, 280), (9000, 2000)])
def test_the_picture_is_as_wide_as_asked_within_limits(asked: int, width: int):
    svg = picture(plan(request("3-1-x-1", 1)), width=asked)

    assert svg.get("viewBox") == f"0 0 {width} {HEIGHT}"
    assert all(0 <= start <= end <= width for start, end in boxes(svg, LIGHT.price_area))


@pytest.mark.parametrize("theme", list(Theme))
def test_a_theme_has_colours_of_its_own(theme: Theme):
    svg = picture(plan(request("3-1", 1)), theme=theme)

    palette = PALETTES[theme]
    assert len(boxes(svg, palette.charging)) == 1
    assert [box.get("width") for box in svg.iter(f"{SVG}rect") if box.get("fill") == palette.background] == ["100%"]


@pytest.mark.parametrize(
    ("prices", "written"),
    [
        (["0.08", "0.31"], ["0.0", "0.1", "0.2", "0.3"]),
        (["-0.05", "0.4"], ["0.0", "0.2", "0.4"]),
        (["7", "19"], ["0", "5", "10", "15", "20"]),
        (["-3", "-1"], ["-3", "-2", "-1", "0"]),
        ([], ["0.0", "0.5", "1.0"]),
    ],
)
def test_round_prices_are_written_at_the_axis(prices: list[str], written: list[str]):
    scale = price_scale([Decimal(price) for price in prices], top=0, height=100)

    assert [f"{price:f}" for price in scale.steps()] == written
