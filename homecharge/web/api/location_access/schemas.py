"""Bodies and answers of what a location takes besides its own cards."""

from typing import Any

from marshmallow import ValidationError, validates_schema
from marshmallow.validate import Length, OneOf

from homecharge.domain.authorization_facts import ReimbursementType
from homecharge.domain.location_access import MOST_LINKED
from homecharge.domain.roaming_tokens import LONGEST_ORGANISATION_UNIT
from homecharge.web import fields, household
from homecharge.web.api.card_fields import ContractId, Uid
from homecharge.web.kinds import Kinds
from homecharge.web.schemas import Schema, named, only

_TYPES = [each.value for each in ReimbursementType]
_ROAMING = {"description": "Partners' cards are taken, and partners may start remotely."}
_GUEST = {"description": "Partners' cards are taken; nothing is started remotely."}
_ACCEPT_ANY = {"description": "Every card is accepted, also one that nobody knows."}
_REIMBURSEMENT = {
    "description": "Cards whose charges are paid back; they are taken although roaming is off. null: there are none."
}


class Reimbursement(Schema):
    """The cards whose charges are paid back: single ones by their contracts or uids, or all of an organisation unit."""

    EXAMPLES = only(type="token", contract_ids=["GB-ABC-C12345678-2"], external_url="https://abc.example/agreements/7")

    told_apart_by = Kinds(
        "type",
        "type of reimbursement",
        required={"token": set(), "organisation_unit": {"code"}},
        optional={"token": {"contract_ids", "uids", "external_url"}},
    )

    type = fields.String(required=True, validate=OneOf(_TYPES), metadata={"enum": _TYPES})
    contract_ids = fields.List(ContractId(), validate=Length(max=MOST_LINKED))
    uids = fields.List(Uid(), validate=Length(max=MOST_LINKED))
    external_url = fields.WebAddress(metadata={"description": "Where people read about the agreement."})
    code = fields.Label(longest=LONGEST_ORGANISATION_UNIT, metadata={"description": "The organisation unit's."})


class ReimbursementBody(Reimbursement):
    """The cards whose charges are to be paid back."""

    @validates_schema
    def _names_a_card(self, data: dict[str, Any], **_: object) -> None:
        if data["type"] == "token" and not data.get("contract_ids") and not data.get("uids"):
            raise ValidationError({"contract_ids": ["Name at least one card, by its contract id or its uid."]})


class LocationAccessBody(Schema):
    """What a location is to take; all of it is replaced."""

    EXAMPLES = named(
        by_card={
            "roaming": True,
            "guest": False,
            "reimbursement": {
                "type": "token",
                "contract_ids": ["GB-ABC-C12345678-2"],
                "uids": [household.UID],
                "external_url": "https://abc.example/agreements/7",
            },
        },
        by_company={
            "roaming": False,
            "guest": False,
            "reimbursement": {"type": "organisation_unit", "code": "FLEET-NORTH"},
        },
    )

    roaming = fields.Flag(required=True, metadata=_ROAMING)
    guest = fields.Flag(required=True, metadata=_GUEST)
    accept_any = fields.Flag(required=True, metadata=_ACCEPT_ANY)
    reimbursement = fields.Nested(ReimbursementBody, required=True, allow_none=True, metadata=_REIMBURSEMENT)


class LocationAccess(Schema):
    """What a location takes besides its own cards."""

    EXAMPLES = only(roaming=False, guest=False)

    location_id = fields.Id(required=True)
    roaming = fields.Flag(required=True, metadata=_ROAMING)
    guest = fields.Flag(required=True, metadata=_GUEST)
    accept_any = fields.Flag(required=True, metadata=_ACCEPT_ANY)
    reimbursement = fields.Nested(
        Reimbursement, attribute="given", required=True, allow_none=True, metadata=_REIMBURSEMENT
    )
