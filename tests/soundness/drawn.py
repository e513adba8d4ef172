"""Drawn states: any try with any surroundings, mostly ordinary ones; the same number always draws the same state."""

import dataclasses
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, TypeVar

from homecharge.domain.bounds import Bounds
from homecharge.domain.charger_state import (
    ChargerState,
    ConnectorState,
    ConnectorStatus,
    OfflineCause,
    StartMode,
    Transaction,
)
from homecharge.domain.courses import Period
from homecharge.domain.facts import Facts
from homecharge.domain.homes import Surplus
from homecharge.domain.limits import DurationLimit, EnergyLimit
from homecharge.domain.plans import Blocked, ChargingPower
from homecharge.domain.rates import Rate
from homecharge.domain.rejections import Code
from homecharge.domain.session_state import Answer, Kind, Session, Status, StopReason
from homecharge.domain.smart_facts import Battery, SmartFacts
from homecharge.domain.surplus import SolarFacts
from homecharge.domain.targets import BudgetTarget, EnergyTarget, SocTarget
from homecharge.domain.times import Interval
from tests.domain.builders import (
    at,
    boost,
    charger,
    charging,
    connector,
    facts,
    offline,
    other,
    plug_in,
    recovers,
    session,
    starting,
    transaction,
)

T = TypeVar("T")
SUBJECTS = (
    session(),
    session(window_end=at("00:30:40"), last_feasible_start=at("00:30")),
    session(window_end=at("00:40"), last_feasible_start=at("00:30"), limit=DurationLimit(600)),
    session(limit=EnergyLimit(2000)),
    session(Kind.SMART, window_start=at("22:00"), window_end=at("00:33"), last_feasible_start=at("00:32")),
    session(attempt=6),
    boost(limit=DurationLimit(300)),
    plug_in(),
)
HALF_HOUR = timedelta(minutes=30)
SMART_SUBJECTS = tuple(
    session(Kind.SMART, window_start=at("23:30"), target=target)
    for target in (EnergyTarget(18_000), EnergyTarget(80_000), BudgetTarget(Decimal("0.50")), SocTarget(80))
)
COURSE = (Period(at("23:30"), 7360), Period(at("00:20"), 0), Period(at("00:30:40"), 3680), Period(at("00:33"), 0))
BEFORE_AND_AFTER = ("17:00", "23:41", "00:10", "00:29:20", "00:29:58", "00:30", "00:30:45", "00:33")
LOOKS = ("23:45", "00:29:59", "00:30", "00:30:50", "00:34", "05:32")


