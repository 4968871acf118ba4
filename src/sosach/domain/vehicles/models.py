"""Columns of the vehicle register: vehicles, who owned them, numbers of plates and what happened to them, what bars procedures."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.population.models import Person
from sosach.domain.provenance.models import Folded
from sosach.domain.vehicles.rules import COLOURS, KINDS, ORIGINS, STATUSES, OwnerKind, Registration
from sosach.domain.vehicles.states import BlockKind, PlateState

LAW = "law-36-2024-39"
KIND_LAW = "law-36-2024-34"
AGE_LAW = "law-36-2024-40"
PLATE_LAW = "circ-79-2024"
CAMPAIGN = "campaign-2025"
BASIC = Sensitivity.BASIC
INTERNAL = Sensitivity.INTERNAL

ON_VEHICLE = (PlateState.ISSUED.value, PlateState.LOST.value)
LIVING = (
    Registration.NONE.value,
    Registration.TEMPORARY.value,
    Registration.REGISTERED.value,
    Registration.WITHDRAWN.value,
)


def _person(**options: str | bool) -> models.ForeignKey:
    return models.ForeignKey(Person, on_delete=models.PROTECT, null=True, **options)


class Vehicle(Folded):
    """A vehicle: what it is, whose it is, its plate and certificate, and the state of its registration."""

    REGISTER = "vehicles"
    FOLDED: ClassVar[tuple[str, ...]] = (
        *("kind", "brand", "model", "chassis_number", "chassis_restamped", "chassis_disputed", "engine_number"),
        *("paint_colour", "manufactured_year", "displacement_cm3", "power_kw", "seats", "standing_places"),
        *("lying_places", "payload_kg", "kerb_kg", "gross_kg", "towed_kg", "origin", "service_until_year"),
        *("owner_kind", "owner_person_id", "owner_since", "owner_name", "owner_id_number", "owner_old_papers"),
        *("owner_address", "owner_phone", "commune_code", "province_code"),
        *("plate_number", "plate_display", "plate_kind", "plate_colour", "temporary_number", "temporary_until"),
        *("registration", "certificate_number", "first_registered_on", "issued_on", "certificate_until", "issued_by"),
        *("transport_business", "declared_status", "known_status", "proposed_status", "data_state", "user_person_id"),
        "last_step",
    )

    # vehicle
    kind = classed(models.CharField(max_length=24, blank=True), BASIC, legal=KIND_LAW)
    brand = classed(models.CharField(max_length=80, blank=True), BASIC, legal=LAW)
    model = classed(models.CharField(max_length=80, blank=True), BASIC, legal=LAW)
    chassis_number = classed(models.CharField(max_length=32, blank=True), BASIC, legal=LAW)
    chassis_restamped = classed(models.BooleanField(default=False), BASIC, legal=LAW)
    # several records claim the number and a case decides; loads of what the registers hold today set it
    chassis_disputed = classed(models.BooleanField(default=False), INTERNAL)
    engine_number = classed(models.CharField(max_length=32, blank=True), BASIC, legal=LAW)
    paint_colour = classed(models.CharField(max_length=60, blank=True), BASIC, legal=LAW)
    manufactured_year = classed(models.PositiveSmallIntegerField(null=True), BASIC, legal=LAW)
    displacement_cm3 = classed(models.PositiveIntegerField(null=True), BASIC, legal=LAW)
    power_kw = classed(models.DecimalField(max_digits=8, decimal_places=2, null=True), BASIC, legal=LAW)
    seats = classed(models.PositiveSmallIntegerField(null=True), BASIC, legal=LAW)
    standing_places = classed(models.PositiveSmallIntegerField(null=True), BASIC, legal=LAW)
    lying_places = classed(models.PositiveSmallIntegerField(null=True), BASIC, legal=LAW)
    payload_kg = classed(models.PositiveIntegerField(null=True), BASIC, legal=LAW)
    kerb_kg = classed(models.PositiveIntegerField(null=True), BASIC, legal=LAW)
    gross_kg = classed(models.PositiveIntegerField(null=True), BASIC, legal=LAW)
    towed_kg = classed(models.PositiveIntegerField(null=True), BASIC, legal=LAW)
    origin = classed(models.CharField(max_length=24, blank=True), BASIC, legal=LAW)
    service_until_year = classed(models.PositiveSmallIntegerField(null=True), BASIC, legal=AGE_LAW)
    # owner
    owner_kind = classed(models.CharField(max_length=16, default=OwnerKind.UNKNOWN.value), BASIC, legal=LAW)
    owner_person = classed(_person(related_name="+"), BASIC, legal=LAW)
    owner_since = classed(models.DateField(null=True), BASIC, legal=LAW)
    owner_name = classed(models.CharField(max_length=200, blank=True), BASIC, legal=LAW)
    owner_id_number = classed(models.CharField(max_length=32, blank=True), BASIC, legal=LAW)
    owner_old_papers = classed(models.CharField(max_length=120, blank=True), BASIC, legal=LAW)
    owner_address = classed(models.CharField(max_length=300, blank=True), BASIC, legal=LAW)
    owner_phone = classed(models.CharField(max_length=40, blank=True), BASIC, legal=LAW)
    # plate
    plate_number = classed(models.CharField(max_length=16, blank=True), BASIC, legal=PLATE_LAW)
    plate_display = classed(models.CharField(max_length=24, blank=True), BASIC, legal=PLATE_LAW)
    plate_kind = classed(models.CharField(max_length=12, blank=True), BASIC, legal=PLATE_LAW)
    plate_colour = classed(models.CharField(max_length=8, blank=True), BASIC, legal=PLATE_LAW)
    temporary_number = classed(models.CharField(max_length=16, blank=True), BASIC, legal=PLATE_LAW)
    temporary_until = classed(models.DateField(null=True), BASIC, legal=PLATE_LAW)
    # certificate and registration
    registration = classed(models.CharField(max_length=16, default=Registration.NONE.value), BASIC, legal=LAW)
    certificate_number = classed(models.CharField(max_length=40, blank=True), BASIC, legal=LAW)
    first_registered_on = classed(models.DateField(null=True), BASIC, legal=LAW)
    issued_on = classed(models.DateField(null=True), BASIC, legal=LAW)
    certificate_until = classed(models.DateField(null=True), BASIC, legal=LAW)
    issued_by = classed(models.CharField(max_length=120, blank=True), BASIC, legal=LAW)
    # use and campaign
    transport_business = classed(models.BooleanField(default=False), BASIC, legal=PLATE_LAW)
    declared_status = classed(models.CharField(max_length=32, blank=True), BASIC, legal=CAMPAIGN)
    known_status = classed(models.CharField(max_length=32, blank=True), BASIC, legal=CAMPAIGN)
    proposed_status = classed(models.CharField(max_length=32, blank=True), BASIC, legal=CAMPAIGN)
    data_state = classed(models.CharField(max_length=32, default="imported"), INTERNAL)
    # found by `vehicles_by_user`: of most vehicles nobody is known to use them who is not the owner
    user_person = classed(_person(db_index=False, related_name="+"), BASIC, legal=CAMPAIGN)
    # terms of the last procedure: ground, due day, who approved, what it opened and closed
    last_step = classed(models.JSONField(default=dict), BASIC, legal=LAW)
    # from what lies on the vehicle, by `operations.settling`
    plate_is_identification = classed(models.BooleanField(default=False), BASIC, legal=PLATE_LAW)
    pledged = classed(models.BooleanField(default=False), BASIC, legal=LAW)
    pledge_creditor = classed(models.CharField(max_length=200, blank=True), BASIC, legal=LAW)
    papers_held = classed(models.BooleanField(default=False), BASIC, legal=LAW)

    class Meta:
        """One frame, one vehicle on the road; codes from the closed lists."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(
                fields=["chassis_number"],
                condition=Q(registration__in=LIVING, chassis_restamped=False, chassis_disputed=False)
                & ~Q(chassis_number=""),
                name="vehicles_chassis_once",
            ),
            models.CheckConstraint(
                condition=Q(registration__in=[each.value for each in Registration]), name="vehicles_registration"
            ),
            models.CheckConstraint(condition=Q(kind__in=["", *KINDS]), name="vehicles_kind"),
            models.CheckConstraint(condition=Q(origin__in=["", *ORIGINS]), name="vehicles_origin"),
            models.CheckConstraint(condition=Q(plate_colour__in=["", *COLOURS]), name="vehicles_colour"),
            models.CheckConstraint(condition=Q(declared_status__in=["", *STATUSES]), name="vehicles_declared_status"),
            models.CheckConstraint(condition=Q(known_status__in=["", *STATUSES]), name="vehicles_known_status"),
            models.CheckConstraint(condition=Q(proposed_status__in=["", *STATUSES]), name="vehicles_proposed_status"),
            models.CheckConstraint(
                condition=Q(owner_kind=OwnerKind.PERSON.value, owner_person__isnull=False)
                | Q(owner_kind__in=[OwnerKind.ORGANISATION.value, OwnerKind.UNKNOWN.value], owner_person__isnull=True),
                name="vehicles_owner_of_its_kind",
            ),
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(fields=["plate_number"], name="vehicles_by_plate"),
            models.Index(fields=["chassis_number"], name="vehicles_by_chassis"),
            models.Index(fields=["engine_number"], name="vehicles_by_engine"),
            models.Index(fields=["owner_id_number"], name="vehicles_by_id_number"),
            models.Index(fields=["province_code", "commune_code"], name="vehicles_by_commune"),
            models.Index(fields=["user_person"], condition=Q(user_person__isnull=False), name="vehicles_by_user"),
        ]


