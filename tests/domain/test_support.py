"""What support agents are shown, and what is noted of it."""

from homecharge.domain.support import Found, Hit, SearchResult


def test_what_a_search_found_is_noted_by_ids_and_of_cards_by_their_ends() -> None:
    hits = (
        Hit(kind=Found.SESSION, id="s1", title="K7Q2-9MXP", detail=""),
        Hit(kind=Found.CARD, id="04A1B2C3D4E5F6", title="04A1B2C3D4E5F6", detail=""),
    )

    look = SearchResult(items=hits, note=None).look

    found = look.detail["found"]
    assert found[0] == "session s1"
    assert found[1].startswith("card ")
    assert "A1B2C3D4" not in found[1]


def test_a_search_without_hits_is_noted_too() -> None:
    assert SearchResult(items=(), note="nothing").look.detail == {"found": []}