class Draw:
    """Chance, tied to a number; `now` is when the state is found, and nothing in it is from later."""

    def __init__(self, number: int) -> None:
        self._random = Random(number)
        self.now = at(self._random.choice(LOOKS))

    def one_of(self, *choices: T) -> T:
        return self._random.choice(choices)

    def chance(self, *, one_in: int = 6) -> bool:
        return self._random.randrange(one_in) == 0

    def rarely(self, value: T, ordinary: T, *, one_in: int = 6) -> T:
        return value if self.chance(one_in=one_in) else ordinary

    def been(self) -> datetime:
        """An instant that has been."""
        return min(self.now, at(self.one_of(*BEFORE_AND_AFTER)))

    def charger(self) -> ChargerState:
        settings: dict[str, Any] = {
            "start_mode": self.rarely(StartMode.FREE_VEND, StartMode.CONTROLLED),
            "charge_now": self.chance(one_in=4),
            "can_hold": self.chance(one_in=2),
            "restarts": self.chance(one_in=2),
            "installing_firmware": self.chance(one_in=20),
            "sends_samples": self.rarely(None, self.chance(one_in=2)),
            "connection_timeout": self.one_of(None, timedelta(seconds=200)),
            "remote_start_tag": self.rarely("FIXED", None),
            "last_seen_at": self.rarely(None, self.been()),
        }
        if self.chance(one_in=5):
            cause = self.one_of(*OfflineCause)
            gone = {"offline_since": self.rarely(None, self.been()), "offline_cause": cause}
            return offline(ever_connected=not self.chance(), **gone | settings)
        return charger(connected_at=self.rarely(self.been(), min(self.now, at("18:00")), one_in=3), **settings)

    def connector(self, **changes: Any) -> ConnectorState:
        plugged = self.one_of(ConnectorStatus.PREPARING, ConnectorStatus.FINISHING, ConnectorStatus.SUSPENDED_EV)
        said = {
            "status": self.rarely(self.one_of(*ConnectorStatus), plugged, one_in=2),
            "reported_at": self.been(),
            "changed_at": self.rarely(None, self.been()),
            "full_at": self.rarely(self.been(), None, one_in=10),
            "soc_percent": self.rarely(100, self.one_of(None, 80), one_in=10),
            "soc_at": self.been(),
            "held_at": self.rarely(self.been(), None, one_in=10),
        }
        return connector(**said | changes)

    def station(self) -> ConnectorState:
        status = self.rarely(ConnectorStatus.FAULTED, ConnectorStatus.AVAILABLE)
        return self.connector(connector_id=0, status=status)

    def transaction(self, **changes: Any) -> Transaction:
        began = self.been()
        flow = {
            "started_at": began,
            "heard_at": max(began, self.been()),
            "energy_wh": self.one_of(0, 20, 3000),
            "has_samples": self.chance(one_in=2),
            "drew_at": self.rarely(max(began, self.been()), None, one_in=3),
            "stop_at": self.rarely(self.one_of(at("00:10"), at("05:30")), None),
            "stop_tries": self.rarely(2, 0),
        }
        return transaction(**flow | changes)

    def surroundings(self) -> dict[str, Any]:
        left = self.transaction(id=5, session_id=self.one_of("other", "before", None), is_refused=self.chance())
        somebody = other(
            kind=self.one_of(Kind.BOOST, Kind.PLUG_IN),
            status=self.one_of(Status.STARTING, Status.CHARGING, Status.PAUSED),
        )
        ended_at = min(self.now, at(self.one_of("00:31", "05:31")))
        return {
            "charger": self.charger(),
            "connector": self.rarely(None, self.connector(), one_in=10),
            "station": self.rarely(self.station(), None),
            "foreign": self.rarely(left, None, one_in=4),
            "other": self.rarely(somebody, None, one_in=8),
            "recovers": self.rarely(recovers(self.one_of(None, *Code)), None, one_in=3),
            "outages": self.rarely((Interval(at("00:20"), ended_at),), (), one_in=8) if self.now > at("00:30") else (),
        }

    def smart(self) -> SmartFacts:
        """Prices of half hours from 23:30 on, or none; restricted hours, and what the charger can do."""
        starts = [at("23:30") + place * HALF_HOUR for place in range(12)]
        pence = [self.one_of(-1, 10, 20, 30) for _ in starts]
        rates = tuple(
            Rate(Interval(start, start + HALF_HOUR), Decimal(each) / 100)
            for start, each in zip(starts, pence, strict=True)
        )
        hours = Interval(at("00:00"), at(self.one_of("01:00", "03:00", "05:30")))
        battery = Battery(60_000, 90, self.one_of(None, 40, 90), 0)
        return SmartFacts(
            currency="GBP",
            rates=self.rarely((), rates),
            blocked=self.rarely((Blocked(hours, "restricted_hours"),), (), one_in=3),
            power=ChargingPower(1_400, 9_000),
            keeps_courses=self.chance(one_in=2),
            restarts=self.chance(one_in=2),
            is_contiguous=self.chance(),
            spent=Decimal(0),
            battery=self.rarely(None, battery),
        )

    def bound(self, subject: Session) -> dict[str, Any]:
        """A try and what binds it, where it is one that restricted hours bind: its delay is in its due time."""
        if subject.kind not in {Kind.MANUAL, Kind.PLUG_IN}:
            return {"subject": subject}
        delay_s = self.one_of(0, 0, 30, 300)
        is_delayed = subject.kind is Kind.MANUAL and subject.status is Status.PLANNED
        due_at = subject.due_at + timedelta(seconds=delay_s if is_delayed else 0)
        hours = Interval(at(self.one_of("00:00", "00:30:20", "00:33")), at(self.one_of("00:34", "03:00", "06:00")))
        bounds = Bounds(
            restricted=self.rarely((hours,), (), one_in=3),
            keeps_courses=self.chance(one_in=2),
            full_w=7_360,
        )
        changes = {"random_delay_s": delay_s, "due_at": due_at, "created_at": min(self.now, subject.created_at)}
        return {"subject": dataclasses.replace(subject, **changes), "bounds": bounds}

    def solar(self, *restricted: Interval) -> dict[str, Any]:
        """In solar-only mode: much surplus, little, an old reading or none."""
        surplus = Surplus(self.one_of(0, 1_000, 3_000, 9_000), self.been())
        keeps = self.chance(one_in=2)
        return {
            "solar": SolarFacts(
                surplus=self.rarely(None, surplus),
                minimum_w=1_380,
                maximum_w=7_360,
                ampere_w=230,
                keeps_courses=keeps,
            ),
            "bounds": Bounds(restricted=restricted, keeps_courses=keeps, full_w=7_360),
        }

    def boosted(self) -> dict[str, Any]:
        """A Boost in force, with any limit or none, or one that is over."""
        limit = self.one_of(None, DurationLimit(60), DurationLimit(3600), EnergyLimit(1000))
        began = {"boosted_at": self.been(), "boost_limit": limit, "boost_from_wh": 0, "boost_from_s": 600}
        return began | {"boost_ended_at": self.rarely(self.now, None, one_in=3)}

    def own(self) -> Transaction:
        """The session's own transaction: open, ended or refused."""
        ended = {
            "stopped_at": self.been(),
            "stop_reason": self.one_of("Local", "EVDisconnected", "PowerLoss", "Remote"),
            "is_ended_by_zero": self.chance(one_in=3),
            "is_paused": self.chance(one_in=3),
        }
        changes = self.rarely(ended, {}, one_in=4)
        return self.transaction(is_refused=self.chance(one_in=15), **changes)


