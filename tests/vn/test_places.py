"""Administrative units: counts of every era, changes of kind, codes that changed meaning, the conversion of 2025."""

from datetime import date

import pytest

from sosach.vn import places

OLD, FIRST, TODAY = date(2025, 6, 30), date(2025, 7, 1), date(2026, 11, 22)


def test_counts_of_each_era() -> None:
    assert [len(places.provinces(at=day)) for day in (OLD, FIRST, TODAY)] == [63, 34, 34]
    assert [len(places.communes(at=day)) for day in (OLD, FIRST, TODAY)] == [10035, 3321, 3321]
    assert len(places.districts()) == 696


@pytest.mark.parametrize(
    ("day", "cities", "phuong", "xa"),
    [
        (FIRST, 6, 687, 2621),
        (date(2026, 4, 29), 6, 687, 2621),
        (date(2026, 4, 30), 7, 697, 2611),
        (date(2026, 9, 1), 8, 697, 2611),
        (TODAY, 9, 709, 2599),
    ],
)
def test_kinds_change_on_their_day(day: date, cities: int, phuong: int, xa: int) -> None:
    kinds = [unit.kind for unit in places.communes(at=day)]
    assert sum(unit.kind == "thanh_pho" for unit in places.provinces(at=day)) == cities
    assert (kinds.count("phuong"), kinds.count("xa"), kinds.count("dac_khu")) == (phuong, xa, 13)


def test_a_code_means_another_unit_before_the_reform() -> None:
    before, after = places.commune("00004", at=OLD), places.commune("00004", at=FIRST)
    assert before is not None
    assert after is not None
    assert [places.full_name(unit) for unit in (before, after)] == ["Phường Trúc Bạch", "Phường Ba Đình"]
    assert [places.province("91", at=day) for day in (OLD, FIRST)] != [None, None]
    names = [unit.name for day in (OLD, FIRST) if (unit := places.province("91", at=day))]
    assert names == ["Kiên Giang", "An Giang"]


def test_every_old_commune_leads_to_present_ones() -> None:
    present = {unit.code for unit in places.communes(at=TODAY)}
    counts = {"single": 0, "split_population_known": 0, "split_ambiguous": 0}
    for unit in places.communes(at=OLD):
        conversion = places.successors(unit.code)
        assert conversion is not None
        assert set(conversion.candidates) <= present
        assert (conversion.population_default is None) == (conversion.status == "split_ambiguous")
        counts[conversion.status] += 1
    assert counts == {"single": 9595, "split_population_known": 58, "split_ambiguous": 382}


def test_every_present_commune_is_reached() -> None:
    reached = {code for unit in places.districts() for code in places.district_successors(unit.code)}
    assert reached == {unit.code for unit in places.communes(at=TODAY)}


def test_communes_add_up_by_province() -> None:
    for day in (OLD, TODAY):
        parts = [len(places.communes(at=day, province=unit.code)) for unit in places.provinces(at=day)]
        assert sum(parts) == len(places.communes(at=day))


def test_no_name_keeps_its_kind_word() -> None:
    units = [unit for day in (OLD, TODAY) for unit in places.communes(at=day)]
    begun = {unit.name for unit in units if unit.name.lower().startswith(("xa ", "xã ", "phường ", "thị trấn "))}
    assert begun == {"Xa Dung"}  # a name, not a kind
    assert {unit.kind for unit in units} == {"phuong", "xa", "thi_tran", "dac_khu"}


@pytest.mark.parametrize(
    ("code", "present"),
    [
        ("00004", ("00004",)),
        ("06978", ("06970",)),  # Ba Chẽ: two official codes
        ("06970", ("06970",)),
        ("00001", ("00097",)),  # Phúc Xá, no code of today
        ("99999", ()),
        ("", ()),
    ],
)
def test_present_commune(code: str, present: tuple[str, ...]) -> None:
    assert places.present_commune(code) == present


def test_split_code_of_the_old_era_gives_all_candidates() -> None:
    codes = [unit.code for unit in places.communes(at=OLD) if len(places.present_commune(unit.code)) > 1]
    assert codes
    for code in codes:
        conversion = places.successors(code)
        assert conversion is not None
        assert places.present_commune(code) == conversion.candidates


def test_other_lookups() -> None:
    assert places.district_of_old_ward("26740") == "760"
    assert places.district_of_old_ward("99999") is None
    assert places.pin_province("077") == ("77", "Bà Rịa - Vũng Tàu", "79")
    assert places.pin_province("999") is None
    assert places.successors("26732") is None or places.district_successors("755") == ("26732",)
    assert places.present_province("27") == "24"
    assert places.commune("26732", at=OLD) is None
    ba_che = places.commune("06978", at=TODAY)
    assert ba_che is not None
    assert (ba_che.code, ba_che.name) == ("06970", "Ba Chẽ")
