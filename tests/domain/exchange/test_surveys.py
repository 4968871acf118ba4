"""Survey cards keyed twice: compared, settled, sampled, accepted or refused, loaded; every row has one end."""

from typing import Any

import pytest
from tests.domain.population.people import AT, BA_DINH, EVERYBODY, HA_NOI, NGOC_HA, born, officer, order, stored

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look, acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level
from sosach.domain.exchange.models import SurveyBatch, SurveyCard, SurveyDoubt
from sosach.domain.exchange.operations.survey_loading import load_cards
from sosach.domain.exchange.operations.surveys import Plan, check_card, decide, settle_doubt, take_in
from sosach.domain.exchange.queries.surveys import batch_seen, batches, doubts_of, sample_of, sent_back
from sosach.domain.exchange.rules.surveys import Choice, Keyed, compare
from sosach.domain.exchange.states.surveys import BatchState, CardState
from sosach.domain.population.models import OldNumber, Person, Relation, Residence
from sosach.domain.population.operations.corrections import note_old_number
from sosach.domain.population.rules.words import OldNumberKind
from sosach.domain.provenance.models import JournalEntry, Proposal

pytestmark = pytest.mark.usefixtures("db")
STEWARD = officer(HA_NOI, Role.STEWARD, level=Level.PROVINCE)
LOOKER = officer(BA_DINH, Role.CLERK)
TOLD = {"full_name": "LÊ VĂN AN", "birth_date": "05/03/1970", "sex": "Nam", "hometown": "Hà Nội"}


def keyed(number: str, keyer: str = "an", commune: str = BA_DINH, **changed: str) -> Keyed:
    values = {name: value for name, value in (TOLD | changed).items() if value}
    return Keyed(number, commune, keyer, values)


def plan(digest: str = "d" * 64, share: float = 1.0, accepted: float = 0.1) -> Plan:
    return Plan("DC01", digest, "Đợt 1", share, accepted, "seed")


def take(*pairs: tuple[Keyed, Keyed], actor: Any = STEWARD, **told: Any) -> int:
    first, second = [one for one, _ in pairs], [two for _, two in pairs]
    return take_in(Order(actor, AT), plan=plan(**told), cards=compare(first, second)).batch_id


def twice(number: str, **changed: str) -> tuple[Keyed, Keyed]:
    return keyed(number, "an", **changed), keyed(number, "bình", **changed)


def check_all(batch: int, **wrong: dict[str, str]) -> None:
    for card in sample_of(Look(STEWARD, "data-cleaning", AT), batch_id=batch):
        check_card(Order(LOOKER, AT), card_id=card.card_id, paper=wrong.get(card.number, {}))


def accepted(*pairs: tuple[Keyed, Keyed], **told: Any) -> int:
    batch = take(*pairs, **told)
    check_all(batch)
    assert decide(Order(STEWARD, AT), batch_id=batch).state is BatchState.ACCEPTED
    return batch


def card(number: str) -> SurveyCard:
    with acting(EVERYBODY):
        return SurveyCard.objects.filter(number=number).latest("pk")


def seen(batch: int) -> Any:
    return batch_seen(Look(STEWARD, "data-cleaning", AT), batch_id=batch)


def loaded(batch: int) -> dict[str, int]:
    portion = load_cards(Order(STEWARD, AT), batch_id=batch)
    assert portion.left == 0
    return {str(state): count for state, count in portion.cards.items()}


def test_keyings_that_mean_the_same_agree_and_others_wait_for_a_third_look() -> None:
    one = keyed("1", "an", birth_date="5/3/1970", full_name="Lê Văn An")
    batch = take((one, keyed("1", "bình")), (keyed("2", "an"), keyed("2", "bình", full_name="LÊ VĂN ÂN")))
    (doubt,) = doubts_of(Look(LOOKER, "data-cleaning", AT), batch_id=batch)
    assert (doubt.number, doubt.field, doubt.first, doubt.second) == ("2", "full_name", "LÊ VĂN AN", "LÊ VĂN ÂN")
    assert not hasattr(doubt, "keyers")
    assert (card("1").state, card("2").state) == (CardState.AGREED, CardState.DOUBTED)
    assert "full_name" not in card("2").values


