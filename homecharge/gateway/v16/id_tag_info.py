"""`IdTagInfo` (OCPP 1.6 §7.27): the answer for an id token."""

from homecharge.gateway.rpc import Payload
from homecharge.gateway.v16.instants import write_instant
from homecharge.ports.charger_events import TagVerdict


def id_tag_info(verdict: TagVerdict) -> Payload:
    """The verdict as it goes on the wire."""
    info: Payload = {"status": verdict.status.value}
    if verdict.expires_at is not None:
        info["expiryDate"] = write_instant(verdict.expires_at)
    if verdict.parent_id_tag is not None:
        info["parentIdTag"] = verdict.parent_id_tag
    return info
