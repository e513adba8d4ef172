"""A charger's clock may be hours off: live messages show how far, and replayed instants are corrected by that."""

from datetime import UTC, datetime, timedelta

TOLERANCE_S = 5.0
"""Below this a difference is the line's delay, and the charger's instants stand."""
NEVER_SET_BEFORE = datetime(2015, 1, 1, tzinfo=UTC)
"""OCPP 1.6 is of 2015: a clock that shows an earlier year (1970, 2000) has not been set since the power came back."""


def skew_after(known_s: float | None, *, timestamp: datetime, received_at: datetime) -> float:
    """Seconds to add to the charger's instants; of several measurements the smallest holds the least delay.

    One that finds the clock right counts whatever was known: it has been set meanwhile, as at a Heartbeat.
    """
    measured_s = (received_at - timestamp).total_seconds()
    is_right = abs(measured_s) <= TOLERANCE_S
    if known_s is None or (is_right and abs(known_s) > TOLERANCE_S):
        return measured_s
    return min(known_s, measured_s)


def skew_of_start(
    known_s: float | None, *, timestamp: datetime, commanded_at: datetime, connected_at: datetime, received_at: datetime
) -> float | None:
    """The skew after a transaction that we asked for on this very line: it began between that and now.

    A clock that shows such an instant is right, by itself or as far as is known; any other is measured anew. Where we
    asked on an earlier line it may be a replay, which tells nothing.
    """
    if commanded_at < connected_at:
        return known_s
    measured_s, asked_s_ago = (received_at - timestamp).total_seconds(), (received_at - commanded_at).total_seconds()
    for skew_s in (0.0, known_s):
        if skew_s is not None and -TOLERANCE_S <= measured_s - skew_s <= asked_s_ago + TOLERANCE_S:
            return skew_s
    return measured_s


def corrected(timestamp: datetime, skew_s: float | None, *, received_at: datetime) -> datetime:
    """The instant on our clock; never later than when we heard of it, which stands for a clock that was never set."""
    if skew_s is not None and abs(skew_s) > TOLERANCE_S:
        try:
            timestamp += timedelta(seconds=skew_s)
        except OverflowError:  # beyond the years that there are
            return received_at
    return received_at if timestamp < NEVER_SET_BEFORE else min(timestamp, received_at)


def is_guessed(timestamp: datetime, skew_s: float | None, *, received_at: datetime) -> bool:
    """Whether an instant rests on a clock that nobody has compared with ours; one just told is right as it is."""
    return skew_s is None and abs((received_at - timestamp).total_seconds()) > TOLERANCE_S
