"""Whose cards a location takes besides its own, and which of them are paid back (authorization.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from homecharge.domain.authorization_facts import Reimbursement, ReimbursementType
from homecharge.domain.contract_ids import contract_key
from homecharge.domain.id_tokens import uid_key

MOST_LINKED = 1_000
"""Cards that one location links by their contract ids, and by their uids besides."""


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
