"""Answers and queries of decisions about cards."""

from marshmallow.validate import Length, OneOf, Range

from homecharge.domain.authorization_codes import AuthorizationStatus, Code
from homecharge.domain.authorization_facts import Request
from homecharge.domain.authorization_trace import State, Step
from homecharge.web import fields, household
from homecharge.web.api.providers.schemas import SupportContact
from homecharge.web.api.roaming_tokens.schemas import RoamingToken
from homecharge.web.api.sessions.schemas import Person
from homecharge.web.schemas import PageQuery, Schema, only

LONGEST_UID = 64
_ADVICE = {"description": "What can be done about it; null where there is nothing to do."}
_CODE = {"enum": [*Code, None], "description": "null while a manual check waits for its provider."}


class CardIssuer(Schema):
    """The mobility provider of a card."""

    EXAMPLES = only(id=household.PROVIDER, name="ABC Mobility")

    id = fields.Id(required=True)
    name = fields.String(required=True)
    party = fields.String(required=True, metadata={"example": "GB-ABC"})
    support = fields.Nested(SupportContact, required=True, allow_none=True)


class TraceStep(Schema):
    """One step of a decision: what was looked at, and what was found."""

    EXAMPLES = only(
        step="token",
        title="The card in the list of its provider",
        state="invalid",
        detail="The provider has marked this card as not valid.",
        advice="Ask the provider of the card, ABC Mobility.",
    )

    step = fields.String(required=True, metadata={"enum": list(Step)})
    title = fields.String(required=True, metadata={"description": "What was looked at."})
    state = fields.String(required=True, metadata={"enum": list(State)})
    detail = fields.String(required=True, metadata={"description": "What was found."})
    advice = fields.String(required=True, allow_none=True, metadata=_ADVICE)


class MemberAuthorization(Schema):
    """A decision about a card, as the admins of the home see it: its uid is masked."""

    EXAMPLES = only(
        id=household.AUTHORIZATION,
        at="2026-11-20T08:14:20Z",
        uid="04A1…E5F6",
        status="refused",
        code="A11",
        detail="The provider has marked this card as not valid.",
        advice="Ask the provider of the card, ABC Mobility.",
        session_id=None,
    )

    id = fields.Id(attribute="authorization.id", required=True)
    at = fields.Instant(attribute="authorization.at", required=True)
    request = fields.String(attribute="authorization.request", required=True, metadata={"enum": list(Request)})
    charger_id = fields.Id(attribute="authorization.charger_id", required=True, allow_none=True)
    connector_id = fields.Whole(attribute="authorization.connector_id", required=True, allow_none=True)
    location_id = fields.Id(attribute="authorization.location_id", required=True, allow_none=True)
    uid = fields.String(attribute="authorization.uid", required=True)
    status = fields.String(
        attribute="authorization.status", required=True, metadata={"enum": list(AuthorizationStatus)}
    )
    code = fields.String(attribute="authorization.code", required=True, allow_none=True, metadata=_CODE)
    detail = fields.String(required=True)
    advice = fields.String(required=True, allow_none=True, metadata=_ADVICE)
    trace = fields.List(
        fields.Nested(TraceStep), required=True, metadata={"description": "In the order in which they were taken."}
    )
    session_id = fields.Id(attribute="authorization.session_id", required=True, allow_none=True)
    provider = fields.Nested(CardIssuer, attribute="authorization.provider", required=True, allow_none=True)


class Authorization(MemberAuthorization):
    """A decision about a card, with the trace that led to it."""

    EXAMPLES = only(
        id=household.AUTHORIZATION,
        at="2026-11-20T08:14:20Z",
        status="refused",
        code="A11",
        detail="The provider has marked this card as not valid.",
        advice="Ask the provider of the card, ABC Mobility.",
        session_id=None,
    )

    message_id = fields.Id(
        attribute="authorization.message_id",
        required=True,
        allow_none=True,
        metadata={"description": "The OCPP message that asked; null for what no charger asked."},
    )


