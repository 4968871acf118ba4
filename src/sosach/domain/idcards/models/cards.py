"""Columns of cards and of what happened to them: steps, read-backs, the parcels they travel in."""

from django.db import models
from django.db.models import Q

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.idcards.models.blanks import INTERNAL, Blank
from sosach.domain.idcards.models.production import CARD_LAW, Job
from sosach.domain.idcards.states.cards import FAILED, PRESENT, CardState, CardStep
from sosach.domain.population.models import Person

BASIC = Sensitivity.BASIC
ONE_CARD = "idcards_one_card_per_person"


def _values(states: frozenset[CardState]) -> list[str]:
    return sorted(state.value for state in states)


class Parcel(models.Model):
    """Cards that travel together to the office that hands them over."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    number = classed(models.CharField(max_length=40, unique=True), INTERNAL)
    carrier = classed(models.CharField(max_length=80), INTERNAL)
    commune_code = classed(models.CharField(max_length=5, blank=True), INTERNAL)
    province_code = classed(models.CharField(max_length=2, blank=True), INTERNAL)
    dispatched_at = classed(models.DateTimeField(), INTERNAL)
    arrived_at = classed(models.DateTimeField(null=True), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)


class Card(models.Model):
    """One card of one person: from the blank reserved for it on. `commune_code` is that of the office that hands it over."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    application = classed(
        models.ForeignKey("idcards.Application", on_delete=models.PROTECT, related_name="cards"), INTERNAL
    )
    person = classed(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+"), BASIC, legal=CARD_LAW)
    blank = classed(models.ForeignKey(Blank, on_delete=models.PROTECT, related_name="cards"), BASIC, legal=CARD_LAW)
    job = classed(models.ForeignKey(Job, on_delete=models.PROTECT, related_name="cards"), INTERNAL)
    state = classed(models.CharField(max_length=12, default=CardState.PLANNED.value), BASIC, legal=CARD_LAW)
    number = classed(models.CharField(max_length=12, blank=True), BASIC, legal=CARD_LAW)
    issued_on = classed(models.DateField(null=True), BASIC, legal=CARD_LAW)
    expires_on = classed(models.DateField(null=True), BASIC, legal=CARD_LAW)
    sod_digest = classed(models.CharField(max_length=64, blank=True), INTERNAL)
    sampled = classed(models.BooleanField(default=False), INTERNAL)
    parcel = classed(models.ForeignKey(Parcel, on_delete=models.PROTECT, null=True, related_name="cards"), INTERNAL)
    commune_code = classed(models.CharField(max_length=5, blank=True), INTERNAL)
    province_code = classed(models.CharField(max_length=2, blank=True), INTERNAL)
    changed_at = classed(models.DateTimeField(), INTERNAL)
    handed_over_on = classed(models.DateField(null=True), BASIC, legal=CARD_LAW)

    class Meta:
        """One card per person, one per blank, one that is not lost on the way per application, at every instant."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["person"], condition=Q(state__in=_values(PRESENT)), name=ONE_CARD),
            models.UniqueConstraint(
                fields=["blank"], condition=~Q(state=CardState.VOID.value), name="idcards_one_card_per_blank"
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=~Q(state__in=_values(FAILED | {CardState.DESTROYED, CardState.RECOVERED})),
                name="idcards_one_card_per_application",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in CardState]), name="idcards_card_state"
            ),
            # what was made was signed, and the register knows the signature
            models.CheckConstraint(
                condition=Q(sod_digest__regex=r"^[0-9a-f]{64}$", issued_on__isnull=False)
                | Q(sod_digest="", state__in=[CardState.PLANNED.value, CardState.VOID.value]),
                name="idcards_card_signed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_values(PRESENT)) | Q(handed_over_on__isnull=False),
                name="idcards_card_handed_over",
            ),
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(fields=["person", "id"], name="idcards_cards_of_person"),
            models.Index(fields=["job", "state"], name="idcards_cards_of_job"),
            models.Index(fields=["state", "commune_code", "id"], name="idcards_cards_by_state"),
            models.Index(fields=["expires_on", "id"], name="idcards_cards_by_expiry"),
        ]


class CardEvent(models.Model):
    """A step of a card, for ever; together they tell its state."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    card = classed(models.ForeignKey(Card, on_delete=models.PROTECT, related_name="events"), INTERNAL)
    step = classed(models.CharField(max_length=14), INTERNAL)
    before = classed(models.CharField(max_length=12), BASIC, legal=CARD_LAW)
    after = classed(models.CharField(max_length=12), BASIC, legal=CARD_LAW)
    why = classed(models.CharField(max_length=200, blank=True), BASIC, legal=CARD_LAW)
    evidence = classed(models.JSONField(default=dict), BASIC, legal=CARD_LAW)
    at = classed(models.DateTimeField(), INTERNAL)
    actor_kind = classed(models.CharField(max_length=8), INTERNAL)
    actor_key = classed(models.CharField(max_length=64), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)

    class Meta:
        """Known steps, in their order."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(condition=Q(step__in=[each.value for each in CardStep]), name="idcards_event_step")
        ]
        indexes = [models.Index(fields=["card", "id"], name="idcards_events_of_card")]  # noqa: RUF012


class ReadBack(models.Model):
    """A finished card read back at the quality station, and what was wrong with it."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    card = classed(models.ForeignKey(Card, on_delete=models.PROTECT, related_name="read_backs"), INTERNAL)
    accepted = classed(models.BooleanField(), INTERNAL)
    faults = classed(models.JSONField(default=list), INTERNAL)
    at = classed(models.DateTimeField(), INTERNAL)
    actor_key = classed(models.CharField(max_length=64), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)
