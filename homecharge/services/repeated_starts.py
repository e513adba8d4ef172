"""A StartTransaction that comes again, on a new line or in the middle of a decision, gets the answer that it had."""

from homecharge.domain.authorization_codes import Code
from homecharge.domain.id_tokens import parent_id_tag
from homecharge.ports.charger_events import Begun, TagVerdict, TransactionStart
from homecharge.ports.units import Db
from homecharge.storage.queries.lines import LineCharger
from homecharge.storage.queries.transactions import find_repeated


def find_repeated_start(db: Db, charger: LineCharger, message: TransactionStart) -> Begun | None:
    """Same charger, connector, tag, timestamp and meterStart is the same transaction (chargers.md, *Offline*)."""
    found = find_repeated(db, charger.id, message)
    if found is None:
        return None
    code = found.code or (Code.UNKNOWN_CARD if found.is_refused else Code.REMOTE_START)
    if not code.is_grant:
        return Begun(found.transaction_id, TagVerdict(code))
    return Begun(found.transaction_id, TagVerdict(code, found.granted_until, parent_id_tag(charger.location_id)))
