"""Digital twins in the register: offers that are redeemed once, credentials bound to one wallet, states that follow the card."""

import base64
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.chip.twins.people import DRIVING, wallet
from tests.domain.idcards.holding import AT, PRESS, SECRET, HolderOfCard, holding, with_card
from tests.domain.idcards.office import events, keys, refused
from tests.domain.idcards.works import APPROVER, OFFICE, order

from sosach.base.errors import ErrorCode
from sosach.chip.twins.content import Content, Form, Identity, Kind
from sosach.chip.twins.holder import HolderKey
from sosach.chip.twins.status_list import State
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look, acting
from sosach.domain.idcards.models import Twin, TwinOffer
from sosach.domain.idcards.operations.life import find, give_back, hold, report, revoke
from sosach.domain.idcards.operations.taking_back import take_back_report
from sosach.domain.idcards.operations.twins import (
    Given,
    end_twin,
    issue_twins,
    notice_twins,
    offer_twin,
    redeem_offer,
)
from sosach.domain.idcards.queries.twin_contents import identity_of_card
from sosach.domain.idcards.queries.twins import DOOR, OfferSeen, my_offer, my_twins, states_of_list
from sosach.domain.idcards.rules import twins as rules
from sosach.domain.idcards.rules.endings import Complaint, HoldGround, RevocationGround
from sosach.domain.idcards.states.cards import CardState
from sosach.domain.idcards.states.twins import LicenceStanding, Notice, of_card, of_licence

__all__ = ["keys"]
NOTHING: dict[int, LicenceStanding] = {}


@pytest.fixture
def holder(db: None, keys: object) -> HolderOfCard:
    """Somebody with a card in force."""
    del db, keys
    return holding()


def at(who: HolderOfCard, moment: datetime = AT) -> Order:
    return Order(who.actor, moment)


def offered(who: HolderOfCard, moment: datetime = AT) -> OfferSeen:
    number = offer_twin(at(who, moment), kind=Kind.IDENTITY)
    return my_offer(Look(who.actor, "data-subject", moment, "thử"), offer_id=number)


def redeemed(who: HolderOfCard, moment: datetime = AT) -> OfferSeen:
    made = offered(who, moment)
    digits = rules.transaction_code_of(SECRET, made.key)
    assert redeem_offer(Order(DOOR, moment), key=made.key, digits=digits, secret=SECRET)
    return made


def content(who: HolderOfCard, moment: datetime = AT) -> Identity:
    return identity_of_card(Look(DOOR, "card-biometrics", moment, "twin-offer-1"), card_id=who.card.pk)


def signing(keys: Sequence[HolderKey], nonce: str = "n-1") -> dict[HolderKey, str]:
    """Keys that signed a nonce."""
    return dict.fromkeys(keys, nonce)


def issued(who: HolderOfCard, form: Form = Form.MDOC, moment: datetime = AT, copies: int = 1) -> Given:
    made = redeemed(who, moment)
    keys = [wallet().key for _ in range(copies)]
    return issue_twins(
        at(who, moment), key=made.key, form=form, content=content(who, moment), holders=signing(keys), press=PRESS
    )


def states(who: HolderOfCard, moment: datetime = AT) -> list[State]:
    seen = my_twins(Look(who.actor, "data-subject", moment, "thử"), standings=lambda _: NOTHING)
    return [each.state for each in seen]


def listed() -> dict[int, State] | None:
    return states_of_list(0, secret=SECRET, standings=lambda _: NOTHING)


@pytest.mark.usefixtures("db", "keys")
def test_a_twin_says_what_the_register_says_and_the_portrait_is_opened_with_a_ticket() -> None:
    holder = with_card()
    found = content(holder)
    assert (found.holder.pin, found.holder.full_name) == (holder.person.pin, "NGUYỄN VĂN AN")
    assert found.holder.portrait.startswith(b"\xff\xd8")
    assert (found.document_number, found.expires) == (holder.card.blank_id, holder.card.expires_on)
    assert (found.nationality, found.residence) == ("VN", "Số 7, phố Thử, Hà Nội")
    (look_,) = events("idcards.twin_content_read")
    assert (look_.subject_key, look_.reference) == (str(holder.person.pk), "twin-offer-1")
    refused(
        ErrorCode.INPUT_INCOMPLETE,
        lambda: identity_of_card(Look(DOOR, "card-biometrics", AT), card_id=holder.card.pk),
    )