@pytest.mark.parametrize(
    ("choice", "value", "reason", "kept"),
    [
        (Choice.FIRST, "", "", "LÊ VĂN AN"),
        (Choice.SECOND, "", "", "LÊ VĂN ÂN"),
        (Choice.OTHER, "LÊ VĂN ẨN", "Rõ trên phiếu", "LÊ VĂN ẨN"),
    ],
)
def test_a_third_look_decides(choice: Choice, value: str, reason: str, kept: str) -> None:
    batch = take((keyed("2", "an"), keyed("2", "bình", full_name="LÊ VĂN ÂN")))
    (doubt,) = doubts_of(Look(LOOKER, "data-cleaning", AT), batch_id=batch)
    assert settle_doubt(Order(LOOKER, AT), doubt_id=doubt.doubt_id, choice=choice, value=value, reason=reason)
    assert (card("2").values["full_name"], card("2").state) == (kept, CardState.AGREED)
    with acting(EVERYBODY):
        assert SurveyDoubt.objects.get().actor_key == LOOKER.key


def test_another_value_needs_a_reason_and_a_stranger_reaches_nothing() -> None:
    batch = take((keyed("2", "an"), keyed("2", "bình", sex="Nữ")))
    (doubt,) = doubts_of(Look(LOOKER, "data-cleaning", AT), batch_id=batch)
    with pytest.raises(SosachError) as refused:
        settle_doubt(Order(LOOKER, AT), doubt_id=doubt.doubt_id, choice=Choice.OTHER, value="Nam")
    assert refused.value.code == ErrorCode.INPUT_INCOMPLETE
    neighbour = officer(NGOC_HA, Role.CLERK)
    assert not doubts_of(Look(neighbour, "data-cleaning", AT), batch_id=batch)
    with pytest.raises(SosachError) as refused:
        settle_doubt(Order(neighbour, AT), doubt_id=doubt.doubt_id, choice=Choice.FIRST)
    assert refused.value.code == ErrorCode.NOT_FOUND


def test_cards_that_were_not_keyed_twice_by_two_people_are_rejected_with_the_reason() -> None:
    first = [
        keyed("1"),
        keyed("2"),
        keyed("2"),
        keyed("3"),
        keyed("4", commune="99999"),
        keyed("5"),
        keyed("6", full_name="A" * 251),
    ]
    second = [
        keyed("2", "bình"),
        keyed("3", "AN"),
        keyed("4", "bình", commune="99999"),
        keyed("5", "bình", commune=NGOC_HA),
        keyed("6", "bình"),
        keyed("7", ""),
    ]
    taken = take_in(order(STEWARD), plan=plan(), cards=compare(first, second))
    with acting(EVERYBODY):
        reasons = dict(SurveyCard.objects.values_list("number", "reason"))
        assert set(SurveyCard.objects.values_list("state", flat=True)) == {CardState.REJECTED}
    assert reasons == {
        "1": "keyed_once",
        "2": "keyed_twice",
        "3": "same_keyer",
        "4": "commune",
        "5": "two_communes",
        "6": "too_long",
        "7": "keyed_once",
    }
    assert {one.reason for one in sent_back(Look(STEWARD, "data-cleaning", AT), batch_id=taken.batch_id)} == set(
        reasons.values()
    )


def test_cards_of_another_territory_are_rejected() -> None:
    take(twice("1"), (keyed("2", "an", NGOC_HA), keyed("2", "bình", NGOC_HA)), actor=officer(BA_DINH, Role.STEWARD))
    assert (card("1").state, card("2").reason) == (CardState.AGREED, "outside")


