"""The questions of a declaration, page by page; every page is kept, on whichever device it was written."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sosach.base.errors import SosachError
from sosach.base.images import clean_photo
from sosach.domain.declarations.operations import Draft, save_draft
from sosach.domain.declarations.queries import Mine
from sosach.domain.declarations.rules import Kind, Step, check
from sosach.domain.declarations.states import State
from sosach.domain.population.rules.days import day_of
from sosach.vn.card_text import CardFields, card_fields, first_card
from sosach.web.frame.flashes import flash
from sosach.web.frame.language import either, of_error, said
from sosach.web.frame.pages import citizen_page, order
from sosach.web.portal.asking import declared, draft, gone, whole
from sosach.web.portal.steps import StepForm, shown_answer

# Pages on which a card helps: question of its number → questions of name and address, answered from the same card.
_OTHERS = {
    "buyer_pin": ("buyer_name", "buyer_address"),
    "seller_pin": ("seller_name", ""),
    "user_pin": ("user_name", ""),
    "deceased_pin": ("deceased_name", ""),
}
_OWN_ADDRESS = "address"


@citizen_page
def resume(request: HttpRequest, declaration_id: int) -> HttpResponse:
    """Go on where a draft stands: the first page with something to answer, else photos, else the last look."""
    mine, kind = declared(request, declaration_id)
    if mine.line.state is not State.DRAFT:
        return HttpResponseRedirect(reverse("portal:declaration", args=[declaration_id]))
    wrong = {each.question for each in check(kind, mine.answers, today=day_of(request.sosach_at)).problems}
    for number, page in enumerate(kind.steps_after(mine.answers), start=1):
        if any(question.code in wrong for question in page.questions):
            return HttpResponseRedirect(reverse("portal:step", args=[declaration_id, number]))
    missing = {photo.slot for photo in kind.photos if photo.required} - {photo.slot for photo in mine.photos}
    name = "portal:photos" if missing else "portal:check"
    return HttpResponseRedirect(reverse(name, args=[declaration_id]))


@citizen_page
def step(request: HttpRequest, declaration_id: int, number: int) -> HttpResponse:
    """One page of questions."""
    mine, kind = draft(request, declaration_id)
    pages = kind.steps_after(mine.answers)
    if not 1 <= number <= len(pages):
        raise gone()
    page, today = pages[number - 1], day_of(request.sosach_at)
    if request.method != "POST":
        return _shown(request, mine, kind, number, StepForm(kind, page, mine.answers, today))
    form = StepForm(kind, page, mine.answers, today, data=request.POST)
    card = _card(request) if _scans(request) else None
    told = form.told | (_from_card(card, page) if card else {})
    version = whole(request.POST.get("version", "")) or 0
    kept = save_draft(order(request), declaration_id=declaration_id, version=version, answers=told)
    if not kept.saved:
        return _clashed(request, kind, number, kept)
    if _scans(request):
        return HttpResponseRedirect(reverse("portal:step", args=[declaration_id, number]), status=303)
    if not form.is_valid():
        return _shown(request, draft(request, declaration_id)[0], kind, number, form, status=422)
    return HttpResponseRedirect(_next(request, kind, number, kept), status=303)


def _shown(
    request: HttpRequest, mine: Mine, kind: Kind, number: int, form: StepForm, *, status: int = 200, **more: object
) -> HttpResponse:
    pages = kind.steps_after(mine.answers)
    page = pages[number - 1]
    asked = {question.code for question in page.questions}
    context = {
        "room": "declare",
        "mine": mine,
        "kind": said(kind),
        "page_title": said(page),
        "number": number,
        "count": len(pages) + bool(kind.photos) + 1,
        "form": form,
        "back": request.GET.get("tu", "") or request.POST.get("back", ""),
        "card": "other" if asked & set(_OTHERS) else "own" if _OWN_ADDRESS in asked else "",
        "before": reverse("portal:step", args=[mine.line.id, number - 1]) if number > 1 else "",
    }
    return render(request, "portal/step.html", context | more, status=status)


def _clashed(request: HttpRequest, kind: Kind, number: int, kept: Draft) -> HttpResponse:
    """Another device answered meanwhile: both answers are shown, and one of them is chosen."""
    mine, _same = draft(request, kept.declaration_id)
    page = kind.steps_after(mine.answers)[number - 1]
    sent: Mapping[str, str] = kept.sent or {}
    clash = [
        (
            either((each.vi, each.en)),
            shown_answer(each, kept.answers.get(each.code, "")),
            shown_answer(each, sent.get(each.code, "")),
        )
        for each in page.questions
        if each.code in kept.differing
    ]
    form = StepForm(kind, page, mine.answers, day_of(request.sosach_at))
    again = [(code, text) for code, text in sent.items() if text]
    return _shown(request, mine, kind, number, form, status=409, clash=clash, again=again)


def _next(request: HttpRequest, kind: Kind, number: int, kept: Draft) -> str:
    """Where one goes on: the page of all answers where one came from there."""
    if request.POST.get("back") == "check":
        return reverse("portal:resume", args=[kept.declaration_id])
    if number < len(kind.steps_after(kept.answers)):
        return reverse("portal:step", args=[kept.declaration_id, number + 1])
    return reverse("portal:photos" if kind.photos else "portal:check", args=[kept.declaration_id])


def _scans(request: HttpRequest) -> bool:
    return "scan" in request.POST or bool(request.POST.get("qr"))


def _card(request: HttpRequest) -> CardFields | None:
    """What the card in the picture says: read by the camera of the phone, or from a photo here."""
    card, sent = None, request.FILES.get("card")
    try:
        if request.POST.get("qr"):
            card = card_fields(request.POST["qr"])
        elif sent is not None:
            card = first_card(clean_photo(sent.read(), codes=True).codes)
        else:
            flash(request, _("Chưa chọn ảnh thẻ căn cước."), tone="warn")
            return None
    except SosachError as refused:
        flash(request, " ".join(filter(None, of_error(refused))), tone="bad")
        return None
    if card is None:
        flash(request, _("Không đọc được mã QR của thẻ. Hãy chụp rõ mã QR, hoặc gõ tay."), tone="warn")
    else:
        flash(request, _("Đã điền từ thẻ căn cước. Hãy xem lại rồi bấm Tiếp tục."))
    return card


def _from_card(card: CardFields, page: Step) -> dict[str, str]:
    """Answers of a page a card gives."""
    asked = {question.code for question in page.questions}
    for pin, (name, address) in _OTHERS.items():
        if pin in asked:
            told = {pin: card.pin, name: card.full_name, address: card.address}
            return {code: text for code, text in told.items() if code in asked and text}
    return {_OWN_ADDRESS: card.address} if _OWN_ADDRESS in asked and card.address else {}
