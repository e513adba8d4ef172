"""Tables, one module per area; importing this package registers them all."""

from homecharge.storage.models.accounts import Account, IdempotencyKey, RefreshToken, TokenFamily
from homecharge.storage.models.base import Base
from homecharge.storage.models.cards import (
    AuthorizationRow,
    CardPairing,
    GroupToken,
    Preapproval,
    Provider,
    ReimbursedCard,
    RoamingToken,
    TokenGroup,
    TokenGroupCharger,
    TokenGroupLocation,
)
from homecharge.storage.models.chargers import Charger, Connector, LocalListEntry
from homecharge.storage.models.commands import AuditRow, CommandFollowUp, CommandRow
from homecharge.storage.models.events import EventRow
from homecharge.storage.models.homes import JoinCodeRow, Location, Member
from homecharge.storage.models.mails import AccountLink, Mail
from homecharge.storage.models.notifications import (
    AppDevice,
    Delivery,
    NotificationPreference,
    NotificationRow,
    Webhook,
)
from homecharge.storage.models.operations import Message, Outage, Process
from homecharge.storage.models.schedules import Occurrence, Schedule
from homecharge.storage.models.sessions import ChargingSession, TimelineEntry
from homecharge.storage.models.tariffs import CostLine, LocationTariff, Tariff, TariffRate, TariffVersion
from homecharge.storage.models.transactions import Reading, TransactionRow
from homecharge.storage.models.vehicles import Vehicle

__all__ = [
    "Account",
    "AccountLink",
    "AppDevice",
    "AuditRow",
    "AuthorizationRow",
    "Base",
    "CardPairing",
    "Charger",
    "ChargingSession",
    "CommandFollowUp",
    "CommandRow",
    "Connector",
    "CostLine",
    "Delivery",
    "EventRow",
    "GroupToken",
    "IdempotencyKey",
    "JoinCodeRow",
    "LocalListEntry",
    "Location",
    "LocationTariff",
    "Mail",
    "Member",
    "Message",
    "NotificationPreference",
    "NotificationRow",
    "Occurrence",
    "Outage",
    "Preapproval",
    "Process",
    "Provider",
    "Reading",
    "RefreshToken",
    "ReimbursedCard",
    "RoamingToken",
    "Schedule",
    "Tariff",
    "TariffRate",
    "TariffVersion",
    "TimelineEntry",
    "TokenFamily",
    "TokenGroup",
    "TokenGroupCharger",
    "TokenGroupLocation",
    "TransactionRow",
    "Vehicle",
    "Webhook",
]
