"""Tables, one module per area; importing this package registers them all."""

from homecharge.storage.models.accounts import Account, IdempotencyKey, RefreshToken, TokenFamily
from homecharge.storage.models.base import Base
from homecharge.storage.models.chargers import Charger, Connector
from homecharge.storage.models.homes import Location, Member
from homecharge.storage.models.operations import Message, Outage, Process
from homecharge.storage.models.schedules import Occurrence, Schedule
from homecharge.storage.models.sessions import ChargingSession, TimelineEntry
from homecharge.storage.models.tariffs import CostLine, LocationTariff, Tariff, TariffRate, TariffVersion
from homecharge.storage.models.transactions import Reading, TransactionRow
from homecharge.storage.models.vehicles import Vehicle

__all__ = [
    "Account",
    "Base",
    "Charger",
    "ChargingSession",
    "Connector",
    "CostLine",
    "IdempotencyKey",
    "Location",
    "LocationTariff",
    "Member",
    "Message",
    "Occurrence",
    "Outage",
    "Process",
    "Reading",
    "RefreshToken",
    "Schedule",
    "Tariff",
    "TariffRate",
    "TariffVersion",
    "TimelineEntry",
    "TokenFamily",
    "TransactionRow",
    "Vehicle",
]
