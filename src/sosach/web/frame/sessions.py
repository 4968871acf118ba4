"""Sessions at the server: the browser holds a random key, the database its hash; Django finds its store here."""

import hashlib
from typing import Any

from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError

from sosach.domain.access.operations.sessions import begin_session, clear_sessions, drop_session, keep_session
from sosach.domain.access.queries.sessions import session_kept
from sosach.web.frame import clock

HOLDER = "holder"  # key of the account that is signed in


class SessionStore(SessionBase):
    """What Django's middleware and the pages read and write."""

    def load(self) -> dict[str, Any]:
        """What is kept; nothing after half an hour of silence, or half a day."""
        kept = session_kept(_digest(self.session_key), at=clock.now())
        if kept is None:
            self._session_key = None
            return {}
        found: dict[str, Any] = self.decode(kept)
        return found

    def exists(self, session_key: str) -> bool:
        """Whether a key is taken."""
        return session_kept(_digest(session_key), at=clock.now()) is not None

    def create(self) -> None:
        """Begin one under a new key."""
        while True:
            self._session_key = self._get_new_session_key()
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's form
        """Keep it."""
        if self.session_key is None:
            self.create()
            return
        values = self._get_session(no_load=must_create)
        told = {"kept": self.encode(values), "holder": values.get(HOLDER, ""), "at": clock.now()}
        if must_create:
            if not begin_session(_digest(self.session_key), **told):
                raise CreateError
        elif not keep_session(_digest(self.session_key), **told):
            raise UpdateError

    def delete(self, session_key: str | None = None) -> None:
        """End it."""
        key = session_key or self.session_key
        if key is not None:
            drop_session(_digest(key))

    @classmethod
    def clear_expired(cls) -> None:
        """Forget those that ended of themselves."""
        clear_sessions(at=clock.now())


def _digest(key: str | None) -> str:
    return hashlib.sha256((key or "").encode()).hexdigest()
