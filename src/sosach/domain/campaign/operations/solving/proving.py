"""Proves answers by a re-check of the records they changed: what is clean is closed, what is not goes back with what is left.

The re-check itself is a job: it runs the engine (`jobs.rechecking`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import Exists, OuterRef

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level, Subject
from sosach.domain.campaign.models import Case, SecondOpinion, Solution
from sosach.domain.campaign.operations.steps import close_clean, raise_again, subject, take
from sosach.domain.campaign.queries.solving.matters import REGISTERS, matters_of
from sosach.domain.campaign.rules.closings import Closing
from sosach.domain.campaign.rules.fixes import FixKind, Matters, codes_of
from sosach.domain.campaign.states.campaigns import CampaignState
from sosach.domain.campaign.states.cases import CLOSED, State, Step
from sosach.domain.campaign.states.solving import SolutionState
from sosach.domain.provenance.operations.rechecking import Checked

SYSTEM = frozenset({Role.SYSTEM, Role.STEWARD})
AT_ONCE = 2_000  # records of one re-check


def records_to_prove(order: Order) -> dict[str, list[int]]:
    """Records by register that an answer has changed and whose re-check is due, the oldest first."""
    found: dict[str, list[int]] = defaultdict(list)
    with acting(order.actor, level=Level.NATION):
        due = Solution.objects.filter(recheck_due=True).order_by("pk").values_list("case__register", "case__subject_id")
        for register, record in due[:AT_ONCE]:
            if record not in found[register]:
                found[register].append(record)
    return found


@operation("campaign.cases_proven", roles=SYSTEM, nationwide=True)
def prove(order: Order, *, register: str, checked: Mapping[int, Checked]) -> Done[dict[str, int]]:
    """Close, send back or open again the cases of records that were checked anew."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("campaign")
    cases = list(rows.filter(register=register, subject_id__in=checked).order_by("pk"))
    model = REGISTERS[register].model
    records = {record.pk: record for record in model.objects.filter(pk__in=checked)}
    counted: dict[str, int] = defaultdict(int)
    for case in cases:
        told = matters_of(case, records[case.subject_id], rechecked=True)
        counted[_proven(order, case, told, checked[case.subject_id])] += 1
    Solution.objects.filter(case__in=cases, recheck_due=True).update(recheck_due=False)
    return Done(dict(counted), [subject(case) for case in cases] or [_nobody(register)], dict(counted))


def _proven(order: Order, case: Case, told: Matters, checked: Checked) -> str:
    clean = told.is_empty
    if not clean:
        _note(case, told, checked)
    if case.state in CLOSED:
        if clean:
            return "clean"
        raise_again(order, case, details={"left": list(codes_of(told.blocking))})
        return "reopened"
    if not clean:
        if case.state == State.APPROVED:
            take(order, case, Step.SEND_BACK, details={"left": list(codes_of(told.blocking))})
            return "returned"
        return "open"
    if case.state == State.CONFLICT or _proposed(case) or _disputed(case):
        return "open"
    close_clean(order, case, closing=_closing(case))
    return "closed"


def _note(case: Case, told: Matters, checked: Checked) -> None:
    """What the re-check says of a record that is not clean yet."""
    case.result_class = checked.result_class
    case.codes = sorted(codes_of(told.findings))
    case.errors = sum(each.severity == "error" for each in told.findings)
    for name, met in checked.criteria.items():
        setattr(case, name, met)
    case.save(update_fields=["result_class", "codes", "errors", *checked.criteria])


def _proposed(case: Case) -> bool:
    return Solution.objects.filter(case=case, state=SolutionState.PROPOSED.value).exists()


def _disputed(case: Case) -> bool:
    """Whether two officers do not agree and no leader has said whose answer holds."""
    return SecondOpinion.objects.filter(case=case, agrees=False, settled_by="").exists()


def _closing(case: Case) -> Closing:
    """Corrected, shown to be right, or only put aside."""
    done = list(Solution.objects.filter(case=case, state=SolutionState.DONE.value).exclude(kind=FixKind.ASK.value))
    changed = [each for each in done if each.kind not in {FixKind.DISMISS.value, FixKind.APART.value}]
    if changed or case.declaration_id is not None:
        return Closing.CORRECTED
    return Closing.CONFIRMED if done and all(each.evidence for each in done) else Closing.DISMISSED


@operation("campaign.case_moved_on", roles=SYSTEM, nationwide=True)
def note_changed(order: Order, *, register: str, record_ids: Sequence[int]) -> Done[int]:
    """Something else changed records (a procedure, a declaration, a correction): their cases are proven by the next re-check.

    Cases that wait for their re-check anyhow, and those of campaigns that are over, stay as they are.

    Returns:
        How many cases.
    """
    waiting = Solution.objects.filter(case=OuterRef("pk"), recheck_due=True)
    rows = Case.objects.filter(register=register, subject_id__in=record_ids, campaign__state=CampaignState.OPEN.value)
    cases = list(rows.exclude(Exists(waiting)).order_by("pk"))
    for case in cases:
        Solution.objects.create(
            case=case,
            fix=FixKind.DECIDE.value,
            kind=FixKind.DECIDE.value,
            state=SolutionState.DONE.value,
            made_by=order.actor.key,
            made_at=order.at,
            decided_by=order.actor.key,
            decided_at=order.at,
            recheck_due=True,
            act=order.act,
        )
    return Done(len(cases), [subject(case) for case in cases] or [_nobody(register)], {"cases": len(cases)})


def _nobody(register: str) -> Subject:
    return Subject("register", register)
