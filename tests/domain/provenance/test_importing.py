"""The bridge from cleaning runs: rows in are rows out, the same run twice is one run, nothing is guessed or lost."""

from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models
from tests.domain.provenance.runs import AT, STEWARD, person, vehicle, write_run

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.models import AuditEvent
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.licences.operations.register import REGISTER as LICENCES
from sosach.domain.population.models import Person
from sosach.domain.population.operations.register import REGISTER as POPULATION
from sosach.domain.provenance.models import Finding, RefusedRow, Source, SourceRow
from sosach.domain.provenance.operations.importing import Taken, import_run
from sosach.domain.provenance.operations.verifying import verify_folds
from sosach.domain.vehicles.models import Vehicle
from sosach.domain.vehicles.operations.register import REGISTER as VEHICLES

REGISTERS = [POPULATION, VEHICLES, LICENCES]
HANGING = ("population", "vehicles", "licences")


def take_in(folder: Path, *, synthetic: bool = True, actor: Actor = STEWARD) -> dict[str, Taken]:
    taken = import_run(Order(actor, AT), folder=folder, registers=REGISTERS, synthetic=synthetic)
    return {each.register: each for each in taken}


def tables() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in {*HANGING, "provenance"}]


def everything() -> dict[str, list[tuple[object, ...]]]:
    with acting(STEWARD):
        return {model._meta.db_table: list(model.objects.order_by("pk").values_list()) for model in tables()}


@pytest.mark.slow
@pytest.mark.usefixtures("db")
def test_a_whole_run_is_taken_in_once(demo: Path) -> None:
    taken = take_in(demo)
    with acting(STEWARD):
        for name, each in taken.items():
            rows = SourceRow.objects.filter(register=name).count() + RefusedRow.objects.filter(register=name).count()
            assert rows == each.rows
            assert sum(each.refused.values()) == RefusedRow.objects.filter(register=name).count()
        linked = SourceRow.objects.filter(register="vehicles", verdict__decision="link")
        of_persons = Vehicle.objects.filter(pk__in=linked.values("subject_id"), owner_person__isnull=False)
        assert of_persons.count() == linked.values("subject_id").distinct().count() > 0
    before = everything()
    again = take_in(demo)
    assert all(each.repeated for each in again.values())
    assert everything() == before


@pytest.mark.slow
@pytest.mark.usefixtures("db")
def test_records_are_what_their_sources_say(demo: Path) -> None:
    """Set by set is the same as one by one: the fold finds no difference, and settling changes no row that hangs on a record."""
    take_in(demo)
    for register in REGISTERS:
        verified = verify_folds(Order(STEWARD, AT), register=register)
        assert verified.differing == 0, verified.differences[:5]
        assert verified.records > 0
    before = everything()
    with acting(STEWARD):
        for register in REGISTERS:
            for record in register.model.objects.order_by("pk"):
                assert register.settle is not None
                register.settle(Order(STEWARD, AT), record)
    after = everything()
    assert {name for name in before if before[name] != after[name]} == set()


@pytest.mark.usefixtures("db")
def test_two_persons_with_one_pin_are_never_guessed(tmp_path: Path) -> None:
    run = write_run(
        tmp_path,
        population=[
            person("038066583942", "TRẦN VĂN TRÍ"),
            person("038066583942", "LÊ THỊ LÀNH", birth_date_std="1971-01-01"),
            person("038166871517", "TRẦN THỊ BƯỞI"),
            person("038166871517", "TRẦN THỊ BƯỞI", old_id_std="170989620"),
            person(None, "KHÔNG AI BIẾT", commune_code=None, province_code=None),
            person(None, "NGƯỜI CÓ CHỖ Ở", commune_code="99999"),
        ],
        findings=[{"register": "population", "row_number": 0, "code": "PER-50", "severity": "error", "field": "pin"}],
    )
    taken = take_in(run)["population"]
    assert (taken.new, taken.refused) == (2, {"one_key_two_records": 2, "no_place": 1})
    with acting(STEWARD):
        assert sorted(Person.objects.values_list("full_name", "pin", "commune_code", "province_code")) == [
            ("NGƯỜI CÓ CHỖ Ở", None, None, "38"),
            ("TRẦN THỊ BƯỞI", "038166871517", "15457", "38"),
        ]
        refused = RefusedRow.objects.get(row_number=0)
        assert (refused.given["pin"], refused.verdict["said"][0]["code"]) == ("038066583942", "PER-50")
        assert Finding.objects.count() == 0
        other = Person.objects.get(pin="038166871517")
        assert SourceRow.objects.filter(subject_id=other.pk).count() == 2
        assert other.oldnumber_rows.get().number == "170989620"


@pytest.mark.usefixtures("db")
def test_what_the_tables_refuse_stops_no_other_row(tmp_path: Path) -> None:
    """A PIN of letters breaks a check: the row is refused by the name of the check, the others become records."""
    run = write_run(
        tmp_path, population=[person("03806658394A", "TRẦN VĂN TRÍ"), person("038166871517", "TRẦN THỊ BƯỞI")]
    )
    taken = take_in(run)["population"]
    assert (taken.new, taken.refused) == (1, {"constraint:population_pin_digits": 1})


