"""The gates as every subject uses them: territory, roles, one event per act, retraction."""

from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import ProgrammingError

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import Look, Seen, acting, reading
from sosach.domain.access.rules import Role
from sosach.domain.audit.models import AuditEvent
from sosach.domain.audit.rules import Actor, ActorKind, Level, Subject
from sosach.domain.population.models import Person
from sosach.domain.provenance.models import JournalEntry
from sosach.domain.provenance.operations import enter_change, make_record, retract
from sosach.domain.provenance.queries import values_of

AT = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
REGISTRAR = frozenset({Role.CIVIL_STATUS})


def officer(unit: str, *roles: Role, level: Level = Level.COMMUNE) -> Actor:
    return Actor(ActorKind.OFFICER, f"officer-{unit}", level, unit, frozenset(roles))


@operation("population.birth_registered", roles=REGISTRAR)
def register(order: Order, *, full_name: str, commune_code: str) -> Done[Person]:
    values = {"full_name": full_name, "commune_code": commune_code, "province_code": "01"}
    person = make_record(order, Person, values, procedure="register_birth")
    return Done(person, [Subject("person", str(person.pk), commune_code)])


@operation("population.birth_registered", roles=REGISTRAR)
def change(order: Order, person: Person, **changes: str) -> Done[JournalEntry]:
    return Done(enter_change(order, person, changes, procedure="correct"), [Subject("person", str(person.pk))])


@operation("provenance.entry_retracted", roles=REGISTRAR)
def take_back(order: Order, person: Person, entry: JournalEntry) -> Done[JournalEntry]:
    return Done(retract(order, person, entry.pk), [Subject("person", str(person.pk))])


@reading("population.person_read", roles=frozenset({Role.CLERK, Role.CIVIL_STATUS}))
def person(look: Look, key: int) -> Seen[Person | None]:
    del look
    found = Person.objects.filter(pk=key).first()
    return Seen(found, [Subject("person", str(key), found.commune_code or "")] if found else [])


BA_DINH = officer("00004", Role.CIVIL_STATUS)
NGOC_HA = officer("00008", Role.CIVIL_STATUS)


def born() -> Person:
    return register(Order(BA_DINH, AT), full_name="NGUYỄN VĂN AN", commune_code="00004")


@pytest.mark.usefixtures("db")
def test_a_neighbouring_commune_sees_nothing() -> None:
    key = born().pk
    seen = {unit.unit: person(Look(unit, "case", AT), key) for unit in (BA_DINH, NGOC_HA)}
    assert seen["00004"] is not None
    assert seen["00008"] is None
    assert Person.objects.count() == 0, "without an actor nobody sees anything"


@pytest.mark.usefixtures("db")
def test_nobody_writes_into_a_neighbouring_commune() -> None:
    with pytest.raises(ProgrammingError, match="row-level security"):
        register(Order(BA_DINH, AT), full_name="TRẦN THỊ BÌNH", commune_code="00008")


@pytest.mark.usefixtures("db")
def test_a_role_is_needed() -> None:
    with pytest.raises(SosachError) as refused:
        register(Order(officer("00004", Role.CLERK), AT), full_name="TRẦN THỊ BÌNH", commune_code="00004")
    assert refused.value.code is ErrorCode.ACCESS_DENIED


@pytest.mark.usefixtures("db")
def test_every_act_and_every_look_leaves_one_event() -> None:
    key = born().pk
    person(Look(BA_DINH, "case", AT), key)
    person(Look(BA_DINH, "case", AT), key + 1000)
    with acting(BA_DINH):
        told = list(AuditEvent.objects.order_by("pk").values_list("event", "subject_key", "purpose"))
    assert told == [
        ("population.birth_registered", str(key), ""),
        ("population.person_read", str(key), "case"),
        ("population.person_read", "", "case"),
    ]


@pytest.mark.parametrize("statement", ["UPDATE audit_auditevent SET event = ''", "DELETE FROM audit_auditevent"])
@pytest.mark.usefixtures("db")
def test_the_log_is_neither_changed_nor_deleted(statement: str) -> None:
    born()
    with pytest.raises(ProgrammingError, match="permission denied"), acting(BA_DINH) as _:
        AuditEvent.objects.raw(statement)._fetch_all()


def test_without_log_nothing_is_shown_or_done(owner: psycopg.Connection[tuple[object, ...]]) -> None:
    key = born().pk
    owner.execute("REVOKE INSERT ON audit_auditevent FROM sosach_web")
    acts: list[Callable[[], object]] = [born, lambda: person(Look(BA_DINH, "case", AT), key)]
    for act in acts:
        with pytest.raises(SosachError) as refused:
            act()
        assert refused.value.code is ErrorCode.AUDIT_UNAVAILABLE
    assert owner.execute("SELECT count(*) FROM population_person").fetchone() == (1,)


@pytest.mark.usefixtures("db")
def test_taking_back_leaves_what_came_later() -> None:
    someone = born()
    mistake = change(Order(BA_DINH, AT), someone, full_name="NGUYỄN VĂN ÁN")
    change(Order(BA_DINH, AT), someone, sex="M")
    take_back(Order(BA_DINH, AT), someone, mistake)
    assert (someone.full_name, someone.sex) == ("NGUYỄN VĂN AN", "M")
    with acting(BA_DINH):
        origin = values_of(someone)["full_name"]
    assert (origin.origin, origin.actor) == ("procedure", ("officer", "officer-00004"))
