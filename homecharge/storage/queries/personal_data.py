"""Every table with what becomes of it when a person goes, and which of its rows are about whom: the one place for both.

A table that is not here keeps the tests from passing. `storage.queries.erasing` does what this says.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from homecharge.domain.access import MemberRole
from homecharge.storage.models import (
    Account,
    AccountLink,
    AppDevice,
    AuditRow,
    AuthorizationRow,
    CardPairing,
    Charger,
    ChargingSession,
    CommandRow,
    Delivery,
    EventRow,
    GroupToken,
    IdempotencyKey,
    JoinCodeRow,
    Location,
    LocationTariff,
    Mail,
    Member,
    NotificationPreference,
    NotificationRow,
    Occurrence,
    RefreshToken,
    ReimbursedCard,
    Schedule,
    Tariff,
    TariffRate,
    TariffVersion,
    TokenFamily,
    TokenGroup,
    Vehicle,
    Webhook,
)

S = ChargingSession
Whose = Callable[[str], ColumnElement[bool]]
"""Of an account's id: which rows are about that person."""


class Fate(StrEnum):
    """What becomes of the rows about a person who is forgotten."""

    ERASED = "erased"
    ANONYMISED = "anonymised"
    """They stay, and nothing in them leads to the person."""
    KEPT = "kept"
    """They stay as they are: nothing in them leads to anybody."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A table: its fate and why. `section` is its part of the export, None where there is nothing to hand over."""

    fate: Fate
    why: str
    whose: Whose | None = None
    section: str | None = None
    is_by_session: bool = False
    """Its rows are those of sessions, and handed over session by session."""


def homes_of(account_id: str) -> Select[Any]:
    """Ids of the homes that a person belongs to."""
    return select(Member.location_id).where(Member.account_id == account_id)


def own_homes_of(account_id: str) -> Select[Any]:
    """Ids of the homes that a person owns."""
    return homes_of(account_id).where(Member.role == MemberRole.OWNER)


def own_chargers_of(account_id: str) -> Select[Any]:
    """Ids of the chargers that are, or were, at these."""
    return select(Charger.id).where(Charger.location_id.in_(own_homes_of(account_id)))


def sessions_of(account_id: str) -> Select[Any]:
    """Ids of the sessions that are a person's."""
    return select(S.id).where(S.driver_id == account_id)


def tariffs_of(account_id: str) -> Select[Any]:
    """Ids of the tariffs that a person made."""
    return select(Tariff.id).where(Tariff.account_id == account_id)


def _cards_of(account_id: str) -> ColumnElement[bool]:
    homes = select(TokenGroup.id).where(TokenGroup.home_id.in_(homes_of(account_id)))
    own = select(TokenGroup.id).where(TokenGroup.home_id.in_(own_homes_of(account_id)))
    return or_(and_(GroupToken.group_id.in_(homes), GroupToken.driver_id == account_id), GroupToken.group_id.in_(own))


def card_keys_of(account_id: str) -> Select[Any]:
    """The uids of a person's cards, as compared."""
    return select(GroupToken.uid_key).where(_cards_of(account_id))


def _checks_of(account_id: str) -> ColumnElement[bool]:
    a = AuthorizationRow
    own_card = and_(a.uid_key.in_(card_keys_of(account_id)), a.location_id.in_(homes_of(account_id)))
    return or_(a.session_id.in_(sessions_of(account_id)), own_card)


def _commands_of(account_id: str) -> ColumnElement[bool]:
    chargers = select(Charger.id).where(Charger.location_id.in_(homes_of(account_id)))
    return and_(CommandRow.charger_id.in_(chargers), CommandRow.requested_by == account_id)


def _pairings_of(account_id: str) -> ColumnElement[bool]:
    return or_(CardPairing.requested_by == account_id, CardPairing.driver_id == account_id)


def _by(column: Any, ids: Callable[[str], Select[Any]] | None = None) -> Whose:  # noqa: ANN401 - a mapped column
    """Rows whose `column` is the person, or is among what `ids` selects."""
    if ids is None:
        return lambda account_id: column == account_id
    return lambda account_id: column.in_(ids(account_id))


_ERASED, _ANON, _KEPT = Fate.ERASED, Fate.ANONYMISED, Fate.KEPT
_PERSON, _HOME = "it is about the person", "it is about a home that only the person had"
_ENERGY, _MACHINE = "an energy record", "it is about machines"

