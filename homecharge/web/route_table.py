"""Who may call what: every route and every role, as the routes themselves declare it."""

from collections.abc import Iterator, Sequence

from flask import Flask

from homecharge.domain.access import Action, MemberRole, is_allowed
from homecharge.domain.accounts import Role
from homecharge.web.auth import SIGNED_IN, Access
from homecharge.web.operations import Operation

YES, SOME, NO_TOKEN, NO_ROLE, UNSEEN = "✓", "some", "401", "403", "404"
_HEAD = """\
# Who may call what

Made by `homecharge openapi write` from what every route declares, and checked by `make check`: whoever changes who may
call what changes this file. ✓: may. 401: has to sign in first (pages of the console lead to their log-in). 403: has not
the role. 404: what belongs to a home does not exist for those who do not belong to it. *some*: what the role may of
`takes`, such as a user's own sessions. Support agents and operators who belong to a home have its role there, like
anybody.

The role of an account:

| role | is |
|---|---|
| driver | everybody who signed up; not a member of the home in question |
| support | looks at everything, changes nothing |
| operator | besides, changes what operators keep |

The role of a member of the home in question (`takes` is in its `permissions`): user, admin, owner.

| route | no token | driver | user | admin | owner | support | operator | takes |
|---|---|---|---|---|---|---|---|---|
"""


def render(app: Flask) -> str:
    """The document, always the same for the same routes."""
    return _HEAD + "".join(f"| {' | '.join(row)} |\n" for row in sorted(_rows(app)))


def _rows(app: Flask) -> Iterator[list[str]]:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        access = getattr(view, "access", None)
        assert isinstance(access, Access)  # noqa: S101 - auth.require_declared saw to it
        actions = actions_of(view)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            route = f"`{rule.rule}` {method}"
            yield [route, *_cells(access, actions), ", ".join(actions)]


def actions_of(view: object) -> Sequence[Action]:
    """What a member has to be allowed to call it, one of them; none for what is no home's."""
    operation = getattr(view, "operation", None)
    return operation.declared.get("actions", ()) if isinstance(operation, Operation) else ()


def _cells(access: Access, actions: Sequence[Action]) -> Iterator[str]:
    """No token, driver, user, admin, owner, support, operator."""
    yield YES if access.roles is None else NO_TOKEN
    yield _of_account(access, actions, Role.DRIVER)
    for member in MemberRole:
        yield _of_member(access, actions, member)
    yield _of_account(access, actions, Role.SUPPORT)
    yield _of_account(access, actions, Role.OPERATOR)


def _of_account(access: Access, actions: Sequence[Action], role: Role) -> str:
    if access.roles is not None and role not in access.roles:
        return NO_ROLE
    return UNSEEN if actions else YES


def _of_member(access: Access, actions: Sequence[Action], role: MemberRole) -> str:
    if not actions or access != SIGNED_IN:
        return _of_account(access, actions, Role.DRIVER)
    allowed = [is_allowed(role, action) for action in actions]
    return YES if all(allowed) else SOME if any(allowed) else NO_ROLE
