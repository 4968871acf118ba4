"""From commune to nation once and only once, and back: two installations with a database each."""

from datetime import date
from itertools import count
from typing import Any

import pytest
from tests.domain.exchange.levels import AUDITING, COMMUNE, KEEPER, PROVINCE, Installation, Levels
from tests.domain.licences.world import licensed
from tests.domain.licences.world import order as keeping
from tests.domain.population.people import NEIGHBOUR, POLICE, birth
from tests.domain.vehicles.town import CHIEF, description
from tests.domain.vehicles.town import order as registering

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import Look, acting
from sosach.domain.exchange.operations.portraits import portraits
from sosach.domain.exchange.operations.settling import Keep, decide_upload
from sosach.domain.exchange.queries.links import OpenWork, open_uploads
from sosach.domain.exchange.rules.merging import Values
from sosach.domain.licences.models import Licence
from sosach.domain.licences.operations import Violation, deduct_points, suspend
from sosach.domain.licences.operations.register import REGISTER as LICENCES
from sosach.domain.licences.rules.classes import Group
from sosach.domain.population.models import Household, Person, Residence
from sosach.domain.population.operations.births import register_birth
from sosach.domain.population.operations.civil import change_name, register_death
from sosach.domain.population.operations.corrections import correct
from sosach.domain.population.operations.journal import told_of
from sosach.domain.population.operations.marriages import register_marriage
from sosach.domain.population.operations.merging import merge, take_back
from sosach.domain.population.operations.numbers import ask_new_pin, establish_new_pin
from sosach.domain.population.operations.register import REGISTER as POPULATION
from sosach.domain.population.operations.residence import Place, move_in
from sosach.domain.population.rules.numbers import Ground
from sosach.domain.provenance.models import JournalEntry
from sosach.domain.provenance.operations.verifying import verify_folds
from sosach.domain.vehicles.models import Ownership, Plate, Vehicle
from sosach.domain.vehicles.operations import open_series, pledge, register_first, release_pledge, transfer
from sosach.domain.vehicles.operations.register import REGISTER as VEHICLES
from sosach.domain.vehicles.rules import Holder, person

SERIAL = count(500)


def born(levels: Levels, name: str = "NGUYỄN VĂN AN", who: Installation | None = None, **told: str) -> str:
    """The PIN of somebody born in one of the installations, the province unless told."""
    with levels.at(who or levels.province):
        reply = register_birth(levels.order(KEEPER), birth=birth(name, message_id=f"two-{next(SERIAL)}", **told))
        return reply.pin


def id_of(levels: Levels, who: Installation, pin: str) -> int:
    """The record of whoever has a PIN."""
    found = levels.person(who, pin)
    assert found is not None
    return int(found["id"])


def shared(levels: Levels, name: str = "NGUYỄN VĂN AN", **told: str) -> tuple[str, int, int]:
    """Somebody both know: PIN, id in the province, id at the nation."""
    pin = born(levels, name, **told)
    levels.exchange(levels.province)
    return pin, id_of(levels, levels.province, pin), id_of(levels, levels.nation, pin)


def vehicle_of(levels: Levels, owner: int) -> Vehicle:
    """A vehicle registered in the province."""
    with levels.at(levels.province), acting(AUDITING):
        made = Plate.objects.filter(number__startswith="30K").exists()
    if not made:
        with levels.at(levels.province):
            open_series(registering(), series="30K", kind="car", first=10, last=99)
    with levels.at(levels.province):
        return register_first(
            registering(invoice="HĐ 1"), holder=Holder(person(owner)), description=description(next(SERIAL))
        )


def portrait(levels: Levels, who: Installation, register: str, record_id: int) -> Values:
    """A record as it would be told now."""
    with levels.at(who), acting(AUDITING):
        return portraits(register, [record_id], with_base=[])[record_id].now


def record_named(levels: Levels, who: Installation, register: str, natural: dict[str, str]) -> int:
    """The id of a record by what it is known by."""
    model: Any = {"vehicles": Vehicle, "licences": Licence}[register]
    with levels.at(who), acting(AUDITING):
        return int(model.objects.get(**natural).pk)


def work(levels: Levels, who: Installation) -> list[OpenWork]:
    """What a desk of the province has to settle."""
    with levels.at(who):
        return open_uploads(Look(KEEPER, "work", levels.now))


def same(levels: Levels, register: str, here: int, there: int) -> None:
    """Both installations hold the same of a record."""
    assert portrait(levels, levels.province, register, here) == portrait(levels, levels.nation, register, there)


