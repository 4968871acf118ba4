"""Who asks: a machine client by its key, within the budget of its account."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from sosach.domain.access.operations.budgets import admit
from sosach.domain.audit.rules import Actor
from sosach.web.api.opening import Opening
from sosach.web.frame import clock


class Key(HttpBearer):
    """`Authorization: Bearer <key id>.<secret>`; what the key may do are its scopes, which are the roles of officers."""

    def __init__(self, opening: Opening | None = None) -> None:
        self._opening = opening
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The account, charged for the request; None when nobody is known by the key.

        Raises:
            SosachError: ACCESS-04 its budget is used up; ACCESS-01 it has no role for the address.
        """
        at = clock.now()
        known = token.isascii() and "\x00" not in token
        actor = admit(token, at=at, limits=settings.SOSACH_LIMITS) if known else None
        if actor is not None:
            request.sosach_at = at
            if self._opening is not None:
                request.auth, request.sosach_opening = actor, self._opening
                self._opening.admit(request)
        return actor


def now() -> datetime:
    """The clock of pages."""
    return clock.now()
