"""Words of the console in a language: instants on a wall clock, energy, what became of a session and what to say."""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from markupsafe import Markup, escape

from homecharge.domain.session_state import Result, Status
from homecharge.domain.session_view import SessionView
from homecharge.domain.texts import Language
from homecharge.domain.texts.values import money_text, number_text
from homecharge.web import formats

NOTHING = "–"
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


def pretty(document: Any) -> str:  # noqa: ANN401 - any JSON document
    """A JSON document over several lines."""
    return json.dumps(document, indent=1, ensure_ascii=False)


def tone(state: str) -> str:
    """The class of a badge."""
    return _TONES.get(str(state), "plain")


@dataclass(frozen=True, slots=True)
class Words:
    """How things are said to an agent who reads a language."""

    language: Language

    def say(self, sentence: str, **values: object) -> Markup:
        """A sentence given in English, for a page: what fills its placeholders is escaped unless it is markup."""
        return Markup(escape(self.language.translation_of(sentence))).format(**values)  # noqa: S704 - it is escaped

    def when(self, at: datetime | None, zone: str = "UTC") -> str:
        """An instant on the clock on a zone's wall, to the second, with the name of the zone's time."""
        return NOTHING if at is None else formats.instant(at, zone, self.language)

    def kwh(self, energy_wh: int | None) -> str:
        """Energy as people say it."""
        return NOTHING if energy_wh is None else f"{formats.decimal(energy_wh / _KILO, 2, self.language)} kWh"

    def rate(self, rate: Decimal | str | None) -> str:
        """An exact amount, however many digits it has."""
        return NOTHING if rate is None else number_text(rate, self.language)

    def named(self, code: str | None, kind: str = "") -> str:
        """A code of ours as words: `suspended_ev` is "Paused by the car"."""
        return NOTHING if not code else self.language.name_of(str(code), kind)

    def outcome_of(self, view: SessionView) -> str:
        """What became of a session, as a heading."""
        session, energy, say = view.session, self.kwh(view.session.energy_wh), self.language.say
        if view.rejection is not None:
            return view.rejection.headline
        if view.shortfall is not None:
            return say("Charged {energy}, less than asked for: {reason}", energy=energy, reason=view.shortfall.title)
        if session.status is Status.COMPLETED and session.result is Result.MET:
            return say("Charged {energy}, as much as asked for", energy=energy)
        if session.status is Status.COMPLETED:
            return say("Charged {energy}", energy=energy)
        if session.status is Status.PLANNED:
            return self.named(session.status)
        return say("{state}: {energy} so far", state=self.named(session.status), energy=energy)

    def advice_of(self, view: SessionView) -> list[str]:
        """What to tell the driver, one sentence after the other."""
        session, say = view.session, self.language.say
        told: list[str] = []
        if view.rejection is not None:
            told += [view.rejection.detail, view.rejection.advice]
        elif view.shortfall is not None:
            told += [view.shortfall.detail, view.shortfall.advice]
        elif session.status is Status.COMPLETED:
            span = {"start": session.started_at, "end": session.ended_at}
            spoken = {name: self.when(at, view.time_zone) for name, at in span.items()}
            told.append(
                say("The car took {energy}, from {start} to {end}.", energy=self.kwh(session.energy_wh), **spoken)
            )
        if view.waiting is not None:
            told.append(view.waiting.detail)
        if session.energy_wh:
            told += self._cost_of(view)
        return [each for each in told if each]

    def _cost_of(self, view: SessionView) -> list[str]:
        told, say = [], self.language.say
        if view.cost is not None:
            cost = money_text(view.cost, self.language)
            is_over = view.session.is_over
            told.append(say("It cost {cost}.", cost=cost) if is_over else say("{cost} so far.", cost=cost))
        if view.cost_note is not None:
            told.append(say("About the cost: {note}.", note=self.named(view.cost_note)))
        return told
