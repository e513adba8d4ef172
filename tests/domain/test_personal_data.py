"""What the sections of the export say of their fields."""

import pytest

from homecharge.domain.personal_data import SECTIONS, Kind

SECRETS = {"password_hash", "password", "secret", "token_hash", "totp", "code_hash", "refresh_token"}


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_has_fields_of_one_kind_each_and_no_secret(name: str) -> None:
    section = SECTIONS[name]
    given = (
        *section.ids,
        *section.texts,
        *section.instants,
        *section.days,
        *section.wholes,
        *section.flags,
        *section.decimals,
        *section.documents,
    )

    assert len(set(given)) == len(given) == len(section.fields)
    assert not set(given) & SECRETS
    assert section.about.endswith(".")


def test_a_fields_kind_is_that_of_its_list() -> None:
    assert dict(SECTIONS["cost_lines"].fields) == {
        "session_id": Kind.ID,
        "energy_wh": Kind.WHOLE,
        "rate": Kind.DECIMAL,
        "starts_at": Kind.INSTANT,
        "ends_at": Kind.INSTANT,
    }