class AuthorizationMark(Schema):
    """What became of the card that a message asked about."""

    EXAMPLES = only(id=household.AUTHORIZATION, status="refused", code="A11")

    id = fields.Id(required=True)
    status = fields.String(required=True, metadata={"enum": list(AuthorizationStatus)})
    code = fields.String(required=True, allow_none=True, metadata=_CODE)


class CheckBody(Schema):
    """A card, and where it would be held to a charger."""

    EXAMPLES = only(connector_id=1)

    charger_id = fields.Id(required=True)
    uid = fields.String(required=True, validate=Length(1, LONGEST_UID))
    connector_id = fields.Whole(load_default=None, allow_none=True, validate=Range(1, 1000))


class PartnerStartBody(Schema):
    """A partner's card, and where it is to charge."""

    EXAMPLES = only(connector_id=1)

    uid = fields.String(required=True, validate=Length(1, LONGEST_UID))
    connector_id = fields.Whole(load_default=1, validate=Range(1, 1000))


class AuthorizationsQuery(PageQuery):
    """Which decisions."""

    charger_id = fields.Id(load_default=None)
    uid = fields.String(
        load_default=None,
        validate=Length(1, LONGEST_UID),
        metadata={"description": "Compared trimmed and without case."},
    )
    status = fields.CommaList(
        fields.String(validate=OneOf([*AuthorizationStatus])),
        load_default=list,
        metadata={"description": f"Some of {', '.join(AuthorizationStatus)}."},
    )
    code = fields.CommaList(fields.String(validate=OneOf([*Code])), load_default=list, metadata={"example": "A10,A11"})
    since = fields.Instant(data_key="from", load_default=None)
    until = fields.Instant(data_key="to", load_default=None)


class GroupEntry(Schema):
    """An entry of an operator's group, and the places that the group covers."""

    EXAMPLES = only(group="Fleet north", name="Van 7")

    group_id = fields.Id(required=True)
    group = fields.String(required=True)
    name = fields.String(required=True)
    valid = fields.Flag(attribute="is_valid", required=True)
    allow_concurrent = fields.Flag(required=True)
    location_ids = fields.List(fields.Id(), required=True)
    charger_ids = fields.List(fields.Id(), required=True)


class HomeEntry(Schema):
    """A card of a home."""

    EXAMPLES = only(name="Ada's card")

    card_id = fields.Id(required=True)
    name = fields.String(required=True)
    valid = fields.Flag(attribute="is_valid", required=True)
    driver = fields.Nested(Person, required=True, allow_none=True)
    location_id = fields.Id(required=True)
    location = fields.String(required=True)


class OpenTransaction(Schema):
    """A charge under way with the card."""

    EXAMPLES = only(
        transaction_id=4711, session_id=household.BOOST, reference="63ME-Y6S4", started_at="2026-11-20T11:02:10Z"
    )

    transaction_id = fields.Whole(required=True)
    session_id = fields.Id(required=True, allow_none=True)
    reference = fields.String(required=True, allow_none=True)
    charger_id = fields.Id(required=True)
    charger = fields.String(required=True, metadata={"description": "Its identity."})
    connector_id = fields.Whole(required=True)
    started_at = fields.Instant(required=True)


class CardOverview(Schema):
    """Everything about a uid, wherever it is known."""

    uid = fields.String(required=True, metadata={"description": "As uids are compared: trimmed, in capitals."})
    token = fields.Nested(RoamingToken, required=True, allow_none=True)
    groups = fields.List(fields.Nested(GroupEntry), required=True)
    homes = fields.List(fields.Nested(HomeEntry), required=True)
    charging = fields.List(fields.Nested(OpenTransaction), required=True)
    authorizations = fields.List(
        fields.Nested(Authorization), required=True, metadata={"description": "The newest 20, wherever they were made."}
    )