def balanced(levels: Levels) -> None:
    """Nothing is missing on either way, and both sides say the same."""
    for who in (levels.province, levels.nation):
        assert all(day.is_balanced for day in levels.reconciled(who))
        with levels.at(who):
            for register in (POPULATION, VEHICLES, LICENCES):
                assert verify_folds(levels.order(AUDITING), register=register).differing == 0


def test_a_birth_reaches_the_nation_once(levels: Levels) -> None:
    pin, here, there = shared(levels)
    found = levels.person(levels.nation, pin)
    assert found is not None
    assert (found["full_name"], found["commune_code"], found["province_code"]) == ("NGUYỄN VĂN AN", COMMUNE, PROVINCE)
    same(levels, "population", here, there)
    assert levels.agreed(levels.province) == levels.agreed(levels.nation)
    assert levels.exchange(levels.province) == 0  # nothing is told twice
    assert levels.exchange(levels.nation) == 0  # nor back
    balanced(levels)


def test_only_what_changed_is_told(levels: Levels) -> None:
    pin, here, there = shared(levels)
    levels.do(levels.province, change_name, person_id=here, full_name="NGUYỄN VĂN BÌNH")
    envelope = levels.batch(levels.province)
    assert envelope is not None
    assert b"full_name" in envelope.raw
    assert b"birth_date" not in envelope.raw
    levels.answer(levels.province, levels.deliver(levels.nation, envelope))
    same(levels, "population", here, there)
    found = levels.person(levels.nation, pin)
    assert found is not None
    assert found["full_name"] == "NGUYỄN VĂN BÌNH"


def test_a_death_and_a_new_number_come_down(levels: Levels) -> None:
    pin, here, there = shared(levels)
    petition = levels.do(levels.nation, ask_new_pin, person_id=there, ground=Ground.FORGED_PAPERS)
    number = levels.do(levels.nation, establish_new_pin, petition_id=petition.pk)
    assert levels.exchange(levels.nation) == 1
    assert id_of(levels, levels.province, number) == here
    levels.do(levels.nation, register_death, person_id=there, died_on="2026-11")
    levels.exchange(levels.nation)
    found = levels.person(levels.province, number)
    assert found is not None
    assert (found["life_status"], found["died_on"]) == ("deceased", "2026-11")
    other = id_of(levels, levels.province, born(levels, "TRẦN THỊ BÌNH", sex="F"))
    with pytest.raises(SosachError) as refused:  # the dead do not marry here either
        levels.do(levels.province, register_marriage, person_id=here, spouse_id=other)
    assert refused.value.code == ErrorCode.STATE_FORBIDS
    assert pin != number
    balanced(levels)


def test_what_both_changed_goes_to_a_desk_with_both_versions(levels: Levels) -> None:
    for keep, name in ((Keep.OURS, "NGUYỄN VĂN TỈNH"), (Keep.THEIRS, "NGUYỄN VĂN NƯỚC")):
        _, here, there = shared(levels)
        levels.do(levels.province, change_name, person_id=here, full_name="NGUYỄN VĂN TỈNH", keep_old=False)
        levels.do(levels.nation, change_name, person_id=there, full_name="NGUYỄN VĂN NƯỚC", keep_old=False)
        levels.exchange(levels.province)
        (found,) = [each for each in work(levels, levels.province) if each.record_id == here]
        assert found.state == "conflict"
        assert found.fields == {"full_name": ("NGUYỄN VĂN TỈNH", "NGUYỄN VĂN NƯỚC")}
        with pytest.raises(SosachError) as outside:
            levels.do(levels.province, decide_upload, NEIGHBOUR, item_id=found.item_id, keep=keep)
        assert outside.value.code == ErrorCode.NOT_FOUND
        assert portrait(levels, levels.nation, "population", there)["full_name"] == "NGUYỄN VĂN NƯỚC"
        levels.do(levels.province, decide_upload, POLICE, item_id=found.item_id, keep=keep)
        levels.exchange(levels.province)
        assert not [each for each in work(levels, levels.province) if each.record_id == here]
        same(levels, "population", here, there)
        assert portrait(levels, levels.nation, "population", there)["full_name"] == name
        levels.exchange(levels.nation)  # its own change is told, and is as agreed by now, or in conflict no more
        same(levels, "population", here, there)
    balanced(levels)


