"""The last look at all answers, sending, the receipt, and checking a receipt."""

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sosach.domain.access.operations import Order
from sosach.domain.declarations.operations import receipt_keys, receipt_signer, submit
from sosach.domain.declarations.queries import Mine
from sosach.domain.declarations.rules import AnswersError, Kind, Receipt, kinds, verify_receipt
from sosach.domain.declarations.states import State
from sosach.web.frame.language import either, said
from sosach.web.frame.pages import citizen_page, once, open_page
from sosach.web.frame.parts import Answer, Badge
from sosach.web.portal.asking import declared, whole
from sosach.web.portal.steps import problem_text, shown_answer
from sosach.web.portal.words import days_text

_STAMP = "%Y-%m-%dT%H:%M:%S.%fZ"
_FIELDS = ("so", "loai", "bam", "luc", "han", "ky", "khoa")


@citizen_page
def check(request: HttpRequest, declaration_id: int) -> HttpResponse:
    """All answers once more, each with a way to change it; then it is sent."""
    mine, kind = declared(request, declaration_id)
    if mine.line.state is not State.DRAFT and request.method != "POST":
        return HttpResponseRedirect(reverse("portal:receipt", args=[declaration_id]))
    faults: list[tuple[str, str]] = []
    if request.method == "POST":
        version = whole(request.POST.get("version", "")) or 0
        try:
            return once(request, lambda told: _sent(told, declaration_id, version))
        except AnswersError as refused:
            faults = _faults(kind, mine, refused)
    return render(
        request, "portal/check.html", _answers_shown(mine, kind) | {"faults": faults}, status=422 if faults else 200
    )


@citizen_page
def receipt(request: HttpRequest, declaration_id: int) -> HttpResponse:
    """What one holds in hand: number, day, time limit, signature, as a code anybody can check."""
    mine, kind = declared(request, declaration_id)
    if mine.receipt is None:
        return HttpResponseRedirect(reverse("portal:resume", args=[declaration_id]))
    address = request.build_absolute_uri(f"{reverse('portal:verify')}?{urlencode(_told_of(mine.receipt))}")
    picture = segno.make(address, error="l").svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None)
    context = {
        "room": "declarations",
        "mine": mine,
        "kind": said(kind),
        "receipt": mine.receipt,
        "answers": _blocks(mine, kind, change=False),
        "address": address,
        "picture": picture,
        "days": days_text(kind),
        "by_law": kind.by_law,
    }
    return render(request, "portal/receipt.html", context)


@open_page
def verify(request: HttpRequest) -> HttpResponse:
    """Whether a receipt is ours and unchanged: from what its code says alone, nothing is looked up."""
    asked = any(request.GET.get(name) for name in _FIELDS)
    told = _receipt_of(request.GET)
    genuine = told is not None and verify_receipt(told, receipt_keys(settings.SOSACH_RECEIPT_KEY))
    context = {
        "asked": asked,
        "genuine": genuine,
        "receipt": told,
        "kind": said(kinds()[told.kind]) if told is not None and told.kind in kinds() else "",
    }
    return render(request, "portal/verify.html", context)


def _sent(told: Order, declaration_id: int, version: int) -> str:
    signer = receipt_signer(settings.SOSACH_RECEIPT_KEY)
    submit(told, declaration_id=declaration_id, version=version, signer=signer)
    return reverse("portal:receipt", args=[declaration_id])


def _answers_shown(mine: Mine, kind: Kind) -> dict[str, Any]:
    there = {photo.slot for photo in mine.photos}
    pages = len(kind.steps_after(mine.answers))
    change = reverse("portal:photos", args=[mine.line.id])
    papers = [
        Answer(said(each), _("Đã gửi ảnh") if each.slot in there else None, f"{change}#{each.slot}", _lack(each, there))
        for each in kind.photos
    ]
    return {
        "room": "declare",
        "mine": mine,
        "kind": said(kind),
        "blocks": _blocks(mine, kind, change=True),
        "papers": papers,
        "missing": [said(each) for each in kind.photos if each.required and each.slot not in there],
        "number": pages + bool(kind.photos) + 1,
        "count": pages + bool(kind.photos) + 1,
        "days": days_text(kind),
        "before": change if kind.photos else reverse("portal:step", args=[mine.line.id, pages]),
    }


def _lack(each: Any, there: set[str]) -> Badge | None:
    return Badge(_("nên có"), "warn") if each.required and each.slot not in there else None


def _blocks(mine: Mine, kind: Kind, *, change: bool) -> list[tuple[str, list[Answer]]]:
    """Pages with their answers; empty ones to questions nobody has to answer stay out of the receipt."""
    found = []
    for number, page in enumerate(kind.steps_after(mine.answers), start=1):
        address = f"{reverse('portal:step', args=[mine.line.id, number])}?tu=check" if change else ""
        rows = [
            Answer(either((each.vi, each.en)), shown_answer(each, mine.answers.get(each.code, "")), address)
            for each in page.questions
            if change or mine.answers.get(each.code)
        ]
        found.append((said(page), rows))
    return found


def _faults(kind: Kind, mine: Mine, refused: AnswersError) -> list[tuple[str, str]]:
    """What has to be mended, each with the page it is on."""
    asked = {
        question.code: (number, question)
        for number, page in enumerate(kind.steps_after(mine.answers), start=1)
        for question in page.questions
    }
    found = []
    for each in refused.problems:
        number, question = asked[each.question]
        address = reverse("portal:step", args=[mine.line.id, number]) + "?tu=check"
        label = either((question.vi, question.en))
        found.append((address, f"{label}: {problem_text(each.vi, each.en, each.proposed)}"))
    return found


def _told_of(found: Receipt) -> dict[str, str]:
    """A receipt as the address in its code has it."""
    at = found.submitted_at.astimezone(UTC).strftime(_STAMP)
    values = (found.number, found.kind, found.digest, at, found.due_on.isoformat(), found.signature, found.key_id)
    return dict(zip(_FIELDS, values, strict=True))


def _receipt_of(query: Any) -> Receipt | None:
    told = [str(query.get(name, ""))[:256] for name in _FIELDS]
    if not all(told):
        return None
    number, kind, digest, at, due, signature, key = told
    try:
        moment, day = datetime.strptime(at, _STAMP).replace(tzinfo=UTC), date.fromisoformat(due)
    except ValueError:
        return None
    return Receipt(number, kind, digest, moment, day, signature, key)
