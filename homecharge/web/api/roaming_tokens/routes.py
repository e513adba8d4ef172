"""Id tokens that mobility providers issued."""

import io
from typing import Any

from homecharge.domain.auditing import Look
from homecharge.domain.pages import Page
from homecharge.domain.roaming_tokens import RoamingToken, TokenFilters
from homecharge.domain.token_files import TokenFormat, read_tokens
from homecharge.services import roaming_tokens, token_imports
from homecharge.services.roaming_tokens import UidTaken
from homecharge.services.token_imports import BadTokens, TokensImported
from homecharge.web import etags
from homecharge.web.answers import Answer
from homecharge.web.api.roaming_tokens import schemas
from homecharge.web.auth import OPERATOR, STAFF
from homecharge.web.context import Ask
from homecharge.web.operations import Area
from homecharge.web.paging import keyset
from homecharge.web.schemas import page_of

area = Area("roaming tokens", "Cards and apps that mobility providers issued.")
FORMATS = {"text/csv": TokenFormat.CSV, "application/json": TokenFormat.JSON}


@area.post(
    "/operator/tokens",
    access=OPERATOR,
    body=schemas.RoamingTokenBody,
    answer=schemas.RoamingToken,
    status=201,
    has_etag=True,
    refuses=[UidTaken],
)
def add_token(ask: Ask, body: dict[str, Any]) -> Answer:
    """Add a provider's token; its uid is unique, trimmed and without case."""
    token = roaming_tokens.add_token(ask.db, body, provider_id=body.pop("provider_id"), caller=ask.caller, now=ask.now)
    return Answer(value=token, location=f"/v1/operator/tokens/{token.id}")


@area.post(
    "/operator/tokens/import",
    access=OPERATOR,
    accepts=schemas.TOKEN_FILES,
    query=schemas.ImportQuery,
    answer=schemas.TokensImported,
    refuses=[BadTokens],
)
def import_tokens(ask: Ask, media_type: str, text: str, query: dict[str, Any]) -> TokensImported:
    """Take over a file of tokens, at most 16 MiB: well over 100,000 lines of CSV.

    As `text/csv` with a first line that names the columns: `uid`, and any of `contract_id`, `type` (of a new token
    RFID where it is left out), `valid` (true), `whitelist` (ALLOWED), `expires_at`, `organisation_unit` and `provider`
    (`GB-ABC`). As `application/json`: a list of OCPI 2.2.1 Token objects, or one as `data`. Known uids are updated;
    what a line does not say of them stays. All of it is taken over, or nothing: then `errors` name the first 1,000 bad
    places, and `bad_lines` says how many lines are bad. A line whose provider nobody has added is bad, too.
    """
    lines = list(read_tokens(io.StringIO(text, newline=""), FORMATS[media_type]))
    return token_imports.import_tokens(ask.db, lines, party=query["provider"], caller=ask.caller, now=ask.now)


@area.get("/operator/tokens", access=STAFF, query=schemas.RoamingTokensQuery, answer=page_of(schemas.RoamingToken))
def list_tokens(ask: Ask, query: dict[str, Any]) -> Page[RoamingToken]:
    """Find tokens by uid, contract or provider, newest first."""
    filters = TokenFilters(
        uid=query["uid"],
        contract_id=query["contract_id"],
        provider_id=query["provider_id"],
        is_valid=query["valid"],
    )
    ask.shows(Look("tokens", detail={name: query[name] for name in ("uid", "contract_id", "provider_id", "valid")}))
    return roaming_tokens.list_tokens(ask.db, filters, keyset(query))


@area.get("/operator/tokens/<id:token_id>", access=STAFF, answer=schemas.RoamingToken, has_etag=True)
def get_token(ask: Ask, token_id: str) -> RoamingToken:
    """Look at a token, with whoever issued it and how that is reached."""
    ask.shows(Look("token", token_id))
    return roaming_tokens.get_token(ask.db, token_id)


@area.patch(
    "/operator/tokens/<id:token_id>",
    access=OPERATOR,
    body=schemas.RoamingTokenChanges,
    answer=schemas.RoamingToken,
    has_etag=True,
    refuses=[UidTaken],
)
def change_token(ask: Ask, body: dict[str, Any], token_id: str) -> RoamingToken:
    """Change a token."""
    token = roaming_tokens.get_token(ask.db, token_id, for_update=True)
    etags.require_match(schemas.RoamingToken, token)
    return roaming_tokens.change_token(ask.db, token, body, caller=ask.caller, now=ask.now)
