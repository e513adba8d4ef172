"""Headers of every response (OWASP HTTP Headers Cheat Sheet): a browser may do nothing with what is no page."""

from flask import Flask, Response

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",  # browsers heed it over TLS only (RFC 6797 §8.1)
}
_UNLESS_SET = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
PLAIN = {**_ALWAYS, **_UNLESS_SET}
"""Of an answer that asks for none of its own."""


def _add(response: Response) -> Response:
    response.headers.update(_ALWAYS)
    for name, value in _UNLESS_SET.items():
        response.headers.setdefault(name, value)
    return response


def install(app: Flask) -> None:
    """Add the headers to every response of `app`."""
    app.after_request(_add)
