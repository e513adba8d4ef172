"""Whose cards a location takes besides its own: look, and replace."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from homecharge.domain.accounts import Caller
from homecharge.domain.auditing import Target
from homecharge.domain.errors import Invalid, NotFound
from homecharge.domain.location_access import LocationAccess, linked_by, linked_to_json
from homecharge.domain.web_addresses import url_problem
from homecharge.ports.units import Db
from homecharge.services.card_audit import note_change
from homecharge.services.local_lists import owe_local_lists
from homecharge.storage.queries import location_access as queries

CHANGED = "location.access_changed"


def get_access(db: Db, location_id: str, *, for_update: bool = False) -> LocationAccess:
    """A location's switches, whoever it belongs to. Raises NotFound."""
    access = queries.find_access(db, location_id, for_update=for_update)
    if access is None:
        raise NotFound
    return access


def put_access(
    db: Db,
    access: LocationAccess,
    *,
    roaming: bool,
    guest: bool,
    accept_any: bool,
    reimbursement: Mapping[str, Any] | None,
    caller: Caller | None,
    now: datetime,
) -> LocationAccess:
    """Replace switches read with `for_update`; without a difference there is no new revision.

    `reimbursement` as api.md has it, None: nothing is paid back. Raises Invalid for a link that nobody can follow.
    """
    if reimbursement is not None and (link := reimbursement.get("external_url")) is not None:
        problem = url_problem(link, allow_private=True)  # people open it, we never do
        if problem is not None:
            raise Invalid(errors={"reimbursement.external_url": [problem]})
    linked = None if reimbursement is None else linked_by(reimbursement)
    switches: dict[str, Any] = {"roaming": roaming, "guest": guest, "accept_any": accept_any}
    changed = dataclasses.replace(access, **switches, linked=linked, given=reimbursement)
    if changed == access:
        return access
    stored = None if linked is None or reimbursement is None else linked_to_json(linked, reimbursement)
    queries.write_access(db, access.location_id, {**switches, "reimbursement": stored}, now=now)
    told = {**switches, "reimbursement": None if linked is None else linked.type.value}
    target = Target("location", access.location_id)
    place = {"location_id": access.location_id}
    note_change(db, CHANGED, target, caller=caller, now=now, **place, **told)
    if linked != access.linked:
        owe_local_lists(db, location_id=access.location_id, now=now)
    return dataclasses.replace(changed, revision=access.revision + 1)
