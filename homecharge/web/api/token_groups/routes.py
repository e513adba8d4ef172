"""Local token groups of the operators."""

from typing import Any

from homecharge.domain.auditing import Look
from homecharge.domain.pages import Page
from homecharge.domain.token_groups import GroupToken, NewGroupToken, TokenGroup
from homecharge.services import group_tokens, token_groups
from homecharge.services.group_tokens import UidInGroup
from homecharge.services.token_groups import GroupFull, HomesOwnGroup
from homecharge.web import etags
from homecharge.web.answers import Answer
from homecharge.web.api.token_groups import schemas
from homecharge.web.auth import OPERATOR, STAFF
from homecharge.web.context import Ask
from homecharge.web.operations import Area
from homecharge.web.paging import keyset
from homecharge.web.schemas import page_of

area = Area("token groups", "Cards that some locations and chargers take by themselves.")
_GROUPS, _GROUP = "/operator/token-groups", "/operator/token-groups/<id:group_id>"
_TOKEN = f"{_GROUP}/tokens/<path:uid>"


@area.post(
    _GROUPS,
    access=OPERATOR,
    body=schemas.TokenGroupBody,
    answer=schemas.TokenGroup,
    status=201,
    has_etag=True,
    refuses=[GroupFull],
)
def add_group(ask: Ask, body: dict[str, Any]) -> Answer:
    """Make a group of at most 10,000 tokens for up to 1,000 locations and 1,000 single chargers."""
    group = token_groups.add_group(ask.db, **body, caller=ask.caller, now=ask.now)
    return Answer(value=group, location=f"/v1/operator/token-groups/{group.id}")


@area.get(_GROUPS, access=STAFF, query=schemas.TokenGroupsQuery, answer=page_of(schemas.TokenGroup))
def list_groups(ask: Ask, query: dict[str, Any]) -> Page[TokenGroup]:
    """List groups, newest first: those of operators, and homes' own, which only their owners change."""
    ask.shows(Look("token_groups", detail={"uid": query["uid"]}))
    return token_groups.list_groups(ask.db, keyset(query), uid=query["uid"])


@area.get(_GROUP, access=STAFF, answer=schemas.TokenGroup, has_etag=True)
def get_group(ask: Ask, group_id: str) -> TokenGroup:
    """Look at a group."""
    group = token_groups.get_group(ask.db, group_id)
    ask.shows(Look("token_group", group_id, location_id=group.home_id))
    return group


@area.patch(
    _GROUP,
    access=OPERATOR,
    body=schemas.TokenGroupChanges,
    answer=schemas.TokenGroup,
    has_etag=True,
    refuses=[HomesOwnGroup],
)
def change_group(ask: Ask, body: dict[str, Any], group_id: str) -> TokenGroup:
    """Change a group's name and what it covers."""
    group = token_groups.lock_group(ask.db, group_id)
    etags.require_match(schemas.TokenGroup, group)
    return token_groups.change_group(ask.db, group, body, caller=ask.caller, now=ask.now)


@area.delete(_GROUP, access=OPERATOR, refuses=[HomesOwnGroup])
def remove_group(ask: Ask, group_id: str) -> None:
    """Delete a group with its tokens."""
    group = token_groups.lock_group(ask.db, group_id)
    etags.require_match(schemas.TokenGroup, group)
    token_groups.remove_group(ask.db, group, caller=ask.caller, now=ask.now)


@area.get(f"{_GROUP}/tokens", access=STAFF, query=schemas.GroupTokensQuery, answer=page_of(schemas.GroupToken))
def list_group_tokens(ask: Ask, query: dict[str, Any], group_id: str) -> Page[GroupToken]:
    """List the tokens of a group, newest first."""
    group = token_groups.get_group(ask.db, group_id)
    ask.shows(Look("token_group", group_id, location_id=group.home_id, detail={"uid": query["uid"]}))
    return group_tokens.list_tokens(ask.db, group, keyset(query), uid=query["uid"])


@area.post(
    f"{_GROUP}/tokens",
    access=OPERATOR,
    body=schemas.GroupTokenBody,
    answer=schemas.GroupToken,
    status=201,
    has_etag=True,
    refuses=[HomesOwnGroup, UidInGroup, GroupFull],
)
def add_group_token(ask: Ask, body: NewGroupToken, group_id: str) -> GroupToken:
    """Add a token to a group."""
    return group_tokens.add_token(
        ask.db, token_groups.lock_group(ask.db, group_id), body, caller=ask.caller, now=ask.now
    )


@area.patch(
    _TOKEN,
    access=OPERATOR,
    body=schemas.GroupTokenChanges,
    answer=schemas.GroupToken,
    has_etag=True,
    refuses=[HomesOwnGroup],
)
def change_group_token(ask: Ask, body: dict[str, Any], group_id: str, uid: str) -> GroupToken:
    """Rename a token of a group, or say whether it is valid."""
    group = token_groups.lock_group(ask.db, group_id)
    token = group_tokens.get_token(ask.db, group, uid, for_update=True)
    etags.require_match(schemas.GroupToken, token)
    return group_tokens.change_token(ask.db, token, body, caller=ask.caller, now=ask.now)


@area.delete(_TOKEN, access=OPERATOR, refuses=[HomesOwnGroup])
def remove_group_token(ask: Ask, group_id: str, uid: str) -> None:
    """Take a token out of a group."""
    group = token_groups.lock_group(ask.db, group_id)
    token = group_tokens.get_token(ask.db, group, uid, for_update=True)
    etags.require_match(schemas.GroupToken, token)
    group_tokens.remove_token(ask.db, token, caller=ask.caller, now=ask.now)
