"""Bodies and answers of members."""

from marshmallow.validate import OneOf

from homecharge.domain.access import MemberRole
from homecharge.domain.join_codes import INVITED
from homecharge.web import fields, household
from homecharge.web.schemas import Schema, only


class RoleChange(Schema):
    """Another role."""

    EXAMPLES = only(role="admin")

    role = fields.String(required=True, validate=OneOf(INVITED), metadata={"enum": list(INVITED)})


class Heir(Schema):
    """Whom a home is handed over to."""

    EXAMPLES = only(driver_id=household.GRACE)

    driver_id = fields.Id(required=True, metadata={"description": "Another member of the location."})


class Member(Schema):
    """A person who belongs to a home."""

    EXAMPLES = only(driver_id=household.GRACE, name="Grace Hopper", role="user", is_me=False)

    location_id = fields.Id(required=True)
    driver_id = fields.Id(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True, metadata={"enum": list(MemberRole)})
    is_me = fields.Flag(required=True)
    created_at = fields.Instant(required=True, metadata={"description": "When they joined."})
    updated_at = fields.Instant(required=True, metadata={"description": "When their role was changed last."})
