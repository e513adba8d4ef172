"""Bodies and answers of joining."""

from marshmallow.validate import Length, OneOf, Range

from homecharge.domain.access import MemberRole
from homecharge.domain.join_codes import INVITED, MOST_USES
from homecharge.web import fields, household
from homecharge.web.schemas import Schema, only

_ROLE = {"enum": list(INVITED), "description": "What the code makes people; `admin` codes are the owner's."}
_CODE = {"example": "K7Q29-MXP4T", "description": "As it was typed: case, spaces and hyphens do not matter."}


class RoleQuery(Schema):
    """Which of a home's codes: there is one for each role."""

    role = fields.String(load_default=MemberRole.USER, validate=OneOf(INVITED), metadata=_ROLE)


class JoinCodeBody(RoleQuery):
    """A code to be made."""

    EXAMPLES = only(role="user", uses=1)

    uses = fields.Whole(
        load_default=1, validate=Range(1, MOST_USES), metadata={"description": "How many people may join with it."}
    )


class JoinCode(Schema):
    """A code with which people join a home."""

    EXAMPLES = only(
        url="homecharge://app/join/K7Q29-MXP4T",
        uses=1,
        used=0,
        expires_at="2026-11-23T11:05:00Z",
        created_at=household.NOW,
    )

    code = fields.String(required=True, metadata={"example": "K7Q29-MXP4T"})
    url = fields.String(required=True, metadata={"description": "Opens the app with the code, as a link or QR code."})
    role = fields.String(required=True, metadata=_ROLE)
    uses = fields.Whole(required=True)
    used = fields.Whole(required=True)
    expires_at = fields.Instant(required=True)
    created_at = fields.Instant(required=True)


class JoinBody(Schema):
    """The code that somebody was given."""

    code = fields.String(required=True, validate=Length(1, 50), metadata=_CODE)


class Invitation(Schema):
    """What a code opens."""

    EXAMPLES = only(location_id=None, role="user", is_member=False, expires_at="2026-11-23T11:05:00Z")

    code = fields.String(required=True, metadata={"example": "K7Q29-MXP4T"})
    location_id = fields.Id(required=True, allow_none=True, metadata={"description": "Told to members only."})
    location_name = fields.String(required=True)
    owner_name = fields.String(required=True)
    role = fields.String(
        required=True,
        metadata={"enum": list(MemberRole), "description": "What you would be there; for a member: what you are."},
    )
    is_member = fields.Flag(required=True, metadata={"description": "Whether you are in already."})
    expires_at = fields.Instant(required=True)