def planned_state(number: int) -> tuple[Facts, datetime]:
    """A try that has not begun, and the instant at which its surroundings are so."""
    draw = Draw(number)
    own = draw.rarely((draw.transaction(),), (), one_in=20)
    return facts(**draw.bound(draw.one_of(*SUBJECTS)), own=own, **draw.surroundings()), draw.now


def smart_state(number: int) -> tuple[Facts, datetime]:
    """A Smart try that has not begun, what it is planned with, and the instant."""
    draw = Draw(number)
    subject = draw.one_of(*SMART_SUBJECTS)
    known = {"smart": draw.smart()} | draw.surroundings()
    return facts(dataclasses.replace(subject, random_delay_s=draw.one_of(0, 0, 300)), **known), draw.now


def solar_state(number: int) -> tuple[Facts, datetime]:
    """A scheduled try in solar-only mode that has not begun, and the instant."""
    draw = Draw(number)
    subject = draw.one_of(*(each for each in (*SUBJECTS, *SMART_SUBJECTS) if each.kind is not Kind.BOOST))
    smart = draw.smart() if subject.kind is Kind.SMART and subject.target is not None else None
    hours = Interval(at("00:00"), at(draw.one_of("00:20", "01:00", "05:30")))
    solar = draw.solar(*draw.rarely((hours,), (), one_in=3))
    return facts(subject, smart=smart, **solar, **draw.surroundings()), draw.now


def any_state(number: int) -> tuple[Facts, datetime]:
    """A session of any status, its surroundings, and the instant."""
    draw = Draw(number)
    planned = draw.one_of(*SUBJECTS)
    own = draw.rarely((), (draw.own(),))
    asked = draw.rarely(
        {"stop_requested_at": draw.been(), "stop_requested_as": draw.one_of(StopReason.DRIVER, StopReason.WINDOW_END)},
        {},
    )
    begun: dict[str, Any] = {
        "course": draw.one_of(None, COURSE),
        "started_at": draw.been(),
        "offered_at": draw.rarely(None, draw.been()),
        "drew_at": draw.rarely(draw.been(), None),
        "energy_wh": draw.one_of(0, 20, 3000),
    }
    begun |= draw.rarely(draw.boosted(), {}, one_in=4)
    commanded: dict[str, Any] = {"answer": draw.one_of(None, *Answer), "commanded_at": draw.been()}
    match draw.one_of(*Status):
        case Status.PLANNED:
            subject, own = dataclasses.replace(planned, **asked), draw.rarely(own, (), one_in=10)
        case Status.STARTING:
            subject, own = starting(planned, **commanded | asked), draw.rarely(own, ())
        case Status.CHARGING:
            subject = charging(planned, **begun | asked)
        case Status.PAUSED:
            subject = charging(planned, **begun | asked | {"status": Status.PAUSED, "offered_at": None})
        case over:
            subject = over_session(planned, over)
    around = draw.surroundings()
    if subject.kind is not Kind.BOOST and draw.chance():
        return facts(subject, own=own, **around, **draw.solar()), draw.now
    return facts(**draw.bound(subject), own=own, **around), draw.now


def over_session(planned: Session, status: Status) -> Session:
    """A session that has ended."""
    return dataclasses.replace(planned, status=status, ended_at=at("00:20"), wake_at=None)