def test_the_same_files_are_one_batch_and_the_same_card_is_one_card() -> None:
    batch = take(twice("1"))
    again = take_in(order(STEWARD), plan=plan(), cards=compare(*map(list, zip(twice("1"), strict=True))))
    assert (again.batch_id, again.repeated) == (batch, True)
    take(twice("1"), twice("2"), digest="e" * 64)
    assert (card("1").state, card("1").reason) == (CardState.KNOWN, "known")
    take(twice("1", hometown="Huế"), digest="f" * 64)
    assert (card("1").state, card("1").reason) == (CardState.REJECTED, "known_other")


def test_a_batch_waits_for_its_third_look_and_its_sample() -> None:
    batch = take(twice("1"), (keyed("2", "an"), keyed("2", "bình", sex="Nữ")))
    for _ in range(2):
        with pytest.raises(SosachError) as refused:
            decide(order(STEWARD), batch_id=batch)
        assert refused.value.code == ErrorCode.STATE_FORBIDS
        with acting(EVERYBODY):
            doubt = SurveyDoubt.objects.get()
        settle_doubt(order(LOOKER), doubt_id=doubt.pk, choice=Choice.FIRST)
    check_all(batch)
    assert decide(order(STEWARD), batch_id=batch).state is BatchState.ACCEPTED
    with pytest.raises(SosachError) as refused:
        settle_doubt(order(LOOKER), doubt_id=doubt.pk, choice=Choice.SECOND)
    assert refused.value.code == ErrorCode.STATE_FORBIDS


def test_a_batch_with_too_many_errors_is_refused_as_a_whole_and_may_be_keyed_anew() -> None:
    batch = take(*(twice(str(number)) for number in range(10)), accepted=0.02)
    check_all(batch, **{"3": {"hometown": "Huế"}})
    verdict = decide(order(STEWARD), batch_id=batch)
    assert (verdict.state, verdict.rate.wrong, verdict.rate.values) == (BatchState.REFUSED, 1, 40)
    low, high = verdict.rate.interval
    assert low < 1 / 40 < high
    assert seen(batch).cards == {"refused": 10}
    with pytest.raises(SosachError) as refused:
        load_cards(order(STEWARD), batch_id=batch)
    assert refused.value.code == ErrorCode.STATE_FORBIDS
    again = take(*(twice(str(number)) for number in range(10)))
    assert again != batch
    assert seen(again).cards == {"agreed": 10}


def test_error_rates_are_told_per_keyer_and_field() -> None:
    batch = take(
        (keyed("1", "an"), keyed("1", "bình", sex="Nữ")),
        *(twice(str(number)) for number in range(2, 10)),
        accepted=0.5,
    )
    with acting(EVERYBODY):
        doubt = SurveyDoubt.objects.get()
    settle_doubt(order(LOOKER), doubt_id=doubt.pk, choice=Choice.FIRST)
    check_all(batch, **{"2": {"hometown": "Huế"}})
    rates = {(rate.keyer, rate.field): (rate.wrong, rate.values) for rate in seen(batch).rates}
    assert rates["an", ""] == (1, 36)
    assert rates["bình", ""] == (2, 36)
    assert rates["bình", "sex"] == (1, 9)
    assert rates["an", "sex"] == (0, 9)
    assert rates["", "hometown"] == (1, 9)
    assert rates["", ""] == (1, 36)
    assert card("2").values["hometown"] == "Huế", "the paper stands"


def test_a_card_is_compared_once_and_only_if_it_was_drawn() -> None:
    batch = take(*(twice(f"{number:03}") for number in range(60)), share=0.1)
    drawn = sample_of(Look(LOOKER, "data-cleaning", AT), batch_id=batch)
    assert len(drawn) == 20
    check_card(order(LOOKER), card_id=drawn[0].card_id, paper={})
    with acting(EVERYBODY):
        other = SurveyCard.objects.filter(sampled=False).first()
    for key in (drawn[0].card_id, other.pk):
        with pytest.raises(SosachError) as refused:
            check_card(order(LOOKER), card_id=key, paper={})
        assert refused.value.code == ErrorCode.STATE_FORBIDS
    with pytest.raises(SosachError) as refused:
        check_card(order(LOOKER), card_id=drawn[1].card_id, paper={"shoe_size": "42"})
    assert refused.value.code == ErrorCode.INPUT_INCOMPLETE


