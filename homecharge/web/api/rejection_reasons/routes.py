"""The catalogue of reasons, for apps that explain them ahead of time."""

from homecharge.domain.pages import Page
from homecharge.domain.wording_catalogue import ReasonEntry, reasons
from homecharge.web.api.rejection_reasons.schemas import Reason
from homecharge.web.auth import PUBLIC
from homecharge.web.context import Ask
from homecharge.web.language import language_of
from homecharge.web.operations import Area
from homecharge.web.schemas import page_of

area = Area("rejection reasons", "Why a try did not charge: the catalogue.")


@area.get("/rejection-reasons", access=PUBLIC, answer=page_of(Reason))
def list_rejection_reasons(ask: Ask) -> Page[ReasonEntry]:
    """Look at every reason there is, in the order in which they count."""
    return Page(reasons(language_of(ask)), None)
