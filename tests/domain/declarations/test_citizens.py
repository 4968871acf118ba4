"""Citizens: drafts that lose nothing, one receipt per key, what they see and never learn, notices, objections."""

from typing import Any
from uuid import uuid4

import pytest
from tests.domain.declarations.ward import (
    CHIEF,
    COMMUNE,
    REGISTRAR,
    SIGNER,
    STRANGER,
    VERIFIER,
    Town,
    accepted,
    again,
    citizen,
    look,
    order,
    receipt_for,
    refused,
    sent,
    told,
)
from tests.domain.vehicles.town import SYSTEM

from sosach.base.errors import ErrorCode
from sosach.domain.access.queries import acting
from sosach.domain.audit.models import AuditEvent
from sosach.domain.declarations.models import Declaration
from sosach.domain.declarations.operations import (
    CleanPhoto,
    answer,
    approve,
    ask_back,
    attach,
    decide_objection,
    declare,
    message,
    object_to,
    remove_photo,
    save_draft,
    start_draft,
    submit,
    verify,
    withdraw,
    withdraw_objection,
)
from sosach.domain.declarations.queries import (
    Line,
    Mine,
    declaration_case,
    mine,
    my_declaration,
    notices_to_me,
    photo,
)
from sosach.domain.declarations.rules import AnswersError, Receipt, verify_receipt
from sosach.domain.declarations.states import State, Verb

pytestmark = pytest.mark.usefixtures("db")
JPEG = CleanPhoto("certificate", b"\xff\xd8cleaned", "image/jpeg")


@pytest.fixture
def town(db: None) -> Town:
    del db
    return Town.founded()


def test_a_draft_is_kept_page_by_page_and_sent_once(town: Town) -> None:
    who, key = citizen(town.an), uuid4()
    draft = start_draft(order(who), kind="vehicle_in_use", key=key, answers={"phone": "0912345678"})
    assert start_draft(order(who), kind="vehicle_in_use", key=key).declaration_id == draft.declaration_id
    draft = save_draft(
        order(who), declaration_id=draft.declaration_id, version=1, answers={"plate": "30A-12", "x": "1"}
    )
    assert (draft.answers, draft.version) == ({"phone": "0912345678", "plate": "30A-12"}, 2)
    attach(order(who), declaration_id=draft.declaration_id, photo=JPEG)
    with pytest.raises(AnswersError) as wrong:
        submit(order(who), declaration_id=draft.declaration_id, version=2, signer=SIGNER)
    assert [problem.question for problem in wrong.value.problems] == ["plate", "commitment"]
    draft = save_draft(
        order(who), declaration_id=draft.declaration_id, version=2, answers={"plate": "30A-123.45", "commitment": "yes"}
    )
    receipt = submit(order(who), declaration_id=draft.declaration_id, version=3, signer=SIGNER)
    assert verify_receipt(receipt, [SIGNER.public_key])
    assert submit(order(who, days=1), declaration_id=draft.declaration_id, version=3, signer=SIGNER) == receipt
    assert (
        refused(save_draft, order(who), declaration_id=draft.declaration_id, version=4, answers={})
        is ErrorCode.STATE_FORBIDS
    )


def test_two_devices_lose_nothing(town: Town) -> None:
    who = citizen(town.an)
    draft = start_draft(order(who), kind="vehicle_in_use", key=uuid4())
    one = save_draft(order(who), declaration_id=draft.declaration_id, version=1, answers={"plate": "30A-123.45"})
    other = save_draft(
        order(who),
        declaration_id=draft.declaration_id,
        version=1,
        answers={"plate": "30A-999.99", "phone": "0912345678"},
    )
    assert one.saved
    assert not other.saved
    assert (other.differing, other.sent) == (("plate",), {"plate": "30A-999.99", "phone": "0912345678"})
    assert other.answers == {"plate": "30A-123.45", "phone": "0912345678"}
    found = my_declaration(look(who), declaration_id=draft.declaration_id)
    assert found is not None
    assert [(line.what, line.terms) for line in found.thread] == [("branch", {"answers": other.sent})]
    stale = refused(submit, order(who), declaration_id=draft.declaration_id, version=1, signer=SIGNER)
    assert stale is ErrorCode.CONFLICT


