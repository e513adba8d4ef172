"""One night at one charger, in values: a planned charge from 00:30 to 05:30, its car plugged in, its charger online.

Every builder makes that ordinary case; what a test is about, it says.
"""

import dataclasses
import functools
from datetime import UTC, datetime, timedelta
from typing import Any

from homecharge.domain.charger_state import ChargerState, ConnectorState, ConnectorStatus, StartMode, Transaction
from homecharge.domain.facts import Facts, OtherSession, Recovered
from homecharge.domain.rejections import Code
from homecharge.domain.session_state import Answer, Kind, Session, Status
from homecharge.domain.timing import Timing

TIMING = Timing()
MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)
NOON = 12


@functools.cache
def at(clock: str) -> datetime:
    """The instant of `HH:MM` or `HH:MM:SS` in the night to 21 November 2026; from 12:00 on, the evening before."""
    hour, minute, second = (int(part) for part in f"{clock}:00".split(":")[:3])
    days = -1 if hour >= NOON else 0
    return MIDNIGHT + timedelta(days=days, hours=hour, minutes=minute, seconds=second)


def session(kind: Kind = Kind.MANUAL, **changes: Any) -> Session:
    """A planned Manual from 00:30 to 05:30, last feasible start 05:15."""
    values: dict[str, Any] = dict.fromkeys(field.name for field in dataclasses.fields(Session))
    values |= {
        "id": "session",
        "reference": "K7Q2-9MXP",
        "tag": "0123456789ABCDEF0123",
        "kind": kind,
        "status": Status.PLANNED,
        "location_id": "home",
        "charger_id": "charger",
        "connector_id": 1,
        "driver_id": "driver",
        "attempt": 1,
        "at": at("00:30"),
        "due_at": at("00:30"),
        "window_start": at("00:30"),
        "window_end": at("05:30"),
        "last_feasible_start": at("05:15"),
        "planned_start_at": at("00:30"),
        "random_delay_s": 0,
        "energy_wh": 0,
        "course_revision": 0,
        "flags": (),
        "wake_at": at("00:30"),
        "version": 1,
        "created_at": at("18:00"),
        "updated_at": at("18:00"),
    }
    return Session(**values | changes)


def boost(**changes: Any) -> Session:
    """A Boost asked for at 00:30, with ten minutes in which it may start."""
    window = {"window_end": at("00:40"), "last_feasible_start": at("00:40")}
    return session(Kind.BOOST, **window | {"created_at": at("00:30"), "updated_at": at("00:30")} | changes)


def plug_in(**changes: Any) -> Session:
    """A session that plugging in at 00:30 has brought about; nothing bounds it."""
    window = dict.fromkeys(("window_start", "window_end", "last_feasible_start"))
    return session(Kind.PLUG_IN, **window | {"created_at": at("00:30"), "updated_at": at("00:30")} | changes)


def starting(planned: Session | None = None, answer: Answer | None = Answer.ACCEPTED, **changes: Any) -> Session:
    """The session commanded at 00:30, with the charger's answer to it."""
    commanded = {"status": Status.STARTING, "commanded_at": at("00:30"), "command_answer": answer}
    return dataclasses.replace(planned or session(), **commanded | {"wake_at": at("00:32")} | changes)


def charging(planned: Session | None = None, **changes: Any) -> Session:
    """The session since its transaction began at 00:30:10; energy is offered."""
    began = {
        "status": Status.CHARGING,
        "at": at("00:30:10"),
        "started_at": at("00:30:10"),
        "offered_at": at("00:30:10"),
    }
    return starting(planned, **began | changes)


def charger(**changes: Any) -> ChargerState:
    """Online since 18:00, heard of lately."""
    values: dict[str, Any] = {
        "id": "charger",
        "connected_at": at("18:00"),
        "last_seen_at": at("00:29"),
        "offline_since": None,
        "offline_cause": None,
        "ever_connected": True,
        "last_refusal": None,
        "start_mode": StartMode.CONTROLLED,
        "charge_now": False,
        "can_hold": True,
        "restarts": False,
        "remote_start_tag": None,
        "connection_timeout": None,
        "installing_firmware": False,
        "sends_samples": True,
    }
    return ChargerState(**values | changes)


def offline(**changes: Any) -> ChargerState:
    """Without a line since 23:41."""
    gone = {"connected_at": None, "last_seen_at": at("23:41"), "offline_since": at("23:41")}
    return charger(**gone | changes)


def connector(status: ConnectorStatus = ConnectorStatus.PREPARING, **changes: Any) -> ConnectorState:
    """Plugged in at 22:00, and told of then."""
    values: dict[str, Any] = {
        "connector_id": 1,
        "status": status,
        "error_code": None,
        "reported_at": at("22:00"),
        "changed_at": at("22:00"),
        "message_id": "status frame",
        "plugged_in_at": at("22:00"),
        "full_at": None,
        "soc_percent": None,
        "soc_at": None,
        "held_at": None,
    }
    return ConnectorState(**values | changes)


def transaction(**changes: Any) -> Transaction:
    """The session's own, open since 00:30:10, with no energy yet."""
    values: dict[str, Any] = {
        "id": 7,
        "connector_id": 1,
        "session_id": "session",
        "is_refused": False,
        "started_at": at("00:30:10"),
        "message_id": "start frame",
        "heard_at": at("00:30:10"),
        "energy_wh": 0,
        "has_samples": False,
        "drew_at": None,
        "drew_message_id": None,
        "stop_at": None,
        "stop_tries": 0,
        "stopped_at": None,
        "stop_reason": None,
        "stop_message_id": None,
        "is_lost": False,
        "is_ended_by_zero": False,
        "is_paused": False,
    }
    return Transaction(**values | changes)


def other(**changes: Any) -> OtherSession:
    """Somebody's Boost, charging there since 00:10."""
    values: dict[str, Any] = {
        "id": "other",
        "reference": "0000-0000",
        "kind": Kind.BOOST,
        "status": Status.CHARGING,
        "since": at("00:10"),
    }
    return OtherSession(**values | changes)


def foreign(**changes: Any) -> Transaction:
    """Its transaction."""
    values = {"id": 5, "session_id": "other", "started_at": at("00:10"), "heard_at": at("00:29")}
    return transaction(**values | changes)


def recovers(reason: Code | None, **changes: Any) -> Recovered:
    """The try before this one, due at 00:10, rejected for `reason`."""
    values: dict[str, Any] = {"session_id": "before", "reason": reason, "due_at": at("00:10")}
    return Recovered(**values | changes)


def facts(subject: Session | None = None, **changes: Any) -> Facts:
    """A session and its surroundings: an online charger, a plugged-in car, nothing else going on."""
    values: dict[str, Any] = {
        "session": subject or session(),
        "charger": charger(),
        "connector": connector(),
        "station": None,
        "own": (),
        "foreign": None,
        "other": None,
        "recovers": None,
        "outages": (),
        "smart": None,
        "timing": TIMING,
    }
    return Facts(**values | changes)
