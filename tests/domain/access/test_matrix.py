"""Who may do what with whose rows: the policy, the database made from it, and every commune of the country against it."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from itertools import product

import psycopg
import pytest
from django.apps import apps
from django.db import connection, transaction

from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Action, Role, TablePolicy, Territory, may, policies, reaches
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.site.embedded import EmbeddedServer
from sosach.vn.places import communes, province_code, provinces

TODAY = date(2026, 11, 22)
COMMUNES = {place.code: province_code(place) for place in communes(at=TODAY)}
PROVINCES = [place.code for place in provinces(at=TODAY)]
UNITS = [
    (Level.NATION, ""),
    *((Level.PROVINCE, code) for code in PROVINCES),
    *((Level.COMMUNE, code) for code in COMMUNES),
]
SAMPLE = [UNITS[0], *UNITS[1:4], *UNITS[35::400]]
WITH_COMMUNE = sorted(name for name, policy in policies().items() if policy.territory is Territory.COMMUNE)
PRIVILEGES = {Action.READ: "SELECT", Action.INSERT: "INSERT", Action.UPDATE: "UPDATE", Action.DELETE: "DELETE"}
Owner = psycopg.Connection[tuple[object, ...]]


def actor(level: Level, unit: str, roles: Iterable[Role]) -> Actor:
    return Actor(ActorKind.OFFICER, "1", level, unit, frozenset(roles))


def test_every_table_has_a_policy_and_every_policy_a_table() -> None:
    models = apps.get_models(include_auto_created=True)
    # the queue of background work holds ids and no data of people; its tables are procrastinate's own
    tables = {model._meta.db_table for model in models if model._meta.app_label != "procrastinate"}
    assert tables == set(policies())


# Browsers that left, secrets that were replaced, tokens and calls that ran out, what was owed as a table says it: nothing of a
# register, and the installation itself alone.
PASSING = {
    "access_session",
    "access_secondfactor",
    "access_recoverycode",
    "exchange_spenttoken",
    "exchange_heardcall",
    "exchange_reactionline",
}
# What a partner filed itself, beside the registers.
FILED = {"exchange_filedperson", "exchange_filedidentity", "exchange_enrollment", "exchange_enrollmentfile"}


def test_nobody_deletes() -> None:
    deleting = {
        name: policy.roles[Action.DELETE] for name, policy in policies().items() if policy.roles.get(Action.DELETE)
    }
    ours, theirs = frozenset({Role.SYSTEM}), frozenset({Role.PARTNER})
    assert deleting == dict.fromkeys(PASSING, ours) | dict.fromkeys(FILED, theirs)


def test_the_country_is_whole() -> None:
    assert (len(PROVINCES), len(COMMUNES)) == (34, 3321)


@pytest.fixture(scope="module")
def catalogue(server: EmbeddedServer, database: str) -> Iterator[Owner]:
    """A connection that sees all tables, rights and policies of the worker's database and changes nothing."""
    with server.address.connect(database) as found:
        found.execute("SET default_transaction_read_only = on")
        yield found


@pytest.fixture
def everywhere(owner: Owner) -> Owner:
    """One row per commune in every table that has a territory by commune."""
    _fill(owner, WITH_COMMUNE)
    return owner


def _fill(owner: Owner, tables: list[str]) -> None:
    """Put one row per commune into some tables."""
    owner.execute("SET session_replication_role = replica")  # what rows say does not matter here, only where they lie
    for table, name in owner.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'c' AND conrelid::regclass::text = ANY(%s)",
        [tables],
    ).fetchall():
        owner.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for table in tables:
        columns = [
            (str(name), str(kind))
            for name, kind in owner.execute(
                "SELECT column_name, coalesce(character_maximum_length::text, data_type) FROM information_schema.columns WHERE table_name = %s "
                "AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'",
                [table],
            ).fetchall()
        ]
        others = [(name, kind) for name, kind in columns if name not in {"commune_code", "province_code"}]
        names = [f'"{name}"' for name, _ in others]
        values = [_filling(kind) for _, kind in others]
        owner.execute(
            f"INSERT INTO {table} (commune_code, province_code{''.join(f', {name}' for name in names)}) "
            f"SELECT commune, province{''.join(f', {value}' for value in values)} "
            "FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS units(commune, province, place)",
            [list(COMMUNES), list(COMMUNES.values())],
        )