class Ownership(models.Model):
    """A period in which somebody owned a vehicle. Follows from the journal; `holds` is false once its entry is taken back."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    # found by the index of `vehicles_owner_once`, which begins with it
    vehicle = classed(
        models.ForeignKey(Vehicle, on_delete=models.PROTECT, db_index=False, related_name="owners"), INTERNAL
    )
    entry = classed(models.BigIntegerField(), INTERNAL)
    owner_kind = classed(models.CharField(max_length=16), BASIC, legal=LAW)
    owner_person = classed(_person(related_name="+"), BASIC, legal=LAW)
    owner_code = classed(models.CharField(max_length=32, blank=True), BASIC, legal=LAW)
    since = classed(models.DateField(null=True), BASIC, legal=LAW)
    until = classed(models.DateField(null=True), BASIC, legal=LAW)
    holds = classed(models.BooleanField(default=True), INTERNAL)
    is_present = classed(models.BooleanField(default=False), INTERNAL)

    class Meta:
        """One entry begins one period; one present owner; no period ends before it began."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["vehicle", "entry"], name="vehicles_owner_once"),
            models.UniqueConstraint(
                fields=["vehicle"], condition=Q(is_present=True), name="vehicles_one_present_owner"
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(since__lte=F("until")),
                name="vehicles_owner_forward",
            ),
            models.CheckConstraint(condition=Q(is_present=False) | Q(holds=True), name="vehicles_present_holds"),
            models.CheckConstraint(
                condition=Q(is_present=False) | Q(until__isnull=True), name="vehicles_present_is_open"
            ),
        ]


