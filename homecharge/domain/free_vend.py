"""Chargers that begin a transaction by themselves at plug-in (chargers.md, *Free-vend*): it waits for what is due."""

from homecharge.domain.charger_state import StartMode
from homecharge.domain.courses import Course, draws_from
from homecharge.domain.facts import Facts
from homecharge.domain.session_state import Kind


def begins_by_itself(start_mode: StartMode, kind: Kind) -> bool:
    """Whether nobody asked for a session: it gives way to whatever is."""
    return start_mode is StartMode.FREE_VEND and kind is Kind.PLUG_IN


def is_kept_waiting(facts: Facts) -> bool:
    """Whether a session began by itself, and is held where its charger can, because `charge_now` is off."""
    charger = facts.charger
    is_by_itself = begins_by_itself(charger.start_mode, facts.session.kind)
    return is_by_itself and charger.can_hold and not charger.charge_now


def is_waiting(course: Course | None) -> bool:
    """Whether a course never lets it draw: something else has to take the transaction over, or let it go."""
    return course is not None and not draws_from(course, course[0].start)
