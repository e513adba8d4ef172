"""English: how numbers, instants and days are said; the first sentence of an instant names its day."""

from homecharge.domain.texts.catalogue import Conventions, Sentences

CONVENTIONS = Conventions(
    decimal=".",
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)

MOMENTS: dict[str, Sentences] = {
    "day": ("{weekday} {day} {month} {year}", "{weekday} {day} {month}"),
    "moment": ("{day} {clock}", "{clock}"),
    "at": ("on {day} at {clock}", "at {clock}"),
    "since": ("since {day} {clock}", "since {clock}"),
    "until": ("until {day} {clock}", "until {clock}"),
    "before": ("before {day} {clock}", "before {clock}"),
}
