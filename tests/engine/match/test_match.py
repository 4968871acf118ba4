"""Matching beyond single examples: registers that are empty or missing, and what must hold whatever the records say."""

from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from tests.engine.running import Decided, Given, decide

from sosach.base.registers import Register

P, V, L = Register.POPULATION, Register.VEHICLES, Register.LICENCES
FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Bùi", "Đỗ")
MIDDLES = ("Văn", "Thị", "Đức", "Minh", "Ngọc")
GIVENS = ("An", "Bình", "Dũng", "Hà", "Hạ", "Hòa", "Lan", "Lân", "Sơn", "Tú")
COMMUNES = ("Xã Quan Sơn, Tỉnh Thanh Hóa", "Xã Như Thanh, Tỉnh Thanh Hóa", "Phường Ba Đình, Thành phố Hà Nội")
# Syllables of names nobody else here bears.
STRANGERS = ("Khuất", "Tiêu", "Quàng", "Giàng", "Thàng", "Rcom", "Kpă", "Siu")

few = examples(
    max_examples=3,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def person(number: int, name: str, born: str, home: str, **more: str) -> Given:
    """A person with a PIN of its own."""
    return {
        "pin": f"0380{born[-2:]}{700_000 + number:06}",
        "full_name": name,
        "sex": "Nam",
        "birth_date": born,
        "permanent_address": home,
        "current_address": home,
        "status": "Còn sống",
    } | more


def born(random: Random) -> str:
    return f"{random.randint(1, 28):02}/{random.randint(1, 12):02}/{random.randint(1950, 1999)}"


def a_name(random: Random) -> str:
    return f"{random.choice(FAMILIES)} {random.choice(MIDDLES)} {random.choice(GIVENS)}"


def spoilt(random: Random, of: Given) -> dict[str, str | None]:
    """What a register of vehicles says of a person: some of it missing, some of it wrong."""
    pin, name = of["pin"] or "", of["full_name"] or ""
    number = random.choice((pin, pin, None, pin.lstrip("0"), pin[:7] + random.choice("0123456789") + pin[8:]))
    return {
        "owner_name": random.choice((name, name.upper(), a_name(random))),
        "owner_id_number": number,
        "owner_birth_date": random.choice((of["birth_date"], None, (of["birth_date"] or "")[-4:])),
        "owner_address": random.choice((of["current_address"], None, COMMUNES[2])),
    }


@pytest.fixture(scope="module")
def people() -> list[Given]:
    """A hundred and fifty persons who share few names, so that evidence often fits several."""
    random = Random(11)
    return [person(n, a_name(random), born(random), random.choice(COMMUNES)) for n in range(150)]


@pytest.fixture(scope="module")
def vehicles(people: list[Given]) -> list[Given]:
    random = Random(12)
    return [{"record_id": f"v{n}"} | spoilt(random, random.choice(people)) for n in range(200)]


@pytest.fixture(scope="module")
def decided(people: list[Given], vehicles: list[Given], tmp_path_factory: pytest.TempPathFactory) -> Decided:
    return decide(tmp_path_factory.mktemp("base"), {P: people, V: vehicles})[V]


def test_the_made_up_registers_show_every_decision(decided: Decided, vehicles: list[Given]) -> None:
    decisions = [decision for decision, _, _ in decided.values()]
    assert decisions.count("link") > 20
    assert decisions.count("review") > 10
    assert len(decided) < len(vehicles), "somebody is found for nobody"


def test_probabilities(decided: Decided) -> None:
    for decision, _, probability in decided.values():
        assert 0 <= probability <= 1
        assert decision != "link" or probability >= 0.9


@pytest.mark.slow
@pytest.mark.parametrize("population", ["empty", "missing", "nameless"])
def test_without_persons_nobody_is_linked(population: str, tmp_path: Path) -> None:
    tables: dict[Register, list[Given]] = {
        V: [{"record_id": "v1", "owner_name": "Trần Văn An", "owner_id_number": "038080700001"}, {}],
        L: [{"record_id": "l1", "full_name": "Trần Văn An", "id_number": "038080700001"}, {"record_id": ""}],
    }
    if population != "missing":
        tables[P] = [{}, {"pin": ""}, {"status": "Đã chết"}] if population == "nameless" else []
    assert decide(tmp_path, tables) == {V: {}, L: {}}


@pytest.mark.slow
def test_two_persons_and_one_record_are_enough(tmp_path: Path) -> None:
    tables = {
        P: [person(1, "Trần Văn An", "01/02/1980", COMMUNES[0]), person(2, "Lê Thị Hà", "03/04/1985", COMMUNES[1])],
        L: [{"record_id": "l1", "full_name": "LÊ THỊ HÀ", "id_number": "038085700002", "birth_date": "03/04/1985"}],
    }
    assert [row[:2] for row in decide(tmp_path, tables)[L].values()] == [("link", 1)]


@pytest.mark.slow
@few
@given(seed=st.integers(0, 2**32), pairs=st.integers(1, 40))
def test_two_persons_of_equal_evidence_are_never_linked(seed: int, pairs: int, tmp_path_factory: Any) -> None:
    random = Random(seed)
    people, records = [], []
    for pair in range(pairs):
        name, day, home = a_name(random), born(random), random.choice(COMMUNES)
        both = random.choice(({}, {}, {"old_id": f"171{pair:06}"}, {"pin": f"0380607{pair:05}"}))
        people += [person(2 * pair, name, day, home, **both), person(2 * pair + 1, name, day, home, **both)]
        shown = {"owner_birth_date": day, "owner_address": home, "owner_id_number": next(iter(both.values()), "")}
        kept = {column: text for column, text in shown.items() if random.random() < 0.7}
        records.append({"record_id": f"v{pair}", "owner_name": name} | kept)
    random.shuffle(people)
    found = decide(tmp_path_factory.mktemp("twins"), {P: people, V: records})[V]
    assert {decision for decision, _, _ in found.values()} <= {"review"}
    assert all(probability <= 0.5 + 1e-6 for _, _, probability in found.values())


@pytest.mark.slow
@few
@given(seed=st.integers(0, 2**32))
def test_the_order_of_rows_changes_no_decision(
    seed: int, people: list[Given], vehicles: list[Given], decided: Decided, tmp_path_factory: Any
) -> None:
    random = Random(seed)
    places, shuffled = list(range(len(people))), list(vehicles)
    random.shuffle(places)
    random.shuffle(shuffled)
    tables = {P: [people[place] for place in places], V: shuffled}
    found = decide(tmp_path_factory.mktemp("shuffled"), tables)[V]
    assert found.keys() == decided.keys()
    for record, (decision, place, probability) in found.items():
        before = decided[record]
        assert decision == before[0]
        assert probability == pytest.approx(before[2], abs=1e-4)
        assert decision != "link" or places[place] == before[1]


@pytest.mark.slow
@few
@given(seed=st.integers(0, 2**32), count=st.integers(1, 50))
def test_strangers_give_no_record_to_somebody_else(
    seed: int, count: int, people: list[Given], vehicles: list[Given], decided: Decided, tmp_path_factory: Any
) -> None:
    random = Random(seed)
    strangers = [
        person(
            10_000 + n,
            " ".join(random.sample(STRANGERS, 3)),
            born(random),
            random.choice(COMMUNES),
            pin=f"0660802{n:05}",
        )
        for n in range(count)
    ]
    found = decide(tmp_path_factory.mktemp("strangers"), {P: [*people, *strangers], V: vehicles})[V]
    links = {record: place for record, (decision, place, _) in decided.items() if decision == "link"}
    for record, (decision, place, _) in found.items():
        assert place < len(people), "strangers share nothing with any record"
        if decision == "link" and record in links:
            assert place == links[record]


@pytest.mark.slow
def test_the_address_decides_between_namesakes_of_a_commune(tmp_path: Path) -> None:
    homes = ("Số 5, thôn Đông", "Thôn Đoài", "Số 7, thôn Bãi", "Thôn Bãi")
    people = [person(n, "Trần Văn An", f"0{n + 1}/02/1980", f"{home}, {COMMUNES[0]}") for n, home in enumerate(homes)]
    moved = {"permanent_address": f"Thôn Mới, {COMMUNES[1]}"}
    people.append(person(92, "Trần Văn An", "08/02/1980", f"Thôn Hạ, {COMMUNES[0]}", **moved))
    people += [person(10 + n, a_name(Random(n)), born(Random(n)), COMMUNES[1]) for n in range(60)]
    people.append(person(90, "Trần Văn An", "06/02/1980", f"Xóm 3, thôn Chợ, {COMMUNES[0]}"))
    people.append(person(91, "Trần Văn An", "07/02/1980", f"Thôn Chợ, {COMMUNES[0]}"))
    written = {
        "house": "Số 5 Thôn ĐÔNG",
        "inner": "Thôn Chợ",
        "elsewhere": "Thôn Mới",
        "hamlet": "THON DOAI",
        "two": "thôn Bãi",
    }
    records = [
        {"record_id": name, "owner_name": "TRẦN VĂN AN", "owner_address": f"{home}, {COMMUNES[0]}"}
        for name, home in written.items()
    ]
    found = decide(tmp_path, {P: people, V: records})[V]
    assert found["house"][:2] == ("link", 0)
    assert found["hamlet"][1] == 1
    assert found["hamlet"][2] > 0.5
    assert found["two"][0] == "review", "two of that name live in the hamlet"
    assert found["two"][1] in {2, 3}
    assert found["elsewhere"][0] == "review", "the hamlet of that name is in the commune he left"
    assert found["inner"][0] == "review", "of two in one hamlet, one says more exactly where"


@pytest.mark.slow
def test_a_name_with_many_bearers_in_its_commune_is_shown_for_choosing(tmp_path: Path) -> None:
    random = Random(5)
    people = [person(n, "Nguyễn Văn An", born(random), f"Thôn {n}, {COMMUNES[0]}") for n in range(60)]
    records: list[Given] = [
        {"record_id": "here", "owner_name": "Nguyễn Văn An", "owner_address": COMMUNES[0]},
        {"record_id": "nowhere", "owner_name": "Nguyễn Văn An"},
    ]
    found = decide(tmp_path, {P: people, V: records})[V]
    assert found["here"][0] == "review"
    assert found["here"][2] < 0.02
    assert "nowhere" not in found, "it fits everybody of that name"


@pytest.mark.slow
def test_a_number_of_quite_another_name_links_nobody(tmp_path: Path) -> None:
    people = [person(n, a_name(Random(n)), born(Random(n)), COMMUNES[0]) for n in range(80)]
    shown = {"owner_name": "Siu Kpă Rcom", "owner_id_number": people[3]["pin"]}
    records: list[Given] = [
        {"record_id": "bare"} | shown,
        {"record_id": "here"}
        | shown
        | {"owner_address": COMMUNES[0], "owner_birth_date": (people[3]["birth_date"] or "")[-4:]},
    ]
    found = decide(tmp_path, {P: people, V: records})[V]
    assert {decision for decision, _, _ in found.values()} == {"review"}
