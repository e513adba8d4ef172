"""The `homecharge` command, as an operator types it."""

import io
from pathlib import Path

import pytest

from homecharge.cli import main
from homecharge.storage.database import Database
from homecharge.storage.queries.accounts import find_credentials


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, restored_logging: None) -> Path:
    """The database file of an installation."""
    path = tmp_path / "homecharge.db"
    monkeypatch.setenv("HOMECHARGE_DATABASE_URL", f"sqlite:///{path}")
    return path


def create_user(monkeypatch: pytest.MonkeyPatch, email: str, *, password: str, name: str = "Sam") -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    return main(["user", "create", "--email", email, "--name", name, "--role", "support", "--password-stdin"])


def test_an_account_is_made_as_if_it_had_signed_up(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert create_user(monkeypatch, "Sam@Example.org", password="a long password") == 0

    database = Database(f"sqlite:///{path}")
    with database.read() as db:
        found = find_credentials(db, "sam@example.org")
    database.close()
    assert found is not None
    assert capsys.readouterr().out == f"support sam@example.org has the id {found[0]}.\n"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "no address"}, "email: Not a valid email address.\n"),
        ({"password": "short"}, "password: Length must be between 8 and 128.\n"),
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
