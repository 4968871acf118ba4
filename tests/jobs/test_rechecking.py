"""Checking records anew: what did not change is said again, what was mended is gone, and what is said has one meaning."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from tests.domain.provenance.runs import AT, STEWARD

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.campaign.queries.neighbourhood import UNSEEN
from sosach.domain.provenance.models import Finding, SourceRow
from sosach.domain.provenance.operations.importing import import_run
from sosach.domain.provenance.operations.rechecking import Told, take_in_recheck
from sosach.domain.vehicles.models import Vehicle
from sosach.domain.vehicles.operations import correct
from sosach.jobs.rechecking import BY_NAME, recheck

LATER = AT + timedelta(days=1)
Said = set[tuple[int, str, str, str]]


def order() -> Order:
    return Order(STEWARD, LATER, reason="đối chiếu giấy đăng ký xe", evidence={"paper": "12"}, act=uuid4())


def said(register: str, ids: list[int]) -> Said:
    with acting(STEWARD):
        rows = Finding.objects.filter(register=register, subject_id__in=ids, gone=False)
        return set(rows.values_list("subject_id", "code", "field", "value"))


@pytest.fixture
def taken(demo: Path, db: None) -> None:
    del db
    import_run(Order(STEWARD, AT), folder=demo, registers=list(BY_NAME.values()), synthetic=True)


def some(register: str, count: int) -> list[int]:
    """Records with findings first: there is something to say again."""
    with acting(STEWARD):
        told = Finding.objects.filter(register=register, gone=False).order_by("subject_id").distinct("subject_id")
        return list(told.values_list("subject_id", flat=True)[:count])


@pytest.mark.slow
@pytest.mark.parametrize("register", list(BY_NAME))
@pytest.mark.usefixtures("taken")
def test_what_did_not_change_is_said_again(register: str) -> None:
    ids = some(register, 400)
    before = said(register, ids)
    checked = recheck(order(), register=register, record_ids=ids)
    assert set(checked) == set(ids)
    assert said(register, ids) == before
    with acting(STEWARD):
        rows = SourceRow.objects.filter(register=register, subject_id__in=ids)
        classes = dict(rows.values_list("subject_id", "verdict__result_class"))
        single = [key for key in ids if rows.filter(subject_id=key).count() == 1]
    assert {key: checked[key].result_class for key in single} == {key: classes[key] for key in single}


def lacking(code: str) -> int:
    with acting(STEWARD):
        found = Finding.objects.filter(register="vehicles", code=code, gone=False).order_by("subject_id").first()
    assert found is not None
    return found.subject_id


@pytest.mark.slow
@pytest.mark.usefixtures("taken")
def test_what_was_mended_is_gone_and_the_rest_stays() -> None:
    record = lacking("VAL-41")
    before = said("vehicles", [record])
    correct(order(), vehicle_id=record, changes={"paint_colour": "Đỏ"})
    checked = recheck(order(), register="vehicles", record_ids=[record])
    assert said("vehicles", [record]) == {each for each in before if each[2] != "colour"}
    assert set(checked) == {record}
    with acting(STEWARD):
        assert Finding.objects.get(register="vehicles", subject_id=record, code="VAL-41").state == "gone"


@pytest.mark.slow
@pytest.mark.usefixtures("taken")
def test_a_mistake_is_found_at_once() -> None:
    """What an officer writes is checked like what a source tells."""
    record = some("vehicles", 1)[0]
    correct(order(), vehicle_id=record, changes={"manufactured_year": 2031})
    recheck(order(), register="vehicles", record_ids=[record])
    assert "VAL-31" in {code for _, code, _, _ in said("vehicles", [record])}


@pytest.mark.usefixtures("taken")
def test_a_record_that_changed_meanwhile_is_asked_again(demo: Path) -> None:
    record = some("vehicles", 1)[0]
    correct(order(), vehicle_id=record, changes={"paint_colour": "Đỏ"})
    before = said("vehicles", [record])
    told = Told(demo, {0: record}, {record: 0}, UNSEEN)
    with pytest.raises(SosachError) as refused:
        take_in_recheck(order(), register=BY_NAME["vehicles"], told=told, population=BY_NAME["population"])
    assert refused.value.code is ErrorCode.CONFLICT
    assert said("vehicles", [record]) == before


@pytest.mark.usefixtures("taken")
def test_a_check_changes_no_value() -> None:
    with acting(STEWARD):
        before = list(Vehicle.objects.order_by("pk").values_list())
    recheck(order(), register="vehicles", record_ids=some("vehicles", 5))
    with acting(STEWARD):
        assert list(Vehicle.objects.order_by("pk").values_list()) == before
