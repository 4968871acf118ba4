"""Civil status from the justice side, and survey cards: figures."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from sosach.domain.exchange.queries.feeds import READERS, civil_feed
from sosach.domain.exchange.queries.statements import READERS as PARTNERS_READERS
from sosach.domain.exchange.queries.statements import partners
from sosach.domain.exchange.queries.surveys import LOOKERS, batch_seen, batches
from sosach.domain.exchange.rules.civil import Kind
from sosach.domain.exchange.states.surveys import BatchState, CardState
from sosach.web.desk.exchange import words
from sosach.web.frame import words as frame_words
from sosach.web.frame.language import said
from sosach.web.frame.pages import look, officer_page

PURPOSE = "civil-status"
SPAN = timedelta(days=30)
LAST = 20  # batches of survey cards shown
KINDS: Mapping[str, Any] = {
    Kind.BIRTH: gettext_lazy("Khai sinh"),
    Kind.DEATH: gettext_lazy("Khai tử"),
    Kind.MARRIAGE: gettext_lazy("Kết hôn"),
    Kind.DIVORCE: gettext_lazy("Ly hôn"),
    Kind.ANNULMENT: gettext_lazy("Hủy kết hôn"),
    Kind.CORRECTION: gettext_lazy("Cải chính"),
    Kind.WITHDRAWAL: gettext_lazy("Rút thông điệp"),
}
BATCHES: Mapping[str, tuple[Any, str]] = {
    BatchState.LOOKED_AT: (gettext_lazy("Đang đối chiếu, kiểm mẫu"), "info"),
    BatchState.ACCEPTED: (gettext_lazy("Đã chấp nhận"), "good"),
    BatchState.REFUSED: (gettext_lazy("Trả lại, nhập lại cả lô"), "bad"),
    BatchState.LOADED: (gettext_lazy("Đã nạp xong"), "good"),
}
CARDS: Mapping[str, Any] = {
    CardState.DOUBTED: gettext_lazy("hai lần nhập khác nhau"),
    CardState.AGREED: gettext_lazy("hai lần nhập giống nhau"),
    CardState.LOADED: gettext_lazy("người mới, đã cấp số"),
    CardState.PRESENT: gettext_lazy("sổ đã có như vậy"),
    CardState.REVIEW: gettext_lazy("chờ cán bộ xem"),
    CardState.REJECTED: gettext_lazy("bị loại"),
    CardState.KNOWN: gettext_lazy("phiếu đã có ở lô khác"),
    CardState.REFUSED: gettext_lazy("trả lại cùng lô"),
}


@officer_page(roles=READERS)
def feeds(request: HttpRequest) -> HttpResponse:
    """What came from the justice side in thirty days, and where the latest batches of survey cards stand."""
    since = request.sosach_at - SPAN
    names = {}
    if not request.actor.roles.isdisjoint(PARTNERS_READERS):
        names = {each.key: said(each) for each in partners(look(request, "oversight"))}
    lines = [
        {
            "line": each,
            "sender": names.get(each.partner, each.partner),
            "kind": KINDS[each.kind],
            "oldest": frame_words.age(each.oldest, request.sosach_at),
        }
        for each in civil_feed(look(request, PURPOSE), since=since)
    ]
    context = {"room": "exchange", "tab": "feeds", "lines": lines, "since": since, "surveys": _surveys(request)}
    return render(request, "desk/exchange/feeds.html", context)


def _surveys(request: HttpRequest) -> list[dict[str, Any]]:
    if request.actor.roles.isdisjoint(LOOKERS):
        return []
    asked = look(request, "population-keeping")
    found = [batch_seen(asked, batch_id=key, rated=False) for key, *_rest in batches(asked, limit=LAST)]
    return [
        {
            "batch": each,
            "state": words.badge(BATCHES, each.state),
            "cards": [(CARDS[state], count) for state, count in each.cards.items()],
        }
        for each in found
    ]
