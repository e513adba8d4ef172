"""SendLocalList (OCPP 1.6 §5.15): please know these cards, also when the line is gone."""

from ocpp.v16.enums import AuthorizationStatus, UpdateStatus, UpdateType

from homecharge.domain.local_lists import ListEntry, ListStatus
from homecharge.gateway.dialect import Outbound, status_answer
from homecharge.gateway.rpc import Payload
from homecharge.gateway.v16.instants import write_instant
from homecharge.ports.charger_link import SendLocalList

_STATUS = {
    ListStatus.ACCEPTED: AuthorizationStatus.accepted.value,
    ListStatus.BLOCKED: AuthorizationStatus.blocked.value,
}


def _write(command: SendLocalList) -> Payload:
    """An entry without idTagInfo is one to take off (§7.29)."""
    update = command.update
    kind = UpdateType.full if update.is_full else UpdateType.differential
    entries = [{"idTag": uid} for uid in update.removed] + [_entry(entry) for entry in update.put]
    payload: Payload = {"listVersion": update.version, "updateType": kind.value}
    return payload | {"localAuthorizationList": entries} if entries else payload


def _entry(entry: ListEntry) -> Payload:
    info: Payload = {"status": _STATUS[entry.status]}
    if entry.expires_at is not None:
        info["expiryDate"] = write_instant(entry.expires_at)
    if entry.parent_id_tag is not None:
        info["parentIdTag"] = entry.parent_id_tag
    return {"idTag": entry.uid_key, "idTagInfo": info}


MESSAGE = Outbound("SendLocalList", SendLocalList, _write, status_answer(UpdateStatus.accepted.value))
