from typing import Any

import pytest

from homecharge.domain.masking import list_tags, mask_document, mask_field, mask_secret_in, mask_tag, mask_tag_in


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ("04A1B2C3D4", "04A1…D4"),
        ("0123456789ABCDEF0123", "0123…23"),
        ("04A1B2C3", "04…C3"),
        ("04A1B2C", "…"),
        ("", "…"),
    ],
)
def test_a_tag_shows_its_ends_and_a_short_one_nothing(tag: str, shown: str) -> None:
    assert mask_tag(tag) == shown


@pytest.mark.parametrize(
    ("text", "tag", "shown"),
    [
        ("No tag 0123456789abcdef0123 here", "0123456789ABCDEF0123", "No tag 0123…23 here"),
        ("(a.b)\\1 or (a.b)\\1", "(a.b)\\1", "… or …"),
        ("Relay stuck", "0123456789ABCDEF0123", "Relay stuck"),
    ],
)
def test_a_tag_is_masked_wherever_a_text_quotes_it(text: str, tag: str, shown: str) -> None:
    assert mask_tag_in(text, tag) == shown


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("idTag", "04A1B2C3D4", "04A1…D4"),
        ("parent_id_tag", "04A1B2C3D4", "04A1…D4"),
        ("idToken", {"idToken": "04A1B2C3D4", "type": "ISO14443"}, {"idToken": "04A1…D4", "type": "ISO14443"}),
        ("password", "correct horse", "…"),
        ("ocpp_password", "correct horse", "…"),
        ("Authorization", "Bearer x", "…"),
        ("Set-Cookie", "a=b", "…"),
        ("refresh_token", "x", "…"),
        ("token", ["x", "y"], "…"),
        ("client_secret", b"x", "…"),
        ("password", None, None),
        ("has_token", True, True),
        ("token_type", "Bearer", "Bearer"),
        ("transactionId", 7, 7),
        ("charger_id", "garage", "garage"),
    ],
)
def test_a_field_is_masked_by_its_name(name: str, value: object, shown: object) -> None:
    assert mask_field(name, value) == shown


def test_a_document_is_masked_at_every_depth_and_itself_left_alone() -> None:
    frame = [2, "19", "StartTransaction", {"idTag": "04A1B2C3D4", "meterStart": 0, "nested": [{"secret": "x"}]}]

    shown = mask_document(frame)

    assert shown == [2, "19", "StartTransaction", {"idTag": "04A1…D4", "meterStart": 0, "nested": [{"secret": "…"}]}]
    assert frame[3] == {"idTag": "04A1B2C3D4", "meterStart": 0, "nested": [{"secret": "x"}]}


@pytest.mark.parametrize(
    ("setting", "shown"),
    [
        ({"key": "AuthorizationKey", "value": "6d79"}, {"key": "AuthorizationKey", "value": "…"}),
        ({"key": "AuthorizationKey ", "value": "6d79"}, {"key": "AuthorizationKey ", "value": "…"}),
        ({"key": "HeartbeatInterval", "value": "300"}, {"key": "HeartbeatInterval", "value": "300"}),
        ({"key": "AuthorizationKey", "readonly": False}, {"key": "AuthorizationKey", "readonly": False}),
    ],
)
def test_the_value_of_an_ocpp_setting_is_masked_by_its_key(setting: dict[str, Any], shown: dict[str, Any]) -> None:
    assert mask_document({"configurationKey": [setting]}) == {"configurationKey": [shown]}


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("ftp://cp1:s3cret@files.example/logs", "ftp://…@files.example/logs"),
        ("https://token@files.example/fw.bin", "https://…@files.example/fw.bin"),
        ("https://files.example/a@b", "https://files.example/a@b"),
    ],
)
def test_whom_a_url_signs_in_as_is_hidden(url: str, shown: str):
    assert mask_document({"location": url}) == {"location": shown}


def test_a_secret_is_hidden_wherever_it_is_quoted():
    assert mask_secret_in("no: 0A0B, really 0a0b", "0a0B") == "no: …, really …"


def test_every_tag_of_a_document_is_found():
    document = {"idTag": "A", "list": [{"id_token": "B", "idTagInfo": {"parentIdTag": "C"}}], "uid": 7}

    assert list_tags(document) == ["A", "B", "C"]
