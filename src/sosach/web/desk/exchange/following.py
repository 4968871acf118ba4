"""What must follow from what happened, and whom others are told: the table of reactions, subscriptions, letters that did not arrive."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.exchange.operations.delivering import drop, send_again
from sosach.domain.exchange.operations.following import run_again
from sosach.domain.exchange.operations.subscribing import OFFICERS, hold_subscription, resume_subscription
from sosach.domain.exchange.queries.call_backs import call_back_table
from sosach.domain.exchange.queries.propagation import FollowingSeen, ReactionSeen, followings_seen, reaction_table
from sosach.domain.exchange.queries.subscriptions import (
    OVERSEERS,
    DeliverySeen,
    deliveries_seen,
    oldest_undelivered,
    subscription_table,
)
from sosach.domain.exchange.states.deliveries import OPEN, DeliveryState
from sosach.domain.exchange.states.following import FollowingState
from sosach.web.desk.exchange import words as said
from sosach.web.frame import words
from sosach.web.frame.flashes import flash
from sosach.web.frame.language import either, of_error
from sosach.web.frame.pages import look, officer_page, once
from sosach.web.frame.parts import Pages, Tab

PURPOSE = "data-cleaning"
PAGE = 50
SPAN = timedelta(days=30)  # events and arrived letters are counted since
_WAITING = frozenset({FollowingState.WAITING.value, FollowingState.AGAIN.value})
HEAPS: Mapping[str, tuple[Any, frozenset[str]]] = {
    "hong": (gettext_lazy("Hỏng"), frozenset({FollowingState.FAILED.value})),
    "dang-cho": (gettext_lazy("Đang chờ"), _WAITING),
    "da-xong": (gettext_lazy("Đã xong"), frozenset({FollowingState.DONE.value})),
    "tat-ca": (gettext_lazy("Tất cả"), frozenset(map(str, FollowingState))),
}
LETTERS: Mapping[str, tuple[Any, frozenset[str]]] = {
    "khong-gui-duoc": (gettext_lazy("Không gửi được"), frozenset({DeliveryState.DEAD.value})),
    "dang-gui": (gettext_lazy("Chờ và đang gửi"), frozenset(map(str, OPEN))),
    "da-den": (gettext_lazy("Đã đến"), frozenset({DeliveryState.DELIVERED.value})),
    "da-bo": (gettext_lazy("Đã bỏ"), frozenset({DeliveryState.DROPPED.value})),
}


@officer_page(roles=OVERSEERS)
def reactions(request: HttpRequest) -> HttpResponse:
    """The table of reactions: which register follows which event, how much of it is done."""
    found = reaction_table(look(request, PURPOSE), since=_since(request))
    context = {
        "since": _since(request),
        "lines": [_line(request, each) for each in found if each.happened or each.oldest],
        "quiet": [_line(request, each) for each in found if not each.happened and not each.oldest],
        "undone": sum(each.waiting + each.failed for each in found),
        "failed": sum(each.failed for each in found),
        "oldest": words.age(min((each.oldest for each in found if each.oldest), default=None), request.sosach_at),
    }
    return _shown(request, "reactions.html", "reactions", context)


@officer_page(roles=OVERSEERS)
def followings(request: HttpRequest) -> HttpResponse:
    """Reactions to single events; a failed one can be run again."""
    if request.method == "POST":
        return _decided(request, _run_again)
    heap = request.GET.get("muc", "")
    heap = heap if heap in HEAPS else "hong"
    lines = {each.name: each for each in reaction_table(look(request, PURPOSE), since=_since(request))}
    name = request.GET.get("dong", "")
    before = said.whole(request.GET.get("truoc", ""))
    found = followings_seen(
        look(request, PURPOSE),
        states=tuple(sorted(HEAPS[heap][1])),
        reaction=name if name in lines else "",
        before=before or None,
        limit=PAGE + 1,
    )
    shown = found[:PAGE]
    kept = {"dong": name} if name in lines else {}
    context = {
        "line": _line(request, lines[name]) if name in lines else None,
        "tabs": [
            Tab(str(text), "?" + urlencode({"muc": code} | kept), current=code == heap)
            for code, (text, _states) in HEAPS.items()
        ],
        "rows": [_following(each, lines) for each in shown],
        "may": not request.actor.roles.isdisjoint(OFFICERS),
        "pages": _pages(before, {"muc": heap} | kept, str(shown[-1].id) if len(found) > PAGE else ""),
    }
    return _shown(request, "followings.html", "reactions", context)


@officer_page(roles=OVERSEERS)
def subscriptions(request: HttpRequest) -> HttpResponse:
    """Whom others are told: every subscription with its figures; an officer may hold one and let it go."""
    if request.method == "POST":
        return _decided(request, _held)
    asked = look(request, PURPOSE)
    table = subscription_table(asked, since=_since(request))
    page = reverse("desk:exchange-letters")
    rows = [
        {
            "line": each,
            "name": either((each.partner_vi, each.partner_en)),
            "topic": said.topic(each.topic),
            "state": said.badge(said.SUBSCRIPTIONS, each.state),
            "oldest": words.age(each.oldest, request.sosach_at),
            **{
                name: f"{page}?{urlencode({'dang-ky': str(each.uuid), 'muc': code})}"
                for name, code in (("dead", "khong-gui-duoc"), ("open", "dang-gui"), ("arrived", "da-den"))
            },
        }
        for each in table
    ]
    context = {
        "rows": rows,
        "since": _since(request),
        "oldest": words.age(oldest_undelivered(asked), request.sosach_at),
        "waiting": sum(each.waiting for each in table),
        "dead": sum(each.dead for each in table),
        "waiting_page": f"{page}?muc=dang-gui",
        "dead_page": f"{page}?muc=khong-gui-duoc",
        "may": not request.actor.roles.isdisjoint(OFFICERS),
        "call_backs": [
            {
                "line": each,
                "name": either((each.vi, each.en)),
                "action": said.CALL_BACKS[each.action],
                "oldest": words.age(each.oldest, request.sosach_at),
            }
            for each in call_back_table(asked, since=_since(request))
        ],
    }
    return _shown(request, "subscriptions.html", "subscriptions", context)


@officer_page(roles=OVERSEERS)
def letters(request: HttpRequest) -> HttpResponse:
    """Letters to subscribers; one that was given up is sent again or dropped, with a reason."""
    if request.method == "POST":
        return _decided(request, _letter_decided)
    heap = request.GET.get("muc", "")
    heap = heap if heap in LETTERS else "khong-gui-duoc"
    asked = look(request, PURPOSE)
    whose = {str(each.uuid): each for each in subscription_table(asked, since=_since(request))}
    one = whose.get(request.GET.get("dang-ky", ""))
    before = _uuid(request.GET.get("truoc", ""))
    found = deliveries_seen(
        asked,
        subscription=one.uuid if one else None,
        states=tuple(sorted(LETTERS[heap][1])),
        before=before,
        limit=PAGE + 1,
    )
    shown = found[:PAGE]
    kept = {"dang-ky": str(one.uuid)} if one else {}
    context = {
        "one": one,
        "name": either((one.partner_vi, one.partner_en)) if one else "",
        "topic": said.topic(one.topic) if one else "",
        "tabs": [
            Tab(str(text), "?" + urlencode({"muc": code} | kept), current=code == heap)
            for code, (text, _states) in LETTERS.items()
        ],
        "rows": [_letter(each) for each in shown],
        "may": not request.actor.roles.isdisjoint(OFFICERS),
        "pages": _pages(before, {"muc": heap} | kept, str(shown[-1].uuid) if len(found) > PAGE else ""),
    }
    return _shown(request, "letters.html", "subscriptions", context)


def _line(request: HttpRequest, each: ReactionSeen) -> dict[str, Any]:
    page = reverse("desk:exchange-followings")
    return {
        "line": each,
        "event": either((each.event_vi, each.event_en)),
        "text": either((each.vi, each.en)),
        "oldest": words.age(each.oldest, request.sosach_at),
        **{
            name: f"{page}?{urlencode({'dong': each.name, 'muc': code})}"
            for name, code in (("failed", "hong"), ("waiting", "dang-cho"), ("done", "da-xong"), ("all", "tat-ca"))
        },
    }


def _following(each: FollowingSeen, lines: Mapping[str, ReactionSeen]) -> dict[str, Any]:
    line = lines.get(each.reaction)
    return {
        "each": each,
        "text": either((line.vi, line.en)) if line else each.reaction,
        "event": either((line.event_vi, line.event_en)) if line else each.event,
        "kind": said.RECORD_KINDS.get(each.record_kind, each.record_kind),
        "address": _record_page(each.record_kind, each.record_key),
        "state": said.badge(said.FOLLOWINGS, each.state),
        "failed": each.state == FollowingState.FAILED,
    }


def _letter(each: DeliverySeen) -> dict[str, Any]:
    return {
        "each": each,
        "topic": said.topic(each.topic),
        "kind": said.RECORD_KINDS.get(each.record_kind, each.record_kind),
        "address": _record_page(each.record_kind, str(each.record_key)),
        "state": said.badge(said.DELIVERIES, each.state),
        "dead": each.state == DeliveryState.DEAD,
    }


def _record_page(kind: str, key: str) -> str:
    register = said.REGISTER_OF.get(kind)
    if register is None or not key.isdecimal():
        return ""
    return f"{reverse('desk:record', args=[register, int(key)])}?{urlencode({'muc-dich': PURPOSE})}"


def _pages(before: object, kept: Mapping[str, str], last: str) -> Pages:
    return Pages(
        newer="?" + urlencode(kept) if before else "", older="?" + urlencode({**kept, "truoc": last}) if last else ""
    )


def _since(request: HttpRequest) -> datetime:
    told: datetime = request.sosach_at - SPAN
    return told


def _decided(request: HttpRequest, do: Any) -> HttpResponse:
    """Do what the form asks; what is refused is told above the same page."""
    reason = request.POST.get("reason", "").strip()[:500]
    try:
        return once(request, lambda order: do(request, order), reason=reason)
    except SosachError as refused:
        flash(request, " ".join(filter(None, of_error(refused))), tone="bad")
        request.method = "GET"
        pages = {_run_again: followings, _held: subscriptions, _letter_decided: letters}
        return pages[do](request)


def _run_again(request: HttpRequest, order: Order) -> str:
    run_again(order, following_id=said.whole(request.POST.get("following", "")))
    flash(request, _("Sẽ chạy lại trong vài giây."))
    return request.get_full_path()


def _held(request: HttpRequest, order: Order) -> str:
    uuid = _needed(request.POST.get("subscription", ""))
    if request.POST.get("lam") == "hold":
        hold_subscription(order, uuid=uuid)
        flash(request, _("Đã giữ lại: tin mới chờ đến khi được nối lại."))
    else:
        resume_subscription(order, uuid=uuid)
        flash(request, _("Đã nối lại: tin đang chờ được gửi theo thứ tự."))
    return request.get_full_path()


def _letter_decided(request: HttpRequest, order: Order) -> str:
    uuid = _needed(request.POST.get("letter", ""))
    if request.POST.get("lam") == "send":
        send_again(order, message_id=uuid)
        flash(request, _("Tin được gửi lại."))
    else:
        drop(order, message_id=uuid)
        flash(request, _("Đã bỏ tin này; nội dung không còn được giữ."))
    return request.get_full_path()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _needed(text: str) -> UUID:
    found = _uuid(text)
    if found is None:
        raise Http404
    return found


def _shown(request: HttpRequest, template: str, tab: str, context: Mapping[str, Any]) -> HttpResponse:
    return render(request, f"desk/exchange/{template}", {"room": "exchange", "tab": tab, **context})