def test_photos_of_a_draft(town: Town) -> None:
    who, other = citizen(town.an), citizen(town.binh)
    draft = start_draft(order(who), kind="vehicle_in_use", key=uuid4()).declaration_id
    first = attach(order(who), declaration_id=draft, photo=JPEG)
    assert attach(order(who), declaration_id=draft, photo=JPEG) == first
    assert photo(look(who), declaration_id=draft, photo_id=first) == ("image/jpeg", JPEG.content)
    assert photo(look(other), declaration_id=draft, photo_id=first) is None
    assert photo(look(VERIFIER), declaration_id=draft, photo_id=first) is None  # what was not sent is nobody else's
    assert photo(look(STRANGER), declaration_id=draft, photo_id=first) is None
    remove_photo(order(who), declaration_id=draft, photo_id=first)
    assert photo(look(who), declaration_id=draft, photo_id=first) is None
    for wrong in (
        CleanPhoto("nothing", b"1", "image/png"),
        CleanPhoto("plate", b"", "image/png"),
        CleanPhoto("plate", b"1", "image/svg+xml"),
        CleanPhoto("plate", b"1" * (5 * 1024 * 1024 + 1), "image/png"),
    ):
        assert refused(attach, order(who), declaration_id=draft, photo=wrong) is ErrorCode.INPUT_INCOMPLETE


def test_one_key_is_one_declaration(town: Town) -> None:
    key = uuid4()
    first = receipt_for(town.an, "vehicle_in_use", key=key)
    assert receipt_for(town.an, "vehicle_in_use", key=key, days=1) == first
    assert refused(receipt_for, town.an, "vehicle_in_use", key=key, phone="0987654321") is ErrorCode.REQUEST_REPEATED
    assert refused(receipt_for, town.an, "vehicle_sold", key=key) is ErrorCode.REQUEST_REPEATED
    assert receipt_for(town.binh, "vehicle_in_use", key=key).number != first.number
    with acting(SYSTEM):
        assert Declaration.objects.count() == 2


def test_nobody_declares_for_somebody_else(town: Town) -> None:
    terms: dict[str, Any] = {"kind": "vehicle_in_use", "answers": told("vehicle_in_use"), "signer": SIGNER}
    assert (
        refused(declare, order(citizen(town.an)), key=uuid4(), person_id=town.binh, **terms) is ErrorCode.ACCESS_DENIED
    )
    assert refused(declare, order(VERIFIER), key=uuid4(), **terms) is ErrorCode.ACCESS_DENIED
    assert refused(declare, order(STRANGER), key=uuid4(), person_id=town.an, **terms) is ErrorCode.NOT_FOUND
    assert declare(order(VERIFIER), key=uuid4(), person_id=town.an, **terms).kind == "vehicle_in_use"


def test_the_answer_is_the_same_for_none_and_not_yours(town: Town, django_statements: list[str]) -> None:
    others = town.registered(town.binh)
    shapes = []
    for vehicle in (None, others):
        django_statements.clear()
        receipt = receipt_for(town.an, "vehicle_in_use", vehicle)
        shapes.append((len(django_statements), [text.split()[0] for text in django_statements], receipt.due_on))
        found = my_declaration(look(citizen(town.an)), declaration_id=again_by(receipt.number).pk)
        assert found is not None
        assert not {"record_id", "holder_id", "risk"} & set(Mine.__slots__) | set(Line.__slots__) & {
            "record_id",
            "risk",
        }
        assert "BÌNH" not in repr(found)
    assert shapes[0] == shapes[1]


def receipt_again(found: Declaration, person_id: int) -> Receipt:
    """What the same key brings when the very first request comes once more, late."""
    return declare(
        order(citizen(person_id), days=3), kind=found.kind, answers=found.answers, key=found.key, signer=SIGNER
    )


