"""Working days: weekends, Tết, exchanged Saturdays, and time limits that run over them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosach.vn.tables import table
from sosach.vn.working_days import add_working_days, is_working_day, known_years, working_days_between

DAYS = st.dates(date(2024, 12, 1), date(2028, 2, 1))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2025-01-29", False),  # first day of the year Ất Tỵ
        ("2025-04-26", True),  # a Saturday worked for 2 May
        ("2025-05-02", False),
        ("2026-02-13", True),
        ("2026-02-16", False),
        ("2026-02-23", True),
        ("2026-04-26", False),  # Sunday
        ("2026-04-27", False),  # for the Sunday
        ("2026-08-31", False),
        ("2026-09-03", True),
        ("2025-11-24", True),  # a day off only from 2026
        ("2026-11-24", False),
        ("2027-02-08", False),
        ("2028-04-30", False),  # beyond the table: fixed days and weekends
        ("2028-05-02", True),
        ("2028-01-29", False),
    ],
)
def test_days(day: str, *, works: bool) -> None:
    assert is_working_day(date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-11-20", 0, "2026-11-20"),
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-11-20", 2, "2026-11-25"),
        ("2026-11-22", 15, "2026-12-14"),
        ("2026-02-13", 1, "2026-02-23"),
        ("2026-08-21", 1, "2026-08-22"),
    ],
)
def test_time_limits(start: str, count: int, end: str) -> None:
    assert add_working_days(date.fromisoformat(start), count) == date.fromisoformat(end)


def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="before"):
        add_working_days(date(2026, 1, 1), -1)


@given(DAYS, st.integers(0, 60))
def test_a_limit_ends_on_a_working_day_and_counts_back(start: date, count: int) -> None:
    end = add_working_days(start, count)
    assert working_days_between(start, end) == count
    assert count == 0 or is_working_day(end)


def test_the_table_tells_only_what_the_week_does_not() -> None:
    rows = table("holidays")
    for row in rows:
        weekend = date.fromisoformat(row["day"]).weekday() >= 5
        assert weekend == (row["kind"] == "work"), row
    assert len({row["day"] for row in rows}) == len(rows)
    assert known_years() == {2025, 2026, 2027}
    exchanged = [row for row in rows if row["kind"] == "work"]
    assert all(
        any(not is_working_day(date.fromisoformat(row["day"]) + timedelta(days=n)) for n in range(-9, 10))
        for row in exchanged
    )
