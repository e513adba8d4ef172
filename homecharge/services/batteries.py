"""Read how full the batteries are that Smart charges are to fill."""

from collections.abc import Mapping, Sequence

from homecharge.domain.batteries import Car, battery_of, counted_from
from homecharge.domain.session_state import Session
from homecharge.domain.smart_facts import Battery
from homecharge.domain.targets import SocTarget
from homecharge.ports.units import Db
from homecharge.storage.queries.batteries import read_counted


def read_batteries(db: Db, sessions: Sequence[Session], cars: Mapping[str, Car]) -> dict[str, Battery]:
    """By session id, for those whose target is a state of charge; one read, and none where there are none."""
    to_soc = [session for session in sessions if isinstance(session.target, SocTarget)]
    since = [
        (session.id, session.charger_id, session.connector_id, start)
        for session in to_soc
        if (start := counted_from(session, cars[session.id])) is not None
    ]
    charged = read_counted(db, since)
    return {
        session.id: battery_of(session, cars[session.id], charged_since_wh=charged.get(session.id, 0))
        for session in to_soc
    }
