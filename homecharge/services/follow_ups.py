"""Messages of a charger that follow from what an operator had it told."""

from homecharge.domain.commands import FollowUp, Notification, follows
from homecharge.domain.masking import mask_document
from homecharge.ports.charger_events import Origin
from homecharge.ports.units import Db
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries.commands import add_follow_up, list_followed


def followed(db: Db, origin: Origin, notification: Notification) -> None:
    """Append a message to the newest command that it tells of; to none, mostly."""
    for command in list_followed(db, origin.line.charger_id, now=origin.at):
        if follows(notification, command.action, command.payload, already=command.follow_ups):
            detail = mask_document(dict(notification.detail))
            kept = FollowUp(at=origin.at, action=notification.action, detail=detail, message_id=origin.message_id)
            add_follow_up(db, command.id, kept)
            ring_after_commit(db, f"command:{command.id}")
            return
