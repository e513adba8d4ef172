"""The charging profiles that a charge point has installed, and what they come to at an instant (OCPP 1.6 §3.13)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from homecharge.simulator.behaviour import Behaviour, Payload

VOLTAGE_V = 230
PHASES_UNLESS_SAID = 3
"""OCPP 1.6 §7.14."""
_RECURS = {"Daily": timedelta(days=1), "Weekly": timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class Span:
    """A running transaction: its connector, and its start on the charge point's own clock."""

    connector_id: int
    started_at: datetime


@dataclass(frozen=True, slots=True)
class _Installed:
    connector_id: int
    profile: Payload

    @property
    def purpose(self) -> str:
        """ChargePointMaxProfile, TxDefaultProfile or TxProfile."""
        return str(self.profile["chargingProfilePurpose"])

    def is_replaced_by(self, other: "_Installed") -> bool:
        """The same id, or the same purpose on the same level of the same connector (§5.16.1)."""
        if self.profile["chargingProfileId"] == other.profile["chargingProfileId"]:
            return True
        level, others = self.profile["stackLevel"], other.profile["stackLevel"]
        return (self.connector_id, self.purpose, level) == (other.connector_id, other.purpose, others)


class Profiles:
    """Installed profiles, the newest last. Instants are those of the charge point's own clock."""

    __slots__ = ("_behaviour", "_installed")

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._installed: list[_Installed] = []

    def count_beside(self, connector_id: int, profile: Payload) -> int:
        """How many stay if this one is installed."""
        new = _Installed(connector_id, profile)
        return sum(not old.is_replaced_by(new) for old in self._installed)

    def install(self, connector_id: int, profile: Payload) -> None:
        """Take a profile, in the place of the one that it replaces.

        Raises:
            KeyError, TypeError, ValueError: it is not what OCPP 1.6 calls a profile.
        """
        new = _Installed(connector_id, profile)
        _check(profile)
        self._installed = [old for old in self._installed if not old.is_replaced_by(new)] + [new]

    def clear(self, criteria: Payload) -> bool:
        """Drop the profile of this `id`, else all that meet the criteria; whether there was any."""
        kept = [one for one in self._installed if not _is_meant(one, criteria)]
        is_any = len(kept) < len(self._installed)
        self._installed = kept
        return is_any

    def end_transaction(self, connector_id: int) -> None:
        """A TxProfile lasts as long as its transaction."""
        self.clear({"connectorId": connector_id, "chargingProfilePurpose": "TxProfile"})

    def limit_w(self, span: Span, *, at: datetime) -> float | None:
        """What a transaction may draw, in W; None where nothing limits it."""
        own = self._winning("TxProfile", {span.connector_id}, span, at)
        if own is None:
            own = self._winning("TxDefaultProfile", {0, span.connector_id}, span, at)
        limits = (own, self._winning("ChargePointMaxProfile", {0}, span, at))
        return min((limit for limit in limits if limit is not None), default=None)

    def next_change(self, span: Span, *, after: datetime) -> datetime | None:
        """When to look at `limit_w` again."""
        edges = (edge for one in self._installed for edge in _edges(one.profile, span, after))
        return min((edge for edge in edges if edge > after), default=None)

    def _winning(self, purpose: str, connectors: set[int], span: Span, at: datetime) -> float | None:
        """The limit on the highest stack level that has one at this instant."""
        found = [
            (one.profile["stackLevel"], limit)
            for one in self._installed
            if one.purpose == purpose and one.connector_id in connectors
            if (limit := self._limit_of(one.profile, span, at)) is not None
        ]
        return float(max(found)[1]) if found else None

    def _limit_of(self, profile: Payload, span: Span, at: datetime) -> float | None:
        schedule, begin = profile["chargingSchedule"], _begin(profile, span, at)
        if at < begin or not _is_valid(profile, at):
            return None
        elapsed_s = (at - begin).total_seconds()
        if elapsed_s >= schedule.get("duration", float("inf")):
            return None
        period = [one for one in schedule["chargingSchedulePeriod"] if one["startPeriod"] <= elapsed_s][-1]
        limit = float(period["limit"])
        if schedule["chargingRateUnit"] == "W":
            return limit
        phases: int = min(period.get("numberPhases", PHASES_UNLESS_SAID), self._behaviour.phases)
        return limit * VOLTAGE_V * phases


def _check(profile: Payload) -> None:
    schedule = profile["chargingSchedule"]
    starts = [period["startPeriod"] + 0 * period["limit"] for period in schedule["chargingSchedulePeriod"]]
    if starts[:1] != [0] or starts != sorted(set(starts)):
        raise ValueError("periods begin at 0 and ascend")
    kind = profile["chargingProfileKind"]
    if kind != "Relative":
        _instant(schedule["startSchedule"])
    if kind == "Recurring":
        _RECURS[profile["recurrencyKind"]]
    if schedule["chargingRateUnit"] not in {"W", "A"} or kind not in {"Absolute", "Relative", "Recurring"}:
        raise ValueError("an unknown unit or kind")


def _is_meant(one: _Installed, criteria: Payload) -> bool:
    if "id" in criteria:
        return bool(one.profile["chargingProfileId"] == criteria["id"])
    return bool(
        criteria.get("connectorId", one.connector_id) == one.connector_id
        and criteria.get("chargingProfilePurpose", one.purpose) == one.purpose
        and criteria.get("stackLevel", one.profile["stackLevel"]) == one.profile["stackLevel"]
    )


def _begin(profile: Payload, span: Span, at: datetime) -> datetime:
    """When the schedule that counts at this instant began."""
    kind = profile["chargingProfileKind"]
    if kind == "Relative":
        return span.started_at
    begin = _instant(profile["chargingSchedule"]["startSchedule"])
    if kind == "Recurring" and at > begin:
        begin += (at - begin) // _RECURS[profile["recurrencyKind"]] * _RECURS[profile["recurrencyKind"]]
    return begin


def _edges(profile: Payload, span: Span, at: datetime) -> Iterator[datetime]:
    schedule, begin = profile["chargingSchedule"], _begin(profile, span, at)
    seconds = [period["startPeriod"] for period in schedule["chargingSchedulePeriod"]]
    if "duration" in schedule:
        seconds.append(schedule["duration"])
    yield from (begin + timedelta(seconds=each) for each in seconds)
    if profile["chargingProfileKind"] == "Recurring":
        yield begin + _RECURS[profile["recurrencyKind"]]
    yield from (_instant(profile[key]) for key in ("validFrom", "validTo") if key in profile)


def _is_valid(profile: Payload, at: datetime) -> bool:
    if "validFrom" in profile and at < _instant(profile["validFrom"]):
        return False
    return "validTo" not in profile or at < _instant(profile["validTo"])


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
