"""Is an id token accepted at this charger? Gathers what `domain.authorization` decides on."""

from datetime import datetime

from homecharge.domain.authorization import authorize_start
from homecharge.domain.charger_state import StartMode
from homecharge.domain.rejections import Code
from homecharge.domain.session_state import Session
from homecharge.ports.charger_events import Origin, TagStatus, TagVerdict
from homecharge.ports.units import Db
from homecharge.storage.queries.homes import accepts_any
from homecharge.storage.queries.lines import find_line_charger, update_line
from homecharge.storage.queries.sessions import find_tagged

INVALID = TagVerdict(TagStatus.INVALID)


def is_same_tag(tag: str, other: str | None) -> bool:
    """Tags are compared without case (OCPP 1.6: CiString) and without what pads them (authorization.md, step 0)."""
    return other is not None and tag.strip().upper() == other.strip().upper()


def is_tag_valid(session: Session, *, at: datetime) -> bool:
    """Our tag is valid from minting until cancel, stop or its window's end, at the message's own instant."""
    if is_taken_back(session) and at >= (session.stop_requested_at or session.ended_at or session.updated_at):
        return False
    return not session.is_over or session.window_end is None or at < session.window_end


def is_taken_back(session: Session) -> bool:
    """Whether it was cancelled, or stopped by anybody but the charger."""
    return session.reason == Code.CANCELLED or session.stop_requested_at is not None


def authorized(db: Db, origin: Origin, id_tag: str) -> TagVerdict:
    """Authorize: remembers its instant, which tells a card from a plug-in."""
    charger = find_line_charger(db, origin)
    if charger is None:
        return INVALID
    update_line(db, origin.line, authorized_at=origin.at)
    session = find_tagged(db, charger.id, id_tag)
    grant = authorize_start(
        tag=id_tag,
        accepts_any=charger.accept_any or accepts_any(db, charger.location_id),
        is_free_vend=charger.start_mode == StartMode.FREE_VEND,
        is_remote_start_tag=is_same_tag(id_tag, charger.remote_start_tag),
        is_valid_session_tag=session is not None and is_tag_valid(session, at=origin.at),
        is_session_starting=False,
    )
    if grant is None:
        return INVALID
    return TagVerdict(TagStatus.ACCEPTED, expires_at=session.window_end if session is not None else None)