def again_by(number: str) -> Declaration:
    with acting(SYSTEM):
        return Declaration.objects.get(number=number)


def test_what_a_citizen_sees(town: Town) -> None:
    found = sent(town.an, "vehicle_in_use")
    draft = start_draft(order(citizen(town.an)), kind="licence_lost", key=uuid4()).declaration_id
    assert [line.id for line in mine(look(citizen(town.an)))] == [draft, found.pk]
    assert [line.id for line in mine(look(citizen(town.an)), before=draft)] == [found.pk]
    assert mine(look(citizen(town.binh))) == ()
    assert my_declaration(look(citizen(town.binh)), declaration_id=found.pk) is None
    seen = my_declaration(look(citizen(town.an)), declaration_id=found.pk)
    assert seen is not None
    assert (seen.line.state, seen.verbs, seen.is_late) == (State.SUBMITTED, {Verb.WITHDRAW}, False)
    late = my_declaration(look(citizen(town.an), days=30), declaration_id=found.pk)
    assert late is not None
    assert late.is_late
    message(order(VERIFIER), declaration_id=found.pk, text="Chỉ cán bộ đọc", public=False)
    message(order(VERIFIER), declaration_id=found.pk, text="Mời bạn đến công an phường")
    message(order(citizen(town.an)), declaration_id=found.pk, text="Vâng", public=False)
    seen = my_declaration(look(citizen(town.an)), declaration_id=found.pk)
    assert seen is not None
    assert [(line.by, line.text) for line in seen.thread] == [("desk", "Mời bạn đến công an phường"), ("you", "Vâng")]


def test_asked_back_and_answered(town: Town) -> None:
    found = sent(town.an, "vehicle_in_use", town.registered(town.an))
    verify(order(VERIFIER), declaration_id=found.pk)
    ask_back(order(VERIFIER, days=1), declaration_id=found.pk, text="Xin ghi rõ số điện thoại")
    assert again(found).verified_by is None
    version = again(found).version
    receipt = answer(
        order(citizen(town.an), days=2),
        declaration_id=found.pk,
        version=version,
        answers={"phone": "0987654321"},
        signer=SIGNER,
    )
    after = again(found)
    assert (after.state, after.answers["phone"], receipt.digest) == ("submitted", "0987654321", after.digest)
    assert receipt.digest != found.digest
    first = receipt_again(found, town.an)
    assert (first.number, first.digest) == (receipt.number, receipt.digest)
    assert after.due_on > found.due_on
    assert refused(approve, order(CHIEF, days=2), declaration_id=found.pk) is ErrorCode.STATE_FORBIDS


def test_the_owner_on_record_is_told_and_objects(town: Town) -> None:
    vehicle = town.registered(town.an)
    claim = sent(town.binh, "vehicle_bought_with_papers", vehicle)
    (notice,) = notices_to_me(look(citizen(town.an)))
    assert (notice.declaration_id, notice.may_object, notice.plate) == (claim.pk, True, vehicle.plate_display)
    assert "BÌNH" not in repr(notice)
    assert notices_to_me(look(citizen(town.chi))) == ()
    stranger = order(citizen(town.chi))
    assert refused(object_to, stranger, declaration_id=claim.pk, statement="Không") is ErrorCode.NOT_FOUND
    assert refused(object_to, stranger, declaration_id=claim.pk + 99, statement="Không") is ErrorCode.NOT_FOUND
    verify(order(REGISTRAR), declaration_id=claim.pk)
    objection = object_to(order(citizen(town.an)), declaration_id=claim.pk, statement="Tôi chưa bán")
    assert (
        refused(object_to, order(citizen(town.an)), declaration_id=claim.pk, statement="x") is ErrorCode.STATE_FORBIDS
    )
    assert refused(approve, order(CHIEF, days=5), declaration_id=claim.pk) is ErrorCode.STATE_FORBIDS
    decide = {"objection_id": objection, "text": "Đã xem giấy tờ"}
    assert refused(decide_objection, order(STRANGER), upheld=False, **decide) is ErrorCode.NOT_FOUND
    decide_objection(order(VERIFIER, days=5), upheld=False, **decide)
    assert again(claim).state == State.VERIFIED
    assert approve(order(CHIEF, days=5), declaration_id=claim.pk) == State.APPLIED
    with acting(SYSTEM):
        vehicle.refresh_from_db()
    assert vehicle.owner_person_id == town.binh


