"""The contract, hunted: no error of ours, no answer that is not described, no schema that an answer breaks.

Schemathesis asks every operation what its description allows and what it does not, and follows its links, with the
token of somebody of each role, and without. `make hunt` asks much more.
"""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from homecharge.domain.accounts import Role
from homecharge.services import tokens
from homecharge.storage.database import Database
from homecharge.web.app import create_app
from homecharge.web.context import WebContext
from tests.contract.conftest import Serve
from tests.contract.household import furnish
from tests.contract.hunting import hunt
from tests.homes import NOW, sign_up

FEW = 3
"""Up to so many examples the hunt is one of the suite's tests, and the same each time."""
LEAST_REACHED = {Role.DRIVER: 0.5, Role.SUPPORT: 0.6, Role.OPERATOR: 0.6}
"""Of all operations, those that must have been answered 2xx: what is only ever refused has not been looked at."""
ENDING = frozenset(
    {
        "accounts_delete_me",
        "accounts_log_out",
        "credentials_sign_out_others",
        "credentials_sign_out_device",
        "credentials_change_password",
        "recovery_change_email",
    }
)
"""What ends a log-in or an account: each is somebody's who is not needed any more."""


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    database = Database(request.getfixturevalue(f"{request.param}_url"))
    yield database
    database.close()


def _phases(rounds: int) -> dict[str, Any]:
    apart = {"positive_data_acceptance": {"enabled": False}}  # examples of single fields need not go together
    return {
        "examples": {"enabled": True, "checks": apart},
        "coverage": {"enabled": rounds > FEW},
        "fuzzing": {"enabled": True},
        "stateful": {"enabled": True, "max-steps": 6, "generation": {"max-examples": 4 * rounds}},
    }


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("role", "database"),
    [(Role.DRIVER, "postgresql"), (Role.SUPPORT, "sqlite"), (Role.OPERATOR, "sqlite")],
    indirect=["database"],
)
def test_every_answer_is_one_that_is_described(
    role: Role, database: Database, make_context: Callable[[Database], WebContext], serve: Serve, rounds: int
) -> None:
    context, numbers = make_context(database), count()
    with database.write() as db:
        household = furnish(db, role)
        token = tokens.log_in(db, household.owner.account_id, device="phone", access=context.access_tokens, now=NOW)

    def sign_in(operation_id: str) -> str:
        if operation_id not in ENDING:
            return token.access_token
        with database.write() as db:
            someone = sign_up(db, f"someone-{next(numbers)}", role=role)
            return tokens.log_in(
                db, someone.account_id, device=None, access=context.access_tokens, now=NOW
            ).access_token

    with serve(create_app(context)) as url:
        report = hunt(url, household.known, examples=max(1, rounds // 2), token=sign_in, phases=_phases(rounds))

    print(report)  # noqa: T201 - what was reached, for who looks (`-rP`)
    assert len(report.reached) > len(report.answers) * LEAST_REACHED[role]
    assert not report.failures, "\n\n".join(f"{what}\n{how}" for what, how in report.failures.items())
