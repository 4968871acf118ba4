"""Safe classes answered at once: groups, a sample looked at case by case, a second person, done and undone in portions."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.campaign.operations.solving import (
    agree_to_batch,
    carry_out_batch,
    look_at_sample,
    make_batch,
    undo_batch,
)
from sosach.domain.campaign.queries.solving import BatchSeen, batch_seen, batches, safe_groups
from sosach.domain.campaign.queries.solving.batches import BATCHERS, SafeCase, SafeGroup
from sosach.domain.campaign.states.solving import BatchState, Verdict
from sosach.web.desk import words
from sosach.web.desk.cases.showing import effects_of
from sosach.web.desk.queues import PURPOSE, picked_of
from sosach.web.frame.flashes import flash
from sosach.web.frame.language import either, of_error, said
from sosach.web.frame.pages import look, officer_page, once
from sosach.web.frame.parts import Key

PORTIONS = 4  # of a batch in one request; what is left waits for the next press of the button
TOLD = 5
_STATES: Mapping[str, tuple[Any, str]] = {
    BatchState.LOOKING: (gettext_lazy("đang xem mẫu"), "info"),
    BatchState.REFUSED: (gettext_lazy("mẫu có lỗi, không làm"), "bad"),
    BatchState.READY: (gettext_lazy("mẫu đúng, sẵn sàng"), "warn"),
    BatchState.DONE: (gettext_lazy("đã làm xong"), "good"),
    BatchState.UNDONE: (gettext_lazy("đã hoàn tác"), "plain"),
}


@officer_page(roles=BATCHERS)
def safe_classes(request: HttpRequest) -> HttpResponse:
    """What can be answered at once, what it would change, and the batches made so far."""
    picked, _found = picked_of(request)
    if not picked.campaign_id:
        return render(request, "desk/no_campaign.html", {"room": "batches", "tabs": []})
    if request.method == "POST":
        try:
            return once(request, lambda order: _made(order, picked.campaign_id, request.POST.get("group", "")))
        except SosachError as refused:
            flash(request, " ".join(filter(None, of_error(refused))), tone="bad")
    asked = look(request, PURPOSE)
    told = {
        "room": "batches",
        "groups": [_group(each) for each in safe_groups(asked, campaign_id=picked.campaign_id)],
        "batches": [
            (each, words.badge(_STATES, each.state)) for each in batches(asked, campaign_id=picked.campaign_id)
        ],
        "here": picked.query(),
    }
    return render(request, "desk/batches.html", told)


@officer_page(roles=BATCHERS)
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """One batch: the sample one case at a time, then all of it."""
    if request.method == "POST":
        try:
            reason = request.POST.get("reason", "").strip()[:500]
            return once(request, lambda order: _act(request, order, batch_id), reason=reason)
        except SosachError as refused:
            flash(request, " ".join(filter(None, of_error(refused))), tone="bad")
            return HttpResponseRedirect(request.get_full_path(), status=303)
    seen = batch_seen(look(request, PURPOSE), batch_id=batch_id)
    unseen = next((each for each in seen.sample if not each.verdict and each.fix is not None), None)
    told = {
        "room": "batches",
        "seen": seen,
        "badge": words.badge(_STATES, seen.state),
        "codes": [(code, words.title(code)) for code in seen.batch.codes],
        "now": _sample(seen.batch.register, unseen) if unseen is not None else None,
        "looked": len(seen.sample) - seen.to_look_at,
        "left": [(case, either(why)) for case, why in list(seen.batch.left.items())[:TOLD]],
        "left_count": len(seen.batch.left),
        "may": _may(seen),
        "keys": [
            Key("y", _("câu trả lời này đúng")),
            Key("r", _("câu trả lời này sai: không làm cả lô")),
            Key("a", _("làm tiếp việc đang chờ")),
        ],
    }
    return render(request, "desk/batch.html", told)


def _may(seen: BatchSeen) -> dict[str, bool]:
    """Which buttons the page of a batch has."""
    ready = seen.state is BatchState.READY
    agreed = bool(seen.batch.agreed_by) or not seen.needs_second
    return {
        "look": seen.state is BatchState.LOOKING,
        "agree": ready and not agreed and not seen.own,
        "wait": ready and not agreed and seen.own,
        "carry_out": ready and agreed and seen.own,
        "undo": seen.done > 0 and seen.state in {BatchState.READY, BatchState.DONE, BatchState.UNDONE},
    }


def _group(group: SafeGroup) -> dict[str, Any]:
    return {
        "group": group,
        "codes": [(code, words.title(code)) for code in group.codes],
        "why": [said(each) for each in group.classes],
        "effects": [(words.column(group.register, name), count) for name, count in group.effects.items()],
        "register": words.REGISTERS[group.register],
        "sample": [_sample(group.register, each) for each in group.sample[:TOLD]],
    }


def _sample(register: str, one: SafeCase) -> dict[str, Any]:
    effects = effects_of(register, one.fix.effects) if one.fix is not None else []
    return {"case": one, "text": said(one.fix) if one.fix is not None else "", "effects": effects}


def _made(order: Order, campaign_id: int, group: str) -> str:
    made = make_batch(order, campaign_id=campaign_id, group=group[:200])
    return reverse("desk:batch", args=[made.pk])


def _act(request: HttpRequest, order: Order, batch_id: UUID) -> str:
    what = request.POST.get("lam", "")
    if what not in _STEPS:
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Không có việc này.", en="There is no such step.")
    _STEPS[what](request, order, batch_id)
    return reverse("desk:batch", args=[batch_id])


def _looked(request: HttpRequest, order: Order, batch_id: UUID) -> None:
    case = request.POST.get("case", "")
    number = int(case) if case.isdecimal() and len(case) < 19 else 0
    verdict = Verdict(request.POST["lam"])
    look_at_sample(order, batch_id=batch_id, case_id=number, verdict=verdict)


def _agree(request: HttpRequest, order: Order, batch_id: UUID) -> None:
    agree_to_batch(order, batch_id=batch_id)
    flash(request, _("Đã đồng ý; người lập lô có thể làm."))


def _portions(verb: Callable[..., Any], text: Any) -> Callable[[HttpRequest, Order, UUID], None]:
    def step(request: HttpRequest, order: Order, batch_id: UUID) -> None:
        done, waiting = 0, 0
        for _portion in range(PORTIONS):
            told = verb(replace(order, act=uuid4()), batch_id=batch_id)
            done, waiting = done + told.done, told.waiting
            if not waiting:
                break
        flash(request, f"{text} {done}. {_('Còn chờ:')} {waiting}.")

    return step


_STEPS: Mapping[str, Callable[[HttpRequest, Order, UUID], None]] = {
    Verdict.RIGHT: _looked,
    Verdict.WRONG: _looked,
    "agree": _agree,
    "carry-out": _portions(carry_out_batch, gettext_lazy("Đã trả lời:")),
    "undo": _portions(undo_batch, gettext_lazy("Đã hoàn tác:")),
}
