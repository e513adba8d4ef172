"""The JSON API, one package per area; an area is served once it stands in this list."""

from homecharge.web.api.accounts.routes import area as accounts
from homecharge.web.api.app_config.routes import area as app_config
from homecharge.web.api.audit.routes import area as audit
from homecharge.web.api.authorizations.routes import area as authorizations
from homecharge.web.api.boosts.routes import area as boosts
from homecharge.web.api.cards.routes import area as cards
from homecharge.web.api.chargers.routes import area as chargers
from homecharge.web.api.commands.routes import area as commands
from homecharge.web.api.credentials.recovery import area as recovery
from homecharge.web.api.credentials.routes import area as credentials
from homecharge.web.api.events.routes import area as events
from homecharge.web.api.home.routes import area as home
from homecharge.web.api.home_commands.routes import area as home_commands
from homecharge.web.api.insights.routes import area as insights
from homecharge.web.api.joining.routes import area as joining
from homecharge.web.api.location_access.routes import area as location_access
from homecharge.web.api.locations.routes import area as locations
from homecharge.web.api.members.routes import area as members
from homecharge.web.api.notifications.routes import area as notifications
from homecharge.web.api.occurrences.routes import area as occurrences
from homecharge.web.api.operator.routes import area as operator
from homecharge.web.api.personal_data.routes import area as personal_data
from homecharge.web.api.providers.routes import area as providers
from homecharge.web.api.rejection_reasons.routes import area as rejection_reasons
from homecharge.web.api.restricted_hours.routes import area as restricted_hours
from homecharge.web.api.roaming_tokens.routes import area as roaming_tokens
from homecharge.web.api.schedules.routes import area as schedules
from homecharge.web.api.sessions.routes import area as sessions
from homecharge.web.api.support.routes import area as support
from homecharge.web.api.tariffs.routes import area as tariffs
from homecharge.web.api.token_groups.routes import area as token_groups
from homecharge.web.api.vehicles.routes import area as vehicles

AREAS = (
    app_config,
    accounts,
    personal_data,
    home,
    credentials,
    recovery,
    locations,
    members,
    joining,
    chargers,
    home_commands,
    vehicles,
    cards,
    restricted_hours,
    tariffs,
    operator,
    providers,
    roaming_tokens,
    token_groups,
    location_access,
    commands,
    audit,
    boosts,
    schedules,
    occurrences,
    sessions,
    insights,
    events,
    notifications,
    rejection_reasons,
    support,
    authorizations,
)
