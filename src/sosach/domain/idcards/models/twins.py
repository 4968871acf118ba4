"""Columns of digital twins and of the offers wallets redeem for them. Neither holds a code, a key or a credential."""

from django.db import models
from django.db.models import F, Q

from sosach.base.sensitivity import Sensitivity, classed
from sosach.chip.twins.content import Form, Kind
from sosach.domain.idcards.models.blanks import INTERNAL
from sosach.domain.idcards.models.cards import Card
from sosach.domain.idcards.states.twins import End
from sosach.domain.population.models import Person

BASIC = Sensitivity.BASIC
LAW = "law-26-2023-33"


class _Issue(models.Model):
    """Of what, and whose; the commune is that of the person's residence at the time."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    person = classed(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+"), BASIC, legal=LAW)
    kind = classed(models.CharField(max_length=8), BASIC, legal=LAW)
    card = classed(models.ForeignKey(Card, on_delete=models.PROTECT, null=True, related_name="+"), BASIC, legal=LAW)
    licence_id = classed(models.BigIntegerField(null=True), BASIC, legal=LAW)
    commune_code = classed(models.CharField(max_length=5, blank=True), INTERNAL)
    province_code = classed(models.CharField(max_length=2, blank=True), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)

    class Meta:
        """An identity is a card's; a licence's twin names its licence."""

        abstract = True
        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(
                condition=Q(kind=Kind.IDENTITY.value, card__isnull=False, licence_id__isnull=True)
                | Q(kind=Kind.LICENCE.value, licence_id__isnull=False),
                name="idcards_%(class)s_of_what",
            )
        ]


class TwinOffer(_Issue):
    """An offer a citizen made on the own page: one wallet may redeem it, once, within minutes."""

    key = classed(models.UUIDField(unique=True), INTERNAL)
    made_at = classed(models.DateTimeField(), INTERNAL)
    ends_at = classed(models.DateTimeField(), INTERNAL)
    tries = classed(models.PositiveSmallIntegerField(default=0), INTERNAL)
    redeemed_at = classed(models.DateTimeField(null=True), INTERNAL)
    token_ends_at = classed(models.DateTimeField(null=True), INTERNAL)
    cancelled_at = classed(models.DateTimeField(null=True), INTERNAL)

    class Meta(_Issue.Meta):
        """A token from the moment of redeeming on; nobody redeems what was cancelled."""

        constraints = [  # noqa: RUF012 - Django's form
            *_Issue.Meta.constraints,
            models.CheckConstraint(
                condition=Q(redeemed_at__isnull=True, token_ends_at__isnull=True)
                | Q(redeemed_at__isnull=False, token_ends_at__isnull=False, redeemed_at__lte=F("ends_at")),
                name="idcards_offer_redeemed",
            ),
        ]
        indexes = [models.Index(fields=["person", "made_at"], name="idcards_offers_of_person")]  # noqa: RUF012


class Twin(_Issue):
    """A credential in somebody's wallet. Its number is its place in the status lists (`rules.twins.place_of`)."""

    offer = classed(models.ForeignKey(TwinOffer, on_delete=models.PROTECT, related_name="twins"), INTERNAL)
    form = classed(models.CharField(max_length=10), INTERNAL)
    # what a licence's twin shows: class/law
    classes = classed(models.JSONField(default=list), BASIC, legal=LAW)
    holder_key = classed(models.CharField(max_length=43), INTERNAL)
    # of the proof it was given for (`rules.twins.proof_of`): one that was used is none any more, whoever shows it
    proof = classed(models.CharField(max_length=64, unique=True), INTERNAL)
    notice = classed(models.UUIDField(), INTERNAL)
    issued_at = classed(models.DateTimeField(), INTERNAL)
    ends_at = classed(models.DateTimeField(), INTERNAL)
    accepted_at = classed(models.DateTimeField(null=True), INTERNAL)
    ended_at = classed(models.DateTimeField(null=True), INTERNAL)
    ended_by = classed(models.CharField(max_length=6, blank=True), INTERNAL)

    class Meta(_Issue.Meta):
        """Known formats; one for each proof; ended by somebody, or not at all."""

        constraints = [  # noqa: RUF012 - Django's form
            *_Issue.Meta.constraints,
            models.CheckConstraint(condition=Q(form__in=[each.value for each in Form]), name="idcards_twin_form"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="")
                | Q(ended_at__isnull=False, ended_by__in=[each.value for each in End]),
                name="idcards_twin_ended",
            ),
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(fields=["person", "id"], name="idcards_twins_of_person"),
            models.Index(fields=["notice"], name="idcards_twins_by_notice"),
        ]