class Plate(models.Model):
    """A number: it belongs to an owner or lies in the pool; plates with it are on one vehicle at most."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    number = classed(models.CharField(max_length=16), BASIC, legal=PLATE_LAW)
    kind = classed(models.CharField(max_length=12), BASIC, legal=PLATE_LAW)
    colour = classed(models.CharField(max_length=8), BASIC, legal=PLATE_LAW)
    state = classed(models.CharField(max_length=12, default=PlateState.POOL.value), BASIC, legal=PLATE_LAW)
    vehicle = classed(
        models.ForeignKey(Vehicle, on_delete=models.PROTECT, null=True, related_name="plates"), BASIC, legal=PLATE_LAW
    )
    owner_kind = classed(models.CharField(max_length=16, default=OwnerKind.UNKNOWN.value), BASIC, legal=PLATE_LAW)
    owner_person = classed(_person(db_index=False, related_name="+"), BASIC, legal=PLATE_LAW)  # by `vehicles_kept_by`
    owner_code = classed(models.CharField(max_length=32, blank=True), BASIC, legal=PLATE_LAW)
    kept_until = classed(models.DateField(null=True), BASIC, legal=PLATE_LAW)
    is_identification = classed(models.BooleanField(default=False), BASIC, legal=PLATE_LAW)
    is_auctioned = classed(models.BooleanField(default=False), BASIC, legal=PLATE_LAW)
    commune_code = classed(models.CharField(max_length=5, null=True), BASIC, legal=PLATE_LAW)
    province_code = classed(models.CharField(max_length=2, null=True), BASIC, legal=PLATE_LAW)
    lot = classed(models.BigIntegerField(default=0), INTERNAL)

    class Meta:
        """A number is one row, on one vehicle at most; a vehicle has one plate and one temporary plate at most."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(
                fields=["number", "kind"], condition=~Q(colour="xanh"), name="vehicles_number_once"
            ),
            models.UniqueConstraint(
                fields=["number", "kind"], condition=Q(colour="xanh"), name="vehicles_blue_number_once"
            ),
            models.UniqueConstraint(
                fields=["vehicle"],
                condition=Q(state__in=ON_VEHICLE) & ~Q(kind="temporary"),
                name="vehicles_one_plate",
            ),
            models.UniqueConstraint(
                fields=["vehicle"],
                condition=Q(state__in=ON_VEHICLE, kind="temporary"),
                name="vehicles_one_temporary_plate",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ON_VEHICLE, vehicle__isnull=False)
                | (Q(vehicle__isnull=True) & ~Q(state__in=ON_VEHICLE)),
                name="vehicles_plate_on_vehicle",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in PlateState]), name="vehicles_plate_state"
            ),
            models.CheckConstraint(
                condition=~Q(state=PlateState.POOL.value)
                | Q(owner_kind=OwnerKind.UNKNOWN.value, owner_person__isnull=True, kept_until__isnull=True),
                name="vehicles_pool_is_nobodys",
            ),
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(
                fields=["province_code", "kind", "lot"], condition=Q(state=PlateState.POOL.value), name="vehicles_pool"
            ),
            models.Index(fields=["kept_until"], condition=Q(state=PlateState.KEPT.value), name="vehicles_kept"),
            models.Index(fields=["owner_person"], condition=Q(state=PlateState.KEPT.value), name="vehicles_kept_by"),
        ]