def test_each_side_changes_another_field_and_both_have_both(levels: Levels) -> None:
    _, here, there = shared(levels)
    levels.do(levels.province, change_name, person_id=here, full_name="NGUYỄN VĂN TỈNH", keep_old=False)
    levels.do(levels.nation, correct, person_id=there, changes={"hometown": "Thanh Hóa"})
    levels.exchange(levels.province)
    levels.exchange(levels.nation)
    same(levels, "population", here, there)
    assert {"full_name", "hometown"} <= portrait(levels, levels.province, "population", here).keys()
    balanced(levels)


def test_a_marriage_a_household_and_a_merge_are_told_by_numbers(levels: Levels) -> None:
    his, him, his_there = shared(levels)
    hers, she, her_there = shared(levels, "TRẦN THỊ BÌNH", sex="F")
    levels.do(levels.province, register_marriage, person_id=him, spouse_id=she)
    home = levels.do(levels.province, move_in, person_id=him, to=Place(COMMUNE, "1 Đội Cấn"))
    levels.do(levels.province, move_in, person_id=she, to=home.pk, relation="spouse")
    levels.exchange(levels.province)
    for here, there in ((him, his_there), (she, her_there)):
        same(levels, "population", here, there)
    with levels.at(levels.nation), acting(AUDITING):
        assert told_of(Person.objects.get(pk=his_there)).state.spouse == her_there
        homes = {spell.household_id for spell in Residence.objects.filter(person__pin__in=[his, hers], holds=True)}
        assert len(homes - {None}) == 1
        assert Household.objects.get(pk=(homes - {None}).pop()).address == "1 Đội Cấn"
    pin, twin, twin_there = shared(levels, "NGUYỄN VĂN ÁN")
    order = levels.order(KEEPER, reason="trùng")
    with levels.at(levels.nation):
        merge(order, person_id=twin_there, survivor_id=his_there)
    levels.exchange(levels.nation)
    with levels.at(levels.province), acting(AUDITING):
        assert Person.objects.get(pin=pin).merged_into_id == him
    with levels.at(levels.nation):
        take_back(levels.order(KEEPER, reason="nhầm"), act=order.act)
    levels.exchange(levels.nation)
    assert portrait(levels, levels.province, "population", twin).get("merged_into_pin") is None
    balanced(levels)


def test_a_vehicle_with_its_plate_owner_and_pledge(levels: Levels) -> None:
    _, seller, _ = shared(levels)
    _, buyer, buyer_there = shared(levels, "LÊ VĂN CHI")
    vehicle = vehicle_of(levels, seller)
    levels.exchange(levels.province)
    there = record_named(levels, levels.nation, "vehicles", {"chassis_number": vehicle.chassis_number})
    same(levels, "vehicles", vehicle.pk, there)
    with levels.at(levels.province):
        entry = pledge(registering(days=1), vehicle_id=vehicle.pk, creditor="Ngân hàng A")
    levels.exchange(levels.province)
    with levels.at(levels.nation), acting(AUDITING):
        assert Vehicle.objects.get(pk=there).pledged
        assert Plate.objects.get(number=vehicle.plate_number).vehicle_id == there
    with levels.at(levels.province):
        release_pledge(registering(days=2), vehicle_id=vehicle.pk, pledge_entry=entry)
        transfer(
            registering(days=3, invoice="HĐ 2"),
            vehicle_id=vehicle.pk,
            holder=Holder(person(buyer)),
            approver=CHIEF,
            paper_on=date(2026, 11, 20),
            combined=True,
        )
    levels.exchange(levels.province)
    same(levels, "vehicles", vehicle.pk, there)
    with levels.at(levels.nation), acting(AUDITING):
        found = Vehicle.objects.get(pk=there)
        assert (found.owner_person_id, found.pledged) == (buyer_there, False)
        assert Ownership.objects.filter(vehicle=there, holds=True).count() == 2
    balanced(levels)


