"""Keeps which requests of the other level were heard, and how the line to it fares. Nothing here is about people."""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F

from sosach.domain.access.queries import acting
from sosach.domain.audit.rules import Actor
from sosach.domain.exchange.models.calls import Contact, HeardCall
from sosach.domain.exchange.rules.calls import WINDOW

# Of two at once the second waits for the first, and then finds the number used.
_HEAR = """
INSERT INTO exchange_heardcall (link, nonce, heard_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING RETURNING id
"""


def hear(actor: Actor, *, link: str, nonce: str, at: datetime) -> bool:
    """Whether a request of that number is heard for the first time; committed at once, whatever becomes of the request.

    A number is kept while a signature made with it could be timely: the clocks may be apart by the window, in either direction.
    """
    with acting(actor), connection.cursor() as cursor:
        HeardCall.objects.filter(heard_at__lt=at - 3 * WINDOW).delete()
        cursor.execute(_HEAR, [link, nonce, at])
        return cursor.fetchone() is not None


def note_reached(actor: Actor, *, link: str, at: datetime) -> None:
    """The other side answered, and the answer was its own."""
    with acting(actor):
        told = {"reached_at": at, "failures": 0, "fault": "", "rests_until": None}
        Contact.objects.update_or_create(link=link, defaults=told)


def note_failure(actor: Actor, *, link: str, fault: str, at: datetime, wait: timedelta) -> int:
    """The other side did not answer, or not as itself: nothing is sent until the wait is over; how often in a row now."""
    with acting(actor):
        Contact.objects.get_or_create(link=link)
        Contact.objects.filter(link=link).update(
            failures=F("failures") + 1, failed_at=at, fault=fault, rests_until=at + wait
        )
        return Contact.objects.values_list("failures", flat=True).get(link=link)
