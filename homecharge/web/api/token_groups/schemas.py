"""Bodies, queries and answers of local token groups."""

from typing import Any

from marshmallow import post_load
from marshmallow.validate import Length

from homecharge.domain.roaming_tokens import LONGEST_UID
from homecharge.domain.token_groups import MOST_PLACES, MOST_SHOWN, NewGroupToken
from homecharge.web import fields, household
from homecharge.web.api.card_fields import Uid, spelled
from homecharge.web.schemas import PageQuery, Schema, only

_LOCATIONS = {"description": "All of whose chargers take the group's tokens."}
_CHARGERS = {"description": "Single ones that take them besides."}
_CONCURRENT = {"description": "A token of the group may charge at several chargers at once."}
_VALID = {"description": "Off: refused with A31."}
_HOME = {"description": "The location whose own cards these are, to be read only; null: operators keep the group."}


class GroupTokenChanges(Schema):
    """What may be edited of an entry; what is left out stays."""

    EXAMPLES = only(name="Van 7", valid=False)

    name = fields.Label()
    valid = fields.Flag(attribute="is_valid", metadata=_VALID)


class GroupTokenBody(Schema):
    """A new entry of a group."""

    EXAMPLES = only(name="Van 7", valid=True)

    uid = Uid(required=True)
    name = fields.Label(required=True)
    valid = fields.Flag(load_default=True, attribute="is_valid", metadata=_VALID)

    @post_load
    def _value(self, data: dict[str, Any], **_: object) -> NewGroupToken:
        return NewGroupToken(**data)


class TokenGroupChanges(Schema):
    """What may be edited; what is left out stays, a list that is given replaces what was there."""

    EXAMPLES = only(
        name="Fleet north", location_ids=[household.HOME], charger_ids=[household.CHARGER], allow_concurrent=False
    )

    name = fields.Label()
    location_ids = fields.List(fields.Id(), validate=Length(max=MOST_PLACES), metadata=_LOCATIONS)
    charger_ids = fields.List(fields.Id(), validate=Length(max=MOST_PLACES), metadata=_CHARGERS)
    allow_concurrent = fields.Flag(metadata=_CONCURRENT)


class TokenGroupBody(Schema):
    """A new group."""

    EXAMPLES = only(
        name="Fleet north",
        location_ids=[household.HOME],
        charger_ids=[household.CHARGER],
        allow_concurrent=False,
        tokens=[{"uid": household.UID, "name": "Van 7", "valid": True}],
    )

    name = fields.Label(required=True)
    location_ids = fields.List(fields.Id(), load_default=list, validate=Length(max=MOST_PLACES), metadata=_LOCATIONS)
    charger_ids = fields.List(fields.Id(), load_default=list, validate=Length(max=MOST_PLACES), metadata=_CHARGERS)
    allow_concurrent = fields.Flag(load_default=False, metadata=_CONCURRENT)
    tokens = fields.List(fields.Nested(GroupTokenBody), load_default=list)


class TokenGroupsQuery(PageQuery):
    """Which groups."""

    uid = spelled(LONGEST_UID)


class GroupTokensQuery(PageQuery):
    """Which entries."""

    uid = spelled(LONGEST_UID)


class GroupToken(Schema):
    """An entry of a group."""

    EXAMPLES = only(id=household.GROUP_TOKEN, name="Van 7", driver_id=None)

    id = fields.Id(required=True)
    group_id = fields.Id(required=True)
    uid = fields.String(required=True)
    name = fields.String(required=True)
    valid = fields.Flag(attribute="is_valid", required=True, metadata=_VALID)
    driver_id = fields.Id(
        required=True, allow_none=True, metadata={"description": "The member whose card it is, in a home's own group."}
    )
    created_at = fields.Instant(required=True)
    updated_at = fields.Instant(required=True)


class TokenGroup(Schema):
    """A local token group with its oldest tokens; all of them are a list of their own."""

    EXAMPLES = only(id=household.GROUP, name="Fleet north", home=None, token_count=1)

    id = fields.Id(required=True)
    name = fields.String(required=True)
    home = fields.Id(attribute="home_id", required=True, allow_none=True, metadata=_HOME)
    location_ids = fields.List(fields.Id(), required=True, metadata=_LOCATIONS)
    charger_ids = fields.List(fields.Id(), required=True, metadata=_CHARGERS)
    allow_concurrent = fields.Flag(required=True, metadata=_CONCURRENT)
    tokens = fields.List(
        fields.Nested(GroupToken), required=True, metadata={"description": f"The oldest, {MOST_SHOWN} at most."}
    )
    token_count = fields.Whole(required=True)
    created_at = fields.Instant(required=True)
    updated_at = fields.Instant(required=True)
