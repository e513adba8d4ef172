"""Bodies and answers of a home's own cards."""

from homecharge.domain.home_cards import PAIRING_WINDOW, PairingState
from homecharge.web import fields, household
from homecharge.web.api.sessions.schemas import Person
from homecharge.web.schemas import Schema, only

NEW_CARD = "New card"
_DRIVER = {"description": "A member of the location, whose sessions they are; null: they are the owner's."}
_PAIRED_AS = {"description": "What the card is called."}


class CardChanges(Schema):
    """What may be edited; what is left out stays."""

    EXAMPLES = only(name="Ada's card", valid=True, driver_id=household.ADA)

    name = fields.Label()
    valid = fields.Flag(attribute="is_valid", metadata={"description": "Whether it is accepted."})
    driver_id = fields.Id(allow_none=True, metadata=_DRIVER)


class CardBody(Schema):
    """A new card."""

    EXAMPLES = only(name="Ada's card", driver_id=household.ADA)

    uid = fields.CardUid(required=True, metadata={"example": "04A1B2C3D4", "description": "Compared without case."})
    name = fields.Label(required=True)
    driver_id = fields.Id(load_default=None, allow_none=True, metadata=_DRIVER)


class Card(Schema):
    """A card that a location accepts by itself."""

    EXAMPLES = only(id=household.CARD, name="Ada's card", driver_id=household.ADA)

    id = fields.Id(required=True)
    uid = fields.String(required=True)
    name = fields.String(required=True)
    valid = fields.Flag(attribute="is_valid", required=True)
    driver_id = fields.Id(required=True, allow_none=True, metadata=_DRIVER)
    driver = fields.Nested(Person, required=True, allow_none=True, metadata=_DRIVER)
    location_id = fields.Id(required=True)
    created_at = fields.Instant(required=True)
    updated_at = fields.Instant(required=True)


class PairingBody(Schema):
    """What the card is to be, once it is held to the charger."""

    EXAMPLES = only(name="Ada's card", driver_id=household.ADA)

    name = fields.Label(load_default=NEW_CARD, metadata=_PAIRED_AS)
    driver_id = fields.Id(load_default=None, allow_none=True, metadata=_DRIVER)


class Pairing(Schema):
    """The wait for a card to be held to a charger."""

    EXAMPLES = only(id=household.PAIRING, state="waiting", expires_at="2026-11-20T11:05:30Z", card_id=None)

    id = fields.Id(required=True)
    state = fields.String(required=True, metadata={"enum": list(PairingState)})
    expires_at = fields.Instant(
        required=True, metadata={"description": f"{PAIRING_WINDOW.seconds} s after it was asked for."}
    )
    card_id = fields.Id(
        required=True, allow_none=True, metadata={"description": "The card that was held to it, once it is `paired`."}
    )
