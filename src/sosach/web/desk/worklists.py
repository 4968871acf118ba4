"""The work list of a commune: by hamlet and street, visits at one key each, forms to print, a workbook out and back."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.images import clean_photo
from sosach.domain.access.operations import Order
from sosach.domain.campaign.operations.forms import take_over
from sosach.domain.campaign.operations.working import note_visit
from sosach.domain.campaign.queries.forms import cases_of_form, printed_forms
from sosach.domain.campaign.queries.forms_sheets import compared_list, written_list
from sosach.domain.campaign.queries.lists import READERS, count_cases, work_groups, work_list
from sosach.domain.campaign.rules.forms import Layout
from sosach.domain.campaign.rules.sheets import edits_from, edits_of, edits_text
from sosach.domain.campaign.rules.sheets.columns import HEADINGS
from sosach.domain.campaign.rules.sheets.comparing import Comparison, Verdict
from sosach.domain.campaign.rules.visits import OUTCOMES
from sosach.domain.campaign.rules.wanted import WITHOUT_GROUP, Wanted
from sosach.domain.campaign.states.cases import CLOSED
from sosach.domain.population.rules.days import day_of
from sosach.web.desk.filters import HEAPS, Picked
from sosach.web.desk.queues import PURPOSE, choices, picked_of, queue_keys
from sosach.web.frame.flashes import flash
from sosach.web.frame.language import either, of_error
from sosach.web.frame.pages import look, officer_page, once
from sosach.web.frame.parts import Key, Pages, Tab

PAGE = 50
MOST_PICKED = 500
LARGEST_SHEET = 8_000_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Visits at one key each, in the order of the buttons.
QUICK = {"met": "g", "nobody": "b", "works_away": "w", "refused": "r", "moved": "d", "owner_only": "o"}


@officer_page(roles=READERS)
def worklist(request: HttpRequest) -> HttpResponse:
    """The list as one walks; a visit is noted with one key on the current row."""
    picked, found = picked_of(request)
    if "xep" not in request.GET:
        picked = replace(picked, order="dia-ban")
    if request.method == "POST":
        return _visited(request, picked)
    if not picked.campaign_id:
        return render(request, "desk/no_campaign.html", {"room": "worklist", "tabs": []})
    asked, today = look(request, PURPOSE), day_of(request.sosach_at)
    wanted = picked.wanted(request.actor, today)
    page = work_list(
        asked, campaign_id=picked.campaign_id, wanted=wanted, order=picked.sorting, after=picked.after, limit=PAGE
    )
    everywhere = replace(picked, group="", locality="").wanted(request.actor, today)
    heaps = work_groups(asked, campaign_id=picked.campaign_id, wanted=everywhere, by=today)
    here = reverse("desk:worklist")
    return render(
        request,
        "desk/worklist.html",
        {
            "room": "worklist",
            "picked": picked,
            "here": picked.query(),
            "lines": page.lines,
            "total": count_cases(asked, campaign_id=picked.campaign_id, wanted=wanted),
            "closed": CLOSED,
            "heaps": [
                (heap, f"{here}?{picked.query(group=heap.group or WITHOUT_GROUP, locality=heap.locality)}")
                for heap in heaps
            ],
            "whole": f"{here}?{picked.query(group='', locality='')}",
            "tabs": _tabs(picked, here),
            "pages": Pages(
                newer=f"{here}?{picked.query()}" if picked.after else "",
                older=f"{here}?{picked.query(after=page.following)}" if page.following else "",
            ),
            "quick": [(code, key, either((OUTCOMES[code].vi, OUTCOMES[code].en))) for code, key in QUICK.items()],
            "layouts": [(Layout.TWO_PER_PAGE, _("hai phiếu một trang")), (Layout.HOUSEHOLD, _("mỗi hộ một trang"))],
            "visits": True,
            "today": today,
            "keys": [
                *queue_keys(),
                *(Key(key, either((OUTCOMES[code].vi, OUTCOMES[code].en))) for code, key in QUICK.items()),
            ],
            **choices(picked, found),
        },
    )


def _tabs(picked: Picked, here: str) -> list[Tab]:
    named = [("tat-ca", _("Tất cả")), *((code, str(text)) for code, (text, _states) in HEAPS.items())]
    return [Tab(text, f"{here}?{picked.query(heap=code)}", current=code == picked.heap) for code, text in named]


def _visited(request: HttpRequest, picked: Picked) -> HttpResponse:
    """Note a visit of one row and stay on the page."""
    what, _colon, outcome = request.POST.get("lam", "").partition(":")
    case = int(what) if what.isdecimal() and len(what) < 19 else 0
    back = f"{reverse('desk:worklist')}?{picked.query(after=picked.after)}"

    def do(order: Order) -> str:
        made = note_visit(order, case_id=case, outcome=outcome)
        kind = OUTCOMES[outcome]
        again = f" {_('Đến lại:')} {made.next_on:%d/%m/%Y}." if made.next_on is not None else ""
        flash(request, f"{either((kind.vi, kind.en))}. {either((kind.next_vi, kind.next_en))}{again}")
        return back

    try:
        return once(request, do)
    except SosachError as refused:
        flash(request, " ".join(filter(None, of_error(refused))), tone="bad")
        return HttpResponseRedirect(back, status=303)


def selection(request: HttpRequest, picked: Picked) -> Wanted:
    """The ticked rows, or the whole filter where none is ticked."""
    ids = [int(each) for each in request.GET.getlist("vu") if each.isdecimal() and len(each) < 19][:MOST_PICKED]
    wanted = picked.wanted(request.actor, day_of(request.sosach_at))
    return Wanted(ids=tuple(ids)) if ids else wanted


@officer_page(roles=READERS)
def forms(request: HttpRequest) -> HttpResponse:
    """Collection forms of a selection, as a document to print."""
    picked, _found = picked_of(request)
    told = request.GET.get("kieu", "")
    layout = Layout(told) if told in set(Layout) else Layout.TWO_PER_PAGE
    try:
        printed = printed_forms(
            look(request, PURPOSE), campaign_id=picked.campaign_id, wanted=selection(request, picked), layout=layout
        )
    except SosachError as refused:
        flash(request, " ".join(filter(None, of_error(refused))), tone="bad")
        return HttpResponseRedirect(f"{reverse('desk:worklist')}?{picked.query()}")
    return _file(printed.content, "application/pdf", "phieu-thu-thap.pdf")


@officer_page(roles=READERS)
def sheet(request: HttpRequest) -> HttpResponse:
    """The list as a workbook to fill in."""
    picked, _found = picked_of(request)
    try:
        written = written_list(
            look(request, PURPOSE), campaign_id=picked.campaign_id, wanted=selection(request, picked)
        )
    except SosachError as refused:
        flash(request, " ".join(filter(None, of_error(refused))), tone="bad")
        return HttpResponseRedirect(f"{reverse('desk:worklist')}?{picked.query()}")
    return _file(written.content, XLSX, "danh-sach-dia-ban.xlsx")


@officer_page(roles=READERS)
def compared(request: HttpRequest) -> HttpResponse:
    """What a workbook that came back would change; taken over when confirmed."""
    picked, _found = picked_of(request)
    if request.method != "POST":
        return HttpResponseRedirect(f"{reverse('desk:worklist')}?{picked.query()}")
    try:
        if request.POST.get("lam") == "take-over":
            return _taken_over(request, picked)
        return _compared(request, picked)
    except SosachError as refused:
        flash(request, " ".join(filter(None, of_error(refused))), tone="bad")
        return HttpResponseRedirect(f"{reverse('desk:worklist')}?{picked.query()}", status=303)


def _compared(request: HttpRequest, picked: Picked) -> HttpResponse:
    file = request.FILES.get("bang")
    if file is None or (file.size or 0) > LARGEST_SHEET:
        raise SosachError(
            ErrorCode.INPUT_UNREADABLE,
            vi="Chọn tệp XLSX đã tải về từ đây, không quá 8 MB.",
            en="Choose the XLSX that was downloaded here, of 8 MB at most.",
        )
    found = compared_list(look(request, PURPOSE), campaign_id=picked.campaign_id, content=file.read())
    told = {
        "room": "worklist",
        "picked": picked,
        "here": picked.query(),
        "changes": [_change(each) for each in found.changes],
        "apply": edits_text(edits_of(found.changes)),
        "with_conflicts": edits_text(edits_of(found.changes, conflicts=True)),
        "count": len(edits_of(found.changes)),
        "conflicts": sum(each.verdict is Verdict.CONFLICT for each in found.changes),
        "notes": _notes(found),
    }
    return render(request, "desk/compared.html", told)


def _change(each: Any) -> dict[str, Any]:
    verdicts = {
        Verdict.APPLY: (_("sẽ ghi"), "good"),
        Verdict.ALREADY: (_("sổ đã có"), "plain"),
        Verdict.CONFLICT: (_("người khác đã sửa"), "warn"),
        Verdict.INVALID: (_("không hợp lệ"), "bad"),
    }
    return {
        "row": each,
        "column": either(HEADINGS[each.column]),
        "verdict": verdicts[each.verdict],
        "why": either(each.why),
    }


def _notes(found: Comparison) -> list[str]:
    """What else was done to the workbook, and what becomes of it."""
    counted = (
        (len(found.read.added), _("%(n)s dòng thêm vào hoặc mất mã: bỏ qua")),
        (len(found.read.twice), _("%(n)s dòng lặp lại: không dòng nào được lấy")),
        (len(found.read.removed), _("%(n)s dòng bị xóa: vụ việc vẫn còn")),
        (len(found.lost), _("%(n)s dòng có vụ việc đã đóng hoặc ngoài phạm vi")),
        (len(found.touched), _("%(n)s dòng sửa cột chỉ để xem: không lấy")),
    )
    return [text % {"n": count} for count, text in counted if count]


def _taken_over(request: HttpRequest, picked: Picked) -> HttpResponse:
    try:
        edits = edits_from(request.POST.get("edits", ""))
    except (ValueError, TypeError) as error:
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE, vi="Không có thay đổi nào.", en="There are no changes."
        ) from error

    def do(order: Order) -> str:
        done = take_over(order, campaign_id=picked.campaign_id, edits=edits)
        flash(request, _("Đã ghi %(n)s vụ việc từ bảng.") % {"n": len(done.cases)})
        for refused in done.refused[:5]:
            flash(request, f"{refused.case_id}: {either((refused.vi, refused.en))}", tone="warn")
        return f"{reverse('desk:worklist')}?{picked.query()}"

    return once(request, do)


@officer_page(roles=READERS)
def form_scan(request: HttpRequest) -> HttpResponse:
    """A photo or scan of a collection form opens its case."""
    lines: tuple[Any, ...] = ()
    refused: SosachError | None = None
    if request.method == "POST":
        try:
            found = _recognised(request)
            if len(found.lines) == 1:
                return HttpResponseRedirect(reverse("desk:case", args=[found.lines[0].case.pk]), status=303)
            lines = found.lines
        except SosachError as error:
            refused = error
    told = {"room": "worklist", "lines": lines, "refused": refused}
    return render(request, "desk/scan.html", told, status=422 if refused is not None else 200)


def _recognised(request: HttpRequest) -> Any:
    file = request.FILES.get("phieu")
    if file is None:
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Chọn hoặc chụp ảnh phiếu.", en="Choose a photo of the form.")
    codes = clean_photo(file.read(), codes=True).codes
    found = cases_of_form(look(request, PURPOSE), codes=codes)
    if found is None:
        raise SosachError(
            ErrorCode.NOT_FOUND,
            vi="Không đọc được mã của phiếu nào thuộc địa bàn này.",
            en="No code of a form of this territory could be read.",
            hint_vi="Chụp rõ mã QR ở góc phiếu, đủ sáng.",
            hint_en="Take the QR code in the corner of the form, in good light.",
        )
    return found


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


__all__ = ["compared", "form_scan", "forms", "sheet", "worklist"]
