"""My declarations: where each stands in plain words, what comes next and until when, the thread, answering, taking back."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.domain.access.operations import Order
from sosach.domain.declarations.operations import answer, message, receipt_signer, withdraw
from sosach.domain.declarations.queries import PLAIN, Mine, mine
from sosach.domain.declarations.queries.showing import Line, Said
from sosach.domain.declarations.rules import AnswersError, Kind, kind_of
from sosach.domain.declarations.states import FINAL, State, Verb
from sosach.domain.population.rules.days import day_of
from sosach.web.frame.flashes import flash
from sosach.web.frame.forms import Form
from sosach.web.frame.language import either, said
from sosach.web.frame.pages import citizen_page, once
from sosach.web.frame.parts import Answer, Badge, Moment, Pages
from sosach.web.portal.asking import declared, own, whole
from sosach.web.portal.steps import field_of, problem_text, shown_answer
from sosach.web.portal.words import TONES, WHO, days_text, happened, legal_text, next_step

PAGE = 20
_SENT = frozenset({str(Verb.SUBMIT), str(Verb.ANSWER)})  # an answer tells a later day of sending
LONGEST = 2_000


class WordsForm(Form):
    """Something said to the other side."""

    text = forms.CharField(
        label=gettext_lazy("Nhắn cho cán bộ giải quyết"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )


class AnswerForm(Form):
    """What was asked for, in words."""

    text = forms.CharField(
        label=gettext_lazy("Trả lời của bạn"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class TakeBackForm(Form):
    """Why it is taken back, if one wants to say."""

    reason = forms.CharField(label=gettext_lazy("Vì sao bạn rút?"), max_length=LONGEST, required=False)


@citizen_page
def declarations(request: HttpRequest) -> HttpResponse:
    """All of them, the latest first."""
    before = whole(request.GET.get("truoc", ""))
    found = mine(own(request), before=before, limit=PAGE + 1)
    shown = found[:PAGE]
    older = f"?truoc={shown[-1].id}" if len(found) > PAGE else ""
    today = day_of(request.sosach_at)
    lines = [(line, said(kind_of(line.kind)), badge(line.state), _is_late(line, today)) for line in shown]
    pages = Pages(newer=request.path if before else "", older=older)
    return render(request, "portal/declarations.html", {"room": "declarations", "lines": lines, "pages": pages})


@citizen_page
def declaration(request: HttpRequest, declaration_id: int) -> HttpResponse:
    """One of them; a message is written here."""
    found, kind = declared(request, declaration_id)
    if found.line.state is State.DRAFT:
        return HttpResponseRedirect(reverse("portal:resume", args=[declaration_id]))
    form = WordsForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return once(request, lambda told: _written(request, told, declaration_id, form.cleaned_data["text"]))
    context = _shown(found, kind) | {"form": form}
    return render(request, "portal/declaration.html", context, status=422 if form.is_bound else 200)


@citizen_page
def answering(request: HttpRequest, declaration_id: int) -> HttpResponse:
    """Answer what the desk asked: in words, with photos, by mending answers."""
    found, kind = declared(request, declaration_id)
    if Verb.ANSWER not in found.verbs:
        return HttpResponseRedirect(reverse("portal:declaration", args=[declaration_id]))
    form = AnswerForm(request.POST if request.method == "POST" else None)
    mended = _Mended(kind, found.answers, request.POST if request.method == "POST" else None)
    if form.is_valid():
        told = {"version": whole(request.POST.get("version", "")) or 0, "text": form.cleaned_data["text"]}
        try:
            return once(request, lambda by: _answered(request, by, declaration_id, mended.told, told))
        except AnswersError as refused:
            for each in refused.problems:
                label = mended.labels.get(each.question, "")
                form.add_error(None, f"{label}: {problem_text(each.vi, each.en, each.proposed)}")
    context = _shown(found, kind) | {"form": form, "fields": mended.form}
    return render(request, "portal/answering.html", context, status=422 if form.is_bound else 200)


@citizen_page
def take_back(request: HttpRequest, declaration_id: int) -> HttpResponse:
    """Take a declaration back, or throw a draft away: asked once more first."""
    found, kind = declared(request, declaration_id)
    if Verb.WITHDRAW not in found.verbs:
        return HttpResponseRedirect(reverse("portal:declaration", args=[declaration_id]))
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return once(request, lambda told: _withdrawn(request, told, declaration_id, form.cleaned_data["reason"]))
    context = {
        "room": "declarations",
        "mine": found,
        "kind": said(kind),
        "form": form,
        "draft": found.line.state is State.DRAFT,
    }
    return render(request, "portal/take_back.html", context, status=422 if form.is_bound else 200)


def badge(state: State) -> Badge:
    """A state in plain words."""
    return Badge(either(PLAIN[state]), TONES[state])


class _Mended:
    """Answers that may be mended when something was asked back, as fields of one page."""

    def __init__(self, kind: Kind, answers: Mapping[str, str], data: Any) -> None:
        asked = [each for page in kind.steps_after(answers) for each in page.questions if each.type != "commitment"]
        self.form = Form(data, initial=dict(answers), prefix="dap")
        for each in asked:
            self.form.fields[each.code] = field_of(each)
        self.labels = {each.code: either((each.vi, each.en)) for each in asked}
        self.told = {
            each.code: str(data.get(f"dap-{each.code}", "")).strip()
            for each in asked
            if data and f"dap-{each.code}" in data
        }


def _shown(found: Mine, kind: Kind) -> dict[str, Any]:
    """A declaration as its page tells it."""
    today_asked = [line for line in found.thread if line.what == Verb.ASK_BACK]
    rows = [
        Answer(either((each.vi, each.en)), shown_answer(each, found.answers[each.code]))
        for page in kind.steps_after(found.answers)
        for each in page.questions
        if found.answers.get(each.code) and each.type != "commitment"
    ]
    return {
        "room": "declarations",
        "mine": found,
        "kind": said(kind),
        "state": badge(found.line.state),
        "next": next_step(found, kind),
        "asked": today_asked[-1].text if today_asked else "",
        "may_answer": Verb.ANSWER in found.verbs,
        "may_withdraw": Verb.WITHDRAW in found.verbs,
        "over": found.line.state in FINAL,
        "days": days_text(kind),
        "by_law": kind.by_law,
        "legal": [legal_text(code) for code in kind.legal],
        "rows": rows,
        "moments": _moments(found),
    }


def _moments(found: Mine) -> list[Moment]:
    """What happened, the latest first; what was sent in one go has no line of its own."""
    lines = [_moment(line) for line in found.thread if line.what != "branch"]
    if found.line.submitted_at is not None and all(line.what not in _SENT for line in found.thread):
        lines.insert(0, Moment(found.line.submitted_at, happened(Verb.SUBMIT), by=str(WHO["you"])))
    return lines[::-1]


def _moment(line: Said) -> Moment:
    return Moment(line.at, happened(line.what), line.text, str(WHO.get(line.by, "")))


def _is_late(line: Line, today: Any) -> bool:
    return line.state not in FINAL and line.due_on is not None and line.due_on < today


def _written(request: HttpRequest, told: Order, declaration_id: int, text: str) -> str:
    message(told, declaration_id=declaration_id, text=text)
    flash(request, _("Đã gửi tin nhắn. Cán bộ giải quyết sẽ thấy trong hồ sơ."))
    return reverse("portal:declaration", args=[declaration_id])


def _answered(
    request: HttpRequest, by: Order, declaration_id: int, answers: Mapping[str, str], told: Mapping[str, Any]
) -> str:
    signer = receipt_signer(settings.SOSACH_RECEIPT_KEY)
    answer(by, declaration_id=declaration_id, answers=answers, signer=signer, **told)
    flash(request, _("Đã gửi phần bổ sung. Thời hạn giải quyết được tính lại từ hôm nay."))
    return reverse("portal:declaration", args=[declaration_id])


def _withdrawn(request: HttpRequest, told: Order, declaration_id: int, reason: str) -> str:
    withdraw(told, declaration_id=declaration_id, reason=reason)
    flash(request, _("Đã rút."))
    return reverse("portal:declarations")
