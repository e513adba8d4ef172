from homecharge.domain.live_answers import LiveAnswer, LiveVerdict, LiveWish


def test_only_a_provider_that_did_not_judge_leaves_room_for_allowed_offline():
    silent = {verdict for verdict in LiveVerdict if LiveAnswer(verdict=verdict).is_no_answer}

    assert silent == {
        LiveVerdict.TIMEOUT,
        LiveVerdict.UNREACHABLE,
        LiveVerdict.SHORT_CIRCUITED,
        LiveVerdict.NO_ADDRESS,
    }


def test_a_wish_that_is_logged_keeps_its_credentials_to_itself():
    wish = LiveWish(provider_id="p", live_url="https://ocpi.example", uid="04A1", credentials="s3cret")

    assert "s3cret" not in repr(wish)
