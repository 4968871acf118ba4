"""Applications that wait for their card, and blanks free to become one; for the verbs of production."""

from django.db.models import QuerySet

from sosach.domain.idcards.models import Application, Blank, Card, Job, ReadBack
from sosach.domain.idcards.states.applications import State
from sosach.domain.idcards.states.blanks import BlankState
from sosach.domain.idcards.states.cards import CardState


def waiting_applications(profile: str) -> QuerySet[Application]:
    """Approved and without a card in work, urgent ones first, then those due first; a card that failed brings its own back."""
    return Application.objects.filter(state=State.APPROVED, profile=profile).order_by("-priority", "due_on", "pk")


def blanks_in_stock(profile: str) -> QuerySet[Blank]:
    """Free blanks of a kind, in the order of their serials."""
    return Blank.objects.filter(state=BlankState.IN_STOCK, delivery__profile=profile).order_by("serial")


def to_read(job: Job) -> QuerySet[Card]:
    """Finished cards of a job that have to be read back: those of the sample, and all of them once one failed."""
    finished = Card.objects.filter(job=job, state=CardState.PERSONALISED)
    failed = ReadBack.objects.filter(card__job=job, accepted=False).exists()
    return finished if failed else finished.filter(sampled=True)
