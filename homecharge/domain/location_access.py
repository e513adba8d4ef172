"""Whose cards a location takes besides its own, and which of them are paid back (authorization.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from homecharge.domain.authorization_facts import Reimbursement, ReimbursementType
from homecharge.domain.contract_ids import contract_key
from homecharge.domain.id_tokens import uid_key

MOST_LINKED = 1_000
"""Cards that one location links by their contract ids, and by their uids besides."""


class LinkedBy(StrEnum):
    """What of a card a reimbursement names."""

    CONTRACT = "contract"
    UID = "uid"
    ORGANISATION = "organisation"


Link = tuple[LinkedBy, str]
"""With the key by which that is compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationAccess:
    """A location's switches. `linked` is what is compared, `given` how an operator wrote it; both None: nothing is."""

    location_id: str
    roaming: bool
    guest: bool
    accept_any: bool
    linked: Reimbursement | None
    given: Mapping[str, Any] | None
    revision: int


def linked_by(given: Mapping[str, Any]) -> Reimbursement:
    """What is compared of `{type: "token", contract_ids?, uids?}` or `{type: "organisation_unit", code}`."""
    kind = ReimbursementType(given["type"])
    if kind is ReimbursementType.ORGANISATION_UNIT:
        return Reimbursement(type=kind, organisation_unit=organisation_key(given["code"]))
    return Reimbursement(
        type=kind,
        contract_keys=frozenset(map(contract_key, given.get("contract_ids") or ())),
        uid_keys=frozenset(map(uid_key, given.get("uids") or ())),
    )


def links_of(linked: Reimbursement) -> frozenset[Link]:
    """All that a location's reimbursement names."""
    if linked.organisation_unit is not None:
        return frozenset({(LinkedBy.ORGANISATION, linked.organisation_unit)})
    contracts = ((LinkedBy.CONTRACT, key) for key in linked.contract_keys)
    return frozenset((*contracts, *((LinkedBy.UID, key) for key in linked.uid_keys)))


def links_to(uid: str, *, contract_id: str | None, organisation_unit: str | None) -> frozenset[Link]:
    """All by which a reimbursement would name a card."""
    found = {(LinkedBy.UID, uid_key(uid))}
    if contract_id is not None:
        found.add((LinkedBy.CONTRACT, contract_key(contract_id)))
    if organisation_unit is not None:
        found.add((LinkedBy.ORGANISATION, organisation_key(organisation_unit)))
    return frozenset(found)


def organisation_key(unit: str) -> str:
    """An organisation unit as it is compared: without what pads it, and without case."""
    return unit.strip().upper()


def linked_to_json(linked: Reimbursement, given: Mapping[str, Any]) -> dict[str, Any]:
    """As it is stored: the keys that are compared, sorted, and what was given."""
    return {
        "type": linked.type.value,
        "contract_keys": sorted(linked.contract_keys),
        "uid_keys": sorted(linked.uid_keys),
        "organisation_unit": linked.organisation_unit,
        "given": dict(given),
    }


def linked_from_json(stored: Mapping[str, Any]) -> Reimbursement:
    """The inverse of `linked_to_json`."""
    return Reimbursement(
        type=ReimbursementType(stored["type"]),
        contract_keys=frozenset(stored["contract_keys"]),
        uid_keys=frozenset(stored["uid_keys"]),
        organisation_unit=stored["organisation_unit"],
    )
