"""The evidence log in plain Python: who acts, the catalogue of events, the tree of hashes over them."""

from sosach.domain.audit.rules.events import (
    Actor,
    ActorKind,
    EventKind,
    Level,
    Subject,
    account_key,
    event,
    events,
    one_each,
)

__all__ = ["Actor", "ActorKind", "EventKind", "Level", "Subject", "account_key", "event", "events", "one_each"]
