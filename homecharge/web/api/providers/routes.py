"""Mobility providers, which issue cards."""

from typing import Any

from homecharge.domain.auditing import Look
from homecharge.domain.pages import Page
from homecharge.domain.providers import Provider
from homecharge.services import providers
from homecharge.services.providers import ProviderExists
from homecharge.web import etags
from homecharge.web.answers import Answer
from homecharge.web.api.providers import schemas
from homecharge.web.auth import OPERATOR, STAFF
from homecharge.web.context import Ask
from homecharge.web.operations import Area
from homecharge.web.paging import keyset
from homecharge.web.schemas import page_of

area = Area("providers", "Mobility providers, which issue cards.")


@area.post(
    "/operator/providers",
    access=OPERATOR,
    body=schemas.ProviderBody,
    answer=schemas.Provider,
    status=201,
    has_etag=True,
    refuses=[ProviderExists],
)
def add_provider(ask: Ask, body: dict[str, Any]) -> Answer:
    """Add a mobility provider."""
    blocked, allow_private = body.pop("blocked"), ask.context.settings.allows_private_urls
    provider = providers.add_provider(
        ask.db, body, blocked=blocked, allow_private=allow_private, caller=ask.caller, now=ask.now
    )
    return Answer(value=provider, location=f"/v1/operator/providers/{provider.id}")


@area.get("/operator/providers", access=STAFF, query=schemas.ProvidersQuery, answer=page_of(schemas.Provider))
def list_providers(ask: Ask, query: dict[str, Any]) -> Page[Provider]:
    """List mobility providers, newest first."""
    ask.shows(Look("providers", detail={"q": query["q"], "blocked": query["blocked"]}))
    return providers.list_providers(ask.db, keyset(query), text=query["q"], is_blocked=query["blocked"])


@area.get("/operator/providers/<id:provider_id>", access=STAFF, answer=schemas.Provider, has_etag=True)
def get_provider(ask: Ask, provider_id: str) -> Provider:
    """Look at a mobility provider."""
    ask.shows(Look("provider", provider_id))
    return providers.get_provider(ask.db, provider_id)


@area.patch(
    "/operator/providers/<id:provider_id>",
    access=OPERATOR,
    body=schemas.ProviderChanges,
    answer=schemas.Provider,
    has_etag=True,
    refuses=[ProviderExists],
)
def change_provider(ask: Ask, body: dict[str, Any], provider_id: str) -> Provider:
    """Change a mobility provider, or block it: none of its cards is taken then."""
    provider = providers.get_provider(ask.db, provider_id, for_update=True)
    etags.require_match(schemas.Provider, provider)
    blocked, allow_private = body.pop("blocked", None), ask.context.settings.allows_private_urls
    return providers.change_provider(
        ask.db, provider, body, blocked=blocked, allow_private=allow_private, caller=ask.caller, now=ask.now
    )