@pytest.mark.usefixtures("db")
def test_a_number_several_claim_is_nobodys(tmp_path: Path) -> None:
    run = write_run(
        tmp_path,
        vehicles=[
            vehicle("XE1", "RLHA1", "36B705895"),
            vehicle("XE2", "RLHA2", "36B705895"),
            vehicle("XE3", "RLHA3", "36B705896"),
            vehicle("XE4", "RLHA3", "36B705897"),
        ],
    )
    assert take_in(run)["vehicles"].new == 4
    with acting(STEWARD):
        told = Vehicle.objects.order_by("pk").values_list("plate_number", "chassis_number", "chassis_disputed")
        assert list(told) == [
            ("", "RLHA1", False),
            ("", "RLHA2", False),
            ("36B705896", "RLHA3", True),
            ("36B705897", "RLHA3", True),
        ]
        assert SourceRow.objects.order_by("row_number").first().given["plate"] == "36B705895"  # type: ignore[union-attr]
    assert verify_folds(Order(STEWARD, AT), register=VEHICLES).differing == 0


@pytest.mark.usefixtures("db")
def test_a_later_run_changes_what_it_tells_and_no_more(tmp_path: Path) -> None:
    first = person("038066583942", "TRẦN VĂN TRÍ", old_id_std="171129580")
    take_in(write_run(tmp_path / "1", population=[first, person("038166871517", "TRẦN THỊ BƯỞI")]))
    before = everything()
    second = first | {"full_name_std": "TRẦN VĂN TRI", "sex_std": None, "birth_date_std": "1966-02-09"}
    taken = take_in(write_run(tmp_path / "2", population=[second, person("038201122292", "NGUYỄN NGỌC PHÚC")]))
    assert (taken["population"].new, taken["population"].known) == (1, 1)
    with acting(STEWARD):
        someone = Person.objects.get(pin="038066583942")
        assert (someone.full_name, someone.sex, someone.birth_date) == ("TRẦN VĂN TRI", "M", "1966-02-09")
        assert (someone.name_k2, SourceRow.objects.filter(subject_id=someone.pk).count()) == ("TRAN VAN TRI", 2)
        other = Person.objects.filter(pin="038166871517").values_list().get()
        assert other in before["population_person"]
    assert verify_folds(Order(STEWARD, AT), register=POPULATION).differing == 0


@pytest.mark.usefixtures("db")
def test_a_vehicle_told_twice_is_one_and_what_links_it_is_told_together(tmp_path: Path) -> None:
    owner = person("038066583942", "TRẦN VĂN TRÍ")
    linked = {"decision": "link", "pin": "038066583942"}
    rows = [vehicle("XE1", "RLHA1", "36B705895", **linked), vehicle("XE2", "RLHA1", "36B705895", brand="YAMAHA")]
    firm = {"owner_kind": "organisation", "owner_name_std": "CÔNG TY A", "owner_id_number": "0101007919"}
    taken = take_in(
        write_run(tmp_path / "1", population=[owner], vehicles=[*rows, vehicle("XE3", "RLHA1", "36B705895", **firm)])
    )
    assert taken["vehicles"].new == 1
    with acting(STEWARD):
        found = Vehicle.objects.get()
        assert (found.brand, found.owner_kind, found.owner_person_id) == ("HONDA", "organisation", None)
        assert SourceRow.objects.filter(subject_id=found.pk).count() == 3
    take_in(write_run(tmp_path / "2", vehicles=[rows[0] | {"brand": "PIAGGIO"}]))
    with acting(STEWARD):
        found = Vehicle.objects.get()
        assert (found.brand, found.owner_kind, found.owner_person.pin) == ("PIAGGIO", "person", "038066583942")
    assert verify_folds(Order(STEWARD, AT), register=VEHICLES).differing == 0


@pytest.mark.usefixtures("db")
def test_one_event_per_run(tmp_path: Path) -> None:
    take_in(write_run(tmp_path, population=[person("038066583942", "TRẦN VĂN TRÍ")]))
    with acting(STEWARD):
        told = AuditEvent.objects.values_list("event", "subject_kind", "subject_key").get()
        assert told == ("provenance.source_taken_in", "source", str(Source.objects.get().pk))


@pytest.mark.usefixtures("db")
def test_real_people_need_a_database_for_them(tmp_path: Path) -> None:
    run = write_run(tmp_path, population=[person("038066583942", "TRẦN VĂN TRÍ")])
    with pytest.raises(SosachError) as refused:
        take_in(run, synthetic=False)
    assert refused.value.code is ErrorCode.DATABASE_UNFIT
    with pytest.raises(SosachError) as missing:
        take_in(tmp_path / "nothing")
    assert missing.value.code is ErrorCode.INPUT_MISSING
    province = Actor(ActorKind.OFFICER, "1", Level.PROVINCE, "38", frozenset({Role.STEWARD}))
    with pytest.raises(SosachError) as outside:
        take_in(run, actor=province)
    assert outside.value.code is ErrorCode.ACCESS_OUTSIDE


@pytest.mark.usefixtures("db")
def test_nothing_stays_behind(tmp_path: Path) -> None:
    take_in(write_run(tmp_path, population=[person("038066583942", "TRẦN VĂN TRÍ")]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r'")
        assert {name for (name,) in cursor.fetchall()} <= {"import_commune"}
