"""What a Boost stands in the way of, told while it can still be helped."""

from datetime import datetime, timedelta

from homecharge.domain.limits import DurationLimit, EnergyLimit
from homecharge.domain.session_state import Kind, Session
from homecharge.domain.session_view import SessionWarning
from homecharge.domain.texts.values import Reader
from homecharge.domain.wording_notices import warning_text
from homecharge.ports.units import Db
from homecharge.storage.queries.boosts import find_coming_occurrence, get_most_power_w

UNLIMITED = timedelta(hours=24)
"""How far ahead a Boost without a limit is looked at: no home charge lasts longer."""
BLOCKS_OCCURRENCE = "blocks_occurrence"


def boost_warnings(db: Db, session: Session, reader: Reader) -> tuple[SessionWarning, ...]:
    """The next scheduled charge that falls due while a Boost that is not over may still be running."""
    if session.is_over or (session.kind is not Kind.BOOST and not session.is_boosted):
        return ()
    until = _ends_by(db, session)
    coming = find_coming_occurrence(db, session.charger_id, session.connector_id, after=reader.now, before=until)
    if coming is None:
        return ()
    warning = SessionWarning(
        code=BLOCKS_OCCURRENCE,
        detail=warning_text(BLOCKS_OCCURRENCE, {"starts_at": coming.starts_at}, reader),
        schedule_id=coming.schedule_id,
        occurrence_id=coming.id,
        starts_at=coming.starts_at,
    )
    return (warning,)


def _ends_by(db: Db, session: Session) -> datetime:
    """When its limit is reached at the latest that is likely; energy at the most the charger gives."""
    begun = session.boosted_at or session.started_at or session.due_at
    match session.boost_limit if session.is_boosted else session.limit:
        case DurationLimit(seconds=seconds):
            return begun + timedelta(seconds=seconds)
        case EnergyLimit(energy_wh=energy_wh):
            return begun + timedelta(hours=energy_wh / get_most_power_w(db, session.charger_id))
        case _:
            return begun + UNLIMITED
