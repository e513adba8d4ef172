"""Roaming tokens from files of providers: what is a token, and what is told of every line that is none."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from homecharge.domain.token_files import BadLine, TokenFormat, TokenLine, read_tokens

FULL = "uid,contract_id,type,valid,whitelist,expires_at,organisation_unit,provider"
TOKEN = {
    "country_code": "DE",
    "party_id": "8AA",
    "uid": "04A1B2C3",
    "type": "RFID",
    "contract_id": "DE-8AA-C12345678-9",
    "visual_number": "1234",
    "issuer": "Example",
    "group_id": "G1",
    "valid": True,
    "whitelist": "ALLOWED_OFFLINE",
    "last_updated": "2026-11-20T12:00:00Z",
}


def read(*lines: str) -> list[TokenLine | BadLine]:
    return list(read_tokens((f"{line}\r\n" for line in lines), TokenFormat.CSV))


def read_json(document: object) -> list[TokenLine | BadLine]:
    return list(read_tokens([json.dumps(document)], TokenFormat.JSON))


def token(number: int, uid: str, **changes: Any) -> TokenLine:
    unsaid = ("contract_id", "type", "valid", "whitelist", "expires_at", "organisation_unit", "provider")
    return TokenLine(**{"number": number, "uid": uid} | dict.fromkeys(unsaid) | changes)


def test_a_line_of_csv_is_a_token():
    assert read(FULL, "04A1,de-8aa-c1,app_user,No,never,2027-02-01T00:00:00+01:00,Fleet,de-8aa") == [
        token(
            2,
            "04A1",
            contract_id="de-8aa-c1",
            type="APP_USER",
            valid=False,
            whitelist="NEVER",
            expires_at=datetime(2027, 1, 31, 23, tzinfo=UTC),
            organisation_unit="Fleet",
            provider=("DE", "8AA"),
        )
    ]


def test_columns_come_in_any_order_with_semicolons_quotes_and_a_byte_order_mark():
    lines = ('\ufeffColour; "UID" ;Organisation_Unit', 'red;"04A1";"Fleet; ""north"""', ";;", "", " blue ; 04A2 ")

    assert read(*lines) == [token(2, "04A1", organisation_unit='Fleet; "north"'), token(5, "04A2")]


def test_a_field_may_go_on_in_the_next_line():
    assert read("uid,remark", '04A1,"a', 'b"', "04A2,") == [token(3, "04A1"), token(4, "04A2")]


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        ("uid", "04 A1", "1 to 36"),
        ("uid", "\u00e9", "1 to 36"),
        ("uid", "x" * 37, "1 to 36"),
        ("contract_id", "-", "1 to 36"),
        ("contract_id", "x" * 37, "1 to 36"),
        ("type", "CARD", "One of AD_HOC_USER"),
        ("valid", "perhaps", "true or false"),
        ("whitelist", "SOMETIMES", "One of ALWAYS"),
        ("expires_at", "tomorrow", "Not an instant"),
        ("expires_at", "2027-01-31", "offset"),
        ("expires_at", "9999-12-31T23:59:59-12:00", "from 1970 to 2199"),
        ("expires_at", "9999-12-31T23:59:59Z", "from 1970 to 2199"),
        ("expires_at", "0001-01-01T00:00:00Z", "from 1970 to 2199"),
        ("organisation_unit", "x" * 51, "1 to 50"),
        ("organisation_unit", "a\x00b", "one line"),
        ("provider", "DE-8A", "country code"),
    ],
)
def test_a_field_that_is_wrong_is_told(column: str, cell: str, says: str):
    values = {"uid": "04A1"} | {column: cell}

    (bad,) = read(",".join(values), ",".join(values.values()))

    assert isinstance(bad, BadLine)
    assert (bad.number, bad.field) == (2, column)
    assert says in bad.message


def test_everything_that_is_wrong_with_a_line_is_told_and_the_others_are_read():
    found = read("uid,type,valid", ",CARD,perhaps", "04A1,,", "04A2,RFID,yes,more")

    assert [(bad.number, bad.field) for bad in found if isinstance(bad, BadLine)] == [
        (2, "uid"),
        (2, "type"),
        (2, "valid"),
        (4, None),
    ]
    assert [line.uid for line in found if isinstance(line, TokenLine)] == ["04A1"]


def test_a_uid_that_comes_again_is_told_whatever_its_case():
    found = read("uid", "04a1", "04A2", " 04A1 ", "04A1")

    assert found[2:] == [
        BadLine(4, "uid", "The same uid as in line 2."),
        BadLine(5, "uid", "The same uid as in line 2."),
    ]


@pytest.mark.parametrize("lines", [(), ("",), ("04A1,DE8AAC1",)])
def test_a_file_whose_first_line_names_no_uid_is_no_list_of_tokens(lines: tuple[str, ...]):
    assert read(*lines) == [BadLine(1, None, "The first line names the columns; one of them is uid.")]


@pytest.mark.parametrize("lines", [("uid", "04A1", '"' + "x" * 200_000), ("uid" + "x" * 200_000,)])
def test_a_field_without_end_is_told(lines: tuple[str, ...]):
    *_, bad = read(*lines)

    assert isinstance(bad, BadLine)
    assert bad.message.startswith("This is not CSV")


@pytest.mark.parametrize("document", [[TOKEN], {"data": [TOKEN], "status_code": 1000}])
def test_tokens_of_ocpi_are_read(document: object):
    assert read_json(document) == [
        token(
            1,
            "04A1B2C3",
            contract_id="DE-8AA-C12345678-9",
            type="RFID",
            valid=True,
            whitelist="ALLOWED_OFFLINE",
            provider=("DE", "8AA"),
        )
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("uid", 4),
        ("uid", None),
        ("contract_id", 4),
        ("type", None),
        ("valid", None),
        ("valid", "perhaps"),
        ("valid", 1),
        ("whitelist", None),
    ],
)
def test_a_token_of_ocpi_says_everything_about_itself(field: str, value: object):
    (bad,) = read_json([TOKEN | {field: value}])

    assert isinstance(bad, BadLine)
    assert (bad.number, bad.field) == (1, field)


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_token_of_ocpi_may_have_no_contract(nothing: str | None):
    (read,) = read_json([TOKEN | {"contract_id": nothing}])

    assert isinstance(read, TokenLine)
    assert read.contract_id is None


def test_a_token_of_ocpi_names_its_provider():
    (bad,) = read_json([{name: value for name, value in TOKEN.items() if name != "party_id"}])

    assert bad == BadLine(1, "provider", "Not a country code and a party id such as DE-8AA.")


def test_what_is_no_token_in_a_list_is_told_by_its_place():
    assert read_json([TOKEN, 4, TOKEN]) == [
        *read_json([TOKEN]),
        BadLine(2, None, "A token is an object."),
        BadLine(3, "uid", "The same uid as in line 1."),
    ]


@pytest.mark.parametrize("text", ["", "[", "[" * 100_000, "4", '{"tokens": []}', "null"])
def test_what_is_no_list_of_tokens_is_told_at_its_first_line(text: str):
    (bad,) = read_tokens([text], TokenFormat.JSON)

    assert isinstance(bad, BadLine)
    assert (bad.number, bad.field) == (1, None)


def test_a_file_is_read_line_by_line():
    def lines() -> Iterator[str]:
        yield "uid\n"
        yield "04A1\n"
        raise EOFError

    assert next(read_tokens(lines(), TokenFormat.CSV)) == token(2, "04A1")