def test_an_objection_is_upheld_or_given_up(town: Town) -> None:
    vehicle = town.registered(town.an)
    one, two = (sent(person, "vehicle_bought_with_papers", vehicle) for person in (town.binh, town.chi))
    given_up = object_to(order(citizen(town.an)), declaration_id=one.pk, statement="Tôi chưa bán")
    by_claimant = object_to(order(citizen(town.chi)), declaration_id=one.pk, statement="Tôi mới là người mua")
    assert refused(withdraw_objection, order(citizen(town.chi)), objection_id=given_up) is ErrorCode.NOT_FOUND
    withdraw_objection(order(citizen(town.an)), objection_id=given_up)
    assert again(one).state == State.OBJECTED
    withdraw_objection(order(citizen(town.chi)), objection_id=by_claimant)
    assert again(one).state == State.SUBMITTED
    anew = object_to(order(citizen(town.an)), declaration_id=one.pk, statement="Tôi vẫn chưa bán")
    over = {"objection_id": given_up, "upheld": False, "text": "Đã rút"}
    assert refused(decide_objection, order(CHIEF), **over) is ErrorCode.STATE_FORBIDS
    assert again(one).state == State.OBJECTED
    decide_objection(order(CHIEF), objection_id=anew, upheld=False, text="Có hợp đồng")
    upheld = object_to(order(citizen(town.an)), declaration_id=two.pk, statement="Tôi chưa bán")
    decide_objection(order(CHIEF), objection_id=upheld, upheld=True, text="Người mua không có giấy tờ gốc")
    assert again(two).state == State.REFUSED


def test_photos_of_an_objection_are_for_the_desk(town: Town) -> None:
    claim = sent(town.binh, "vehicle_bought_with_papers", town.registered(town.an))
    paper = CleanPhoto("certificate", JPEG.content, "image/jpeg")
    object_to(order(citizen(town.an)), declaration_id=claim.pk, statement="Tôi chưa bán", photos=[paper])
    case = declaration_case(look(VERIFIER), declaration_id=claim.pk)
    assert case is not None
    (shown,) = case.photos
    assert shown.slot == "objection"
    assert photo(look(VERIFIER), declaration_id=claim.pk, photo_id=shown.id) == ("image/jpeg", JPEG.content)
    theirs = my_declaration(look(citizen(town.binh)), declaration_id=claim.pk)
    assert theirs is not None
    assert theirs.photos == ()
    assert photo(look(citizen(town.binh)), declaration_id=claim.pk, photo_id=shown.id) is None
    sneaked = CleanPhoto("objection", b"\xff\xd8other", "image/jpeg")
    assert (
        refused(attach, order(citizen(town.binh)), declaration_id=claim.pk, photo=sneaked) is ErrorCode.INPUT_INCOMPLETE
    )


def test_who_acted_is_in_the_log(town: Town) -> None:
    found = sent(town.an, "vehicle_in_use", town.registered(town.an))
    accepted(found, by=(VERIFIER, CHIEF))
    withdraw(order(citizen(town.binh)), declaration_id=sent(town.binh, "vehicle_unused").pk)
    with acting(SYSTEM), acting(CHIEF):
        rows = AuditEvent.objects.filter(subject_kind="declaration", subject_key=str(found.pk), subject_unit=COMMUNE)
        assert set(rows.values_list("event", flat=True)) == {"declarations.approved"}
