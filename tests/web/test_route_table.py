"""Roles are refused as the table of roles and routes says; that it is current is in `test_documents.py`."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from homecharge.domain.accounts import Role
from tests.web.conftest import SignIn

COMMITTED = Path(__file__).parents[2] / "docs/routes.md"
TABLE = COMMITTED.read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("| \n").split(" | ")] for line in TABLE.splitlines() if line.startswith("| `/")
]
COLUMNS = {Role.DRIVER: 2, Role.SUPPORT: 6, Role.OPERATOR: 7}


@pytest.mark.parametrize("role", Role)
def test_an_account_is_refused_what_its_role_may_not_call_and_nothing_else(
    client: FlaskClient, sign_in: SignIn, role: Role
) -> None:
    headers = sign_in(role)
    refused, told = set(), set()
    for route, *cells in ROWS:
        path, method = re.sub(r"<[^>]*>", "00000000-0000-7000-8000-000000000001", route).replace("`", "").split()
        is_harmless = method == "GET" or cells[COLUMNS[role] - 1] == "403"
        if not path.startswith("/v1/") or path == "/v1/events" or not is_harmless:
            continue
        told |= {route} if cells[COLUMNS[role] - 1] == "403" else set()
        refused |= {route} if client.open(path, method=method, headers=headers).status_code == 403 else set()

    assert refused == told
    assert bool(told) is (role is not Role.OPERATOR)
