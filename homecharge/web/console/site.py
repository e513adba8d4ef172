"""All pages of the console; a module's pages are served once they stand in this list."""

from homecharge.web.console.audit_routes import pages as audit
from homecharge.web.console.card_routes import pages as cards
from homecharge.web.console.charger_routes import pages as chargers
from homecharge.web.console.location_routes import pages as locations
from homecharge.web.console.login_routes import pages as logins
from homecharge.web.console.provider_routes import pages as providers
from homecharge.web.console.search_routes import pages as search
from homecharge.web.console.session_routes import pages as sessions

PAGES = (logins, search, sessions, chargers, cards, locations, providers, audit)
