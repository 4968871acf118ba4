"""What an officer has confirmed of a workbook that came back: taken over by the verbs that would be used on the screen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import uuid4

from django.db import transaction

from sosach.base.errors import SosachError
from sosach.base.registers import Register
from sosach.domain.access.models import Officer
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.audit.rules import Subject
from sosach.domain.campaign.models import Campaign, Case
from sosach.domain.campaign.operations.refusals import incomplete, not_found, state_forbids
from sosach.domain.campaign.operations.steps import OFFICERS, locked, subject
from sosach.domain.campaign.operations.working import assign, note_visit
from sosach.domain.campaign.rules.sheets import Column, Edit, outcomes, problem, statuses
from sosach.domain.provenance.operations.judging import propose
from sosach.domain.vehicles.operations.register import REGISTER as VEHICLES
from sosach.domain.vehicles.operations.statuses import declare_status

MOST_EDITS: Final = 5_000
REASON: Final = "Cập nhật từ danh sách Excel"
# Words of the closed answers → their codes.
_CODES: Final[Mapping[Column, Mapping[str, str]]] = {
    Column.OUTCOME: {words: code for code, words in outcomes().items()},
    Column.STATUS: {words: code for code, words in statuses().items()},
}


@dataclass(frozen=True, slots=True)
class RefusedCase:
    """A case whose row was not taken over.

    Attributes:
        case_id: case.
        code: code of the error.
        vi: why, Vietnamese.
        en: why, English.
    """

    case_id: int
    code: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What became of confirmed edits.

    Attributes:
        cases: ids of cases whose row was taken over, as a whole each.
        refused: the others, with the reason.
    """

    cases: tuple[int, ...]
    refused: tuple[RefusedCase, ...]


@operation("campaign.list_taken_over", roles=OFFICERS)
def take_over(order: Order, *, campaign_id: int, edits: Sequence[Edit]) -> Done[TakenOver]:
    """Take over the edits of a workbook an officer has confirmed; a row wholly or not at all, the others go on.

    A visit is noted, a case changes hands, a status is entered as the owner's claim, a phone number is proposed: nothing that
    the same officer could not do on the screen, and a value of the register changes only by a second person's decision.

    Args:
        order: who; the reason is kept with every step.
        campaign_id: campaign of the workbook.
        edits: as `compared_list` showed them (`rules.sheets.edits_of`), each with the version of its case.

    Raises:
        SosachError: STATE-01 no such campaign; STATE-04 no edits, or more than are taken at once; STATE-02 more cases would
            change hands than one person may move: that is a mass change, with its preview and its second person.
    """
    if not 1 <= len(edits) <= MOST_EDITS:
        raise incomplete(f"Mỗi lần từ 1 đến {MOST_EDITS} thay đổi.", f"From 1 to {MOST_EDITS} changes at once.")
    _refuse_mass_change(campaign_id, edits)
    by_case: dict[int, list[Edit]] = {}
    for edit in edits:
        by_case.setdefault(edit.case_id, []).append(edit)
    done, refused = [], []
    for case_id in sorted(by_case):  # in one order, so that two workbooks at once do not wait for each other
        try:
            with transaction.atomic():
                done.append(_take(order, campaign_id, by_case[case_id]))
        except SosachError as error:
            refused.append(RefusedCase(case_id, str(error.code), error.vi, error.en))
    taken = TakenOver(tuple(case.pk for case in done), tuple(refused))
    subjects = [subject(case) for case in done] or [Subject("campaign", str(campaign_id))]
    return Done(taken, subjects, {"cases": len(done), "refused": len(refused), "edits": len(edits)})


def _refuse_mass_change(campaign_id: int, edits: Sequence[Edit]) -> None:
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is None:
        raise not_found()
    if sum(edit.column is Column.OFFICER for edit in edits) > campaign.mass_limit:
        raise state_forbids(
            f"Giao quá {campaign.mass_limit} vụ việc một lần cần người thứ hai đồng ý.",
            f"To give out more than {campaign.mass_limit} cases at once needs a second person.",
            hint_vi="Dùng chức năng giao hàng loạt, có xem trước.",
            hint_en="Use the mass change, which has a preview.",
        )


def _take(order: Order, campaign_id: int, edits: Sequence[Edit]) -> Case:
    """The edits of one case."""
    values = {edit.column: edit.value for edit in edits}
    case = locked(order, edits[0].case_id, version=edits[0].version)
    if case.campaign_id != campaign_id or len(values) != len(edits):
        raise not_found()
    officers = _officers(values.get(Column.OFFICER))
    for column, value in values.items():
        if (why := problem(column, value, frozenset(officers))) is not None:
            raise incomplete(*why)
    if Column.NOTE in values and Column.OUTCOME not in values:
        raise incomplete("Ghi chú cần có kết quả lần đến.", "A note needs the outcome of the visit.")
    if Column.OUTCOME in values:
        code = _CODES[Column.OUTCOME][values[Column.OUTCOME]]
        note_visit(_part(order, case), case_id=case.pk, outcome=code, note=values.get(Column.NOTE, ""))
    if Column.OFFICER in values:
        assign(_part(order, case), case_id=case.pk, officer_id=officers[values[Column.OFFICER]])
    if {Column.STATUS, Column.PHONE} & set(values):
        _tell_register(order, case, values)
    return case


def _tell_register(order: Order, case: Case, values: Mapping[Column, str]) -> None:
    """What the owner said of the vehicle: its status as a claim, the phone number as a proposal."""
    if case.register != Register.VEHICLES:
        raise incomplete("Cột này chỉ dùng cho xe.", "The column is for vehicles only.")
    if Column.STATUS in values:
        status = _CODES[Column.STATUS][values[Column.STATUS]]
        declare_status(_part(order, case), vehicle_id=case.subject_id, status=status)
    if Column.PHONE in values:
        told = {"column": "owner_phone", "value": values[Column.PHONE]}
        propose(_part(order, case), register=VEHICLES, record_id=case.subject_id, **told)


def _part(order: Order, case: Case) -> Order:
    """The order for one verb: an act of its own, with the case as evidence."""
    evidence = order.evidence | {"case": f"case-{case.pk}"}
    return replace(order, act=uuid4(), evidence=evidence, reason=order.reason.strip() or REASON)


def _officers(named: str | None) -> dict[str, int]:
    """The officer a sheet names, by the name of the account in brackets."""
    account = (named or "").rpartition("(")[2].removesuffix(")")
    found = Officer.objects.filter(user_name=account, is_active=True).first() if account else None
    return {named: found.pk} if named is not None and found is not None else {}