def test_somebody_without_record_gets_one_with_a_number() -> None:
    batch = accepted(
        twice(
            "1",
            old_id="012345678",
            ethnicity="Kinh",
            marital_status="Đã kết hôn",
            permanent_address="Số 5, phường Ba Đình, Hà Nội",
            father_name="LÊ VĂN CHA",
            father_number="001050000017",
            spouse_name="TRẦN THỊ VỢ",
        )
    )
    assert loaded(batch) == {"loaded": 1}
    kept = card("1")
    person = stored(kept.person_id)
    assert (person.full_name, person.birth_date, person.sex) == ("LÊ VĂN AN", "1970-03-05", "M")
    assert (person.commune_code, person.province_code, person.ethnicity, person.marital_status) == (
        BA_DINH,
        HA_NOI,
        "Kinh",
        "married",
    )
    assert person.pin.startswith("001070")
    with acting(EVERYBODY):
        assert JournalEntry.objects.get(subject_id=person.pk).evidence == {"survey_batch": str(batch), "form": "DC01"}
    with acting(EVERYBODY):
        assert OldNumber.objects.get(person=person).number == "012345678"
        assert Residence.objects.get(person=person).address.startswith("Số 5")
        kin = dict(Relation.objects.filter(person=person).values_list("kind", "full_name"))
        assert SurveyBatch.objects.get().state == BatchState.LOADED
    assert kin == {"father": "LÊ VĂN CHA", "spouse": "TRẦN THỊ VỢ"}
    assert loaded(batch) == {}


def test_what_was_loaded_is_what_sources_and_journal_say() -> None:
    batch = accepted(twice("1", old_id="012345678", permanent_address="Số 5, phường Ba Đình, Hà Nội"))
    loaded(batch)
    before = stored(card("1").person_id)
    note_old_number(
        order(officer(BA_DINH, Role.POPULATION)), person_id=before.pk, kind=OldNumberKind.CMND_9, number="012345679"
    )
    after = stored(before.pk)
    for column in Person.FOLDED:
        assert getattr(after, column) == getattr(before, column), column
    with acting(EVERYBODY):
        assert Residence.objects.filter(person_id=before.pk, holds=True).count() == 1


def test_a_card_that_says_what_the_record_says_changes_nothing() -> None:
    person = stored(born("LÊ VĂN AN", birth_date="1970-03-05", hometown="Hà Nội"))
    batch = accepted(twice("1", pin=person.pin))
    assert loaded(batch) == {"present": 1}
    with acting(EVERYBODY):
        assert Proposal.objects.count() == 0
        assert Person.objects.count() == 1


def test_differences_are_proposed_and_never_written() -> None:
    person = stored(born("LÊ VĂN AN", birth_date="1970-03-06"))
    batch = accepted(twice("1", pin=person.pin, hometown="Huế"))
    assert loaded(batch) == {"review": 1}
    assert (card("1").reason, card("1").details["columns"]) == ("differs", ["birth_date", "hometown"])
    with acting(EVERYBODY):
        told = dict(Proposal.objects.values_list("column", "value"))
        evidence = Proposal.objects.first().evidence
    assert told == {"birth_date": "1970-03-05", "hometown": "Huế"}
    assert evidence["survey_card"] == "DC01/1"
    assert stored(person.pk).birth_date == "1970-03-06"


def test_a_number_of_somebody_else_is_left_to_an_officer() -> None:
    person = stored(born("TRẦN VĂN BA", birth_date="1970-03-05"))
    batch = accepted(twice("1", pin=person.pin), twice("2", pin="001070999999", full_name="LÊ VĂN TÁM"))
    assert loaded(batch) == {"review": 2}
    assert (card("1").reason, card("1").details["candidates"]) == ("other_name", [person.pk])
    assert card("2").reason == "unknown_number"
    with acting(EVERYBODY):
        assert Person.objects.count() == 1


