"""Words of the console: instants on a wall clock, energy, what became of a session and what to tell its driver."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from homecharge.domain.session_state import Result, Status
from homecharge.domain.session_view import SessionView
from homecharge.domain.texts import ENGLISH
from homecharge.domain.texts.values import money_text

_KILO = 1000
_TONES = {
    "accepted": "good",
    "valid": "good",
    "online": "good",
    "completed": "good",
    "charging": "good",
    "refused": "bad",
    "rejected": "bad",
    "invalid": "bad",
    "faulted": "bad",
    "error": "bad",
    "no_answer": "bad",
    "not_sent": "bad",
    "offline": "warn",
    "timeout": "warn",
    "warning": "warn",
    "paused": "warn",
    "never": "warn",
}


def when(at: datetime | None, zone: str = "UTC") -> str:
    """An instant on the clock on a zone's wall, to the second."""
    if at is None:
        return "–"
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %Y %H:%M:%S}"


def kwh(energy_wh: int | None) -> str:
    """Energy as people say it."""
    return "–" if energy_wh is None else f"{energy_wh / _KILO:.2f} kWh"


def kw(power_w: int | None) -> str:
    """Power as people say it."""
    return "–" if power_w is None else f"{power_w / _KILO:.1f} kW"


def sentence(code: str | None) -> str:
    """A code of ours as words: `car_unplugged` is "Car unplugged"."""
    return "–" if not code else str(code).replace("_", " ").capitalize()


def pretty(document: Any) -> str:  # noqa: ANN401 - any JSON document
    """A JSON document over several lines."""
    return json.dumps(document, indent=1, ensure_ascii=False)


def tone(state: str) -> str:
    """The class of a badge."""
    return _TONES.get(str(state), "plain")


def outcome_of(view: SessionView) -> str:
    """What became of a session, as a heading."""
    session = view.session
    if view.rejection is not None:
        return view.rejection.headline
    if view.shortfall is not None:
        return f"Charged {kwh(session.energy_wh)}, less than asked for: {view.shortfall.title}"
    if session.status is Status.COMPLETED:
        met = ", as much as asked for" if session.result is Result.MET else ""
        return f"Charged {kwh(session.energy_wh)}{met}"
    if session.status is Status.PLANNED:
        return "Planned"
    return f"{sentence(session.status.value)}: {kwh(session.energy_wh)} so far"


def advice_of(view: SessionView) -> list[str]:
    """What to tell the driver, one sentence after the other."""
    session, zone = view.session, view.time_zone
    told: list[str] = []
    if view.rejection is not None:
        told += [view.rejection.detail, view.rejection.advice]
    elif view.shortfall is not None:
        told += [view.shortfall.detail, view.shortfall.advice]
    elif session.status is Status.COMPLETED:
        told.append(f"The car took {kwh(session.energy_wh)}, from {when(session.started_at, zone)} to ")
        told[-1] += f"{when(session.ended_at, zone)}."
    if view.waiting is not None:
        told.append(view.waiting.detail)
    if session.energy_wh and view.cost is not None:
        told.append(
            f"It cost {money_text(view.cost, ENGLISH)}."
            if session.is_over
            else f"{money_text(view.cost, ENGLISH)} so far."
        )
    if session.energy_wh and view.cost_note is not None:
        told.append(f"About the cost: {sentence(view.cost_note.value).lower()}.")
    if view.recovered_by_session_id is not None:
        told.append("It was tried again afterwards; see the chain of tries.")
    return [each for each in told if each]
