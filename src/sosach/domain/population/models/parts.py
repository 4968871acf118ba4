"""What a person has several of. Rows are made from the journal (`states.pieces`) and carry the entry that made them."""

from django.db import models
from django.db.models import F, Q

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.population.models.households import Household
from sosach.domain.population.models.legal import LAW, item
from sosach.domain.population.models.persons import Person
from sosach.domain.population.rules.words import Kin, Member, Spell

INTERNAL = Sensitivity.INTERNAL
OPEN = Q(holds=True, ends_on__isnull=True)


class Piece(models.Model):
    """A dated row about a person. A row whose entry was taken back stays, and no longer holds."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    person = classed(
        models.ForeignKey(Person, on_delete=models.PROTECT, related_name="%(class)s_rows", db_index=False), INTERNAL
    )
    origin = classed(models.CharField(max_length=8), INTERNAL)
    key = classed(models.BigIntegerField(), INTERNAL)
    position = classed(models.SmallIntegerField(), INTERNAL)
    slot = classed(models.CharField(max_length=120), Sensitivity.BASIC, legal=LAW)
    begins_on = classed(models.DateField(null=True), Sensitivity.BASIC, legal=LAW)
    ends_on = classed(models.DateField(null=True), Sensitivity.BASIC, legal=LAW)
    holds = classed(models.BooleanField(default=True), INTERNAL)

    class Meta:
        """One row per step of an entry; one open row per slot."""

        abstract = True
        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(
                fields=["person", "origin", "key", "position"], name="%(app_label)s_%(class)s_step"
            ),
            models.UniqueConstraint(fields=["person", "slot"], condition=OPEN, name="%(app_label)s_%(class)s_open"),
            models.CheckConstraint(
                condition=Q(begins_on__isnull=True) | Q(ends_on__isnull=True) | Q(begins_on__lte=F("ends_on")),
                name="%(app_label)s_%(class)s_forward",
            ),
        ]


class OtherName(Piece):
    """Another name somebody is called by."""

    name = item(2, models.CharField(max_length=120))


class OldNumber(Piece):
    """A number of an older paper; not unique: two people may have had the same nine digits."""

    kind = item(13, models.CharField(max_length=8))
    number = item(13, models.CharField(max_length=20))
    issued_on = item(13, models.DateField(null=True))
    issued_place = item(13, models.CharField(max_length=120, blank=True))

    class Meta(Piece.Meta):
        """Found by the number."""

        indexes = [models.Index(fields=["number"], name="population_old_number")]  # noqa: RUF012


class Card(Piece):
    """A card as the population register knows it: number, when, where and until when; the card itself is elsewhere."""

    kind = item(14, models.CharField(max_length=16))
    number = item(14, models.CharField(max_length=20))
    issued_on = item(14, models.DateField(null=True))
    issued_place = item(14, models.CharField(max_length=120, blank=True))
    expires_on = item(14, models.DateField(null=True))


class Relation(Piece):
    """Somebody's father, mother, spouse or representative: a record of the register, or what is known of the person."""

    kind = item(15, models.CharField(max_length=16))
    other = item(15, models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="named_by"))
    full_name = item(15, models.CharField(max_length=120, blank=True))
    pin = item(15, models.CharField(max_length=12, blank=True))
    old_number = item(15, models.CharField(max_length=20, blank=True))
    nationality = item(15, models.CharField(max_length=3, blank=True))

    class Meta(Piece.Meta):
        """Nobody is the own parent or spouse; nobody is the spouse of two."""

        constraints = [  # noqa: RUF012 - Django's form
            *Piece.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=[each.value for each in Kin]), name="population_relation_kind"),
            models.CheckConstraint(
                condition=Q(other__isnull=True) | ~Q(other=F("person")), name="population_relation_to_another"
            ),
            models.UniqueConstraint(
                fields=["other"], condition=OPEN & Q(slot=Kin.SPOUSE.value), name="population_relation_one_spouse"
            ),
        ]
        # registers of elsewhere name parents by their PIN alone: a parent finds the children by it
        indexes = [models.Index(fields=["pin"], condition=~Q(pin=""), name="population_relation_pin")]  # noqa: RUF012


class Contact(Piece):
    """A telephone number or address somebody can be reached at."""

    kind = item(25, models.CharField(max_length=8))
    value = item(25, models.CharField(max_length=120))


class Residence(Piece):
    """A spell of residence or absence: permanent, temporary, current, absence."""

    household = item(23, models.ForeignKey(Household, on_delete=models.PROTECT, null=True, related_name="spells"))
    relation = item(22, models.CharField(max_length=12, blank=True))
    address = item(16, models.CharField(max_length=250, blank=True))
    commune_code = item(16, models.CharField(max_length=5, blank=True))
    province_code = item(16, models.CharField(max_length=2, blank=True))
    until = item(17, models.DateField(null=True))

    class Meta(Piece.Meta):
        """One permanent spell at a time (the slot); one head per household."""

        constraints = [  # noqa: RUF012 - Django's form
            *Piece.Meta.constraints,
            models.CheckConstraint(
                condition=Q(slot__in=[each.value for each in Spell]), name="population_residence_kind"
            ),
            models.CheckConstraint(
                condition=Q(relation__in=["", *(each.value for each in Member)]), name="population_residence_relation"
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=OPEN & Q(slot=Spell.PERMANENT.value, relation=Member.HEAD.value),
                name="population_household_one_head",
            ),
        ]