def test_a_licence_with_classes_points_and_suspension(levels: Levels) -> None:
    _, holder, _ = shared(levels)
    with levels.at(levels.province), acting(AUDITING):
        bearer = Person.objects.get(pk=holder)
    with levels.at(levels.province):
        licence = licensed(bearer, "A1", "B")
    levels.exchange(levels.province)
    assert not [each.reason_en for each in work(levels, levels.province) if each.register == "licences"]
    there = record_named(levels, levels.nation, "licences", {"licence_number": licence.licence_number})
    same(levels, "licences", licence.pk, there)
    with levels.at(levels.province):
        deduct_points(
            keeping(), licence_id=licence.pk, violation=Violation("VP-1", Group.LIMITED, 4, date(2026, 11, 19))
        )
        suspend(keeping(decision="QĐ 2"), licence_id=licence.pk, until=date(2027, 5, 1))
    levels.exchange(levels.province)
    same(levels, "licences", licence.pk, there)
    with levels.at(levels.nation), acting(AUDITING):
        found = Licence.objects.get(pk=there)
        assert found.status == "suspended"
        assert {half.group: half.points for half in found.halves.all()} == {"limited": 8, "unlimited": 12}
        assert set(found.classes.filter(state="held").values_list("name", flat=True)) == {"A1", "B"}
    balanced(levels)


def test_what_the_register_refuses_is_refused_and_the_rest_goes_on(levels: Levels) -> None:
    _, owner, _ = shared(levels)
    vehicle = vehicle_of(levels, owner)
    levels.exchange(levels.province)
    there = record_named(levels, levels.nation, "vehicles", {"chassis_number": vehicle.chassis_number})
    second = vehicle_of(levels, owner)
    with levels.at(levels.nation), acting(AUDITING):
        # the frame of the second is on another vehicle there
        Vehicle.objects.filter(pk=there).update(chassis_number=second.chassis_number)
    pin = born(levels, "NGUYỄN VĂN SAU")
    levels.exchange(levels.province)
    (found,) = [
        each for each in work(levels, levels.province) if each.record_id == second.pk and each.register == "vehicles"
    ]
    assert (found.state, found.code) == ("refused", ErrorCode.CONFLICT)
    assert found.reason_vi
    assert found.reason_en
    assert levels.person(levels.nation, pin) is not None
    with levels.at(levels.nation), acting(AUDITING):
        Vehicle.objects.filter(pk=there).update(chassis_number=vehicle.chassis_number)
    with pytest.raises(SosachError) as refused:
        levels.do(levels.province, decide_upload, item_id=found.item_id, keep=Keep.THEIRS)
    assert refused.value.code == ErrorCode.STATE_FORBIDS
    levels.do(levels.province, decide_upload, item_id=found.item_id, keep=Keep.OURS)
    levels.exchange(levels.province)
    same(
        levels,
        "vehicles",
        second.pk,
        record_named(levels, levels.nation, "vehicles", {"chassis_number": second.chassis_number}),
    )
    balanced(levels)


def test_taking_back_goes_both_ways(levels: Levels) -> None:
    _, here, there = shared(levels)
    order = levels.order(KEEPER)
    with levels.at(levels.province):
        change_name(order, person_id=here, full_name="NGUYỄN VĂN NHẦM")
    levels.exchange(levels.province)
    with levels.at(levels.province):
        take_back(levels.order(KEEPER, reason="nhầm"), act=order.act)
    levels.exchange(levels.province)
    same(levels, "population", here, there)
    assert "name/NGUYỄN VĂN AN" not in portrait(levels, levels.nation, "population", there)
    with levels.at(levels.nation), acting(AUDITING):
        entries = JournalEntry.objects.filter(register="population", subject_id=there, procedure="upload")
        latest = entries.order_by("-pk")[0]
    with levels.at(
        levels.nation
    ):  # what was told is an act like any other: the nation takes it back, and the province hears
        take_back(levels.order(KEEPER, reason="thử"), act=latest.act)
    levels.exchange(levels.nation)
    same(levels, "population", here, there)
    assert portrait(levels, levels.province, "population", here)["full_name"] == "NGUYỄN VĂN NHẦM"
    balanced(levels)


def test_a_lost_answer_changes_nothing(levels: Levels) -> None:
    pin = born(levels, "NGUYỄN VĂN LẶP")
    first = levels.batch(levels.province)
    assert first is not None
    lost = levels.deliver(levels.nation, first)
    before = levels.fingerprint(levels.nation)
    again = levels.batch(levels.province)
    assert again is not None
    assert (again.number, again.raw != first.raw) == (first.number, True)  # the same batch, sent anew
    assert levels.deliver(levels.nation, again) == lost
    assert levels.deliver(levels.nation, first) == lost
    assert levels.fingerprint(levels.nation) == before
    assert levels.answer(levels.province, lost) == 1
    assert levels.answer(levels.province, lost) == 0
    assert levels.batch(levels.province) is None
    assert levels.person(levels.nation, pin) is not None
    balanced(levels)
