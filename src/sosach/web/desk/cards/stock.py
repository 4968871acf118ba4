"""The stock of blanks: deliveries, counts that add up, the serials behind each, what became of them, lists for destruction."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look
from sosach.domain.idcards.operations.blanks import (
    DESTROYERS,
    KEEPERS,
    list_for_destruction,
    move_blanks,
    receive_blanks,
    see_destroyed,
)
from sosach.domain.idcards.queries.stock import PAGE, Wanted, blanks, deliveries, destructions, stock
from sosach.domain.idcards.states.blanks import BlankState, BlankStep
from sosach.web.desk.cards.forms import DeliveryForm, MovedForm, SerialsForm
from sosach.web.desk.cards.people import called
from sosach.web.desk.cards.steps import NothingForm, Step, Told, status_of, taken
from sosach.web.desk.cards.words import BLANKS, CHECKERS, PURPOSE, STOREKEEPERS, badge
from sosach.web.desk.figures.tables import Cell, Table
from sosach.web.frame import words
from sosach.web.frame.pages import look, officer_page
from sosach.web.frame.parts import Pages

LOOKERS = STOREKEEPERS | CHECKERS
_DIGITS = 18


@officer_page(roles=LOOKERS)
def stock_room(request: HttpRequest) -> HttpResponse:
    """Where blanks are, and what is done with them."""
    here = reverse("desk:card-stock")
    done, panels = taken(request, _steps(request), back=here)
    if done is not None:
        return done
    asked = look(request, PURPOSE)
    context = {
        "room": "cards",
        "tab": "stock",
        "panels": panels,
        "counts": counts_table(asked),
        "deliveries": _deliveries(asked),
        "destructions": _destructions(asked),
    }
    return render(request, "desk/cards/stock.html", context, status=status_of(panels))


@officer_page(roles=LOOKERS)
def serials(request: HttpRequest) -> HttpResponse:
    """The blanks behind a count, by serial."""
    told, after = request.GET.get("trang-thai", ""), request.GET.get("sau", "")[:16]
    wanted = Wanted(
        state=BlankState(told) if told in set(BlankState) else None,
        profile=request.GET.get("mau", "")[:24],
        delivery_id=_number(request.GET.get("dot", "")),
        destruction_id=_number(request.GET.get("tieu-huy", "")),
    )
    asked = look(request, PURPOSE)
    found = blanks(asked, wanted=wanted, after=after)
    rows = [
        [
            Cell(each.serial),
            Cell(badge(BLANKS, each.state)),
            Cell(each.profile),
            Cell(each.delivery),
            Cell(each.reason or "–"),
            Cell(words.moment(each.changed_at)),
        ]
        for each in found
    ]
    heads = [_("Số phôi"), _("Trạng thái"), _("Mẫu thẻ"), _("Phiếu giao"), _("Lý do"), _("Từ lúc")]
    older = serials_address(wanted, after=found[-1].serial) if len(found) == PAGE else ""
    context = {
        "room": "cards",
        "tab": "stock",
        "title": _("Số phôi"),
        "count": sum(stock(asked, wanted=wanted).values()),
        "table": Table("so-phoi", _("Số phôi"), heads, rows, note=_("Không có phôi nào.")),
        "pages": Pages(newer=serials_address(wanted) if after else "", older=older),
    }
    return render(request, "desk/cards/list.html", context)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else None


def serials_address(wanted: Wanted, *, after: str = "") -> str:
    """Where the blanks of a count are listed."""
    told = {
        "trang-thai": wanted.state or "",
        "mau": wanted.profile,
        "dot": str(wanted.delivery_id or ""),
        "tieu-huy": str(wanted.destruction_id or ""),
        "sau": after,
    }
    return f"{reverse('desk:card-serials')}?{urlencode({name: value for name, value in told.items() if value})}"


def counts_table(asked: Look) -> Table:
    """Where all blanks ever received are; each figure leads to its serials, and they add up."""
    found = stock(asked)
    kinds = sorted({profile for profile, _state in found})
    rows = []
    for state in BlankState:
        figures = [found.get((kind, state), 0) for kind in kinds]
        cells = [
            Cell(figure, serials_address(Wanted(state=state, profile=kind)))
            for kind, figure in zip(kinds, figures, strict=True)
        ]
        rows.append([Cell(str(BLANKS[state][0])), *cells, Cell(sum(figures), serials_address(Wanted(state=state)))])
    received = [sum(found.get((kind, state), 0) for state in BlankState) for kind in kinds]
    total = [
        Cell(_("Đã nhận")),
        *(Cell(figure, serials_address(Wanted(profile=kind))) for kind, figure in zip(kinds, received, strict=True)),
        Cell(sum(received), serials_address(Wanted())),
    ]
    heads = [_("Trạng thái"), *kinds, _("Cộng")]
    return Table(
        "ton-kho", _("Phôi đang ở đâu"), heads, rows if kinds else [], total, "" if kinds else _("Chưa nhận phôi nào.")
    )


def _deliveries(asked: Look) -> Table:
    rows = [
        [
            Cell(each.number, serials_address(Wanted(delivery_id=each.id))),
            Cell(words.moment(each.received_at)),
            Cell(each.supplier),
            Cell(each.profile),
            Cell(f"{each.first_serial} – {each.last_serial}"),
            Cell(each.count, serials_address(Wanted(delivery_id=each.id))),
            Cell(
                each.states.get(BlankState.IN_STOCK, 0),
                serials_address(Wanted(delivery_id=each.id, state=BlankState.IN_STOCK)),
            ),
        ]
        for each in deliveries(asked)
    ]
    heads = [
        _("Phiếu giao"),
        _("Nhận lúc"),
        _("Nhà cung cấp"),
        _("Mẫu thẻ"),
        _("Dải số"),
        _("Đã nhận"),
        _("Còn trong kho"),
    ]
    return Table("nhan-phoi", _("Các lần nhận phôi"), heads, rows, note=_("Chưa nhận phôi nào."))


def _destructions(asked: Look) -> Table | None:
    found = destructions(asked)
    who = called(asked, (key for each in found for key in (each.listed_by, each.seen_by)))
    rows = [
        [
            Cell(_("Danh sách %(number)s") % {"number": each.id}, serials_address(Wanted(destruction_id=each.id))),
            Cell(each.count, serials_address(Wanted(destruction_id=each.id))),
            Cell(words.moment(each.listed_at)),
            Cell(who[each.listed_by]),
            Cell(words.moment(each.seen_at) if each.seen_at else _("chờ người thứ hai")),
            Cell(who[each.seen_by] or "–"),
        ]
        for each in found
    ]
    heads = [_("Danh sách"), _("Số lượng"), _("Lập lúc"), _("Người lập"), _("Tiêu hủy lúc"), _("Người chứng kiến")]
    return Table("tieu-huy", _("Danh sách tiêu hủy"), heads, rows) if rows else None


def _steps(request: HttpRequest) -> list[Step]:
    """What can be done here: destruction lists that wait are seen destroyed by somebody else than who made them."""
    waiting = [] if request.actor.roles.isdisjoint(DESTROYERS) else destructions(look(request, PURPOSE))
    return [
        Step("receive", gettext_lazy("Nhận phôi"), _received, "n", DeliveryForm, roles=KEEPERS),
        Step("move", gettext_lazy("Ghi phôi hỏng, trả, mất, tìm thấy"), _moved, "m", MovedForm, roles=KEEPERS),
        Step("list", gettext_lazy("Lập danh sách tiêu hủy"), _listed, "t", SerialsForm, roles=DESTROYERS),
        *(_destroyed(each.id) for each in waiting if not each.seen_by and not request.actor.is_also(each.listed_by)),
    ]


def _received(order: Order, told: Told) -> str:
    made = receive_blanks(order, **told)
    return _("Đã nhận %(count)s phôi.") % {"count": words.grouped(made.count)}


def _moved(order: Order, told: Told) -> str:
    count = move_blanks(order, serials=told["serials"], step=BlankStep(told["step"]))
    return _("Đã ghi %(count)s phôi.") % {"count": words.grouped(count)}


def _listed(order: Order, told: Told) -> str:
    made = list_for_destruction(order, serials=told["serials"])
    return _("Đã lập danh sách tiêu hủy %(number)s; chờ người thứ hai.") % {"number": made.pk}


def _destroyed(number: int) -> Step:
    def do(order: Order, told: Told) -> str:
        del told
        count = see_destroyed(order, destruction_id=number)
        return _("Đã chứng kiến tiêu hủy %(count)s phôi, thẻ.") % {"count": words.grouped(count)}

    label = _("Chứng kiến tiêu hủy danh sách %(number)s") % {"number": number}
    return Step(f"destroy-{number}", label, do, form=NothingForm, roles=DESTROYERS, danger=True)
