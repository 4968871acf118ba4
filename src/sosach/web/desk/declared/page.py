"""The page of a declaration, its photos, and what is sent from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.declarations.operations import (
    approve,
    ask_back,
    ask_retraction,
    clear_conflict,
    decide_objection,
    forward,
    mark_conflict,
    note_visit,
    refuse,
    retract,
    verify,
)
from sosach.domain.declarations.queries import Case, declaration_case, photo, queue
from sosach.domain.declarations.queries.queues import OFFICERS
from sosach.domain.declarations.rules import Question
from sosach.domain.declarations.states import Verb
from sosach.domain.population.rules.days import day_of
from sosach.vn import places
from sosach.web.desk import words
from sosach.web.desk.declared.terms import terms_of, terms_read
from sosach.web.frame.flashes import flash
from sosach.web.frame.language import said
from sosach.web.frame.pages import look, officer_page, once
from sosach.web.frame.parts import Answer, Key, Moment, Side

PURPOSE = "data-cleaning"
_ITEMS: Mapping[str, Any] = {
    "plate": gettext_lazy("Biển số"),
    "chassis_number": gettext_lazy("Số khung"),
    "engine_number": gettext_lazy("Số máy"),
    "owner": gettext_lazy("Chủ xe"),
    "licence_number": gettext_lazy("Số giấy phép lái xe"),
    "full_name": gettext_lazy("Họ và tên"),
    "birth_date": gettext_lazy("Ngày sinh"),
}
_SAID: Mapping[str, Any] = {
    "save": gettext_lazy("Lưu nháp"),
    "submit": gettext_lazy("Đã gửi"),
    "withdraw": gettext_lazy("Người khai rút"),
    "ask_back": gettext_lazy("Hỏi lại người khai"),
    "answer": gettext_lazy("Người khai bổ sung"),
    "forward": gettext_lazy("Chuyển nơi khác"),
    "verify": gettext_lazy("Xác minh"),
    "refuse": gettext_lazy("Từ chối"),
    "approve": gettext_lazy("Phê duyệt"),
    "apply": gettext_lazy("Ghi vào sổ"),
    "mark_conflict": gettext_lazy("Đánh dấu mâu thuẫn"),
    "clear_conflict": gettext_lazy("Hết mâu thuẫn"),
    "object_to": gettext_lazy("Có người phản đối"),
    "withdraw_objection": gettext_lazy("Rút phản đối"),
    "uphold": gettext_lazy("Chấp nhận phản đối"),
    "dismiss": gettext_lazy("Bác phản đối"),
    "ask_retraction": gettext_lazy("Đề nghị thu hồi"),
    "retract": gettext_lazy("Thu hồi"),
    "message": gettext_lazy("Tin nhắn"),
    "noted": gettext_lazy("Ghi chú của cán bộ"),
    "reminded": gettext_lazy("Nhắc hạn"),
    "escalated": gettext_lazy("Báo cấp trên vì quá hạn"),
    "branch": gettext_lazy("Hướng xử lý"),
}


@dataclass(frozen=True, slots=True)
class Panel:
    """A step that needs a sentence.

    Attributes:
        what: name of the step.
        key: key of the keyboard.
        label: of the button.
        ask: what has to be typed.
        danger: whether it ends the declaration.
    """

    what: str
    key: str
    label: Any
    ask: Any
    danger: bool = False


_PANELS: tuple[tuple[Verb, Panel], ...] = (
    (Verb.ASK_BACK, Panel("ask-back", "q", gettext_lazy("Hỏi lại"), gettext_lazy("Cần người khai bổ sung điều gì"))),
    (Verb.FORWARD, Panel("forward", "f", gettext_lazy("Chuyển xã khác"), gettext_lazy("Vì sao chuyển"))),
    (
        Verb.MARK_CONFLICT,
        Panel("conflict", "x", gettext_lazy("Mâu thuẫn"), gettext_lazy("Mâu thuẫn ở đâu (chỉ cán bộ đọc)")),
    ),
    (Verb.CLEAR_CONFLICT, Panel("clear", "x", gettext_lazy("Hết mâu thuẫn"), gettext_lazy("Đã giải quyết thế nào"))),
    (
        Verb.REFUSE,
        Panel("refuse", "r", gettext_lazy("Từ chối"), gettext_lazy("Lý do, người khai sẽ đọc"), danger=True),
    ),
    (Verb.ASK_RETRACTION, Panel("ask-retraction", "t", gettext_lazy("Đề nghị thu hồi"), gettext_lazy("Lý do"))),
    (Verb.RETRACT, Panel("retract", "t", gettext_lazy("Thu hồi"), gettext_lazy("Lý do"), danger=True)),
)


@officer_page(roles=OFFICERS)
def declaration(request: HttpRequest, declaration_id: int) -> HttpResponse:
    """One declaration; what is sent from it is done once."""
    if request.method != "POST":
        return _shown(request, declaration_id)
    try:
        told = _found(request, declaration_id)
        return once(request, lambda order: _act(request, order, told))
    except SosachError as refused:
        return _shown(request, declaration_id, refused)


@officer_page(roles=OFFICERS)
def photo_of(request: HttpRequest, declaration_id: int, photo_id: int) -> HttpResponse:
    """A photo of a paper, cleaned when it came in; kept nowhere."""
    asked = look(request, PURPOSE, reference=f"declaration-{declaration_id}")
    found = photo(asked, declaration_id=declaration_id, photo_id=photo_id)
    if found is None:
        raise _missing()
    response = HttpResponse(found[1], content_type=found[0])
    response["Cache-Control"] = "private, no-store"
    response["Content-Disposition"] = "inline"
    return response


def _found(request: HttpRequest, declaration_id: int) -> Case:
    asked = look(request, PURPOSE, reference=f"declaration-{declaration_id}")
    told = declaration_case(asked, declaration_id=declaration_id)
    if told is None:
        raise _missing()
    return told


def _missing() -> SosachError:
    return SosachError(
        ErrorCode.NOT_FOUND, vi="Không tìm thấy trong phạm vi quản lý.", en="There is none within reach."
    )


def _shown(request: HttpRequest, declaration_id: int, refused: SosachError | None = None) -> HttpResponse:
    told = _found(request, declaration_id)
    today = day_of(request.sosach_at)
    return render(
        request,
        "desk/declaration.html",
        {
            "room": "queue",
            "told": told,
            "row": told.declaration,
            "refused": refused,
            "panels": [panel for verb, panel in _PANELS if verb in told.verbs],
            "verify": Verb.VERIFY in told.verbs,
            "approve": Verb.APPROVE in told.verbs,
            "decide": Verb.DISMISS in told.verbs or Verb.UPHOLD in told.verbs,
            "terms": terms_of(told.kind) if Verb.APPROVE in told.verbs else [],
            "claims": _claims(told),
            "comparisons": _comparisons(told),
            "moments": _moments(told),
            "communes": [
                f"{places.full_name(each)} ({each.code})"
                for each in places.communes(at=today, province=told.declaration.province_code or "00")
            ],
            "typed": request.POST,
            "late": told.declaration.due_on is not None and told.declaration.due_on < today,
            "objecting": _approvable_from(told, today),
            "keys": _keys(),
        },
        status=409 if refused is not None else 200,
    )


def _approvable_from(told: Case, today: date) -> date | None:
    """First day after the time the holder on record may object in; None where nobody has to be waited for."""
    until = told.declaration.objecting_until
    waits = until is not None and until >= today and not told.standing.consented
    return until + timedelta(days=1) if waits and until is not None else None


def _claims(told: Case) -> list[Answer]:
    """What was declared, question by question."""
    answers = told.declaration.answers
    if not isinstance(answers, Mapping):
        return []
    questions = {each.code: each for step in told.kind.steps for each in step.questions}
    return [
        Answer(said(questions[name]) if name in questions else name, _answered(questions.get(name), value))
        for name, value in answers.items()
        if name not in questions or questions[name].type != "commitment"
    ]


def _answered(question: Question | None, value: Any) -> str:
    """An answer in words, where it was chosen from a list."""
    choices = {each.code: said(each) for each in question.choices} if question is not None else {}
    return choices.get(str(value), _plain(value))


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("có") if value else _("không"))
    if isinstance(value, list | tuple):
        return "\n".join(_plain(each) for each in value)
    if isinstance(value, Mapping):
        return ", ".join(_plain(each) for each in value.values() if each)
    return str(value)


def _comparisons(told: Case) -> list[dict[str, Any]]:
    """Each record the numbers lead to, beside the claim."""
    found = []
    register = {"vehicles": "vehicles", "licences": "licences"}.get(told.kind.register, "")
    holders = {each.pk: each for each in told.holders}
    for record in told.records:
        rows = [
            Side(str(_ITEMS.get(each.item, each.item)), (each.registered, each.claimed))
            for each in told.comparison
            if each.record_id == record.pk
        ]
        holder = holders.get(getattr(record, "owner_person_id", None) or getattr(record, "holder_id", None) or 0)
        more = [
            (words.column(register, name), words.value(name, getattr(record, name)))
            for name in ("registration", "known_status", "first_registered_on", "brand", "paint_colour", "address")
            if getattr(record, name, "")
        ]
        found.append({"record": record, "register": register, "rows": rows, "holder": holder, "more": more})
    return found


def _moments(told: Case) -> list[Moment]:
    return [
        Moment(each.at, str(_SAID.get(each.what, each.what)), each.text, "" if each.public else _("Chỉ cán bộ đọc"))
        for each in reversed(told.thread)
    ]


def _keys() -> list[Key]:
    return [
        Key("a", _("xác minh, hoặc phê duyệt")),
        Key("q", _("hỏi lại người khai")),
        Key("f", _("chuyển xã khác")),
        Key("x", _("đánh dấu hoặc bỏ mâu thuẫn")),
        Key("r", _("từ chối")),
        Key("t", _("thu hồi việc đã chấp nhận")),
        Key("v", _("ghi chú lần đến, cuộc gọi")),
        Key("h", _("về danh sách")),
        Key("?", _("bảng phím này")),
        Key("Esc", _("ra khỏi ô đang gõ")),
    ]


Do = Callable[[HttpRequest, Order, Case, dict[str, Any]], str]


def _act(request: HttpRequest, order: Order, told: Case) -> str:
    version = request.POST.get("version", "")
    about: dict[str, Any] = {
        "declaration_id": told.declaration.pk,
        "version": int(version) if version.isdecimal() and len(version) <= 9 else told.declaration.version,
    }
    return _STEPS[_step(request)](request, order, told, about)


def _step(request: HttpRequest) -> str:
    what = request.POST.get("lam", "")
    if what not in _STEPS:
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Không có việc này.", en="There is no such step.")
    return what


def _verify(request: HttpRequest, order: Order, told: Case, about: dict[str, Any]) -> str:
    record = request.POST.get("record", "")
    chosen = int(record) if record.isdecimal() and len(record) < 19 else None
    evidenced = replace(order, evidence={"declaration": told.declaration.number})
    verify(evidenced, record_id=chosen, text=_typed(request), **about)
    flash(request, _("Đã xác minh; chờ người thứ hai phê duyệt."))
    return _next(request, told)


def _approve(request: HttpRequest, order: Order, told: Case, about: dict[str, Any]) -> str:
    evidenced = replace(order, evidence={"declaration": told.declaration.number})
    approve(evidenced, terms=terms_read(told.kind, request.POST.dict()), text=_typed(request), **about)
    flash(request, _("Đã phê duyệt và ghi vào sổ."))
    return _next(request, told)


def _forward(request: HttpRequest, order: Order, told: Case, about: dict[str, Any]) -> str:
    code = request.POST.get("commune", "").strip().rpartition(" ")[2].strip("()")
    forward(order, commune_code=code, text=_typed(request), **about)
    flash(request, _("Đã chuyển."))
    return _next(request, told)


def _conflict(request: HttpRequest, order: Order, told: Case, about: dict[str, Any]) -> str:
    others = [each.declaration_id for each in told.meetings if each.competes]
    mark_conflict(order, text=_typed(request), others=others, **about)
    flash(request, _("Đã đánh dấu mâu thuẫn."), tone="warn")
    return _next(request, told)


def _objection(request: HttpRequest, order: Order, told: Case, about: dict[str, Any]) -> str:
    del about
    number = request.POST.get("objection", "")
    objection = int(number) if number.isdecimal() and len(number) < 19 else 0
    decide_objection(order, objection_id=objection, upheld=request.POST["lam"] == "uphold", text=_typed(request))
    flash(request, _("Đã quyết định về phản đối."))
    return reverse("desk:declaration", args=[told.declaration.pk])


def _note(request: HttpRequest, order: Order, told: Case, about: dict[str, Any]) -> str:
    note_visit(order, declaration_id=about["declaration_id"], text=_typed(request))
    flash(request, _("Đã ghi chú."))
    return reverse("desk:declaration", args=[told.declaration.pk])


def _saying(verb: Callable[..., Any], done: Any, *, versioned: bool = True) -> Do:
    def step(request: HttpRequest, order: Order, told: Case, about: dict[str, Any]) -> str:
        terms = about if versioned else {"declaration_id": about["declaration_id"]}
        verb(order, text=_typed(request), **terms)
        flash(request, str(done))
        return _next(request, told)

    return step


def _typed(request: HttpRequest) -> str:
    return request.POST.get("text", "").strip()[:2000]


def _next(request: HttpRequest, told: Case) -> str:
    """The next declaration of the queue; the queue where none is left."""
    row = told.declaration
    place = (row.risk, row.due_on, row.pk) if row.due_on is not None else None
    for after in (place, None):
        left = [each for each in queue(look(request, PURPOSE), after=after, limit=2) if each.declaration_id != row.pk]
        if left:
            return reverse("desk:declaration", args=[left[0].declaration_id])
    return reverse("desk:declared")


_STEPS: Mapping[str, Do] = {
    "verify": _verify,
    "approve": _approve,
    "forward": _forward,
    "conflict": _conflict,
    "uphold": _objection,
    "dismiss": _objection,
    "note": _note,
    "ask-back": _saying(ask_back, gettext_lazy("Đã hỏi lại người khai.")),
    "refuse": _saying(refuse, gettext_lazy("Đã từ chối.")),
    "clear": _saying(clear_conflict, gettext_lazy("Đã bỏ dấu mâu thuẫn.")),
    "ask-retraction": _saying(ask_retraction, gettext_lazy("Đã đề nghị; chờ người thứ hai."), versioned=False),
    "retract": _saying(retract, gettext_lazy("Đã thu hồi."), versioned=False),
}
__all__ = ["declaration", "photo_of"]