def _filling(kind: str) -> str:
    """SQL of a value the constraints of the column accept, different for every row."""
    if kind.isdecimal():
        return f"left(place::text, {kind})"
    by_kind = {"ARRAY": "'{}'", "uuid": "gen_random_uuid()", "jsonb": "'{}'", "boolean": "true", "date": "'2026-11-22'"}
    if kind in by_kind:
        return by_kind[kind]
    if "timestamp" in kind:
        return "'2026-11-22T00:00:00Z'"
    return "place" if kind in {"integer", "bigint", "smallint"} else "place::text"


def _seen(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT commune_code FROM {table}")
        return {code for (code,) in cursor.fetchall()}


@cache
def _expected(level: Level, unit: str) -> frozenset[str]:
    who = actor(level, unit, ())
    return frozenset(
        commune for commune, province in COMMUNES.items() if reaches(who, commune_code=commune, province_code=province)
    )


def _wrong(policy: TablePolicy, units: Iterable[tuple[Level, str]]) -> int:
    """Cells of unit × commune in which the database lets the role `web` read other rows than the policy says."""
    wrong = 0
    for level, unit in units:
        who = actor(level, unit, policy.roles[Action.READ] - {Role.CITIZEN})
        with acting(who):
            wrong += len(_seen(policy.table) ^ _expected(level, unit))
    return wrong


@pytest.mark.usefixtures("everywhere")
def test_every_unit_reads_its_own_communes_and_no_other() -> None:
    with transaction.atomic():
        assert {table: _wrong(policies()[table], SAMPLE) for table in WITH_COMMUNE} == dict.fromkeys(WITH_COMMUNE, 0)
        assert _wrong(policies()["population_person"], UNITS) == 0


@pytest.mark.heavy
@pytest.mark.parametrize("table", WITH_COMMUNE)  # one by one: workers share them
def test_every_table_against_every_unit_and_commune(owner: Owner, table: str) -> None:
    _fill(owner, [table])
    with transaction.atomic():
        assert _wrong(policies()[table], UNITS) == 0


@pytest.mark.usefixtures("everywhere")
def test_the_matrix_fails_without_the_policy(owner: Owner) -> None:
    owner.execute("DROP POLICY sosach_read ON population_person")
    owner.execute("CREATE POLICY sosach_read ON population_person FOR SELECT TO sosach_web USING (true)")
    with transaction.atomic():
        assert _wrong(policies()["population_person"], SAMPLE) > 0


def test_conditions_of_writing_are_those_of_reading(catalogue: Owner) -> None:
    """Insert and update are limited to the same rows as read: the stored conditions differ in the roles only."""
    rows = catalogue.execute(
        "SELECT tablename, cmd, qual, with_check FROM pg_policies WHERE schemaname = 'public' AND 'sosach_web' = ANY(roles)"
    ).fetchall()
    found: dict[str, set[str]] = {}
    for table, _, qual, check in rows:
        if table in WITH_COMMUNE:
            for text in (qual, check):
                if text is not None:
                    found.setdefault(str(table), set()).add(str(text).split("]) AS sosach_has_role) AND ")[-1])
    assert set(found) == set(WITH_COMMUNE)
    assert all(len(conditions) == 1 for conditions in found.values()), found


@pytest.mark.parametrize("table", sorted(policies()))
def test_the_role_web_has_the_rights_of_the_policy_and_no_others(catalogue: Owner, table: str) -> None:
    granted = {
        action
        for action, privilege in PRIVILEGES.items()
        for (held,) in catalogue.execute(
            "SELECT has_table_privilege('sosach_web', %s, %s)", [table, privilege]
        ).fetchall()
        if held
    }
    assert granted == set(policies()[table].roles)
    secured = catalogue.execute(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = %s", [table]
    ).fetchone()
    assert secured == (True, True)


def test_roles_that_serve_requests_are_plain(catalogue: Owner) -> None:
    rows = catalogue.execute(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles "
        "WHERE rolname LIKE 'sosach_%%' AND rolname <> 'sosach_owner'"
    ).fetchall()
    assert {str(row[0]).removeprefix("sosach_") for row in rows} == {"web", "jobs", "engine", "auditor", "sealer"}
    assert not [row for row in rows if any(row[1:])]
    assert catalogue.execute("SELECT has_schema_privilege('sosach_web', 'public', 'CREATE')").fetchone() == (False,)


@pytest.mark.parametrize(("role", "table"), list(product(Role, WITH_COMMUNE)))
def test_a_role_without_the_right_reads_nothing(db: None, role: Role, table: str) -> None:
    del db
    who = actor(Level.NATION, "", [role])
    with acting(who):
        if not may(who, Action.READ, table):
            assert _seen(table) == set()
