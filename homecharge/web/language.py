"""The language a request is answered in: what its Accept-Language prefers, else the caller's own; told with it."""

from flask import Response, g, request

from homecharge.domain.texts import Language
from homecharge.web.context import Ask


def language_of(ask: Ask) -> Language:
    """One that we have texts in; English where nothing fits (RFC 9110 §12.5.4, RFC 4647 §3.4)."""
    preferred = [tag for tag, quality in request.accept_languages if quality > 0]
    caller = ask.find_caller()
    language = ask.context.languages.find(*preferred, None if caller is None else caller.locale)
    g.spoken = language.tag
    return language


def spoken_here() -> str | None:
    """The tag of the language that the present request's answer has words in, None where it has none."""
    tag: str | None = g.get("spoken")
    return tag


def tell_language(response: Response) -> None:
    """Say on an answer which language its words are in, and that this was chosen by what was asked for."""
    tag = spoken_here()
    if tag is not None:
        response.content_language.add(tag)
        response.vary.add("Accept-Language")
