"""How long a card is valid: the table of the law, and its properties on any two days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosach.vn import card_validity
from sosach.vn.licence_classes import birthday

BORN = date(2000, 5, 20)


@pytest.mark.parametrize(
    ("age", "until"),
    [
        *((0, 14), (5, 14), (11, 14), (12, 25), (13, 25), (14, 25), (22, 25), (23, 40), (24, 40), (25, 40), (37, 40)),
        *((38, 60), (39, 60), (40, 60), (57, 60), (58, None), (60, None), (90, None)),
    ],
)
def test_the_ages_of_the_law(age: int, until: int | None) -> None:
    found = card_validity.expires(birth=BORN, issued=birthday(BORN, age))
    assert found == (birthday(BORN, until) if until else None)


def test_the_window_opens_two_years_before_to_the_day() -> None:
    opening = birthday(BORN, 23)
    assert card_validity.expires(birth=BORN, issued=opening - timedelta(days=1)) == birthday(BORN, 25)
    assert card_validity.expires(birth=BORN, issued=opening) == birthday(BORN, 40)


@pytest.mark.parametrize(
    ("birth", "issued", "until"),
    [
        (date(2012, 2, 29), date(2024, 2, 28), date(2026, 3, 1)),  # 14 on the first of March, there is no 29 February
        (date(2012, 2, 29), date(2024, 2, 29), date(2037, 3, 1)),  # 12 on the day itself
        (date(2000, 2, 29), date(2023, 2, 28), date(2025, 3, 1)),
        (date(2000, 2, 29), date(2023, 3, 1), date(2040, 2, 29)),
        (date(1988, 2, 29), date(2026, 2, 28), date(2028, 2, 29)),
        (date(1988, 2, 29), date(2026, 3, 1), date(2048, 2, 29)),
        (date(1968, 2, 29), date(2026, 2, 28), date(2028, 2, 29)),
        (date(1968, 2, 29), date(2026, 3, 1), None),
    ],
)
def test_whoever_was_born_on_29_february(birth: date, issued: date, until: date | None) -> None:
    assert card_validity.expires(birth=birth, issued=issued) == until


def test_no_card_before_birth() -> None:
    with pytest.raises(ValueError, match="before birth"):
        card_validity.expires(birth=BORN, issued=BORN - timedelta(days=1))


@given(birth=st.dates(date(1900, 1, 1), date(2026, 1, 1)), days=st.integers(0, 365 * 100))
def test_every_card_ends_on_a_birthday_more_than_two_years_away_or_never(birth: date, days: int) -> None:
    issued = birth + timedelta(days=days)
    until = card_validity.expires(birth=birth, issued=issued)
    if until is None:
        assert issued >= birthday(birth, 58)
        return
    age = next(age for age in card_validity.AGES if birthday(birth, age) == until)
    assert issued < birthday(birth, age - 2)
    earlier = [each for each in card_validity.AGES if each < age]
    assert all(issued >= birthday(birth, each - 2) for each in earlier), "never past an age that still lay ahead"


@given(birth=st.dates(date(1900, 1, 1), date(2026, 1, 1)), days=st.integers(0, 365 * 10))
def test_pictures_begin_at_six(birth: date, days: int) -> None:
    issued = birth + timedelta(days=days)
    assert card_validity.is_pictured(birth=birth, issued=issued) == (issued >= birthday(birth, 6))
