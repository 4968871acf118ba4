"""What a page tells on the next one, once."""

from dataclasses import dataclass

from django.http import HttpRequest

_KEPT = "flashes"


@dataclass(frozen=True, slots=True)
class Flash:
    """A sentence about what was just done.

    Attributes:
        text: the sentence.
        tone: good, info, warn, bad.
    """

    text: str
    tone: str


def flash(request: HttpRequest, text: str, *, tone: str = "good") -> None:
    """Tell something on the next page."""
    request.session[_KEPT] = [*request.session.get(_KEPT, []), [str(text), tone]]


def taken(request: HttpRequest) -> list[Flash]:
    """What is to be told now; it is not told again."""
    session = getattr(request, "session", None)
    if session is None or (getattr(request, "actor", None) is None and not session.session_key):
        return []
    if not (kept := session.get(_KEPT)):
        return []
    del session[_KEPT]
    return [Flash(text, tone) for text, tone in kept]
