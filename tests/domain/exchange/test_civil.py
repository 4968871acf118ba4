"""Messages of civil status: taken in once each, in any order, with the reasons of the population register."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from tests.domain.exchange.offices import JUSTICE, birth, message, one, send
from tests.domain.population.people import AT, BA_DINH, EVERYBODY, NGOC_HA, order, stored

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look, acting
from sosach.domain.exchange.models import CivilNotice
from sosach.domain.exchange.operations import civil
from sosach.domain.exchange.operations.civil import expire_waiting
from sosach.domain.exchange.queries.civil import messages_of
from sosach.domain.exchange.rules.civil import LONGEST_WAIT
from sosach.domain.exchange.states.civil import State
from sosach.domain.population.models import Person, Petition
from sosach.domain.population.operations.births import Birth, register_births

pytestmark = pytest.mark.usefixtures("db")


def person_of(pin: str) -> Person:
    with acting(EVERYBODY):
        return Person.objects.get(pin=pin)


def death(pin: str, message_id: str = "", **told: Any) -> Any:
    return message("death", message_id, person={"pin": pin}, died_on=told.pop("died_on", "2026-11-19"), **told)


def couple(kind: str, first: str, second: str, on: str = "2026-11-18", **told: Any) -> Any:
    return message(kind, person={"pin": first}, spouse={"pin": second}, on=on, **told)


def people() -> int:
    with acting(EVERYBODY):
        return Person.objects.count()


def events(name: str) -> list[tuple[str, str]]:
    """Subjects of the events of a name, as whoever may read the whole log sees them."""
    with acting(JUSTICE), connection.cursor() as cursor:
        cursor.execute("SELECT subject_kind, subject_key FROM audit_auditevent WHERE event = %s ORDER BY id", [name])
        return cursor.fetchall()


def test_a_birth_is_answered_with_its_number_and_again_with_the_same() -> None:
    told = birth("b-1")
    first, second = one(told), one(told)
    assert (first.state, first.repeated, second.repeated) == (State.APPLIED, False, True)
    assert first.pin == second.pin
    assert person_of(first.pin).full_name == "LÊ VĂN AN"
    assert people() == 1
    subject = ("person", str(person_of(first.pin).pk))
    assert events("exchange.civil_message_taken") == [subject, subject]
    assert events("population.birth_registered") == [subject]


def test_the_same_id_with_another_content_is_refused_and_changes_nothing() -> None:
    kept = one(birth("b-1"))
    other = one(birth("b-1", name="LÊ VĂN BA"))
    assert (other.state, other.code) == (State.REFUSED, ErrorCode.CONFLICT)
    assert one(birth("b-1")).pin == kept.pin
    assert people() == 1


def test_one_refused_message_holds_up_no_other() -> None:
    answers = send(birth("b-1"), birth("b-2", birth_date="2027-01-01"), birth("b-3")).answers
    assert [answer.state for answer in answers] == [State.APPLIED, State.REFUSED, State.APPLIED]
    assert answers[1].code == ErrorCode.INPUT_INCOMPLETE
    assert answers[1].vi
    assert answers[1].en


def test_a_death_takes_effect_and_a_second_one_gets_the_reason_of_the_register() -> None:
    pin = one(birth()).pin
    assert one(death(pin)).state is State.APPLIED
    assert person_of(pin).life_status == "deceased"
    again = one(death(pin))
    assert (again.state, again.code) == (State.REFUSED, ErrorCode.STATE_FORBIDS)
    assert "sống, chết" in again.vi


def test_a_death_before_its_birth_waits_and_is_taken_up_with_it() -> None:
    early = message("death", "d-1", person={"birth": "b-1"}, died_on="2026-11-19")
    waiting = one(early)
    assert (waiting.state, waiting.waits_for, waiting.until) == (State.WAITING, ("b-1",), AT + LONGEST_WAIT)
    assert one(early).repeated
    received = send(birth("b-1", birth_date="2026-11-18"))
    assert [(each.message_id, each.state) for each in received.taken_up] == [("d-1", State.APPLIED)]
    assert person_of(received.answers[0].pin).life_status == "deceased"
    assert one(early).state is State.APPLIED


def test_what_came_in_one_batch_in_the_wrong_order_is_answered_as_it_ended() -> None:
    received = send(message("death", "d-1", person={"birth": "b-1"}, died_on="2026-11-19"), birth("b-1"))
    assert [each.state for each in received.answers] == [State.APPLIED, State.APPLIED]
    assert not received.taken_up


def test_chains_are_taken_up_in_one_go() -> None:
    third = message("withdrawal", "w-1", withdraws="d-1", reason="Nhầm người")
    second = message("death", "d-1", person={"birth": "b-1"}, died_on="2026-11-19")
    assert [answer.state for answer in send(third, second).answers] == [State.APPLIED, State.WITHDRAWN]
    answer = one(birth("b-1"))
    assert person_of(answer.pin).life_status == "alive", "what was withdrawn before it could be done is never done"


def test_what_is_told_to_come_after_something_waits_for_it() -> None:
    first, second = one(birth()).pin, one(birth(sex="F")).pin
    divorce = couple("divorce", first, second, on="2026-11-19", message_id="v-1", after=("m-1",))
    assert one(divorce).state is State.WAITING
    received = send(couple("marriage", first, second, message_id="m-1"))
    assert received.taken_up[0].state is State.APPLIED
    assert person_of(first).marital_status == person_of(second).marital_status == "divorced"


def test_a_message_that_waited_too_long_is_refused_and_forgets_what_it_said() -> None:
    one(message("death", "d-1", person={"birth": "b-9"}, died_on="2026-11-19"))
    assert expire_waiting(Order(EVERYBODY, AT + LONGEST_WAIT - timedelta(seconds=1))) == ()
    assert len(expire_waiting(Order(EVERYBODY, AT + LONGEST_WAIT))) == 1
    with acting(EVERYBODY):
        kept = CivilNotice.objects.get(message_id="d-1")
    assert (kept.state, kept.content, kept.waits_for) == (State.REFUSED, None, [])
    assert "b-9" in kept.vi
    late = send(birth("b-9"), at=AT + LONGEST_WAIT)
    assert not late.taken_up
    assert expire_waiting(Order(EVERYBODY, AT + LONGEST_WAIT)) == ()


def test_no_more_wait_than_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(civil, "MOST_WAITING", 2)
    waiting = [message("death", f"d-{n}", person={"birth": f"b-{n}"}, died_on="2026-11-19") for n in range(3)]
    assert [answer.state for answer in send(*waiting).answers] == [State.WAITING, State.WAITING, State.REFUSED]
    assert send(birth("b-0")).taken_up[0].state is State.APPLIED
    assert one(waiting[2]).state is State.WAITING, "there is room again"


def test_what_a_cut_left_waiting_is_taken_up_when_the_sender_tries_again(monkeypatch: pytest.MonkeyPatch) -> None:
    told, early = birth("b-1"), message("death", "d-1", person={"birth": "b-1"}, died_on="2026-11-19")
    one(early)
    with monkeypatch.context() as cut:
        cut.setattr(civil, "_follow", lambda *_: ())
        one(told)
    again = send(told)
    assert (again.answers[0].repeated, again.taken_up[0].state) == (True, State.APPLIED)


def test_a_refused_message_may_be_sent_again_when_the_reason_is_gone() -> None:
    first, second, third = one(birth()).pin, one(birth(sex="F")).pin, one(birth(sex="F")).pin
    one(couple("marriage", first, second))
    wedding = couple("marriage", first, third, on="2026-11-19", message_id="m-2")
    assert one(wedding).state is State.REFUSED
    one(couple("divorce", first, second))
    assert one(wedding).state is State.APPLIED


def test_a_withdrawal_takes_the_effect_back() -> None:
    pin = one(birth()).pin
    one(death(pin, "d-1"))
    assert one(message("withdrawal", withdraws="d-1", reason="Nhầm người")).state is State.APPLIED
    assert person_of(pin).life_status == "alive"
    assert one(death(pin, "d-1")).state is State.WITHDRAWN, "sent again it is not done again"
    assert person_of(pin).life_status == "alive"
    twice = one(message("withdrawal", withdraws="d-1", reason="Nhầm người"))
    assert (twice.state, twice.code) == (State.REFUSED, ErrorCode.STATE_FORBIDS)


def test_a_birth_is_not_withdrawn() -> None:
    pin = one(birth("b-1")).pin
    refused = one(message("withdrawal", withdraws="b-1", reason="Nhầm"))
    assert (refused.state, refused.code) == (State.REFUSED, ErrorCode.STATE_FORBIDS)
    assert "hủy số định danh" in refused.vi
    assert one(birth("b-1")).pin == pin


def test_a_correction_stands_in_the_place_of_the_message_and_its_withdrawal_restores_it() -> None:
    pin = one(birth()).pin
    one(death(pin, "d-1", died_on="2026-11-19"))
    right = {"kind": "death", "person": {"pin": pin}, "died_on": "2026-11-17"}
    assert one(message("correction", "c-1", corrects="d-1", content=right)).state is State.APPLIED
    assert person_of(pin).died_on == "2026-11-17"
    assert one(death(pin, "d-1", died_on="2026-11-19")).state is State.CORRECTED
    refused = one(message("withdrawal", withdraws="d-1", reason="Nhầm"))
    assert refused.code == ErrorCode.STATE_FORBIDS
    assert one(message("withdrawal", withdraws="c-1", reason="Đúng từ đầu")).state is State.APPLIED
    assert person_of(pin).died_on == "2026-11-19"
    assert one(message("withdrawal", withdraws="d-1", reason="Nhầm người")).state is State.APPLIED
    assert person_of(pin).life_status == "alive"


def test_a_correction_that_cannot_be_leaves_the_message_as_it_was() -> None:
    pin = one(birth()).pin
    one(death(pin, "d-1"))
    wrong = {"kind": "death", "person": {"pin": pin}, "died_on": "2027-01-01"}
    assert one(message("correction", corrects="d-1", content=wrong)).code == ErrorCode.INPUT_INCOMPLETE
    assert (person_of(pin).life_status, person_of(pin).died_on) == ("deceased", "2026-11-19")
    other = {"kind": "marriage", "person": {"pin": pin}, "spouse": {"pin": pin}, "on": "2026-11-19"}
    assert one(message("correction", corrects="d-1", content=other)).code == ErrorCode.INPUT_INCOMPLETE


def test_a_death_of_the_wrong_person_is_corrected_to_the_right_one() -> None:
    first, second = one(birth()).pin, one(birth()).pin
    one(death(first, "d-1"))
    right = {"kind": "death", "person": {"pin": second}, "died_on": "2026-11-19"}
    one(message("correction", corrects="d-1", content=right))
    assert (person_of(first).life_status, person_of(second).life_status) == ("alive", "deceased")


def test_a_birth_is_corrected_by_a_petition_to_the_police() -> None:
    pin = one(birth("b-1")).pin
    right = {"kind": "birth", "full_name": "LÊ VĂN ANH", "birth_date": "1990-05-06", "sex": "M"}
    asked = one(message("correction", "c-1", corrects="b-1", content=right))
    assert (asked.state, asked.due_on is not None) == (State.ASKED, True)
    with acting(EVERYBODY):
        petition = Petition.objects.get()
    assert (petition.asked, petition.kind) == ({"full_name": "LÊ VĂN ANH"}, "correction")
    assert person_of(pin).full_name == "LÊ VĂN AN", "nothing changes before it is decided"
    assert one(message("withdrawal", withdraws="c-1", reason="Nhầm")).code == ErrorCode.STATE_FORBIDS
    more = right | {"parents": [{"kind": "father", "full_name": "LÊ VĂN CHA"}]}
    assert one(message("correction", corrects="b-1", content=more)).code == ErrorCode.INPUT_INCOMPLETE


def test_a_register_office_reaches_its_own_commune_and_learns_nothing_of_others() -> None:
    pin = one(birth()).pin
    elsewhere = one(death(pin, commune=NGOC_HA))
    nobody = one(death("001326999999", commune=NGOC_HA))
    assert elsewhere.code == nobody.code == ErrorCode.NOT_FOUND
    assert (elsewhere.vi, elsewhere.en) == (nobody.vi, nobody.en)
    assert person_of(pin).life_status == "alive"


@pytest.mark.parametrize("commune", ["99999", "00000"])
def test_a_commune_that_is_none_is_refused(commune: str) -> None:
    assert one(birth(commune=commune)).code == ErrorCode.INPUT_INCOMPLETE
    assert people() == 0


def test_an_installation_of_a_province_takes_messages_of_its_communes_only() -> None:
    assert one(birth("b-1"), province="38").code == ErrorCode.NOT_FOUND
    assert one(birth("b-1"), province="01").state is State.APPLIED


def test_ids_are_the_senders_own() -> None:
    one(birth("b-1"))
    early = message("death", "d-1", person={"birth": "b-1"}, died_on="2026-11-19")
    assert one(early, partner="toa-an").state is State.WAITING, "another sender's birth is not its own"


def test_a_sender_sees_where_its_messages_stand() -> None:
    send(birth("b-1"), message("death", "d-1", person={"birth": "b-2"}, died_on="2026-11-19"))
    look = Look(JUSTICE, "civil-status", AT)
    assert [one.message_id for one in messages_of(look, partner="tu-phap", state=State.WAITING)] == ["d-1"]
    assert [one.state for one in messages_of(look, partner="tu-phap")] == [State.APPLIED, State.WAITING]
    assert not messages_of(look, partner="toa-an")
    assert not hasattr(messages_of(look, partner="tu-phap")[0], "pin")


def test_who_has_no_right_takes_nothing_in() -> None:
    told = birth()
    with pytest.raises(SosachError) as refused:
        civil.take(order(EVERYBODY), partner="tu-phap", message=told)
    assert refused.value.code == ErrorCode.ACCESS_DENIED


def test_a_birth_known_from_a_file_is_the_same_birth() -> None:
    told = birth("b-1")
    registered = register_births(order(), births=[Birth("b-1", "LÊ VĂN AN", "1990-05-06", "M", BA_DINH)])
    assert one(told).pin == registered[0].pin
    assert people() == 1
    assert stored(registered[0].person_id).full_name == "LÊ VĂN AN"


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"message_id": "m", "commune_code": "00004"},
        {"message_id": "m", "commune_code": "00004", "content": {"kind": "wedding"}},
        {
            "message_id": "m m",
            "commune_code": "00004",
            "content": {"kind": "withdrawal", "withdraws": "a", "reason": "b"},
        },
        {"message_id": "m", "commune_code": "00004", "content": {"kind": "withdrawal", "withdraws": "a", "reason": ""}},
        {
            "message_id": "m",
            "commune_code": "00004",
            "content": {"kind": "death", "person": {"pin": "001326123456", "birth": "b"}, "died_on": "2026"},
        },
        {
            "message_id": "m",
            "commune_code": "00004",
            "content": {"kind": "death", "person": {"pin": "٠٠١٣٢٦١٢٣٤٥٦"}, "died_on": "2026"},
        },
    ],
)
def test_a_message_that_is_not_as_described_is_none(told: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        civil.Message.model_validate(told)
