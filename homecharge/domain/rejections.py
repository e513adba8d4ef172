"""Why a try did not charge: the public codes in fixed precedence, and the evidence each one carries (rejections.md)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Code(StrEnum):
    """Public contract: never renamed, only added. The order is the precedence: the first that holds is the reason."""

    CANCELLED = "cancelled"
    WINDOW_MISSED = "window_missed"
    CHARGER_OFFLINE = "charger_offline"
    ALREADY_IN_PROGRESS = "already_in_progress"
    CHARGER_FAULTED = "charger_faulted"
    CHARGER_UNAVAILABLE = "charger_unavailable"
    CAR_UNPLUGGED = "car_unplugged"
    BATTERY_FULL = "battery_full"
    RESTRICTED_HOURS = "restricted_hours"
    SOLAR_UNAVAILABLE = "solar_unavailable"
    NOT_AUTHORIZED = "not_authorized"
    CHARGER_REFUSED = "charger_refused"
    NO_ANSWER = "no_answer"
    START_NOT_CONFIRMED = "start_not_confirmed"
    NO_ENERGY_DRAWN = "no_energy_drawn"
    NOTHING_AFFORDABLE = "nothing_affordable"


class Category(StrEnum):
    """`terminal` is over, `retriable` stays open until the last feasible start, `satisfied`: nothing was left to do."""

    TERMINAL = "terminal"
    RETRIABLE = "retriable"
    SATISFIED = "satisfied"


class FixBy(StrEnum):
    """Who can do something about it."""

    DRIVER = "driver"
    CHARGER = "charger"
    OPERATOR = "operator"
    PROVIDER = "provider"
    NOBODY = "nobody"


class Tone(StrEnum):
    """How an app should colour it."""

    NEUTRAL = "neutral"
    WARNING = "warning"
    ERROR = "error"


class ActionKind(StrEnum):
    """The one thing to do, for a button."""

    PLUG_IN = "plug_in"
    CHECK_WIFI = "check_wifi"
    CHECK_CAR = "check_car"
    BOOST = "boost"
    EDIT_RESTRICTED_HOURS = "edit_restricted_hours"
    ADD_TARIFF = "add_tariff"
    PAIR_CARD = "pair_card"
    RESTART_CHARGER = "restart_charger"
    CONTACT_SUPPORT = "contact_support"


@dataclass(frozen=True, slots=True)
class Reason:
    """A catalogue row."""

    code: Code
    category: Category
    fix_by: FixBy
    tone: Tone
    action: ActionKind | None


def _row(
    code: Code, category: Category, fix_by: FixBy, tone: Tone, action: ActionKind | None = None
) -> tuple[Code, Reason]:
    return code, Reason(code, category, fix_by, tone, action)


_T, _R = Category.TERMINAL, Category.RETRIABLE
CATALOGUE: dict[Code, Reason] = dict(
    [
        _row(Code.CANCELLED, _T, FixBy.NOBODY, Tone.NEUTRAL),
        _row(Code.WINDOW_MISSED, _T, FixBy.OPERATOR, Tone.ERROR, ActionKind.BOOST),
        _row(Code.CHARGER_OFFLINE, _R, FixBy.DRIVER, Tone.ERROR, ActionKind.CHECK_WIFI),
        _row(Code.ALREADY_IN_PROGRESS, _R, FixBy.DRIVER, Tone.WARNING),
        _row(Code.CHARGER_FAULTED, _R, FixBy.CHARGER, Tone.ERROR, ActionKind.RESTART_CHARGER),
        _row(Code.CHARGER_UNAVAILABLE, _R, FixBy.OPERATOR, Tone.ERROR, ActionKind.CONTACT_SUPPORT),
        _row(Code.CAR_UNPLUGGED, _R, FixBy.DRIVER, Tone.WARNING, ActionKind.PLUG_IN),
        _row(Code.BATTERY_FULL, _R, FixBy.DRIVER, Tone.NEUTRAL, ActionKind.CHECK_CAR),
        _row(Code.RESTRICTED_HOURS, _R, FixBy.DRIVER, Tone.WARNING, ActionKind.EDIT_RESTRICTED_HOURS),
        _row(Code.SOLAR_UNAVAILABLE, _R, FixBy.NOBODY, Tone.WARNING, ActionKind.BOOST),
        _row(Code.NOT_AUTHORIZED, _T, FixBy.OPERATOR, Tone.ERROR, ActionKind.PAIR_CARD),
        _row(Code.CHARGER_REFUSED, _R, FixBy.CHARGER, Tone.ERROR, ActionKind.RESTART_CHARGER),
        _row(Code.NO_ANSWER, _R, FixBy.CHARGER, Tone.ERROR, ActionKind.RESTART_CHARGER),
        _row(Code.START_NOT_CONFIRMED, _R, FixBy.DRIVER, Tone.WARNING, ActionKind.PLUG_IN),
        _row(Code.NO_ENERGY_DRAWN, _R, FixBy.DRIVER, Tone.WARNING, ActionKind.CHECK_CAR),
        _row(Code.NOTHING_AFFORDABLE, _T, FixBy.DRIVER, Tone.WARNING),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A fact a decision used, with the instant it was learnt and who said so.

    `fact` names it ("connector_status"), `value` is what it was; the sentence is written from both when it is read.
    `message_id` is the frame that told it, for the timeline.
    """

    at: datetime
    fact: str
    value: str | int | None
    source: str
    message_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A reason that holds, with the parameters its sentences need and the facts behind it.

    `variant` picks other words for the same code ("inferred", "outage"); `category` and `fix_by` are the catalogue's
    unless the evidence says otherwise.
    """

    code: Code
    evidence: tuple[Evidence, ...] = ()
    variant: str | None = None
    params: dict[str, str | int | datetime | None] = field(default_factory=dict)
    category: Category | None = None
    fix_by: FixBy | None = None

    @property
    def settled_category(self) -> Category:
        """Its own category where the evidence decided one, else the catalogue's."""
        return self.category or CATALOGUE[self.code].category

    @property
    def message_id(self) -> str | None:
        """The frame behind it: that of the first fact which came in one."""
        return next((fact.message_id for fact in self.evidence if fact.message_id is not None), None)


def in_precedence(found: list[Rejection]) -> tuple[Rejection, ...]:
    """The reasons that hold, the one that counts first; of two with the same code the one that was found first."""
    by_code = {reason.code: reason for reason in reversed(found)}
    return tuple(by_code[code] for code in Code if code in by_code)


def _json_value(value: str | int | datetime | None) -> str | int | dict[str, str] | None:
    return {"instant": value.isoformat()} if isinstance(value, datetime) else value


def stored_evidence(evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    """Facts as plain JSON."""
    return [{"at": e.at.isoformat(), "fact": e.fact, "value": e.value, "source": e.source} for e in evidence]


def stored(reasons: tuple[Rejection, ...], *, exhausted: bool = False) -> dict[str, Any]:
    """The form kept on a session: the first reason whole, the others by code; texts are written when it is read."""
    first = reasons[0]
    return {
        "code": first.code.value,
        "variant": first.variant,
        "params": {name: _json_value(value) for name, value in first.params.items()},
        "category": first.settled_category.value,
        "fix_by": (first.fix_by or CATALOGUE[first.code].fix_by).value,
        "also": [reason.code.value for reason in reasons[1:]],
        "evidence": stored_evidence(e for reason in reasons for e in reason.evidence),
        "exhausted": exhausted,
    }
