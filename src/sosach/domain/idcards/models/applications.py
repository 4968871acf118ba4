"""Columns of applications: what is applied for, how far it is, its clock, its papers, and attempts that came too early."""

from django.db import models
from django.db.models import Q

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.idcards.models.columns import BASIC, INTERNAL, SENSITIVE, known
from sosach.domain.idcards.rules.applications import Channel, Delivery, Ground, Kind
from sosach.domain.idcards.rules.endings import Ending
from sosach.domain.idcards.rules.papers import PaperKind
from sosach.domain.idcards.states.applications import CLOSED, State
from sosach.domain.population.models import Person

LAW = "law-26-2023-15"
EXCHANGE_LAW = "law-26-2023-24"
TIME_LAW = "law-26-2023-26"


class Application(models.Model):
    """An application for a card. It lies in the commune whose police took it, and is the applicant's."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    number = classed(models.CharField(max_length=20, unique=True), INTERNAL)
    # made by the client before the first try: the same key is the same application
    key = classed(models.UUIDField(), INTERNAL)
    person = classed(
        models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False), BASIC, legal=LAW
    )
    kind = classed(models.CharField(max_length=8), BASIC, legal=EXCHANGE_LAW)
    ground = classed(models.CharField(max_length=12), BASIC, legal=EXCHANGE_LAW)
    profile = classed(models.CharField(max_length=24), INTERNAL)
    channel = classed(models.CharField(max_length=8), INTERNAL)
    delivery = classed(models.CharField(max_length=8), INTERNAL)
    address = classed(models.CharField(max_length=250, blank=True), BASIC, legal=LAW)
    representative = classed(
        models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False),
        BASIC,
        legal=LAW,
    )
    old_card = classed(models.CharField(max_length=20, blank=True), BASIC, legal=LAW)
    priority = classed(models.PositiveSmallIntegerField(default=5), INTERNAL)
    fee = classed(models.PositiveIntegerField(default=0), INTERNAL)
    state = classed(models.CharField(max_length=12), INTERNAL)
    # what the applicant said otherwise than the register: names of columns, and what was asked of the register
    differing = classed(models.JSONField(default=list), INTERNAL)
    stated = classed(models.JSONField(default=dict), SENSITIVE, legal=LAW)
    problems = classed(models.JSONField(default=list), INTERNAL)
    petition_id = classed(models.BigIntegerField(null=True), INTERNAL)
    commune_code = classed(models.CharField(max_length=5), INTERNAL)
    province_code = classed(models.CharField(max_length=2), INTERNAL)
    received_at = classed(models.DateTimeField(), INTERNAL)
    received_on = classed(models.DateField(), BASIC, legal=TIME_LAW)
    due_on = classed(models.DateField(null=True), BASIC, legal=TIME_LAW)
    opened_by = classed(models.CharField(max_length=64), BASIC, legal=LAW)
    captured_by = classed(models.CharField(max_length=64, blank=True), BASIC, legal=LAW)
    approved_by = classed(models.CharField(max_length=64, blank=True), BASIC, legal=LAW)
    approved_at = classed(models.DateTimeField(null=True), INTERNAL)
    closed_at = classed(models.DateTimeField(null=True), INTERNAL)
    # why it lapsed (`rules.endings.Ending`)
    ended_for = classed(models.CharField(max_length=12, blank=True), BASIC, legal=LAW)

    class Meta:
        """One application of a person at a time; nobody approves what they captured; a clock runs or stands still."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["person", "key"], name="idcards_application_key_once"),
            models.UniqueConstraint(
                fields=["person"], condition=~Q(state__in=sorted(map(str, CLOSED))), name="idcards_application_one_open"
            ),
            known("state", State, "idcards_application_state_known"),
            known("kind", Kind, "idcards_application_kind_known"),
            known("ground", Ground, "idcards_application_ground_known"),
            known("channel", Channel, "idcards_application_channel_known"),
            known("delivery", Delivery, "idcards_application_delivery_known"),
            models.CheckConstraint(
                condition=Q(approved_by="")
                | ~Q(approved_by=models.F("captured_by")) & ~Q(approved_by=models.F("opened_by")),
                name="idcards_application_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "made", "done"])
                | ~Q(approved_by="") & Q(approved_at__isnull=False),
                name="idcards_application_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(map(str, CLOSED)), closed_at__isnull=False)
                | ~Q(state__in=sorted(map(str, CLOSED))) & Q(closed_at__isnull=True),
                name="idcards_application_closed_with_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state=State.LAPSED.value, ended_for__in=sorted(each.value for each in Ending))
                | ~Q(state=State.LAPSED.value) & Q(ended_for=""),
                name="idcards_application_lapsed_for_a_reason",
            ),
            models.CheckConstraint(condition=Q(priority__lte=9), name="idcards_application_priority"),
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(fields=["state", "due_on", "id"], name="idcards_application_queue"),
            models.Index(fields=["commune_code", "state", "due_on", "id"], name="idcards_application_commune"),
            models.Index(fields=["province_code", "state", "due_on", "id"], name="idcards_application_prov"),
            models.Index(fields=["received_on", "commune_code"], name="idcards_application_by_day"),
        ]


