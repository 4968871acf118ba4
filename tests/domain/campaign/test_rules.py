"""Plain rules of campaigns: targets, forecast, ranking, and what may be published of counts."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosach.domain.campaign.rules.forecast import daily_rates, forecast
from sosach.domain.campaign.rules.hours import USUAL, is_windows, minutes_between, minutes_on
from sosach.domain.campaign.rules.open_data import Published, protect
from sosach.domain.campaign.rules.ranking import ranked, score
from sosach.domain.campaign.rules.targets import Target, expected_by, is_targets, target_of_day
from sosach.domain.campaign.states.campaigns import CampaignState, Phase, may_become, phase_on

BEGIN = date(2025, 11, 10)
TARGETS = [Target(date(2025, 11, 30), 0.6), Target(date(2025, 12, 30), 1.0)]


def series(rates: list[int], start: int = 0) -> list[tuple[date, int]]:
    """Totals at the end of each day, from what each day brought."""
    told, done = [(BEGIN, start)], start
    for place, rate in enumerate(rates, 1):
        done += rate
        told.append((BEGIN + timedelta(days=place), done))
    return told


@given(total=st.integers(0, 5000), start=st.integers(0, 5000), days=st.integers(-5, 80))
def test_expectations_never_fall_and_reach_every_target(total: int, start: int, days: int) -> None:
    start = min(start, total)
    told = {"total": total, "start": start, "begins": BEGIN, "targets": TARGETS, "windows": USUAL}
    day = BEGIN + timedelta(days=days)
    here, next_day = expected_by(day, **told), expected_by(day + timedelta(days=1), **told)
    assert start <= here <= next_day <= total
    assert target_of_day(day + timedelta(days=1), **told) == next_day - here
    for target in TARGETS:
        assert expected_by(target.day, **told) == max(round(target.share * total), start)


def test_targets_lie_in_the_campaign_and_never_fall() -> None:
    within = {"begins": BEGIN, "ends": date(2025, 12, 30)}
    assert is_targets(TARGETS, **within)
    assert is_targets([], **within)
    assert not is_targets(TARGETS[::-1], **within)
    assert not is_targets([Target(date(2026, 1, 1), 1.0)], **within)
    assert not is_targets([Target(BEGIN, 1.5)], **within)


def test_hours_count_by_weekday_and_holidays_are_weekends() -> None:
    assert minutes_between(date(2025, 11, 24), date(2025, 11, 30), USUAL) == 5 * 240 + 2 * 780
    assert minutes_on(date(2025, 9, 2), USUAL) == 780
    assert minutes_on(date(2025, 11, 24), {"6": ("08:00", "10:00")}) == 0
    assert not is_windows({"7": ("08:00", "09:00")})
    assert not is_windows({"1": ("09:00", "08:00")})
    assert not is_windows({"1": ("at nine", "10:00")})


def test_a_steady_pace_is_forecast_to_the_day() -> None:
    told = forecast(series([100] * 14), total=3000, ends=date(2025, 12, 30))
    assert told is not None
    day = BEGIN + timedelta(days=30)
    assert (told.earliest, told.likely, told.latest, told.in_time) == (day, day, day, 1.0)
    assert (told.per_day, told.needed_per_day) == (100.0, 1600 / 36)


def test_the_wilder_the_days_the_wider_the_forecast() -> None:
    calm = forecast(series([90, 110] * 7), total=3000, ends=date(2025, 12, 30))
    wild = forecast(series([0, 200] * 7), total=3000, ends=date(2025, 12, 30))
    assert calm is not None
    assert wild is not None
    assert calm.earliest is not None
    assert calm.latest is not None
    assert wild.earliest is not None
    assert wild.latest is not None
    assert wild.latest - wild.earliest > 2 * (calm.latest - calm.earliest)
    assert wild.earliest <= BEGIN + timedelta(days=30) <= wild.latest


def test_weekends_that_bring_more_are_counted_as_weekends() -> None:
    rates = [300 if (BEGIN + timedelta(days=place)).weekday() >= 5 else 0 for place in range(1, 15)]
    told = forecast(series(rates), total=1200 + 300, ends=date(2025, 12, 30))
    assert told is not None
    assert told.likely is not None
    assert told.likely.weekday() == 5


def test_who_stands_still_is_never_done_and_too_few_days_say_nothing() -> None:
    still = forecast(series([0, 0, -5, 0]), total=100, ends=date(2025, 12, 30))
    assert still is not None
    assert (still.likely, still.in_time) == (None, 0.0)
    assert forecast(series([5, 5]), total=100, ends=date(2025, 12, 30)) is None
    assert forecast([], total=100, ends=date(2025, 12, 30)) is None
    done = forecast(series([5, 5]), total=10, ends=date(2025, 12, 30))
    assert done is not None
    assert done.in_time == 1.0


def test_the_interval_holds_what_it_promises() -> None:
    """Campaigns whose days are drawn from one distribution end within the 80 % interval about four times in five."""
    inside, tried = 0, 200
    for place in range(tried):
        chance = random.Random(place)
        rates = [chance.choice([20, 60, 100, 140, 180]) for _ in range(400)]
        told = forecast(series(rates[:14]), total=5000, ends=date(2025, 12, 30), seed=place)
        done, day = sum(rates[:14]), 14
        while done < 5000:
            done, day = done + rates[day], day + 1
        ended = BEGIN + timedelta(days=day)
        assert told is not None
        assert told.earliest is not None
        assert told.latest is not None
        inside += told.earliest <= ended <= told.latest
    assert 0.65 <= inside / tried <= 0.95


@given(st.lists(st.integers(-50, 200), min_size=1, max_size=20), st.integers(1, 3))
def test_gaps_are_spread_and_nothing_is_lost(rates: list[int], step: int) -> None:
    told = series(rates)
    sparse = [*told[::step], told[-1]]
    assert sum(rate for _, rate in daily_rates(list(dict(sparse).items()))) == pytest.approx(sum(rates))


FIGURES = st.fixed_dictionaries(
    {
        "cases": st.just(100),
        "gone": st.integers(0, 10),
        "cleaned": st.integers(0, 60),
        "reopened": st.integers(0, 9),
        "dismissed": st.integers(0, 20),
        "failed_samples": st.integers(0, 9),
    }
)


@given(FIGURES, st.sampled_from(["reopened", "dismissed", "failed_samples"]))
def test_closing_without_cleaning_never_pays(figures: dict[str, int], bad: str) -> None:
    before, after = score(figures), score({**figures, bad: figures[bad] + 1})
    cleaned = score({**figures, "cleaned": figures["cleaned"] + 1})
    assert before is not None
    assert after is not None
    assert cleaned is not None
    assert after[0] <= before[0] <= cleaned[0]
    # a case put aside instead of cleaned is worse than one left alone
    instead = score({**figures, "cleaned": max(figures["cleaned"] - 1, 0), "dismissed": figures["dismissed"] + 1})
    assert instead is not None
    assert instead[0] <= before[0]


def test_units_with_one_score_share_a_place_and_those_without_work_have_none() -> None:
    good = {"cases": 10, "cleaned": 6}
    told = ranked({"b": good, "a": good, "c": {"cases": 10, "cleaned": 9, "reopened": 4}, "d": {"cases": 3, "gone": 3}})
    assert [(each.unit, each.place, each.score) for each in told] == [("a", 1, 60.0), ("b", 1, 60.0), ("c", 3, 10.0)]


def test_what_is_closed_stays_closed() -> None:
    assert not any(may_become(CampaignState.CLOSED, state) for state in CampaignState)
    assert may_become(CampaignState.PREPARED, CampaignState.OPEN)
    days = {"begins": BEGIN, "upload_from": date(2025, 12, 1), "ends": date(2025, 12, 30)}
    told = [phase_on(day, **days) for day in (date(2025, 11, 9), BEGIN, date(2025, 12, 1), date(2025, 12, 31))]
    assert told == [Phase.BEFORE, Phase.MOBILISE, Phase.UPLOAD, Phase.AFTER]


TABLES = st.dictionaries(
    st.sampled_from(["A", "B", "C", "D"]),
    st.dictionaries(st.sampled_from(["x", "y", "z"]), st.integers(0, 9), max_size=3),
    max_size=4,
)


@settings(max_examples=400)
@given(TABLES)
def test_no_small_number_is_published_and_none_can_be_worked_out(table: dict[str, dict[str, int]]) -> None:
    told = protect(table)
    total = sum(count for row in table.values() for count in row.values())
    assert told.total == (None if 0 < total < 5 else total)
    assert not [count for count in told.cells.values() if count is not None and 0 < count < 5]
    assert not [count for count in (*told.row_totals.values(), *told.column_totals.values()) if 0 < count < 5]
    if told.cells:
        assert sum(told.row_totals.values()) == sum(told.column_totals.values()) == total
    for cell in [cell for cell, count in told.cells.items() if count is None]:
        assert len(_possible(told, cell)) > 1, cell


def _possible(told: Published, cell: tuple[str, str]) -> set[int]:
    """Values a hidden cell may have, found by trying; two are enough."""
    found: set[int] = set()
    for values in _tables(told):
        found.add(values[cell])
        if len(found) > 1:
            break
    return found


def _tables(told: Published) -> Iterator[dict[tuple[str, str], int]]:
    """Every table that agrees with what is published, hidden numbers being at least one."""
    hidden = [cell for cell in product(told.rows, told.columns) if told.cells[cell] is None]
    rows = dict(told.row_totals)
    columns = dict(told.column_totals)
    for (row, column), count in told.cells.items():
        rows[row] -= count or 0
        columns[column] -= count or 0

    def fill(place: int, chosen: dict[tuple[str, str], int]) -> Iterator[dict[tuple[str, str], int]]:
        if place == len(hidden):
            if not any(rows.values()) and not any(columns.values()):
                yield dict(chosen)
            return
        row, column = hidden[place]
        last_of_row = all(each[0] != row for each in hidden[place + 1 :])
        most = min(rows[row], columns[column])
        for count in range(rows[row] if last_of_row else 1, most + 1):
            if count < 1:
                continue
            rows[row] -= count
            columns[column] -= count
            yield from fill(place + 1, {**chosen, hidden[place]: count})
            rows[row] += count
            columns[column] += count

    yield from fill(0, {})


def test_small_rows_are_put_together() -> None:
    told = protect({"A": {"x": 1, "y": 2}, "B": {"x": 2}, "C": {"x": 50, "y": 60}})
    assert told.row_totals == {"C": 110, "*": 5}
    assert protect({"A": {"x": 3}}).total is None
    assert protect({}).total == 0
