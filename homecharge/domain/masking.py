"""What may be shown of a secret: enough to recognise one's own, too little to use it."""

import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "…"
_LONG_TAG = 10
_SHORT_TAG = 8
# Names are compared without case, underscores and hyphens: `idTag`, `id_tag` and `ID-TAG` are one.
_TAG_NAMES = frozenset({"idtag", "parentidtag", "idtoken", "remotestarttag", "sessiontag", "uid"})
_CREDENTIALS = re.compile(r"(?<=://)[^/?#\s]*@")
_SECRET_ENDINGS = ("authorization", "authorizationkey", "cookie", "password", "secret", "secretkey", "token")


def mask_tag(tag: str) -> str:
    """The ends of an id token: `04A1B2C3D4` is `04A1…D4`, a card of eight digits `04…C3`, a shorter one all hidden."""
    if len(tag) >= _LONG_TAG:
        return f"{tag[:4]}{HIDDEN}{tag[-2:]}"
    return f"{tag[:2]}{HIDDEN}{tag[-2:]}" if len(tag) >= _SHORT_TAG else HIDDEN


def mask_tag_in(text: str, tag: str) -> str:
    """`text` with every mention of an id token masked, whatever the case."""
    return re.sub(re.escape(tag), lambda _: mask_tag(tag), text, flags=re.IGNORECASE)


def list_tags(document: Any) -> list[str]:  # noqa: ANN401 - any JSON document
    """Every id token in a JSON document, at every depth."""
    if isinstance(document, Mapping):
        own = [value for name, value in document.items() if _plain(name) in _TAG_NAMES and isinstance(value, str)]
        return own + [tag for value in document.values() for tag in list_tags(value)]
    return [tag for item in document for tag in list_tags(item)] if isinstance(document, list | tuple) else []


def _plain(name: str) -> str:
    return name.strip().lower().replace("_", "").replace("-", "")


def mask_secret_in(text: str, secret: str) -> str:
    """`text` with every mention of a secret hidden, whatever the case."""
    return re.sub(re.escape(secret), HIDDEN, text, flags=re.IGNORECASE)


def mask_field(name: str, value: Any) -> Any:  # noqa: ANN401 - a field of any JSON document
    """`value` as it may be shown under `name`: id tokens by their ends, secrets not at all, documents by field."""
    plain = _plain(name)
    if value is None or isinstance(value, bool):
        return value
    if plain in _TAG_NAMES and isinstance(value, str):
        return mask_tag(value)
    if plain.endswith(_SECRET_ENDINGS) and plain not in _TAG_NAMES:
        return HIDDEN
    return mask_document(value)


def mask_document(document: Any) -> Any:  # noqa: ANN401 - any JSON document
    """A copy of a JSON document, such as an OCPP payload, with its secrets masked at every depth.

    OCPP 1.6 carries settings as `{"key": …, "value": …}` (§5.3 ChangeConfiguration): there the key is the value's name.
    Whom a URL signs in as is hidden too: chargers fetch firmware and put diagnostics with such URLs.
    """
    if isinstance(document, Mapping):
        masked = {name: mask_field(str(name), value) for name, value in document.items()}
        if isinstance(key := document.get("key"), str) and "value" in document:
            masked["value"] = mask_field(key, document["value"])
        return masked
    if isinstance(document, list | tuple):
        return type(document)(mask_document(item) for item in document)
    return _CREDENTIALS.sub(f"{HIDDEN}@", document) if isinstance(document, str) else document
