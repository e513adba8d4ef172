"""A charger's clock may be hours off: live messages show how far, and replayed instants are corrected by that."""

from datetime import datetime, timedelta

TOLERANCE_S = 5.0
"""Below this a difference is the line's delay, and the charger's instants stand."""


def skew_after(known_s: float | None, *, timestamp: datetime, received_at: datetime) -> float:
    """Seconds to add to the charger's instants; of several measurements the smallest holds the least delay."""
    measured_s = (received_at - timestamp).total_seconds()
    return measured_s if known_s is None else min(known_s, measured_s)


def corrected(timestamp: datetime, skew_s: float | None, *, received_at: datetime) -> datetime:
    """The instant on our clock; never later than when we heard of it."""
    if skew_s is not None and abs(skew_s) > TOLERANCE_S:
        timestamp += timedelta(seconds=skew_s)
    return min(timestamp, received_at)
