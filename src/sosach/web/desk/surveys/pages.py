"""Pages of survey cards: nobody is told which clerk keyed what while settling it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.exchange.operations.surveys import KEEPERS, check_card, decide, settle_doubt
from sosach.domain.exchange.queries.surveys import LOOKERS, BatchSeen, batch_seen, batches, doubts_of, sample_of
from sosach.domain.exchange.rules.survey_errors import Rate
from sosach.domain.exchange.rules.surveys import BY_NAME, FIELDS, REASONS, Choice
from sosach.domain.exchange.states.surveys import BatchState
from sosach.web.desk import words
from sosach.web.frame.flashes import flash
from sosach.web.frame.language import either, of_error
from sosach.web.frame.pages import look, officer_page, once
from sosach.web.frame.parts import Key

PURPOSE = "population-keeping"
STATES: dict[str, tuple[Any, str]] = {
    "looked_at": (gettext_lazy("Đang kiểm tra"), "info"),
    "accepted": (gettext_lazy("Được chấp nhận, chờ đưa vào sổ"), "good"),
    "refused": (gettext_lazy("Bị từ chối, nhập lại cả đợt"), "bad"),
    "loaded": (gettext_lazy("Đã đưa vào sổ"), "good"),
}
CARDS: dict[str, Any] = {
    "doubted": gettext_lazy("Hai lần nhập khác nhau"),
    "agreed": gettext_lazy("Đã thống nhất"),
    "loaded": gettext_lazy("Lập bản ghi mới"),
    "present": gettext_lazy("Đã có trong sổ, không khác"),
    "review": gettext_lazy("Chờ cán bộ quyết định"),
    "rejected": gettext_lazy("Bị loại"),
    "known": gettext_lazy("Đã có trong đợt khác"),
    "refused": gettext_lazy("Bị từ chối cùng đợt"),
}


@officer_page(roles=LOOKERS)
def all_batches(request: HttpRequest) -> HttpResponse:
    """The latest batches."""
    rows = [
        {"key": key, "title": title, "form": form, "state": words.badge(STATES, state), "count": count}
        for key, title, form, state, count in batches(look(request, PURPOSE))
    ]
    return render(request, "desk/surveys/all.html", {"room": "surveys", "rows": rows})


@officer_page(roles=LOOKERS)
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """One batch: where its cards stand, how often keying went wrong; whoever keeps the register decides about it here."""
    if request.method == "POST":
        try:
            return once(request, lambda order: _decided(request, order, batch_id))
        except SosachError as refused:
            flash(request, " ".join(filter(None, of_error(refused))), tone="bad")
    seen = batch_seen(look(request, PURPOSE), batch_id=batch_id)
    told = {
        "room": "surveys",
        "batch": seen,
        "state": words.badge(STATES, seen.state),
        "cards": [(CARDS[state], count) for state, count in seen.cards.items()],
        "total": sum(seen.cards.values()),
        "reasons": [(either(REASONS[reason]), count) for reason, count in seen.reasons.items()],
        "rates": [_rate(rate) for rate in seen.rates],
        "accepted": _percent(seen.accepted),
        "decides": _decides(request, seen),
    }
    return render(request, "desk/surveys/batch.html", told)


@officer_page(roles=LOOKERS)
def third_look(request: HttpRequest, batch_id: int) -> HttpResponse:
    """One difference at a time: what the paper shows, of two keyings or something else."""
    typed: dict[str, str] = {}
    if request.method == "POST":
        try:
            return once(request, lambda order: _settled(request, order, batch_id))
        except SosachError as refused:
            flash(request, " ".join(filter(None, of_error(refused))), tone="bad")
            typed = {name: request.POST.get(name, "") for name in ("value", "reason")}
    asked = look(request, PURPOSE)
    found = doubts_of(asked, batch_id=batch_id, after=_after(request), most=1)
    doubt = found[0] if found else None
    told = {
        "room": "surveys",
        "batch_id": batch_id,
        "doubt": doubt,
        "field": _field(doubt.field) if doubt else "",
        "left": batch_seen(asked, batch_id=batch_id, rated=False).doubts,
        "after": _after(request),
        "typed": typed,
        "keys": [Key("1", _("lần nhập thứ nhất đúng")), Key("2", _("lần nhập thứ hai đúng")), Key("n", _("để sau"))],
    }
    return render(request, "desk/surveys/doubt.html", told)


@officer_page(roles=LOOKERS)
def paper(request: HttpRequest, batch_id: int) -> HttpResponse:
    """One card of the sample at a time, field by field, to be made what the paper shows."""
    if request.method == "POST":
        try:
            return once(request, lambda order: _checked(request, order, batch_id))
        except SosachError as refused:
            flash(request, " ".join(filter(None, of_error(refused))), tone="bad")
    asked = look(request, PURPOSE)
    found = sample_of(asked, batch_id=batch_id, ready=True, after=_after(request), most=1)
    card = found[0] if found else None
    seen = batch_seen(asked, batch_id=batch_id, rated=False)
    told = {
        "room": "surveys",
        "batch_id": batch_id,
        "card": card,
        "fields": [(each.name, _field(each.name), card.values.get(each.name, "")) for each in FIELDS] if card else [],
        "checked": seen.checked,
        "sample": seen.sample,
        "after": _after(request),
        "keys": [Key("a", _("đã đối chiếu xong phiếu")), Key("n", _("để sau"))],
    }
    return render(request, "desk/surveys/card.html", told)


def _after(request: HttpRequest) -> int:
    return _number(request.GET.get("sau", ""))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _field(name: str) -> str:
    return either((BY_NAME[name].vi, BY_NAME[name].en))


def _percent(share: float) -> str:
    text = f"{100 * share:.2f} %"
    return either((text.replace(".", ","), text))


def _rate(rate: Rate) -> dict[str, Any]:
    low, high = rate.interval
    return {
        "who": rate.keyer or _("Sẽ đưa vào sổ"),
        "field": _field(rate.field) if rate.field else _("Mọi mục"),
        "rate": rate,
        "share": _percent(rate.share),
        "interval": f"{_percent(low)} – {_percent(high)}",
    }


def _decides(request: HttpRequest, seen: BatchSeen) -> bool:
    """Whether nothing is left to look at, and whoever looks may decide."""
    ready = seen.state == BatchState.LOOKED_AT and not seen.doubts and seen.checked == seen.sample
    return ready and not request.actor.roles.isdisjoint(KEEPERS)


def _decided(request: HttpRequest, order: Order, batch_id: int) -> str:
    verdict = decide(order, batch_id=batch_id)
    if verdict.state is BatchState.ACCEPTED:
        flash(request, _("Đã chấp nhận đợt phiếu."))
    else:
        flash(request, _("Tỷ lệ sai vượt mức chấp nhận: cả đợt bị từ chối."), tone="bad")
    return reverse("desk:survey", args=[batch_id])


def _settled(request: HttpRequest, order: Order, batch_id: int) -> str:
    doubt = _number(request.POST.get("doubt", ""))
    address = reverse("desk:survey-look", args=[batch_id])
    if request.POST.get("lam") == "skip":
        return f"{address}?sau={doubt}"
    chosen = request.POST.get("lam", "")
    choice = Choice(chosen) if chosen in set(Choice) else Choice.OTHER
    settle_doubt(
        order,
        doubt_id=doubt,
        choice=choice,
        value=request.POST.get("value", ""),
        reason=request.POST.get("reason", ""),
    )
    flash(request, _("Đã ghi."))
    return f"{address}?sau={_after(request)}" if _after(request) else address


def _checked(request: HttpRequest, order: Order, batch_id: int) -> str:
    card = _number(request.POST.get("card", ""))
    address = reverse("desk:survey-paper", args=[batch_id])
    if request.POST.get("lam") == "skip":
        return f"{address}?sau={card}"
    told = {each.name: request.POST[each.name] for each in FIELDS if each.name in request.POST}
    slips = check_card(order, card_id=card, paper=told)
    flash(request, _("Đã ghi: %(count)s chỗ khác bản giấy.") % {"count": slips})
    return f"{address}?sau={_after(request)}" if _after(request) else address
