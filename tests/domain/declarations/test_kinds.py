"""The catalogue: closed, whole, in both languages; answers read by the one meaning of each value."""

from datetime import UTC, date, datetime

import pytest
from tests.domain.declarations.ward import SIGNER, told

from sosach.domain.declarations.operations.applying import APPLICATIONS
from sosach.domain.declarations.rules import Claim, Kind, check, due_on, kind_of, kinds, verify_receipt
from sosach.domain.declarations.rules.answers import CHECKS
from sosach.domain.declarations.rules.receipts import Receipt, digest_of
from sosach.domain.vehicles.rules import STATUSES
from sosach.vn.catalogue import legal_sources

TODAY = date(2026, 11, 23)
KINDS = list(kinds().values())
BY_POLICE_ONLY = {"khong_xac_dinh"}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_a_kind_is_whole(kind: Kind) -> None:
    assert all((kind.vi, kind.en, kind.help_vi, kind.help_en, kind.declares, kind.steps, kind.legal))
    assert set(kind.legal) <= set(legal_sources())
    assert kind.days > 0
    assert (kind.claims is Claim.NOTHING) is (kind.code not in APPLICATIONS) is (kind.next_step == "")
    assert kind.people == 2 or not kind.changes_owner
    questions = [question for step in kind.steps for question in step.questions]
    assert [question.code for question in questions].count("commitment") == 1
    assert len({question.code for question in questions}) == len(questions)
    assert all(question.check in {"", *CHECKS} and question.vi and question.en for question in questions)
    assert all(choice.vi and choice.en for question in questions for choice in question.choices)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_a_kind_can_be_answered(kind: Kind) -> None:
    checked = check(kind, told(kind.code), today=TODAY)
    assert not checked.problems
    assert set(checked.answers) == {question.code for step in kind.steps_after(told(kind.code)) for question in step.questions} & set(told(kind.code))  # fmt: skip
    assert check(kind, {}, today=TODAY).problems


def test_every_status_somebody_may_declare_has_a_kind() -> None:
    declared = {kind.status for kind in KINDS if kind.status}
    assert declared == set(STATUSES) - BY_POLICE_ONLY


def test_answers_that_do_not_apply_are_left_out() -> None:
    kind = kind_of("vehicle_bought_with_papers")
    direct = check(kind, told(kind.code, through_several="no"), today=TODAY)
    chain = check(kind, told(kind.code, through_several="yes", owner_paper_number=""), today=TODAY)
    assert "owner_paper_number" not in direct.answers
    assert [problem.question for problem in chain.problems] == ["owner_paper_number"]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"plate": "không nhớ"}, "plate"),
        ({"phone": "12"}, "phone"),
        ({"commitment": "no"}, "commitment"),
        ({"commitment": ""}, "commitment"),
        ({"plate": "A" * 251}, "plate"),
        ({"address": "x\0y"}, "address"),
    ],
)
def test_what_cannot_be_read_is_said(changes: dict[str, str], wrong: str) -> None:
    kind = kind_of("vehicle_in_use")
    answers = {**told(kind.code), **changes}
    assert [problem.question for problem in check(kind, answers, today=TODAY).problems] == [wrong]


def test_a_day_that_lies_ahead_is_said() -> None:
    kind = kind_of("vehicle_stolen")
    answers = told(kind.code, happened_on="24/11/2026")
    assert [problem.question for problem in check(kind, answers, today=TODAY).problems] == ["happened_on"]


def test_legal_limits_of_requests_about_data() -> None:
    friday = date(2026, 11, 20)
    limits = {
        code: kind_of(code).days for code in ("person_data_wrong", "vehicle_data_wrong", "data_restrict", "data_delete")
    }
    assert list(limits.values()) == [2, 10, 15, 20]
    assert due_on(kind_of("person_data_wrong"), friday) == date(2026, 11, 25)  # Tuesday 24 November is a day off
    assert due_on(kind_of("vehicle_bought_without_papers"), friday) == date(2026, 12, 21)


def test_a_receipt_is_verified_and_every_change_is_seen() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    plain = Receipt("26-ABCDE-FGHJK", "vehicle_sold", digest_of("vehicle_sold", {"plate": "1"}, []), at, TODAY)
    signed = Receipt(
        plain.number, plain.kind, plain.digest, at, TODAY, SIGNER.sign(plain.text.encode()).hex(), SIGNER.key_id
    )
    assert verify_receipt(signed, [SIGNER.public_key])
    assert not verify_receipt(signed, [])
    assert not verify_receipt(plain, [SIGNER.public_key])
    for field, value in {
        "number": "26-ABCDE-FGHJM",
        "kind": "vehicle_lent",
        "digest": "0" * 64,
        "submitted_at": at.replace(microsecond=1),
        "due_on": date(2026, 11, 24),
        "signature": "zz",
        "key_id": "0" * 16,
    }.items():
        changed = Receipt(**{**{name: getattr(signed, name) for name in Receipt.__slots__}, field: value})
        assert not verify_receipt(changed, [SIGNER.public_key]), field
