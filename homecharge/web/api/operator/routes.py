"""What operators do: give identities free."""

from homecharge.services import removing_chargers
from homecharge.services.live_sessions import SessionInProgress
from homecharge.web.api.operator import schemas
from homecharge.web.auth import OPERATOR
from homecharge.web.context import Ask
from homecharge.web.operations import Area

area = Area("operator", "What operators do.")


@area.post(
    "/operator/chargers/<id:charger_id>/release",
    access=OPERATOR,
    answer=schemas.ReleasedIdentity,
    refuses=[SessionInProgress],
)
def release_identity(ask: Ask, charger_id: str) -> removing_chargers.ReleasedIdentity:
    """Take a charger from whoever added it, so that its identity is free for its new owner.

    As when its owner removes it: what is planned there is cancelled, and the history stays.
    """
    return removing_chargers.release_identity(ask.db, charger_id, caller=ask.caller, now=ask.now)
