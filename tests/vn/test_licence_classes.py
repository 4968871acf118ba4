"""Licence classes: spellings, the law they belong to, what old ones become."""

from datetime import date

import pytest

from sosach.vn.licence_classes import AUTOMATIC, Law, classes_of, explain, law_on, successor, valid_until
from sosach.vn.tables import table

OLD, NEW = date(2020, 5, 1), date(2025, 5, 1)


@pytest.mark.parametrize(
    ("text", "classes", "law", "codes"),
    [
        ("A1", ("A1",), None, []),
        ("b2", ("B2",), "2008", []),
        ("A1, B2", ("A1", "B2"), "2008", []),
        ("A1/B2", ("A1", "B2"), "2008", []),
        ("A1 D2", ("A1", "D2"), "2024", []),
        ("A1B2", ("A1", "B2"), "2008", ["CLS-06"]),
        ("A1 và B2", ("A1", "B2"), "2008", ["CLS-06"]),
        ("Hạng B2", ("B2",), "2008", ["CLS-06"]),
        ("B.2", ("B2",), "2008", ["CLS-06"]),
        ("B 2", ("B2",), "2008", ["CLS-06"]),
        ("A1; A1", ("A1",), None, ["CLS-06"]),
        ("\u04101", ("A1",), None, ["CLS-06"]),
        ("B11", ("B11",), "2008", []),
        ("B1 số tự động", ("B11",), "2008", ["CLS-06"]),
        ("B1 (AT)", ("B11",), "2008", ["CLS-06"]),
        ("FB2", ("FB2",), "2008", []),
        ("D1E", ("D1E",), "2024", []),
        ("CE", ("CE",), "2024", []),
        ("A2, D2", ("A2", "D2"), None, ["CLS-05"]),
        ("Al", (), None, ["CLS-02"]),
        ("BZ", (), None, ["CLS-02"]),
        ("F", (), None, ["CLS-01"]),
        ("A5", (), None, ["CLS-01"]),
        ("xe máy", (), None, ["CLS-01"]),
        ("không", (), None, ["CLS-07"]),
        ("", (), None, []),
    ],
)
def test_classes(text: str, classes: tuple[str, ...], law: str | None, codes: list[str]) -> None:
    read = explain(text)
    assert (read.classes, read.law) == (classes, law)
    assert [finding.code for finding in read.findings] == codes


def test_the_day_of_issue_decides_letters_both_laws_have() -> None:
    for letter in ("A1", "B1", "C", "D"):
        assert (explain(letter).law, explain(letter, issued_on=OLD).law) == (None, "2008")
        assert explain(letter, issued_on=NEW).law == "2024"
    assert law_on(date(2024, 12, 31)) == "2008"
    assert law_on(date(2025, 1, 1)) == "2024"


def test_class_and_day_that_do_not_go_together() -> None:
    late = explain("E", issued_on=NEW)
    assert (late.law, late.findings[0].code, late.findings[0].proposed) == ("2008", "CLS-03", "D")
    early = explain("D2", issued_on=OLD)
    assert (early.law, early.findings[0].code) == ("2024", "CLS-04")
    assert explain("A4", issued_on=NEW).findings[0].proposed is None, "A4 has no successor"


def test_old_classes_become_new_ones() -> None:
    became = {row["old_class"]: successor(row["old_class"]) for row in table("licence_classes_old_to_new")}
    assert all(name in classes_of("2024") for new in became.values() if new is not None for name in new.classes), (
        "every successor is a class of the new law"
    )
    assert {name for name in classes_of("2008") if successor(name) is None} == set()
    automatic, tractor = successor(AUTOMATIC), successor("A4")
    assert automatic is not None
    assert automatic.restriction == "B.01"
    assert tractor is not None
    assert tractor.classes == ()
    assert successor("D2") is None


def test_ages_and_validity() -> None:
    new, old = classes_of("2024"), classes_of("2008")
    assert (len(new), len(old)) == (15, 14)
    assert {name for name, each in new.items() if each.unlimited} == {"A1", "A", "B1"}
    assert {name for name, each in new.items() if each.years == 10} == {"B", "C1"}
    assert new["D"].min_age == 27
    assert new["D"].covers == ("B", "C1", "C", "D1", "D2")
    assert old["A1"].unlimited
    assert old["B2"].years == 10
    assert (old["B1"].years, old["B1"].until_age) == (None, {"F": 55, "M": 60})
    assert old["A2"].covers == ("A1",)


@pytest.mark.parametrize(
    ("law", "name", "issued_on", "born_on", "sex", "last"),
    [
        ("2024", "A1", NEW, date(1990, 5, 1), "M", None),
        ("2024", "B", NEW, date(1990, 5, 1), "M", date(2035, 5, 1)),
        ("2024", "C", NEW, date(1990, 5, 1), "M", date(2030, 5, 1)),
        ("2024", "D", NEW, date(1970, 2, 3), "M", date(2027, 2, 3)),  # oldest age 57
        ("2024", "DE", NEW, date(1971, 2, 3), "F", date(2026, 2, 3)),  # oldest age 55
        ("2008", "B1", OLD, date(1980, 5, 6), "M", date(2040, 5, 6)),  # until 60
        ("2008", "B1", OLD, date(1970, 5, 1), "M", date(2030, 5, 1)),  # 50 already: ten years
        ("2008", "B11", OLD, date(1975, 5, 2), "F", date(2030, 5, 2)),  # 45 on the next day
        ("2008", "A2", OLD, date(1975, 5, 2), "F", None),
    ],
)
def test_last_day_of_validity(law: Law, name: str, issued_on: date, born_on: date, sex: str, last: date | None) -> None:
    assert valid_until(classes_of(law)[name], issued_on=issued_on, born_on=born_on, sex=sex) == last
