"""Mass changes: first a preview that says whose cases would change and how, then, with its token, the change itself.

A plan is carried out only on the cases it was made for, as they stood then; over the limit of the campaign a second
person has to agree.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import F

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import scoped
from sosach.domain.audit.rules import Level, Subject
from sosach.domain.campaign.models import Campaign, Case, CaseStep, MassPlan
from sosach.domain.campaign.operations.campaigns import campaign_subject
from sosach.domain.campaign.operations.intents import intent
from sosach.domain.campaign.operations.moving import move_record
from sosach.domain.campaign.operations.refusals import changed_meanwhile, incomplete, not_found, state_forbids
from sosach.domain.campaign.operations.steps import province_of, require_open
from sosach.domain.campaign.queries.effects import COLUMNS, Changed, effects
from sosach.domain.campaign.queries.filters import ORDERS, selected
from sosach.domain.campaign.rules.changes import GOOD_FOR_HOURS, PLANNERS, Change, fits
from sosach.domain.campaign.rules.wanted import Order as ListOrder
from sosach.domain.campaign.rules.wanted import Wanted, read, written
from sosach.domain.campaign.states.cases import CLOSED, State, Step, after

MOST_PLACED = 5000  # each record gets an entry of its own
PORTION = 2000
_STEPS = {
    Change.SPLIT: Step.ASSIGN,
    Change.GIVE: Step.ASSIGN,
    Change.TAKE_BACK: Step.TAKE_BACK,
    Change.PLACE: Step.FORWARD,
}


@dataclass(frozen=True, slots=True)
class Preview:
    """What a mass change would do.

    Attributes:
        token: with which it is carried out.
        cases: how many it would touch.
        unchanged: selected, but already so, closed, or in a state that does not allow it.
        needs_second: whether somebody else has to agree first.
        effects: what would change: officer (by id, "" for nobody) → [cases before, cases after]; group likewise; state →
            cases that leave it; people, declared and conflict cases among them.
    """

    token: UUID
    cases: int
    unchanged: int
    needs_second: bool
    effects: Mapping[str, Any]


@operation("campaign.mass_change_planned", roles=PLANNERS)
def preview(
    order: Order, *, campaign_id: int, change: Change, wanted: Wanted, terms: Mapping[str, Any]
) -> Done[Preview]:
    """Say what a mass change would do, and keep it as a plan; no case changes.

    Args:
        order: who.
        campaign_id: which campaign.
        change: what to do.
        wanted: with which cases.
        terms: of the change (`rules.changes.TERMS`).

    Raises:
        SosachError: STATE-01 no such campaign, or no officer; STATE-02 not open; STATE-04 not the terms of this change.
    """
    if not fits(change, terms):
        raise incomplete("Thiếu thông tin của thay đổi.", "Not the terms of this change.")
    campaign = _campaign(campaign_id)
    changed, selected_count = _changed(order, campaign, change, wanted, terms)
    told = effects(changed)
    plan = MassPlan.objects.create(
        id=uuid4(),
        campaign=campaign,
        commune_code=order.actor.unit if order.actor.level is Level.COMMUNE else None,
        province_code=province_of(order),
        change=change.value,
        terms={"wanted": written(wanted), **terms},
        fingerprint=fingerprint(changed),
        effects=told,
        cases=len(changed),
        made_by=order.actor.key,
        made_at=order.at,
    )
    shown = Preview(plan.pk, len(changed), selected_count - len(changed), _needs_second(plan), told)
    return Done(shown, [_plan_subject(plan), campaign_subject(campaign)], {"change": change.value, "cases": plan.cases})


@operation("campaign.mass_change_agreed", roles=PLANNERS)
def agree(order: Order, *, token: UUID) -> Done[MassPlan]:
    """Agree to somebody else's plan.

    Raises:
        SosachError: STATE-01 no such plan within reach; STATE-02 the own plan, done already, or too old.
    """
    plan = _plan(order, token)
    if plan.made_by == order.actor.key:
        raise state_forbids("Cần người thứ hai đồng ý.", "A second person has to agree.")
    plan.agreed_by = order.actor.key
    plan.save(update_fields=["agreed_by"])
    return Done(plan, [_plan_subject(plan)], {"cases": plan.cases})


@operation("campaign.mass_change_done", roles=PLANNERS)
def carry_out(order: Order, *, token: UUID) -> Done[int]:
    """Do what a plan says, all or nothing.

    Returns:
        How many cases changed.

    Raises:
        SosachError: STATE-01; STATE-02 done already, too old, or a second person has not agreed; STATE-03 cases have changed
            since the preview.
    """
    plan = _plan(order, token)
    if order.actor.key not in {plan.made_by, plan.agreed_by}:
        raise state_forbids("Kế hoạch của người khác.", "It is somebody else's plan.")
    if _needs_second(plan) and not plan.agreed_by:
        raise state_forbids(
            "Thay đổi nhiều vụ việc cần người thứ hai đồng ý.",
            "A change of so many cases needs a second person.",
            hint_vi="Gửi mã xem trước cho người thứ hai.",
            hint_en="Give the preview to a second person.",
        )
    terms = dict(plan.terms)
    wanted = read(terms.pop("wanted"))
    change = Change(plan.change)
    _lock(order, plan.campaign, wanted)
    changed, _ = _changed(order, plan.campaign, change, wanted, terms)
    if fingerprint(changed) != plan.fingerprint:
        raise changed_meanwhile("Các vụ việc đã thay đổi sau khi xem trước.", "Cases changed since the preview.")
    for begin in range(0, len(changed), PORTION):
        _write(order, change, changed[begin : begin + PORTION])
    plan.done_at = order.at
    plan.save(update_fields=["done_at"])
    return Done(len(changed), [_plan_subject(plan), campaign_subject(plan.campaign)], {"cases": len(changed)})


def fingerprint(changed: list[Changed]) -> str:
    """What the cases of a plan are, as they stand, and what each would become."""
    digest = hashlib.sha256()
    for each in sorted(changed, key=lambda each: each.case_id):
        digest.update(f"{each.case_id}:{each.version}:{sorted(each.columns.items())}\n".encode())
    return digest.hexdigest()


def _changed(
    order: Order, campaign: Campaign, change: Change, wanted: Wanted, terms: Mapping[str, Any]
) -> tuple[list[Changed], int]:
    """What would become of each case the change touches; how many were selected."""
    rows = selected(order.actor, campaign.pk, wanted).order_by(*ORDERS[ListOrder.PLACE])
    cases = [Changed(*row) for row in rows.values_list(*COLUMNS)]
    if change is Change.PLACE and len(cases) > MOST_PLACED:
        raise incomplete(f"Tối đa {MOST_PLACED} vụ việc một lần.", f"{MOST_PLACED} cases at once at most.")
    able = [each for each in cases if _may(each, change)]
    becomes = intent(order, campaign, change, able, terms)
    for each in able:
        each.columns = becomes(each)
    return [each for each in able if each.differs()], len(cases)


def _may(case: Changed, change: Change) -> bool:
    state = State(case.state)
    if state in CLOSED:
        return False
    if change is Change.PLACE:
        return case.commune_code is None and after(state, Step.FORWARD) is not None
    step = _STEPS.get(change)
    return step is None or after(state, step) is not None


def _write(order: Order, change: Change, changed: Sequence[Changed]) -> None:
    """Write a portion: one statement for all cases of which the same is made, and a step for each."""
    step = _STEPS.get(change)
    alike: dict[tuple[str, str], list[Changed]] = defaultdict(list)
    for each in changed:
        alike[each.state, repr(sorted(each.columns.items()))].append(each)
    for (before, _), cases in alike.items():
        then = after(State(before), step) if step is not None else State(before)
        if then is None:
            raise changed_meanwhile()
        rows = Case.objects.filter(pk__in=[each.case_id for each in cases])
        if change is Change.PLACE:
            place = {name: str(cases[0].columns[name]) for name in ("commune_code", "province_code")}
            for case in rows:
                move_record(order, case, **place)
        rows.update(**cases[0].columns, state=then.value, version=F("version") + 1, changed_at=order.at)
        CaseStep.objects.bulk_create(_step_row(order, change, each, then) for each in cases)


def _step_row(order: Order, change: Change, case: Changed, then: State) -> CaseStep:
    was = {name: getattr(case, name) for name in case.columns}
    return CaseStep(
        case_id=case.case_id,
        step=_STEPS[change].value if change in _STEPS else change.value,
        before=case.state,
        after=then.value,
        at=order.at,
        actor_key=order.actor.key,
        officer_id=case.columns.get("officer_id", case.officer_id),
        reason=order.reason,
        details={"from": _plain(was), "to": _plain(case.columns)},
        act=order.act,
    )


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date | datetime) else value for name, value in values.items()}


def _needs_second(plan: MassPlan) -> bool:
    return plan.cases > plan.campaign.mass_limit


def _plan(order: Order, token: UUID) -> MassPlan:
    """A plan within reach that can still be carried out, locked; its campaign is open."""
    rows = MassPlan.objects.select_for_update(of=("self",)).select_related("campaign")
    plan = scoped(rows, order.actor).filter(pk=token).first()
    if plan is None:
        raise not_found()
    require_open(plan.campaign)
    if plan.done_at is not None:
        raise state_forbids("Thay đổi này đã thực hiện.", "The change was carried out already.")
    if order.at - plan.made_at > timedelta(hours=GOOD_FOR_HOURS):
        raise state_forbids("Bản xem trước đã quá hạn.", "The preview is too old.")
    return plan


def _lock(order: Order, campaign: Campaign, wanted: Wanted) -> None:
    """Lock the selected cases in the order of their ids, so that two mass changes never wait for each other in a ring."""
    rows = selected(order.actor, campaign.pk, wanted).order_by("pk").select_for_update(of=("self",))
    for _ in rows.values_list("pk").iterator(chunk_size=PORTION):
        pass


def _campaign(campaign_id: int) -> Campaign:
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is None:
        raise not_found()
    require_open(campaign)
    return campaign


def _plan_subject(plan: MassPlan) -> Subject:
    return Subject("plan", str(plan.pk), plan.commune_code or "")