@pytest.mark.parametrize("form", list(Form))
def test_a_wallet_is_given_a_credential_and_the_log_knows(holder: HolderOfCard, form: Form) -> None:
    given_ = issued(holder, form)
    assert len(given_.credentials) == 1
    with acting(DOOR):
        row = Twin.objects.get()
    assert (row.form, row.notice, row.person_id, row.card_id) == (form, given_.notice, holder.person.pk, holder.card.pk)
    assert row.ends_at == AT + rules.TWIN_LIVES
    (act,) = events("idcards.twin_issued")
    assert act.details["twins"] == [row.pk]
    assert holder.person.pin not in str(act.details)
    assert states(holder) == [State.VALID]


def test_an_offer_is_redeemed_once_and_only_with_its_code(holder: HolderOfCard) -> None:
    made = offered(holder)
    digits = rules.transaction_code_of(SECRET, made.key)
    wrong = f"{(int(digits) + 1) % 10**6:06d}"
    door = Order(DOOR, AT)
    assert not redeem_offer(replace(door, act=uuid4()), key=made.key, digits=wrong, secret=SECRET)
    assert redeem_offer(replace(door, act=uuid4()), key=made.key, digits=digits, secret=SECRET)
    assert not redeem_offer(replace(door, act=uuid4()), key=made.key, digits=digits, secret=SECRET)
    assert [each.details["result"] for each in events("idcards.twin_offer_tried")] == ["wrong", "redeemed", "closed"]


def test_guessing_the_code_ends_the_offer(holder: HolderOfCard) -> None:
    made = offered(holder)
    digits = rules.transaction_code_of(SECRET, made.key)
    for place in range(rules.TRIES):
        wrong = f"{(int(digits) + 1 + place) % 10**6:06d}"
        assert not redeem_offer(Order(DOOR, AT), key=made.key, digits=wrong, secret=SECRET)
    assert not redeem_offer(Order(DOOR, AT), key=made.key, digits=digits, secret=SECRET)


def test_an_offer_ends_with_its_time_or_with_the_next_one(holder: HolderOfCard) -> None:
    first, second = offered(holder), offered(holder, AT + timedelta(seconds=1))
    late = AT + rules.OFFER_LIVES + timedelta(minutes=1)
    for made, moment in ((first, AT + timedelta(seconds=2)), (second, late)):
        digits = rules.transaction_code_of(SECRET, made.key)
        assert not redeem_offer(Order(DOOR, moment), key=made.key, digits=digits, secret=SECRET)


def test_nobody_is_given_anything_without_a_live_token(holder: HolderOfCard) -> None:
    made = offered(holder)

    def issue(moment: datetime = AT, who: HolderOfCard = holder, said: Content | None = None) -> Given:
        told = said or content(holder)
        return issue_twins(
            at(who, moment), key=made.key, form=Form.MDOC, content=told, holders=signing([wallet().key]), press=PRESS
        )

    refused(ErrorCode.STATE_FORBIDS, issue)
    digits = rules.transaction_code_of(SECRET, made.key)
    redeem_offer(Order(DOOR, AT), key=made.key, digits=digits, secret=SECRET)
    refused(ErrorCode.STATE_FORBIDS, lambda: issue(AT + rules.TOKEN_LIVES + timedelta(seconds=1)))
    refused(ErrorCode.NOT_FOUND, lambda: issue(said=DRIVING))
    stranger = replace(holder, person=type(holder.person)(pk=holder.person.pk + 1))
    assert refused(ErrorCode.NOT_FOUND, lambda: issue(who=stranger))
    issue()


