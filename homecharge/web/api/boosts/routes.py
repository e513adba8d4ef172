"""Boost: charge now."""

from typing import Any

from homecharge.domain.access import Action
from homecharge.services import boosts
from homecharge.services.boosts import Boost
from homecharge.services.history import describe_session
from homecharge.services.location_tariffs import NoTariff
from homecharge.web.answers import Answer
from homecharge.web.api.boosts.schemas import BoostBody
from homecharge.web.api.sessions.schemas import OneSession
from homecharge.web.auth import SIGNED_IN
from homecharge.web.context import Ask
from homecharge.web.language import language_of
from homecharge.web.operations import Area

area = Area("boosts", "Charge now.")


@area.post(
    "/chargers/<id:charger_id>/boost",
    access=SIGNED_IN,
    actions=[Action.BOOST],
    body=BoostBody,
    answer=OneSession,
    shows=["charging", "rejected"],
    status=202,
    also=[200],
    refuses=[NoTariff],
)
def boost_charger(ask: Ask, body: dict[str, Any], charger_id: str) -> Answer:
    """Charge now.

    The session comes back at once, planned; with `Prefer: wait=N` it comes back charging or rejected (200), or as far
    as it got in N seconds (202). A Boost that cannot start is no error: its session is rejected, with the reason. For
    ten minutes, what was in the way may still be mended. A session that is paused is boosted instead: until the limit
    it charges whatever its plan, restricted hours and surplus say, and is then given back to them.
    """
    wanted = Boost(window=ask.context.timing.boost_window, **body)
    session = boosts.boost(ask.db, charger_id, wanted, caller=ask.caller, now=ask.now)
    view = describe_session(ask.db, session, language=language_of(ask), now=ask.now)
    return Answer(value=view, location=f"/v1/sessions/{session.id}", bell=f"session:{session.id}")
