"""The first screen of an app in one call."""

from homecharge.services.home import Home, view_home
from homecharge.web.api.home import schemas
from homecharge.web.auth import SIGNED_IN
from homecharge.web.context import Ask
from homecharge.web.language import language_of
from homecharge.web.operations import Area

area = Area("home", "The first screen of an app.")


@area.get("/home", access=SIGNED_IN, answer=schemas.FirstScreen)
def get_home(ask: Ask) -> Home:
    """Look at all of your homes at once.

    What goes on, what comes next and whether it will start, what was last, and what needs a hand.
    """
    return view_home(ask.db, ask.context.timing, caller=ask.caller, language=language_of(ask), now=ask.now)