def test_copies_have_places_of_their_own_and_there_are_few(holder: HolderOfCard) -> None:
    made = redeemed(holder)

    def more(count: int) -> Given:
        keys = [wallet().key for _ in range(count)]
        return issue_twins(
            at(holder), key=made.key, form=Form.SD_JWT, content=content(holder), holders=signing(keys), press=PRESS
        )

    assert len(more(3).credentials) == 3
    refused(ErrorCode.STATE_FORBIDS, lambda: more(2))
    assert len(more(1).credentials) == 1
    with acting(DOOR):
        keys = list(Twin.objects.values_list("pk", flat=True))
    assert len({rules.place_of(SECRET, key) for key in keys}) == rules.COPIES


def test_a_proof_is_used_once(holder: HolderOfCard) -> None:
    made, key = redeemed(holder), wallet().key

    def given_(form: Form, nonce: str, *more: HolderKey) -> Given:
        proved = signing([*more, key], nonce)
        return issue_twins(at(holder), key=made.key, form=form, content=content(holder), holders=proved, press=PRESS)

    assert len(given_(Form.MDOC, "n-1").credentials) == 1
    refused(ErrorCode.CONFLICT, lambda: given_(Form.MDOC, "n-1"))
    refused(ErrorCode.CONFLICT, lambda: given_(Form.SD_JWT, "n-1", wallet().key))  # nothing of it is kept
    assert len(given_(Form.SD_JWT, "n-2", wallet().key).credentials) == 2
    with acting(DOOR):
        assert Twin.objects.count() == 3


def test_too_many_offers_in_a_day_are_refused(holder: HolderOfCard) -> None:
    for place in range(rules.OFFERS_A_DAY):
        offered(holder, AT + timedelta(seconds=place))
    refused(ErrorCode.STATE_FORBIDS, lambda: offered(holder, AT + timedelta(minutes=1)))
    offered(holder, AT + timedelta(days=1, minutes=1))


def test_who_has_no_card_in_force_gets_no_offer(holder: HolderOfCard) -> None:
    report(at(holder), card_id=holder.card.pk, what=Complaint.LOST)
    refused(ErrorCode.NOT_FOUND, lambda: offered(holder))


def test_the_list_follows_the_card(holder: HolderOfCard) -> None:
    issued(holder)
    with acting(DOOR):
        _, place = rules.place_of(SECRET, Twin.objects.get().pk)
    assert listed() == {}
    hold(order(OFFICE, decision="QĐ 1"), card_id=holder.card.pk, ground=HoldGround.DETENTION)
    assert listed() == {place: State.SUSPENDED}
    give_back(order(OFFICE), card_id=holder.card.pk)
    report(at(holder), card_id=holder.card.pk, what=Complaint.LOST)
    assert listed() == {place: State.SUSPENDED}
    find(order(OFFICE), card_id=holder.card.pk)
    assert listed() == {}
    revoke(order(APPROVER, decision="QĐ 2"), card_id=holder.card.pk, ground=RevocationGround.WRONGLY_ISSUED)
    assert listed() == {place: State.INVALID}
    assert states(holder) == [State.INVALID]
    assert states_of_list(1, secret=SECRET, standings=lambda _: NOTHING) is None


def test_the_holder_and_the_wallet_end_a_twin(holder: HolderOfCard) -> None:
    given_ = issued(holder)
    (seen,) = my_twins(Look(holder.actor, "data-subject", AT, "thử"), standings=lambda _: NOTHING)
    with acting(DOOR):
        key = TwinOffer.objects.get().key
    assert notice_twins(at(holder), key=key, notice=given_.notice, said=Notice.ACCEPTED) == 1
    assert end_twin(at(holder), twin_id=seen.id)
    assert not end_twin(at(holder), twin_id=seen.id)
    assert states(holder) == [State.INVALID]
    refused(ErrorCode.NOT_FOUND, lambda: end_twin(at(holder), twin_id=seen.id + 1))
    refused(ErrorCode.NOT_FOUND, lambda: notice_twins(at(holder), key=key, notice=uuid4(), said=Notice.ACCEPTED))
    other = issued(holder, moment=AT + timedelta(hours=1))
    with acting(DOOR):
        key = TwinOffer.objects.latest("pk").key
    notice_twins(at(holder), key=key, notice=other.notice, said=Notice.DELETED)
    assert states(holder) == [State.INVALID, State.INVALID]


