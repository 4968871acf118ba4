"""Sensitive items are shown to the roles and for the purposes of this table, written by hand; to all others they are named as withheld."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from tests.domain.population.people import BA_DINH, POLICE, born, citizen, officer, order, stored

from sosach.base.errors import SosachError
from sosach.base.sensitivity import PERSONAL, Sensitivity, Withheld
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look
from sosach.domain.access.queries.release import released
from sosach.domain.access.rules import Role
from sosach.domain.access.rules.purposes import purposes
from sosach.domain.access.rules.release import releases, withheld_from
from sosach.domain.population.models import Person
from sosach.domain.population.operations.corrections import ask_correction, correct
from sosach.domain.population.operations.register import REGISTER
from sosach.domain.population.queries import column_history, open_petitions, record
from sosach.domain.provenance.operations.judging import propose
from sosach.domain.provenance.queries import full_history, looks, origins, raised_about

KEEPING = {"civil-status", "population-keeping", "correction", "data-subject"}
SHOWN_FOR: dict[Role, set[str]] = {
    Role.CHIEF: KEEPING,
    Role.CIVIL_STATUS: KEEPING,
    Role.POPULATION: KEEPING,
    Role.CLERK: {"correction"},
    Role.VERIFIER: {"correction"},
    Role.CITIZEN: set(purposes()),
    Role.SYSTEM: set(purposes()),
}
SENSITIVE = {"ethnicity", "religion", "blood_type", "other"}
VALUES = {"ethnicity": "Dân tộc Thử", "religion": "Tôn giáo Thử", "blood_type": "AB"}
CANARIES = ("Dân tộc Thử", "Tôn giáo Thử", "'AB'", "Tôn giáo Khác")
AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)

LOOKS: dict[str, Callable[[Look, int], Any]] = {
    "record": lambda look, key: record(look, person_id=key),
    "column": lambda look, key: column_history(look, person_id=key, column="religion"),
    "origins": lambda look, key: origins(look, model=Person, record_id=key),
    "history": lambda look, key: looks.column_history(look, model=Person, record_id=key, column="religion"),
    "journal": lambda look, key: full_history(look, model=Person, record_id=key),
    "raised": lambda look, key: raised_about(look, model=Person, record_id=key),
    "petitions": lambda look, key: [row for row in open_petitions(look, kind="correction") if row.person_id == key],
}


@pytest.fixture
def somebody(db: None) -> int:
    """A person with sensitive items, one to be corrected by petition and one by a proposal."""
    del db
    key = born()
    correct(order(POLICE), person_id=key, changes=dict(VALUES))
    ask_correction(order(POLICE), person_id=key, changes={"religion": "Tôn giáo Khác", "hometown": "Huế"})
    told = Order(POLICE, AT, {"birth_certificate": "1"}, "theo giấy")
    propose(told, register=REGISTER, record_id=key, column="religion", value="Tôn giáo Khác")
    return key


def told_by(value: Any) -> str:
    """Everything an answer of the domain holds, as text."""
    if isinstance(value, list | tuple):
        return " ".join(map(told_by, value))
    if isinstance(value, dict):
        return " ".join(f"{key}={told_by(one)}" for key, one in value.items())
    if hasattr(value, "_meta"):
        return told_by({field.name: getattr(value, field.attname) for field in value._meta.concrete_fields})
    if is_dataclass(value) and not isinstance(value, Withheld | type):
        return told_by({name: getattr(value, name) for name in value.__dataclass_fields__})
    return repr(value)


def asked(asks: Callable[[Look, int], Any], look: Look, key: int) -> str:
    """What a look tells, as text; nothing where the role may not look at all."""
    with suppress(SosachError):
        return told_by(asks(look, key))
    return ""


@pytest.mark.parametrize("role", Role)
def test_who_sees_what_for_which_purpose(role: Role, somebody: int) -> None:
    who = citizen(somebody) if role is Role.CITIZEN else officer(BA_DINH, role)
    wrong = []
    for (name, asks), purpose in product(LOOKS.items(), purposes()):
        told = asked(asks, Look(who, purpose, AT), somebody)
        if not told:
            continue
        seen, named = any(canary in told for canary in CANARIES), "Withheld" in told
        shown = purpose in SHOWN_FOR.get(role, set())
        if (seen, named) != (shown, not shown):
            wrong.append((name, purpose, seen, named))
    assert not wrong


def test_every_look_of_the_matrix_tells_somebody_everything(somebody: int) -> None:
    """The matrix proves nothing where nobody sees anything."""
    chief = officer(BA_DINH, Role.CHIEF)
    for name, asks in LOOKS.items():
        told = told_by(asks(Look(chief, "correction", AT), somebody))
        assert any(canary in told for canary in CANARIES), name


def test_what_is_not_sensitive_stays(somebody: int) -> None:
    seen = origins(Look(officer(BA_DINH, Role.STEWARD), "data-cleaning", AT), model=Person, record_id=somebody)
    assert {name for name, origin in seen.items() if isinstance(origin.value, Withheld)} == SENSITIVE
    assert seen["full_name"].value == "NGUYỄN VĂN AN"
    assert seen["religion"].told_by == "correct"


def test_a_record_that_is_shown_with_less_is_not_the_record(somebody: int) -> None:
    """What is kept stays as it is: only a copy is shown."""
    row = stored(somebody)
    clerk = officer(BA_DINH, Role.CLERK)
    shown = released(row, actor=clerk, purpose="identity-check", kind="person")
    assert shown.religion == Withheld(Sensitivity.SENSITIVE)
    assert (row.religion, shown.full_name) == ("Tôn giáo Thử", row.full_name)
    assert released(row, actor=officer(BA_DINH, Role.CHIEF), purpose="correction", kind="person") is row


def test_the_table_covers_every_class_of_every_register() -> None:
    """A register whose columns have a class nobody released, or a subject with sensitive columns without a line, fails."""
    released_to = {(one.register, one.sensitivity) for one in releases()}
    held = {
        (model._meta.app_label, column.sensitivity)
        for model in apps.get_models()
        for column in model._meta.concrete_fields
        if getattr(column, "sensitivity", None) in PERSONAL and hasattr(model, "REGISTER")
    }
    assert held <= released_to
    sensitive = {
        model._meta.app_label
        for model in apps.get_models()
        for column in model._meta.concrete_fields
        if getattr(column, "sensitivity", None) is Sensitivity.SENSITIVE
    }
    # answers and outcomes an account has had already, of its own
    assert sensitive - {"access"} <= {one.register for one in releases()}
    found = {name for name in Person.FOLDED if Person._meta.get_field(name).sensitivity is Sensitivity.SENSITIVE}
    assert found == SENSITIVE


def test_a_role_nobody_thought_of_sees_nothing_personal() -> None:
    assert withheld_from(frozenset({"passer-by"}), "correction")["population"] == PERSONAL
    assert asdict(Withheld(Sensitivity.BASIC)) == {"sensitivity": "basic"}
