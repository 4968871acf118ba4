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
    commune = Actor(ActorKind.OFFICER, "officer-1", Level.COMMUNE, "15457", frozenset({Role.STEWARD}))
    with pytest.raises(SosachError) as outside:
        take_in(run, actor=commune)
    assert outside.value.code is ErrorCode.ACCESS_OUTSIDE


@pytest.mark.usefixtures("db")
def test_a_province_takes_in_its_own_records_and_no_others(tmp_path: Path) -> None:
    """Rows that lie elsewhere, and rows about another province's records, are kept as refused on the province's desk."""
    elsewhere = {"commune_code": "16681", "province_code": "40"}
    neighbour = person("040166871517", "TRẦN THỊ BƯỞI", **elsewhere)
    take_in(write_run(tmp_path / "1", population=[person("038066583942", "TRẦN VĂN TRÍ"), neighbour]))
    with acting(STEWARD):
        before = Person.objects.filter(pin="040166871517").values_list().get()
    run = write_run(
        tmp_path / "2",
        population=[
            person("038066583942", "TRẦN VĂN TRI"),
            person("038201122292", "NGUYỄN NGỌC PHÚC"),
            person("040201122293", "NGUYỄN NGỌC HÀ", **elsewhere),
            neighbour | {"commune_code": "15457", "province_code": "38"},
            person(None, "KHÔNG AI BIẾT", commune_code=None, province_code=None),
        ],
        vehicles=[
            vehicle("XE1", "RLHA1", "36B705895", decision="link", pin="040166871517"),
            vehicle("XE2", "RLHA2", "37B705895", **elsewhere),
        ],
        findings=[{"register": "population", "row_number": 2, "code": "PER-50", "severity": "error", "field": "pin"}],
    )
    province = Actor(ActorKind.OFFICER, "officer-1", Level.PROVINCE, "38", frozenset({Role.STEWARD}))
    taken = take_in(run, actor=province)
    assert (taken["population"].new, taken["population"].known) == (1, 1)
    assert taken["population"].refused == {"outside": 2, "no_place": 1}
    assert (taken["vehicles"].new, taken["vehicles"].refused) == (1, {"outside": 1})
    with acting(STEWARD):
        assert Person.objects.filter(pin="040166871517").values_list().get() == before
        assert Person.objects.get(pin="038066583942").full_name == "TRẦN VĂN TRI"
        assert Vehicle.objects.get().owner_person_id == before[0]
    with acting(province):
        refused = RefusedRow.objects.order_by("register", "row_number")
        assert [(row.register, row.row_number, row.commune_code) for row in refused] == [
            ("population", 2, None),
            ("population", 3, "15457"),
            ("population", 4, None),
            ("vehicles", 1, None),
        ]
        assert refused[0].given["full_name"] == "Nguyễn Ngọc Hà"
        assert refused[0].verdict["said"][0]["code"] == "PER-50"
    assert all(each.repeated for each in take_in(run, actor=province).values())
    # the nation takes the whole of it in: the other province's part was not lost to it
    whole = take_in(run)
    assert (whole["population"].new, whole["vehicles"].new) == (1, 1)


@pytest.mark.usefixtures("db")
def test_known_records_that_change_places_stop_nobody(tmp_path: Path) -> None:
    """A later run gives one licence to the holder of another: what the table allows once is refused, all else goes on."""
    people = [person("038066583942", "TRẦN VĂN TRÍ"), person("038166871517", "TRẦN THỊ BƯỞI")]

    def licence(record: str, number: str, pin: str) -> dict[str, object]:
        return {
            "record_id": record,
            "licence_number_std": number,
            "licence_number": number,
            "full_name_std": "TRẦN VĂN TRÍ",
            "decision": "link",
            "pin": pin,
            "commune_code": "15457",
            "province_code": "38",
        }

    first = [licence("GP1", "380012345678", people[0]["pin"]), licence("GP2", "380012345679", people[1]["pin"])]
    take_in(write_run(tmp_path / "1", population=people, licences=first))
    told = licence("GP1", "380012345678", people[1]["pin"])
    for number, row in enumerate((told, told | {"licence_number_std": None, "licence_number": None})):
        others = licence(f"GP{number + 3}", f"38001234567{number}", "")
        taken = take_in(write_run(tmp_path / f"{number + 2}", population=people, licences=[row, others]))
        assert taken["licences"].refused == {"constraint:licences_one_per_person": 1}
        assert taken["licences"].new == 1


@pytest.mark.usefixtures("db")
def test_nothing_stays_behind(tmp_path: Path) -> None:
    take_in(write_run(tmp_path, population=[person("038066583942", "TRẦN VĂN TRÍ")]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r'")
        assert {name for (name,) in cursor.fetchall()} <= {"import_commune"}
