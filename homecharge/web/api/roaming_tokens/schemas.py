"""Bodies, queries and answers of providers' id tokens."""

from marshmallow.validate import Length, OneOf

from homecharge.domain.id_tokens import TokenType, Whitelist
from homecharge.domain.roaming_tokens import LONGEST_CONTRACT_ID, LONGEST_ORGANISATION_UNIT, LONGEST_UID
from homecharge.web import fields, household
from homecharge.web.api.card_fields import ContractId, Uid, spelled, yes_or_no
from homecharge.web.api.providers.schemas import SupportContact
from homecharge.web.schemas import PageQuery, Schema, only

_TYPES, _WHITELISTS = [each.value for each in TokenType], [each.value for each in Whitelist]
_UID = {"description": "Trimmed; compared without case.", "example": "04A1B2C3D4E5F6"}
_CONTRACT = {
    "description": "Shown as given; compared without case, separators and check digit.",
    "example": "GB-ABC-C12345678-2",
}
_TYPE = {"description": "OCPI's.", "enum": _TYPES}
_VALID = {"description": "Off: refused with A11."}
_WHITELIST = {"description": "OCPI's: whether the provider is asked before a charge.", "enum": _WHITELISTS}
_EXPIRES = {"description": "Refused with A12 from then on; null: never."}
_UNIT = {"description": "Of a company's card, for locations that reimburse it.", "example": "FLEET-NORTH"}

_TOKEN = {
    "type": "object",
    "description": "A Token object of OCPI 2.2.1; members that are not here do not count.",
    "required": ["country_code", "party_id", "uid", "contract_id", "type", "valid", "whitelist"],
    "properties": {
        "country_code": {"type": "string", "pattern": "^[A-Za-z]{2}$", "example": "GB"},
        "party_id": {"type": "string", "pattern": "^[A-Za-z0-9]{3}$", "example": "ABC"},
        "uid": {"type": "string", "pattern": "^[!-~]{1,36}$", "example": "04A1B2C3D4E5F6"},
        "contract_id": {"type": "string", "pattern": "^[ -~]{1,36}$", "example": "GB-ABC-C12345678-2"},
        "type": {"type": "string", "enum": _TYPES},
        "valid": {"type": "boolean"},
        "whitelist": {"type": "string", "enum": _WHITELISTS},
    },
}
TOKEN_FILES = {
    "text/csv": {"type": "string", "example": "uid,contract_id,valid\n04A1B2C3D4E5F6,GB-ABC-C12345678-2,true\n"},
    "application/json": {
        "oneOf": [
            {"type": "array", "items": _TOKEN},
            {"type": "object", "required": ["data"], "properties": {"data": {"type": "array", "items": _TOKEN}}},
        ],
        "example": [
            {
                "country_code": "GB",
                "party_id": "ABC",
                "uid": household.UID,
                "contract_id": "GB-ABC-C12345678-2",
                "type": "RFID",
                "valid": True,
                "whitelist": "ALLOWED",
            }
        ],
    },
}
"""Files of tokens, by media type."""


class RoamingTokenChanges(Schema):
    """What may be edited; what is left out stays."""

    EXAMPLES = only(
        uid=household.UID,
        contract_id="GB-ABC-C12345678-2",
        provider_id=household.PROVIDER,
        type="RFID",
        valid=True,
        whitelist="ALLOWED_OFFLINE",
        expires_at="2028-01-01T00:00:00Z",
        organisation_unit="FLEET-NORTH",
    )

    uid = Uid(metadata=_UID)
    contract_id = ContractId(allow_none=True, metadata=_CONTRACT)
    provider_id = fields.Id(allow_none=True)
    type = fields.String(validate=OneOf(_TYPES), metadata=_TYPE)
    valid = fields.Flag(attribute="is_valid", metadata=_VALID)
    whitelist = fields.String(validate=OneOf(_WHITELISTS), metadata=_WHITELIST)
    expires_at = fields.Instant(allow_none=True, metadata=_EXPIRES)
    organisation_unit = fields.Label(longest=LONGEST_ORGANISATION_UNIT, allow_none=True, metadata=_UNIT)


class RoamingTokenBody(RoamingTokenChanges):
    """A new token."""

    uid = Uid(required=True, metadata=_UID)
    contract_id = ContractId(load_default=None, allow_none=True, metadata=_CONTRACT)
    provider_id = fields.Id(load_default=None, allow_none=True)
    type = fields.String(required=True, validate=OneOf(_TYPES), metadata=_TYPE)
    valid = fields.Flag(required=True, attribute="is_valid", metadata=_VALID)
    whitelist = fields.String(required=True, validate=OneOf(_WHITELISTS), metadata=_WHITELIST)
    expires_at = fields.Instant(load_default=None, allow_none=True, metadata=_EXPIRES)
    organisation_unit = fields.Label(
        longest=LONGEST_ORGANISATION_UNIT, load_default=None, allow_none=True, metadata=_UNIT
    )


class RoamingTokensQuery(PageQuery):
    """Which tokens; what is left out does not matter."""

    uid = spelled(LONGEST_UID)
    contract_id = spelled(LONGEST_CONTRACT_ID)
    provider_id = fields.Id(load_default=None)
    valid = yes_or_no("Only those that are marked valid, or only the others.")


class ImportQuery(Schema):
    """What a file does not say."""

    provider = fields.String(
        load_default=None,
        validate=Length(1, 10),
        metadata={"description": "Of tokens for which the file names none.", "example": "GB-ABC"},
    )


class TokensImported(Schema):
    """What came of an import, in tokens."""

    EXAMPLES = only(added=120, updated=4, unchanged=981)

    added = fields.Whole(required=True, metadata={"description": "New ones."})
    updated = fields.Whole(required=True, metadata={"description": "Known ones that are another now."})
    unchanged = fields.Whole(required=True, metadata={"description": "Known before as they are."})


class TokenIssuer(Schema):
    """The provider of a token, and how its holder reaches it."""

    EXAMPLES = only(id=household.PROVIDER, name="ABC Mobility")

    id = fields.Id(required=True)
    country_code = fields.String(required=True)
    party_id = fields.String(required=True)
    name = fields.String(required=True)
    blocked = fields.Flag(attribute="is_blocked", required=True)
    support = fields.Nested(SupportContact, required=True, allow_none=True)


class RoamingToken(Schema):
    """An id token that a mobility provider issued."""

    EXAMPLES = only(id=household.TOKEN, expires_at=None)

    id = fields.Id(required=True)
    uid = fields.String(required=True, metadata=_UID)
    contract_id = fields.String(required=True, allow_none=True, metadata=_CONTRACT)
    provider_id = fields.Id(attribute="provider.id", dump_default=None, required=True, allow_none=True)
    provider = fields.Nested(TokenIssuer, required=True, allow_none=True)
    type = fields.String(required=True, metadata=_TYPE)
    valid = fields.Flag(attribute="is_valid", required=True, metadata=_VALID)
    whitelist = fields.String(required=True, metadata=_WHITELIST)
    expires_at = fields.Instant(required=True, allow_none=True, metadata=_EXPIRES)
    organisation_unit = fields.String(required=True, allow_none=True, metadata=_UNIT)
    created_at = fields.Instant(required=True)
    updated_at = fields.Instant(required=True)
