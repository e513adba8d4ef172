"""What a home's owner and admins have their charger told: restart, and let the cable go; operators' commands do it."""

from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.access import Action
from homecharge.domain.accounts import Caller
from homecharge.domain.commands import Command, CommandState
from homecharge.domain.errors import NotFound
from homecharge.domain.home_commands import Deed, find_connector, find_deed, order_of, told_of
from homecharge.domain.texts import Language
from homecharge.ports.units import Db
from homecharge.services.chargers import get_charger, require_connector
from homecharge.services.commands import Order, queue_order
from homecharge.storage.queries.commands import find_command

_ACTIONS = {Deed.RESTART: Action.RESTART_CHARGERS, Deed.UNLOCK_CABLE: Action.UNLOCK_CHARGERS}


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeCommand:
    """A command as the people of a home are shown it; `detail` says in words how far it is."""

    id: str
    charger_id: str
    deed: Deed
    connector_id: int | None
    state: CommandState
    detail: str
    is_over: bool
    created_at: datetime
    updated_at: datetime


def ask_charger(
    db: Db, charger_id: str, deed: Deed, *, connector_id: int = 1, caller: Caller, language: Language, now: datetime
) -> HomeCommand:
    """Queue it for a charger that is online. Raises NotFound, Forbidden, ChargerOffline, Invalid for a connector."""
    charger = get_charger(db, charger_id, caller=caller, action=_ACTIONS[deed], for_update=True)
    require_connector(db, charger_id, connector_id)
    order = Order(*order_of(deed, connector_id=connector_id))
    command = queue_order(db, charger_id, order, location_id=charger.location_id, caller=caller, now=now)
    return _view(command, deed, language)


def get_home_command(db: Db, charger_id: str, command_id: str, *, caller: Caller, language: Language) -> HomeCommand:
    """One that the people of a home may ask for, whoever did. Raises NotFound, Forbidden."""
    charger = get_charger(db, charger_id, caller=caller, action=Action.RESTART_CHARGERS)
    command = find_command(db, charger.id, command_id)
    deed = None if command is None else find_deed(command.action)
    if command is None or deed is None:
        raise NotFound
    return _view(command, deed, language)


def _view(command: Command, deed: Deed, language: Language) -> HomeCommand:
    return HomeCommand(
        id=command.id,
        charger_id=command.charger_id,
        deed=deed,
        connector_id=find_connector(command.payload),
        state=command.state,
        detail=language.deeds[deed, told_of(deed, command)],
        is_over=command.is_over,
        created_at=command.created_at,
        updated_at=command.updated_at,
    )
