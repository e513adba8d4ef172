"""`homecharge tokens import`."""

import contextlib
from pathlib import Path

import pytest
from sqlalchemy import func, select

from homecharge.cli import LARGEST_FILE, main
from homecharge.storage.database import Database
from homecharge.storage.models import RoamingToken


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_url: str, restored_logging: None) -> str:
    monkeypatch.setenv("HOMECHARGE_DATABASE_URL", sqlite_url)
    return sqlite_url


def count(url: str) -> int | None:
    with contextlib.closing(Database(url)) as database, database.read() as db:
        return db.scalar(select(func.count()).select_from(RoamingToken))


def test_tokens_are_taken_over_by_the_name_of_their_file(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "tokens.CSV"
    file.write_text("uid\n04A1\n04A2\n")

    assert (main(["tokens", "import", str(file)]), count(database)) == (0, 2)
    told = capsys.readouterr()
    assert (told.out, told.err) == ("2 tokens are new, 0 were changed, 0 were known.\n", "")


@pytest.mark.parametrize(
    ("name", "text", "added"),
    [
        ("tokens", "uid\n04A1\n", 1),
        ("tokens.txt", "uid\n04A1\n", 1),
        ("tokens", " []", 0),
        ("tokens", '\ufeff{"data": []}', 0),
        ("tokens.JSON", "[]", 0),
    ],
)
def test_a_file_whose_name_does_not_tell_is_read_as_it_begins(
    database: str, tmp_path: Path, name: str, text: str, added: int
):
    file = tmp_path / name
    file.write_text(text)

    assert (main(["tokens", "import", str(file)]), count(database)) == (0, added)


def test_of_a_file_with_bad_lines_nothing_is_taken_and_each_is_told(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "tokens.csv"
    file.write_text("uid,valid,provider\n04A1,,\n04A2,perhaps,\n04A3,,DE-XYZ\n")

    assert (main(["tokens", "import", str(file)]), count(database)) == (1, 0)
    assert capsys.readouterr().err == (
        "line 3.valid: Either true or false.\n"
        "line 4.provider: There is no provider DE-XYZ; add it first.\n"
        "Bad lines in all: 2.\n"
        "These tokens cannot be read; none of them was taken. [bad_lines]\n"
    )


def test_a_provider_that_is_not_there_is_told(database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "tokens.csv"
    file.write_text("uid\n04A1\n")

    assert main(["tokens", "import", str(file), "--provider", "DE-XYZ"]) == 1
    assert capsys.readouterr().err.startswith("provider: There is no provider DE-XYZ; add it first.\n")


def test_a_file_that_is_too_large_is_not_read(database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "tokens.csv"
    with file.open("wb") as opened:
        opened.truncate(LARGEST_FILE + 1)

    assert main(["tokens", "import", str(file)]) == 1
    assert "is larger than 64 MiB" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_told(database: str, tmp_path: Path):
    assert main(["tokens", "import", str(tmp_path / "nothing.json")]) == 1
