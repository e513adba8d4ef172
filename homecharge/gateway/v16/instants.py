"""Instants as chargers write them, and as we write them."""

from datetime import UTC, datetime

from homecharge.gateway.schemas import Note


def read_instant(text: str) -> datetime | None:
    """An RFC 3339 instant in UTC; without a zone it is taken for UTC, as OCPP 1.6 §3.14 advises. None if unreadable."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        try:
            instant = datetime.fromisoformat(text.strip().upper())
        except ValueError:
            return None
    if instant.tzinfo is UTC:
        return instant
    if instant.tzinfo is None:
        return instant.replace(tzinfo=UTC)
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        return None


def instant_or(arrival: datetime, text: str, note: Note) -> datetime:
    """The charger's instant; where it has none to show (a clock never set), that of the message's `arrival`."""
    instant = read_instant(text)
    if instant is None:
        note("the timestamp cannot be read: the arrival stands for it")
        return arrival
    return instant


def write_instant(instant: datetime) -> str:
    """An instant for the wire: whole seconds, `Z`."""
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
