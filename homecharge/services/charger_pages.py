"""A charger's page in the console: the charger, its newest sessions and commands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.commands import Command
from homecharge.domain.errors import NotFound
from homecharge.domain.history import Filters, Scope
from homecharge.domain.pages import Keyset
from homecharge.domain.session_view import SessionView
from homecharge.domain.support import SupportCharger
from homecharge.domain.texts.catalogue import Language
from homecharge.ports.units import Db
from homecharge.services.history import describe_sessions
from homecharge.storage.queries import commands, support
from homecharge.storage.queries.history import fetch_history

LATEST = 20
"""Sessions, and commands, on a charger's page."""


@dataclass(frozen=True, slots=True)
class ChargerPage:
    """A charger with what happened at it and what it was told."""

    charger: SupportCharger
    sessions: Sequence[SessionView]
    commands: Sequence[Command]

    @property
    def is_under_way(self) -> bool:
        """Whether a command has not come to its end: the page is worth another look."""
        return any(not command.is_over for command in self.commands)


def get_any_charger(db: Db, charger_id: str, *, now: datetime) -> SupportCharger:
    """By id, whoever it belongs to, deleted ones too. Raises NotFound."""
    found = support.list_chargers_where(db, support.CHARGERS.c.id == charger_id, limit=1, now=now)
    if not found:
        raise NotFound("There is no such charger.")
    return found[0]


def get_charger_page(db: Db, charger_id: str, *, language: Language, now: datetime) -> ChargerPage:
    """By id, whoever it belongs to, deleted ones too. Raises NotFound."""
    charger = get_any_charger(db, charger_id, now=now)
    latest, scopes = Keyset(limit=LATEST), [Scope(charger.location.id, None)]
    sessions = fetch_history(db, scopes, Filters(charger_ids=(charger_id,)), latest).items
    return ChargerPage(
        charger=charger,
        sessions=describe_sessions(db, sessions, language=language, now=now),
        commands=commands.list_commands(db, charger_id, latest).items,
    )