def test_a_report_by_mistake_is_taken_back_within_a_day(holder: HolderOfCard) -> None:
    report(at(holder), card_id=holder.card.pk, what=Complaint.LOST)
    refused(
        ErrorCode.STATE_FORBIDS, lambda: take_back_report(at(holder, AT + timedelta(days=2)), card_id=holder.card.pk)
    )
    take_back_report(at(holder, AT + timedelta(hours=2)), card_id=holder.card.pk)
    refused(ErrorCode.STATE_FORBIDS, lambda: take_back_report(at(holder), card_id=holder.card.pk))
    report(order(OFFICE), card_id=holder.card.pk, what=Complaint.LOST)
    refused(ErrorCode.STATE_FORBIDS, lambda: take_back_report(at(holder), card_id=holder.card.pk))


def test_an_mdoc_names_its_list_and_place(holder: HolderOfCard) -> None:
    made = redeemed(holder)
    told = content(holder)
    given_ = issue_twins(
        at(holder), key=made.key, form=Form.MDOC, content=told, holders=signing([wallet().key]), press=PRESS
    )
    text = given_.credentials[0]
    document = cbor2.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    signed = cbor2.loads(cbor2.loads(document["issuerAuth"][2]).value)
    with acting(DOOR):
        number, place = rules.place_of(SECRET, Twin.objects.get().pk)
    assert signed["status"]["status_list"] == {"idx": place, "uri": f"https://issuer.example/status/{number}"}


@pytest.mark.parametrize("state", list(CardState))
def test_only_a_card_in_force_makes_a_valid_twin(state: CardState) -> None:
    valid, suspended = {CardState.ACTIVE, CardState.DAMAGED}, {CardState.HELD, CardState.LOST}
    expected = State.VALID if state in valid else State.SUSPENDED if state in suspended else State.INVALID
    assert of_card(state) is expected


def test_the_twin_of_a_licence_holds_as_long_as_all_its_classes_do() -> None:
    both, one = frozenset({"A1/2024", "B/2024"}), frozenset({"A1/2024"})
    assert of_licence(both, 7, LicenceStanding(7, both, both)) is State.VALID
    assert of_licence(both, 7, LicenceStanding(7, both, one)) is State.SUSPENDED
    assert of_licence(both, 7, LicenceStanding(7, one, one)) is State.INVALID
    assert of_licence(one, 7, LicenceStanding(8, both, both)) is State.INVALID
    assert of_licence(one, 7, None) is State.INVALID


@given(st.uuids(), st.text(max_size=120))
def test_only_our_own_codes_are_codes(key: UUID, told: str) -> None:
    code, token = rules.code_of(SECRET, key), rules.token_of(SECRET, key)
    assert (rules.offer_of_code(SECRET, code), rules.offer_of_token(SECRET, token)) == (key, key)
    assert rules.offer_of_code(SECRET, token) is None
    assert rules.offer_of_token(SECRET, code) is None
    assert rules.offer_of_code(b"another", code) is None
    assert rules.offer_of_code(SECRET, told) is None
    assert not rules.is_fresh(SECRET, told, AT)


@pytest.mark.parametrize(("later", "fresh"), [(0, True), (300, True), (301, False), (-1, False)])
def test_a_nonce_serves_for_minutes(later: int, *, fresh: bool) -> None:
    nonce = rules.nonce_of(SECRET, AT, b"drawn")
    assert rules.is_fresh(SECRET, nonce, AT + timedelta(seconds=later)) is fresh


def test_places_of_a_list_are_a_permutation_nobody_can_follow() -> None:
    places = [rules.place_of(SECRET, number) for number in range(8192)]
    assert {number for number, _ in places} == {0}
    assert len({place for _, place in places}) == len(places)
    assert max(place for _, place in places) < rules.LIST_SIZE
    neighbours = sum(abs(a - b) == 1 for (_, a), (_, b) in pairwise(places))
    assert neighbours < 50
    assert rules.place_of(SECRET, rules.LIST_SIZE)[0] == 1