TABLES: Mapping[str, Holding] = MappingProxyType(
    {
        "accounts": Holding(_ANON, "records refer to it", _by(Account.id), "profile"),
        "token_families": Holding(_ERASED, _PERSON, _by(TokenFamily.account_id), "log_ins"),
        "refresh_tokens": Holding(
            _ERASED,
            "a secret",
            _by(RefreshToken.family_id, lambda a: select(TokenFamily.id).where(TokenFamily.account_id == a)),
        ),
        "app_devices": Holding(_ERASED, _PERSON, _by(AppDevice.account_id), "devices"),
        "account_links": Holding(_ERASED, _PERSON, _by(AccountLink.account_id), "mailed_links"),
        "mails": Holding(_ERASED, _PERSON, _by(Mail.account_id), "mails"),
        "notification_preferences": Holding(
            _ERASED, _PERSON, _by(NotificationPreference.account_id), "notification_preferences"
        ),
        "deliveries": Holding(
            _ERASED,
            _PERSON,
            _by(Delivery.notification_id, lambda a: select(NotificationRow.id).where(NotificationRow.account_id == a)),
            "deliveries",
        ),
        "notifications": Holding(_ERASED, _PERSON, _by(NotificationRow.account_id), "notifications"),
        "webhooks": Holding(_ERASED, _PERSON, _by(Webhook.account_id), "webhooks"),
        "events": Holding(_ERASED, "it names what is handed over elsewhere", _by(EventRow.account_id)),
        "idempotency_keys": Holding(
            _ERASED,
            "an answer that was given, for a day",
            lambda a: or_(IdempotencyKey.caller == a, IdempotencyKey.body.contains(a)),
        ),
        "members": Holding(_ERASED, _PERSON, _by(Member.account_id), "memberships"),
        "join_codes": Holding(_ERASED, _PERSON, _by(JoinCodeRow.created_by), "joining_codes"),
        "card_pairings": Holding(_ERASED, _PERSON, _pairings_of, "card_pairings"),
        "group_tokens": Holding(_ERASED, _PERSON, _cards_of, "cards"),
        "token_groups": Holding(_ERASED, _HOME, _by(TokenGroup.home_id, own_homes_of)),
        "reimbursed_cards": Holding(_ERASED, _HOME, _by(ReimbursedCard.location_id, own_homes_of), "reimbursed_cards"),
        "locations": Holding(_ANON, "its energy records stay", _by(Location.id, own_homes_of), "locations"),
        "vehicles": Holding(_ANON, "charges refer to it", _by(Vehicle.location_id, own_homes_of), "vehicles"),
        "chargers": Holding(_ANON, "its energy records stay", _by(Charger.location_id, own_homes_of), "chargers"),
        "schedules": Holding(_ANON, "charges refer to it", _by(Schedule.driver_id), "schedules"),
        "occurrences": Holding(
            _KEPT,
            "a time, of a schedule that is nobody's",
            _by(Occurrence.schedule_id, lambda a: select(Schedule.id).where(Schedule.driver_id == a)),
            "occurrences",
        ),
        "tariffs": Holding(_ANON, "what was paid refers to it", _by(Tariff.account_id), "tariffs"),
        "tariff_versions": Holding(_KEPT, "prices", _by(TariffVersion.tariff_id, tariffs_of), "tariff_versions"),
        "tariff_rates": Holding(_KEPT, "prices", _by(TariffRate.tariff_id, tariffs_of), "tariff_rates"),
        "location_tariffs": Holding(_KEPT, _ENERGY, _by(LocationTariff.location_id, own_homes_of), "location_tariffs"),
        "sessions": Holding(_ANON, _ENERGY, _by(S.driver_id), "sessions"),
        "timeline": Holding(_KEPT, "its actor is an account without a name", None, "timeline", is_by_session=True),
        "transactions": Holding(_ANON, _ENERGY, None, "transactions", is_by_session=True),
        "cost_lines": Holding(_KEPT, _ENERGY, None, "cost_lines", is_by_session=True),
        "readings": Holding(_KEPT, _ENERGY, None, "readings", is_by_session=True),
        "authorizations": Holding(_ANON, "others' homes know what was decided there", _checks_of, "card_checks"),
        "commands": Holding(_ANON, "who gave it is an account without a name", _commands_of, "commands"),
        "command_follow_ups": Holding(_ANON, "what chargers of own homes said goes"),
        "audit_log": Holding(_ANON, "who did it is an account without a name", _by(AuditRow.actor_id), "deeds"),
        "messages": Holding(_ANON, "others' chargers said it; those of the person's own homes are erased"),
        "connectors": Holding(_KEPT, _MACHINE),
        "local_list_entries": Holding(_ERASED, "what a charger keeps of cards; it is told to forget them"),
        "preapprovals": Holding(_ERASED, "a card, for minutes"),
        "token_group_locations": Holding(_KEPT, "operators' groups"),
        "token_group_chargers": Holding(_KEPT, "operators' groups"),
        "providers": Holding(_KEPT, "businesses"),
        "roaming_tokens": Holding(_KEPT, "cards of providers, who know whose they are; nothing here says it"),
        "processes": Holding(_KEPT, _MACHINE),
        "outages": Holding(_KEPT, _MACHINE),
    }
)
