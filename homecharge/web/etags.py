"""ETags are revisions of a resource's editable fields: preconditions of changes, and 304 where nothing was edited.

Of a resource that has words in it, the ETag names their language, too, unless that is English: `"7-de"`.
"""

from typing import Any, Protocol

from flask import request
from werkzeug.datastructures import ETags

from homecharge.domain.errors import Stale
from homecharge.domain.texts import ENGLISH
from homecharge.web.language import spoken_here
from homecharge.web.schemas import Schema


class Revised(Protocol):
    """A resource with a revision of its editable fields."""

    @property
    def revision(self) -> int:
        """Grows with every edit."""


class Edited(Stale):
    """`If-Match` names an older revision; `current` is the resource as it is now."""

    def __init__(self, *, revision: int, current: Any) -> None:  # noqa: ANN401 - any JSON document
        super().__init__(current=current)
        self.revision = revision


def tag_of(revision: int) -> str:
    """What stands in the ETag of the present answer."""
    language = spoken_here()
    return str(revision) if language in {None, ENGLISH.tag} else f"{revision}-{language}"


def require_match(schema: type[Schema], current: Revised, *, wanted: ETags | None = None) -> None:
    """Go on if `If-Match` allows it, compared strongly (RFC 9110 §13.1.1), or was not sent; in whatever language.

    A form, which can send no such header, has the same in a field of its own: `wanted`. `current` was read in the unit
    that will change it, and locked there. Raises Edited (412) with its representation.
    """
    if wanted is None and not request.headers.get("If-Match"):
        return
    wanted = wanted or request.if_match
    if wanted.star_tag:
        return
    given = filter(None, wanted.as_set())  # of `""`, which is no tag of ours, Werkzeug makes None
    if str(current.revision) not in {tag.partition("-")[0] for tag in given}:
        raise Edited(revision=current.revision, current=schema().dump(current))


def is_known(revision: int) -> bool:
    """Whether the client of a GET has this revision by `If-None-Match`, compared weakly (RFC 9110 §13.1.2)."""
    known = request.if_none_match
    if request.method not in {"GET", "HEAD"} or not request.headers.get("If-None-Match"):
        return False
    return known.star_tag or known.contains_weak(tag_of(revision))
