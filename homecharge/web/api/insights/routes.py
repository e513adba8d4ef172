"""A month at a home in figures and in charts."""

from typing import Any
from zoneinfo import ZoneInfo

from homecharge.domain.errors import NotFound
from homecharge.domain.insights import Insights, month_of
from homecharge.domain.texts.values import Reader
from homecharge.services.insights import read_insights
from homecharge.web import household
from homecharge.web.answers import Document
from homecharge.web.api.insights import schemas
from homecharge.web.auth import SIGNED_IN
from homecharge.web.context import Ask
from homecharge.web.language import language_of
from homecharge.web.operations import Area
from homecharge.web.pictures.month_pictures import energy_svg, rejections_svg

area = Area("insights", "What a month at a home came to.")
SVG = "image/svg+xml"


def _read(ask: Ask, query: dict[str, Any]) -> Insights:
    month = None if query["month"] is None else month_of(query["month"])
    return read_insights(ask.db, query["location_id"], month, caller=ask.caller, language=language_of(ask), now=ask.now)


def _drawn(ask: Ask, query: dict[str, Any]) -> tuple[Insights, Reader, dict[str, Any]]:
    insights = _read(ask, query)
    reader = Reader(language=language_of(ask), zone=ZoneInfo(insights.time_zone), now=ask.now)
    return insights, reader, {"theme": query["theme"], "width": query["width"]}


@area.get("/insights", access=SIGNED_IN, query=schemas.InsightsQuery, answer=schemas.Insights, refuses=[NotFound])
def get_insights(ask: Ask, query: dict[str, Any]) -> Insights:
    """Look at a month: energy, cost, savings, and why charges did not happen.

    Of the sessions that you may see: everyone's for owners and admins, else your own.
    """
    return _read(ask, query)


@area.get(
    "/insights/energy.svg",
    access=SIGNED_IN,
    query=schemas.ChartQuery,
    media_type=SVG,
    samples={SVG: household.PICTURE},
    has_etag=True,
    refuses=[NotFound],
)
def draw_energy(ask: Ask, query: dict[str, Any]) -> Document:
    """Look at the energy of a month by the day, as a chart."""
    insights, reader, look = _drawn(ask, query)
    return Document(energy_svg(insights, reader, **look))


@area.get(
    "/insights/rejections.svg",
    access=SIGNED_IN,
    query=schemas.ChartQuery,
    media_type=SVG,
    samples={SVG: household.PICTURE},
    has_etag=True,
    refuses=[NotFound],
)
def draw_rejections(ask: Ask, query: dict[str, Any]) -> Document:
    """Look at why charges of a month did not happen, as a chart."""
    insights, reader, look = _drawn(ask, query)
    return Document(rejections_svg(insights, reader, **look))
