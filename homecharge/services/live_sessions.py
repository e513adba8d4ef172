"""What cannot be done while somebody is charging."""

from homecharge.domain.errors import Refused
from homecharge.ports.units import Db
from homecharge.storage.queries.live_sessions import find_live_session


class SessionInProgress(Refused):
    """A session is starting, charging or paused; `session_id` says which."""

    code = "session_in_progress"
    title = "A charge is in progress"
    advice = "Offer to stop the session of `session_id`, or to wait for its end."


def refuse_while_live(db: Db, *, location_id: str, charger_id: str | None = None) -> None:
    """Raises SessionInProgress if a session is live at the location, or on the one charger there that is named."""
    session = find_live_session(db, location_id=location_id, charger_id=charger_id)
    if session is not None:
        raise SessionInProgress(session_id=session.id)
