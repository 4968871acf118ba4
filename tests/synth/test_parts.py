"""The parts synthesis is made of: draws that never repeat, keys that ignore marks, rules of counting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer import Typer
from typer.testing import CliRunner

from sosach.cli.synth import synth
from sosach.synth import lettering
from sosach.synth.dirt.names import mojibake
from sosach.synth.draws import rank_within, scrambled, stream
from sosach.synth.households import NOBODY, draw_households
from sosach.synth.names import Names, name_book, name_keys
from sosach.synth.people import _fresh_pins
from sosach.synth.retained import _single


def test_streams_depend_on_seed_and_part_alone() -> None:
    assert stream(1, "a").random() == stream(1, "a").random()
    assert (
        len({stream(1, "a").random(), stream(2, "a").random(), stream(1, "b").random(), stream(1, "a", 0).random()})
        == 4
    )


@given(st.lists(st.integers(0, 3), max_size=60))
def test_ranks_count_within_groups(groups: list[int]) -> None:
    ranks = rank_within(np.array(groups, dtype=np.int64))
    assert ranks.tolist() == [groups[:index].count(group) for index, group in enumerate(groups)]


@given(st.integers(1, 500), st.integers(0, 10**9), st.sampled_from([10**4, 10**5, 10**6, 10**7]))
def test_scrambled_numbers_never_repeat(count: int, group: int, space: int) -> None:
    numbers = scrambled(np.arange(count), np.full(count, group), space=space)
    assert len(set(numbers.tolist())) == count
    assert 0 <= numbers.min() <= numbers.max() < space


def test_scrambled_fills_the_space_and_refuses_more() -> None:
    assert len(np.unique(scrambled(np.arange(10_000), np.zeros(10_000, dtype=np.int64), space=10_000))) == 10_000
    with pytest.raises(ValueError, match="more than 10"):
        scrambled(np.arange(11), np.zeros(11, dtype=np.int64), space=10)


def test_name_keys_ignore_marks_and_seams() -> None:
    book = name_book()
    where = {word: index for index, word in enumerate(book.middles)}
    given_at = {word: index for index, word in enumerate(book.givens)}
    one = Names(
        np.array([0, 0, 0]),
        np.array([where["Thị"], where["Thị"], where["Thu"]]),
        np.array([given_at["Thủy"], given_at["Thúy"], given_at["Thủy"]]),
    )
    keys = name_keys(one)
    assert keys[0] == keys[1] != keys[2]


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=40))
def test_single_counts_usable_keys(pairs: list[tuple[int, bool]]) -> None:
    keys, usable = np.array([k for k, _ in pairs], dtype=np.uint64), np.array([u for _, u in pairs], dtype=bool)
    counted = [u and sum(k == other and v for other, v in pairs) == 1 for k, u in pairs]
    assert _single(keys, usable).tolist() == counted


@pytest.mark.parametrize("persons", [10, 11, 500, 5_000])
def test_households_hold_exactly_that_many(persons: int) -> None:
    kin = draw_households(stream(3, persons), persons, 2026)
    assert len(kin.household) == len(kin.father) == persons
    children = np.flatnonzero(kin.mother != NOBODY)
    assert kin.female[kin.mother[children]].all()
    assert kin.birth_year.max() <= 2026


def test_legacy_encodings_are_those_of_the_table() -> None:
    assert "NGUYỄN VĂN A".translate(lettering.legacy_table("tcvn3_as_latin1")) == "NGUYÔN V¡N A"
    assert "Nguyễn Văn A".translate(lettering.legacy_table("vni_windows")) == "Nguyeãn Vaên A"
    assert mojibake("Đ").encode("cp1252", "ignore")


def test_command_writes_and_complains(tmp_path: str) -> None:
    app = Typer()
    app.command()(synth)
    done = CliRunner().invoke(
        app, ["--persons", "60", "--out", str(tmp_path), "--formats", "csv", "--province", "38", "--seed", "2"]
    )
    assert done.exit_code == 0, done.output
    assert "population" in done.output
    refused = CliRunner().invoke(app, ["--persons", "60", "--out", str(tmp_path), "--province", "99"])
    assert refused.exit_code == 2


def test_fresh_pins_are_nobodys() -> None:
    taken = np.concatenate([np.arange(1_099_000_000, 1_099_050_000), np.array([1_100_000_001])])
    fresh = _fresh_pins(taken, taken[[0, 0, 7_919, -1]])
    assert len(set(fresh.tolist())) == 4
    assert not np.isin(fresh, taken).any()
    assert (fresh // 1_000_000).tolist() == [1_099, 1_099, 1_099, 1_100]
