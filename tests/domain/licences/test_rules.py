"""Rules of licences as tables: what old classes become, who may have which, points over the years, time limits."""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.licences.counting import Told

from sosach.domain.licences.rules.classes import ClassFact, Group, covered, group_of
from sosach.domain.licences.rules.exchange import Bearer, exchanged
from sosach.domain.licences.rules.points import balance, months_later
from sosach.domain.licences.rules.procedures import Exam, HolderData, Procedure, differences, due_on, exams_needed
from sosach.vn.licence_classes import classes_of, successor

ON = date(2026, 11, 20)
GROWN = Bearer(date(1980, 5, 1), "M")


def fact(name: str, *restrictions: str, law: str = "2008") -> ClassFact:
    return ClassFact(name, law, date(2019, 3, 1), None, date(2019, 2, 1), restrictions)  # type: ignore[arg-type] # a law


@pytest.mark.parametrize(
    ("held", "choices", "new"),
    [
        (["A1"], {}, {"A": ("A.03",)}),
        (["A2"], {}, {"A": ()}),
        (["A1", "A2"], {}, {"A": ()}),
        (["A3"], {}, {"B1": ()}),
        (["A4"], {}, {}),
        (["B11"], {}, {"B": ("B.01",)}),
        (["B1"], {"B1": "B"}, {"B": ()}),
        (["B2"], {"B2": "C1"}, {"C1": ()}),
        (["B11", "B2"], {"B2": "B"}, {"B": ()}),
        (["C"], {}, {"C": ()}),
        (["D"], {}, {"D2": ()}),
        (["E"], {}, {"D": ()}),
        (["FB2"], {"FB2": "C1E"}, {"C1E": ()}),
        (["FC"], {}, {"CE": ()}),
        (["FD"], {}, {"D2E": ()}),
        (["FE"], {}, {"DE": ()}),
    ],
)
def test_old_classes(held: list[str], choices: dict[str, str], new: dict[str, tuple[str, ...]]) -> None:
    made = exchanged([fact(name) for name in held], GROWN, on=ON, choices=choices)
    assert {each.name: each.restrictions for each in made.classes} == new
    assert all(each.law == "2024" and each.issued_on == ON and each.passed_on for each in made.classes)


def test_a_choice_the_law_does_not_give_stays_open() -> None:
    assert exchanged([fact("B2")], GROWN, on=ON, choices={"B2": "D"}).undecided == {"B2": ("B", "C1")}
    assert exchanged([fact("FB2")], Bearer(date(2004, 5, 1), "M"), on=ON, choices={"FB2": "C1E"}).too_young == ("C1E",)


@pytest.mark.parametrize(
    ("born", "sex", "name"), [("1969-11-21", "M", "D"), ("1969-11-20", "M", "D2"), ("1971-11-20", "F", "D2")]
)
def test_who_is_too_old_for_the_largest_buses_keeps_the_smaller(born: str, sex: str, name: str) -> None:
    made = exchanged([fact("E")], Bearer(date.fromisoformat(born), sex), on=ON, choices={})
    assert [each.name for each in made.classes] == [name]


@given(st.sets(st.sampled_from(sorted(classes_of("2008"))), min_size=1), st.data())
def test_exchange_keeps_every_right(held: set[str], data: st.DataObject) -> None:
    options = {name: new.classes for name in sorted(held) if (new := successor(name)) and new.classes}
    choices = {name: data.draw(st.sampled_from(classes)) for name, classes in options.items()}
    made = exchanged([fact(name) for name in sorted(held)], GROWN, on=ON, choices=choices)
    assert {("2024", name) for name in choices.values()} <= covered(made.classes)
    assert len({each.name for each in made.classes}) == len(made.classes)
    again = exchanged(made.classes, GROWN, on=ON, choices={})
    assert again.classes == made.classes, "exchanging what is new already changes nothing"


def test_halves() -> None:
    life = {
        (law, name) for law in ("2008", "2024") for name in classes_of(law) if group_of(law, name) is Group.UNLIMITED
    }
    assert life == {("2008", "A1"), ("2008", "A2"), ("2008", "A3"), ("2024", "A1"), ("2024", "A"), ("2024", "B1")}


DAYS = st.dates(date(2025, 1, 1), date(2029, 12, 31))


@given(
    st.lists(st.tuples(DAYS, st.integers(1, 12)), max_size=6),
    st.lists(DAYS, max_size=2, unique=True),
    DAYS,
    st.randoms(),
)
def test_points_are_what_a_child_counts_in_any_order(
    taken: list[tuple[date, int]], tests: list[date], day: date, chance: Random
) -> None:
    told = Told(date(2025, 1, 1))
    told.taken = {key: (Group.LIMITED, on, points) for key, (on, points) in enumerate(taken, 1)}
    told.tests = {100 + key: (Group.LIMITED, on) for key, on in enumerate(tests)}
    chance.shuffle(taken)
    held = frozenset({*told.taken, *told.tests})
    found = balance(taken, tests, day=day)
    assert found.points == told.points(Group.LIMITED, day, held)
    if found.full_on:
        assert balance(taken, tests, day=found.full_on).points == 12 or any(
            day < on <= found.full_on for on, _ in taken
        )


def test_the_test_is_six_months_after_the_last_point() -> None:
    found = balance([(date(2026, 8, 31), 12)], [], day=ON)
    assert (found.points, found.full_on, found.test_from) == (0, None, date(2027, 2, 28))
    assert months_later(date(2026, 12, 15), 12) == date(2027, 12, 15)


@pytest.mark.parametrize(
    ("procedure", "last"),
    [
        (Procedure.ISSUE, date(2026, 12, 2)),  # 24 November is a day off
        (Procedure.EXCHANGE, date(2026, 12, 2)),
        (Procedure.ELECTRONIC, date(2026, 11, 26)),
        (Procedure.REVOKE, date(2026, 11, 26)),
    ],
)
def test_time_limits(procedure: Procedure, last: date) -> None:
    assert due_on(procedure, ON) == last


def test_what_is_compared_with_the_population_register() -> None:
    here = HolderData("NGUYỄN THỊ HOÀ", "1990-05-01", "00004", "VNM")
    same = HolderData("Nguyễn Thị Hòa", "1990-05-01")
    assert differences(same, here) == ()
    other = HolderData("Nguyễn Thị Hoa", "1990", "00008", "LAO")
    assert differences(other, here) == ("full_name", "birth_date", "residence", "nationality")


def test_exams() -> None:
    assert exams_needed(None, day=ON) == frozenset()
    assert exams_needed(date(2025, 11, 21), day=ON) == {Exam.THEORY}
    assert exams_needed(date(2025, 11, 20), day=ON) == set(Exam)
