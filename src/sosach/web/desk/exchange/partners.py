"""Partners: who may ask what on which base, what was asked this month, suspended and resumed after a second thought, statements."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.rules.purposes import purposes
from sosach.domain.audit.rules import Level
from sosach.domain.exchange.operations.partners import STEWARDS, resume, suspend
from sosach.domain.exchange.queries.agreed import agreements
from sosach.domain.exchange.queries.statements import AUDITORS, READERS, PartnerSeen, partners, statement
from sosach.domain.exchange.rules.agreements import Agreement
from sosach.domain.exchange.rules.questions import QUESTIONS
from sosach.vn.catalogue import legal_sources
from sosach.web.desk import words as desk_words
from sosach.web.desk.campaigns.forms import ReasonForm
from sosach.web.desk.exchange import words as told_words
from sosach.web.desk.figures.partners import statement_table
from sosach.web.desk.figures.taking import KINDS
from sosach.web.frame import words
from sosach.web.frame.flashes import flash
from sosach.web.frame.language import said
from sosach.web.frame.pages import look, officer_page, once
from sosach.web.frame.parts import Answer, Badge

PURPOSE = "oversight"


@officer_page(roles=READERS)
def all_partners(request: HttpRequest) -> HttpResponse:
    """Who may ask."""
    rows = [{"partner": each, "name": said(each), "state": _state(each)} for each in partners(look(request, PURPOSE))]
    return _shown(request, "partners.html", {"rows": rows})


@officer_page(roles=READERS)
def partner(request: HttpRequest, key: str) -> HttpResponse:
    """One partner: what was agreed, by what it is known, what it asked in a month."""
    each = _partner(request, key)
    versions = agreements(look(request, PURPOSE), partner=key)
    month = _month(request)
    may_see = not request.actor.roles.isdisjoint(AUDITORS)
    context = {
        **_frame(each),
        "facts": _facts(versions[0], each) if versions else [],
        "versions": versions,
        "month": month,
        "months": _months(request),
        "table": statement_table(statement(look(request, PURPOSE), partner=key, month=month)) if may_see else None,
        "may": request.actor.level is Level.NATION and not request.actor.roles.isdisjoint(STEWARDS),
    }
    return _shown(request, "partner.html", context)


@officer_page(roles=STEWARDS)
def standing(request: HttpRequest, key: str, to: str) -> HttpResponse:
    """Suspend a partner, or answer it again: what that means, and why.

    Raises:
        Http404: neither of the two.
    """
    if to not in {"tam-dung", "noi-lai"}:
        raise Http404
    each = _partner(request, key)
    ends = to == "tam-dung"
    form = ReasonForm(request.POST or None)
    form.fields["reason"].required = ends
    if request.method == "POST" and form.is_valid():

        def do(order: Order) -> str:
            (suspend if ends else resume)(order, partner=key)
            flash(request, _("Đã tạm dừng chia sẻ với đối tác.") if ends else _("Đã nối lại việc chia sẻ."))
            return reverse("desk:exchange-partner", args=[key])

        try:
            return once(request, do, reason=form.cleaned_data["reason"])
        except SosachError as refused:
            form.refuse(refused)
    context = {**_frame(each), "form": form, "ends": ends}
    return _shown(request, "standing.html", context, status=422 if form.errors else 200)


@officer_page(roles=AUDITORS)
def statement_file(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """A partner's month to take along.

    Raises:
        Http404: no such kind of file.
    """
    if kind not in KINDS:
        raise Http404
    table = statement_table(statement(look(request, PURPOSE), partner=key, month=_month(request)))
    media, write = KINDS[kind]
    response = HttpResponse(write(table), content_type=media)
    response["Content-Disposition"] = f'attachment; filename="{table.name}.{kind}"'
    return response


def _facts(agreed: Agreement, each: PartnerSeen) -> list[Answer]:
    """An agreement line by line."""
    laws, why = legal_sources(), purposes()
    first, last = words.day(agreed.begins_on), words.day(agreed.ends_on)
    holds = _("%(first)s đến %(last)s") if last else _("từ %(first)s, đến khi có bản khác")
    kind = (
        _("Cơ quan nhà nước")
        if agreed.state_body
        else _("Tổ chức ngoài nhà nước, văn bản %(number)s") % {"number": agreed.approval}
    )
    volume = _("%(minute)s lượt/phút, %(day)s lượt/ngày, %(misses)s lần không thấy/giờ") % {
        "minute": words.grouped(agreed.per_minute),
        "day": words.grouped(agreed.per_day),
        "misses": words.grouped(agreed.misses_per_hour),
    }
    rows = [
        Answer(_("Số văn bản"), agreed.number, note=_("phiên bản %(n)s") % {"n": agreed.version}),
        Answer(_("Hiệu lực"), holds % {"first": first, "last": last}),
        Answer(_("Là"), kind),
        Answer(_("Căn cứ pháp lý"), "; ".join(said(laws[one]) for one in agreed.legal)),
        Answer(_("Mục đích"), "; ".join(said(why[one]) for one in sorted(agreed.purposes))),
        *(
            Answer(
                _("Được biết: %(register)s") % {"register": desk_words.REGISTERS[register]},
                ", ".join(desk_words.column(register, name) for name in sorted(names)),
            )
            for register, names in agreed.attributes.items()
        ),
        *(
            Answer(
                _("Chỉ được đối chiếu: %(register)s") % {"register": desk_words.REGISTERS[register]},
                ", ".join(desk_words.column(register, name) for name in sorted(names)),
            )
            for register, names in agreed.matches.items()
        ),
        Answer(_("Câu hỏi có/không"), " ".join(said(QUESTIONS[one]) for one in sorted(agreed.questions))),
        Answer(_("Dịch vụ"), ", ".join(sorted(agreed.scopes))),
        Answer(_("Thủ tục được làm"), ", ".join(words.role(one) for one in sorted(agreed.roles))),
        Answer(_("Được báo tin về"), "; ".join(told_words.topic(one) for one in sorted(agreed.topics))),
        Answer(_("Địa chỉ nhận tin"), ", ".join(sorted(agreed.addresses))),
        Answer(_("Hạn mức"), volume),
        Answer(_("Số của người dân"), _("thay bằng số riêng của đối tác") if agreed.pseudonyms else _("số thật")),
        Answer(
            _("Sự đồng ý của công dân"), _("mỗi lượt phải có") if agreed.consent else _("không cần (cơ quan nhà nước)")
        ),
        Answer(_("Nhận diện bằng"), "; ".join(f"{told_words.PROOFS[proof]}: {name}" for proof, name in each.keys)),
    ]
    return [row for row in rows if row.value]


def _state(each: PartnerSeen) -> Badge:
    if each.suspended_at is not None:
        return Badge(_("Tạm dừng"), "bad")
    return Badge(_("Đang chia sẻ"), "good") if each.number else Badge(_("Không có thỏa thuận hiệu lực"), "warn")


def _frame(each: PartnerSeen) -> dict[str, Any]:
    return {"partner": each, "name": said(each), "state": _state(each)}


def _partner(request: HttpRequest, key: str) -> PartnerSeen:
    found = partners(look(request, PURPOSE), partner=key)
    if not found:
        raise Http404
    return found[0]


def _month(request: HttpRequest) -> str:
    """The month asked for; the present one unless told."""
    told = request.GET.get("thang", "")[:7]
    return told if told in _months(request) else _months(request)[0]


def _months(request: HttpRequest) -> list[str]:
    """The last twelve months, the present one first."""
    today: date = told_words.today(request.sosach_at)
    numbers = [today.year * 12 + today.month - 1 - back for back in range(12)]
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in numbers]


def _shown(request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    frame = {"room": "exchange", "tab": "partners"}
    return render(request, f"desk/exchange/{template}", {**frame, **context}, status=status)
