"""The `homecharge` command, as an operator types it."""

import io
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from homecharge.cli import main
from homecharge.domain.auditing import AuditFilters
from homecharge.domain.pages import Keyset
from homecharge.domain.tariffs import Dynamic
from homecharge.services.auditing import list_audit
from homecharge.services.tariffs import add_tariff, get_any_tariff
from homecharge.storage import schema
from homecharge.storage.database import Database
from homecharge.storage.queries.accounts import find_credentials
from tests.homes import NOW, sign_up


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, restored_logging: None) -> Path:
    """The database file of an installation."""
    path = tmp_path / "homecharge.db"
    monkeypatch.setenv("HOMECHARGE_DATABASE_URL", f"sqlite:///{path}")
    return path


@pytest.fixture
def restored_signals() -> Iterator[None]:
    """Signals as they were, after a `run` in this process."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


def create_user(monkeypatch: pytest.MonkeyPatch, email: str, *, password: str, name: str = "Sam") -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    return main(["user", "create", "--email", email, "--name", name, "--role", "support", "--password-stdin"])


@pytest.mark.parametrize("empty_database_url", ["postgresql"], indirect=True)
def test_an_account_needs_the_schema_and_is_told_the_command(
    empty_database_url: str, restored_logging: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("HOMECHARGE_DATABASE_URL", empty_database_url)

    status = create_user(monkeypatch, "sam@example.org", password="a long password")

    said = capsys.readouterr().err
    assert (status, said.count("\n")) == (1, 1)
    assert "homecharge db upgrade" in said


@pytest.mark.parametrize("arguments", [["run"], ["db", "upgrade"]])
def test_a_folder_that_is_not_there_is_refused_in_one_line(
    arguments: list[str],
    tmp_path: Path,
    restored_logging: None,
    restored_signals: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setenv("HOMECHARGE_DATABASE_URL", f"sqlite:///{tmp_path}/missing/homecharge.db")

    status = main(arguments)

    said = capsys.readouterr().err
    assert (status, said.count("\n")) == (1, 1)
    assert said.startswith("The database cannot be used: ")


def test_an_account_is_made_as_if_it_had_signed_up(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert create_user(monkeypatch, "Sam@Example.org", password="a long password") == 0

    database = Database(f"sqlite:///{path}")
    with database.read() as db:
        found = find_credentials(db, "sam@example.org")
        noted = list_audit(db, AuditFilters(), Keyset(limit=2)).items
    database.close()
    assert found is not None
    assert [(each.action, each.target.id, each.detail) for each in noted] == [
        ("account.made", found[0], {"role": "support"})
    ]
    assert capsys.readouterr().out == f"support sam@example.org has the id {found[0]}.\n"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "no address"}, "email: Not a valid email address.\n"),
        (
            {"password": "short"},
            "At least 8 characters; a few words that you remember are good. [password_too_short]\n",
        ),
        ({"name": "two\nlines"}, "name: Control characters are not allowed.\n"),
    ],
)
def test_what_registration_refuses_is_refused_here_too(
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    wrong: dict[str, str],
    said: str,
):
    given = {"email": "sam@example.org", "password": "a long password"} | wrong

    status = create_user(monkeypatch, **given)

    assert (status, capsys.readouterr().err, path.exists()) == (1, said, False)


PRICES = """valid_from,valid_to,rate
2026-11-21T00:00Z,2026-11-21T00:30Z,0.2050
2026-11-21T00:30Z,2026-11-21T01:00Z,-0.0125
"""


@pytest.fixture
def tariff_id(path: Path) -> str:
    """A dynamic tariff without prices."""
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database.engine)
    with database.write() as db:
        made = add_tariff(db, name="Spot", currency="GBP", pricing=Dynamic(()), caller=sign_up(db), now=NOW)
    database.close()
    return made.id


def prices_of(path: Path, tariff_id: str) -> list[str]:
    database = Database(f"sqlite:///{path}")
    with database.write() as db:
        pricing = get_any_tariff(db, tariff_id).pricing
    database.close()
    assert isinstance(pricing, Dynamic)
    return [str(rate.per_kwh) for rate in pricing.rates]


def test_prices_are_taken_over_from_a_file(
    path: Path, tmp_path: Path, tariff_id: str, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "prices.CSV"
    file.write_text(PRICES)

    status = main(["tariff", "import", tariff_id, str(file)])

    assert (status, prices_of(path, tariff_id)) == (0, ["0.2050", "-0.0125"])
    assert capsys.readouterr().out == "2 rates are new, 0 gave way to them, 0 were known, 0 came too late.\n"


def test_prices_are_taken_over_from_standard_input(path: Path, tariff_id: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(PRICES))

    assert main(["tariff", "import", tariff_id, "-", "--format", "csv"]) == 0
    assert prices_of(path, tariff_id) == ["0.2050", "-0.0125"]


def test_of_a_file_with_bad_lines_nothing_is_taken_and_each_is_named(
    path: Path, tmp_path: Path, tariff_id: str, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "prices.csv"
    file.write_text(PRICES + "yesterday,2026-11-21T02:00Z,0.10\n2026-11-21T02:00Z,2026-11-21T03:00Z,cheap\n")

    status = main(["tariff", "import", tariff_id, str(file)])

    assert (status, prices_of(path, tariff_id)) == (1, [])
    assert capsys.readouterr().err == (
        "line 4.valid_from: Not an instant such as 2026-11-21T00:30:00Z.\n"
        "line 5.rate: Not a decimal number such as 24.39.\n"
        "These prices cannot be read; none of them was taken. [unreadable_rates]\n"
    )


def test_a_file_that_is_not_there_is_told(path: Path, tmp_path: Path, tariff_id: str):
    assert main(["tariff", "import", tariff_id, str(tmp_path / "nothing.json")]) == 1