class PlateEvent(models.Model):
    """Something that happened to a number: from a vehicle's journal (`holds` while its entry does), or to the number alone."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    # Written beside the plate and its vehicle, whose own keys are checked, in one transaction, and nobody may delete
    # those: a check of three more keys per row would be a tenth of the time of an import.
    plate = classed(
        models.ForeignKey(Plate, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="events"),
        INTERNAL,
    )
    vehicle = classed(
        models.ForeignKey(Vehicle, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"),
        INTERNAL,
    )
    entry = classed(models.BigIntegerField(default=0), INTERNAL)
    at = classed(models.DateTimeField(), INTERNAL)
    act = classed(models.UUIDField(null=True), INTERNAL)
    what = classed(models.CharField(max_length=12), INTERNAL)
    colour = classed(models.CharField(max_length=8, blank=True), BASIC, legal=PLATE_LAW)
    owner_kind = classed(models.CharField(max_length=16, default=OwnerKind.UNKNOWN.value), BASIC, legal=PLATE_LAW)
    owner_person = classed(_person(db_constraint=False, db_index=False, related_name="+"), BASIC, legal=PLATE_LAW)
    owner_code = classed(models.CharField(max_length=32, blank=True), BASIC, legal=PLATE_LAW)
    former_person = classed(_person(db_constraint=False, db_index=False, related_name="+"), BASIC, legal=PLATE_LAW)
    until = classed(models.DateField(null=True), BASIC, legal=PLATE_LAW)
    holds = classed(models.BooleanField(default=True), INTERNAL)

    class Meta:
        """One entry does one thing to a number."""

        constraints = [  # noqa: RUF012 - Django's form
            # what happened to a number alone has no vehicle, and stands as often as it happened
            models.UniqueConstraint(fields=["plate", "vehicle", "entry"], name="vehicles_step_once")
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(fields=["former_person"], condition=Q(former_person__isnull=False), name="vehicles_merged_by"),
        ]


class Block(models.Model):
    """What lies on a vehicle: pledge, seizure, theft, objection, public notice. Follows from the journal."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    vehicle = classed(models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="blocks"), INTERNAL)
    entry = classed(models.BigIntegerField(), INTERNAL)
    kind = classed(models.CharField(max_length=16), BASIC, legal=LAW)
    opened_on = classed(models.DateField(), BASIC, legal=LAW)
    until = classed(models.DateField(null=True), BASIC, legal=LAW)
    holder = classed(models.CharField(max_length=200, blank=True), BASIC, legal=LAW)
    person = classed(_person(related_name="+"), BASIC, legal=LAW)
    closed_by = classed(models.BigIntegerField(null=True), INTERNAL)
    closed_on = classed(models.DateField(null=True), BASIC, legal=LAW)
    outcome = classed(models.CharField(max_length=24, blank=True), BASIC, legal=LAW)
    holds = classed(models.BooleanField(default=True), INTERNAL)

    class Meta:
        """One entry opens one block; closed ones say by what and when."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["vehicle", "entry"], name="vehicles_block_once"),
            models.CheckConstraint(
                condition=Q(kind__in=[each.value for each in BlockKind]), name="vehicles_block_kind"
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True, closed_on__isnull=True)
                | Q(closed_by__isnull=False, closed_on__isnull=False),
                name="vehicles_closed_by_and_on",
            ),
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(
                fields=["kind", "until"], condition=Q(holds=True, closed_by__isnull=True), name="vehicles_open"
            )
        ]