def test_candidates_are_shown_and_none_is_chosen() -> None:
    one, two = born("LÊ VĂN AN", birth_date="1970-03-05"), born("LÊ VĂN AN", birth_date="1970")
    born("LÊ VĂN AN", birth_date="1970-03-06")
    born("LÊ VĂN AN", birth_date="1970-03-05", sex="F")
    batch = accepted(twice("1"))
    assert loaded(batch) == {"review": 1}
    assert (card("1").reason, card("1").details["candidates"]) == ("candidates", [one, two])


def test_an_older_number_on_record_makes_a_candidate() -> None:
    person = born("LÊ THỊ KHÁC", birth_date="1980", sex="F")
    note_old_number(
        order(officer(BA_DINH, Role.POPULATION)), person_id=person, kind=OldNumberKind.CMND_9, number="012345678"
    )
    batch = accepted(twice("1", old_id="012345678"))
    assert loaded(batch) == {"review": 1}
    assert card("1").details["candidates"] == [person]


def test_two_cards_of_one_person_make_one_record() -> None:
    batch = accepted(twice("1"), twice("2", hometown="Huế"))
    assert loaded(batch) == {"loaded": 1, "review": 1}
    assert card("2").details["candidates"] == [card("1").person_id]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"full_name": ""}, "full_name"),
        ({"full_name": "CÔNG TY TNHH ABC"}, "full_name"),
        ({"birth_date": "không rõ"}, "birth_date"),
        ({"sex": "X"}, "sex"),
        ({"pin": "12345"}, "pin"),
        ({"pin": "111111111111"}, "pin"),
        ({"marital_status": "Chưa rõ"}, "marital_status"),
        ({"blood_type": "C"}, "blood_type"),
        ({"nationality": "Nước ngoài"}, "nationality"),
    ],
)
def test_what_the_rules_do_not_let_stand_is_rejected_with_the_field(changed: dict[str, str], fault: str) -> None:
    batch = accepted(twice("1", **changed))
    assert loaded(batch) == {"rejected": 1}
    assert fault in card("1").details["faults"]
    with acting(EVERYBODY):
        assert Person.objects.count() == 0


def test_every_card_has_one_end_and_the_counts_add_up() -> None:
    person = stored(born("LÊ VĂN AN", birth_date="1970-03-05", hometown="Hà Nội"))
    batch = accepted(
        twice("1", pin=person.pin),
        twice("2", full_name="TRẦN VĂN HAI"),
        twice("3", sex="?"),
        twice("4"),
        (keyed("5", "an"), keyed("5", "an")),
    )
    loaded(batch)
    told = seen(batch)
    assert told.cards == {"present": 1, "loaded": 1, "rejected": 2, "review": 1}
    assert sum(told.cards.values()) == told.count == 5
    assert batches(Look(STEWARD, "data-cleaning", AT))[0][0] == batch


def test_loading_goes_on_where_it_was_cut_off() -> None:
    batch = accepted(
        *(twice(str(number), full_name=f"LÊ VĂN {name}") for number, name in enumerate(("AN", "BA", "CHÍ", "DŨNG")))
    )
    left = [load_cards(order(STEWARD), batch_id=batch, most=2).left for _ in range(3)]
    assert left == [2, 0, 0]
    with acting(EVERYBODY):
        assert Person.objects.count() == 4
        assert len(set(SurveyCard.objects.values_list("person_id", flat=True))) == 4


def test_somebody_who_sees_only_a_part_decides_nothing() -> None:
    batch = take(twice("1"), (keyed("2", "an", NGOC_HA), keyed("2", "bình", NGOC_HA)))
    with pytest.raises(SosachError) as refused:
        decide(order(officer(BA_DINH, Role.STEWARD)), batch_id=batch)
    assert refused.value.code == ErrorCode.ACCESS_OUTSIDE
