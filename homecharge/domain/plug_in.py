"""When a connector's status means that somebody plugged a car in, and that a cable is in (chargers.md, *Starting*)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from homecharge.domain.charger_state import PLUGGED, ConnectorStatus

BY_SOMETHING_ELSE = timedelta(seconds=120)
"""Preparing also follows a card, a button or our own remote start, within this time."""
_NOT_AT_PLUG_IN = {ConnectorStatus.FINISHING}
_UNTOLD = {ConnectorStatus.UNKNOWN, ConnectorStatus.UNAVAILABLE, ConnectorStatus.FAULTED, ConnectorStatus.RESERVED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What else may have made the connector leave Available."""

    was_plugged_in: bool | None
    authorized_at: datetime | None
    remote_start_at: datetime | None

    def is_by_something_else(self, *, now: datetime) -> bool:
        """Whether a card or a command came just before."""
        return any(is_recent(cause_at, now=now) for cause_at in (self.authorized_at, self.remote_start_at))


def is_plug_in(previous: ConnectorStatus, status: ConnectorStatus, around: Surroundings, *, now: datetime) -> bool:
    """From not plugged in to Preparing, Suspended* or Charging, with no card and no command of ours just before.

    A status that only repeats, after a boot or a reconnect, is none; through Faulted or Unavailable the cable is where
    it was last known to be.
    """
    if status not in PLUGGED or status in _NOT_AT_PLUG_IN or previous in PLUGGED:
        return False
    if previous in _UNTOLD and around.was_plugged_in is not False:
        return False
    return not around.is_by_something_else(now=now)


def tells_of_cable(previous: ConnectorStatus, status: ConnectorStatus, around: Surroundings, *, now: datetime) -> bool:
    """Whether a status says that a cable is in: Preparing after a card or a command may say no more than that.

    OCPP 1.6 §7.7: somebody presents a card, or inserts a cable, or is parked there. A status that is repeated says
    nothing new, and where the cable was in before, it still is.
    """
    if status is not ConnectorStatus.PREPARING or around.was_plugged_in is True:
        return status in PLUGGED
    if previous is status and around.was_plugged_in is None:
        return False
    return not around.is_by_something_else(now=now)


def is_recent(cause_at: datetime | None, *, now: datetime) -> bool:
    """Whether a card or a command came so shortly before `now` that it may be what set the charger going."""
    return cause_at is not None and now - cause_at <= BY_SOMETHING_ELSE