class ApplicationPause(models.Model):
    """Days on which the citizen has to act."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    application = classed(models.ForeignKey(Application, on_delete=models.PROTECT, related_name="pauses"), INTERNAL)
    begins_on = classed(models.DateField(), BASIC, legal=TIME_LAW)
    ends_on = classed(models.DateField(null=True), BASIC, legal=TIME_LAW)
    why = classed(models.CharField(max_length=12), INTERNAL)

    class Meta:
        """One at a time, and forward."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(
                fields=["application"], condition=Q(ends_on__isnull=True), name="idcards_pause_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("begins_on")), name="idcards_pause_forward"
            ),
        ]


class ApplicationStep(models.Model):
    """One line of an application's history: what was done, by whom, under which act of the log."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    application = classed(models.ForeignKey(Application, on_delete=models.PROTECT, related_name="steps"), INTERNAL)
    at = classed(models.DateTimeField(), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)
    step = classed(models.CharField(max_length=16), INTERNAL)
    state = classed(models.CharField(max_length=12), INTERNAL)
    actor_kind = classed(models.CharField(max_length=16), INTERNAL)
    actor_key = classed(models.CharField(max_length=64), BASIC, legal=LAW)
    reason = classed(models.TextField(blank=True), Sensitivity.BASIC, legal=LAW)


class ApplicationTransfer(models.Model):
    """That an application went to another office. The row stays with the office that gave it away: all it goes on seeing of it."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    application = classed(models.ForeignKey(Application, on_delete=models.PROTECT, related_name="transfers"), INTERNAL)
    number = classed(models.CharField(max_length=20), INTERNAL)
    commune_code = classed(models.CharField(max_length=5), INTERNAL)
    province_code = classed(models.CharField(max_length=2), INTERNAL)
    to_commune = classed(models.CharField(max_length=5), INTERNAL)
    at = classed(models.DateTimeField(), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)
    actor_kind = classed(models.CharField(max_length=16), INTERNAL)
    actor_key = classed(models.CharField(max_length=64), BASIC, legal=LAW)
    reason = classed(models.TextField(blank=True), BASIC, legal=LAW)

    class Meta:
        """To another office than the one it was at."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(condition=~Q(to_commune=models.F("commune_code")), name="idcards_transfer_elsewhere")
        ]
        indexes = [models.Index(fields=["commune_code", "id"], name="idcards_transfers_of_office")]  # noqa: RUF012


class Attempt(models.Model):
    """Somebody came whom no card can be made for yet: what stood against it, and what was said has to be done first."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    at = classed(models.DateTimeField(), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)
    number = classed(models.CharField(max_length=20), INTERNAL)
    pin = classed(models.CharField(max_length=12, blank=True), BASIC, legal=LAW)
    person = classed(models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+"), BASIC, legal=LAW)
    kind = classed(models.CharField(max_length=8), BASIC, legal=EXCHANGE_LAW)
    problems = classed(models.JSONField(), INTERNAL)
    actor_key = classed(models.CharField(max_length=64), BASIC, legal=LAW)
    commune_code = classed(models.CharField(max_length=5, null=True), INTERNAL)
    province_code = classed(models.CharField(max_length=2, null=True), INTERNAL)

    class Meta:
        """Told with at least one problem."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(condition=~Q(problems=[]), name="idcards_attempt_has_a_problem")
        ]


class Paper(models.Model):
    """A numbered paper of an application: CC01, CC02, CC03, DC02. What it says is made from the records when printed."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    application = classed(models.ForeignKey(Application, on_delete=models.PROTECT, related_name="papers"), INTERNAL)
    kind = classed(models.CharField(max_length=4), INTERNAL)
    number = classed(models.CharField(max_length=24, unique=True), INTERNAL)
    at = classed(models.DateTimeField(), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)
    terms = classed(models.JSONField(default=dict), BASIC, legal=LAW)

    class Meta:
        """Of a known kind."""

        constraints = [known("kind", PaperKind, "idcards_paper_kind_known")]  # noqa: RUF012 - Django's form
