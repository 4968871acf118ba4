"""Tags of the desk: states in a word, values that change."""

from contextlib import suppress
from typing import Any

from django import template
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sosach.base.errors import SosachError
from sosach.domain.access.queries.colleagues import READERS as COLLEAGUES
from sosach.domain.access.rules import Role
from sosach.domain.campaign.queries.lists import READERS
from sosach.domain.campaign.queries.solving.batches import BATCHERS
from sosach.domain.campaign.queries.solving.opinions import GIVERS
from sosach.domain.campaign.rules.visits import OUTCOMES
from sosach.domain.declarations.rules import PHOTOS, kind_of
from sosach.domain.declarations.states import State
from sosach.domain.exchange.queries.feeds import READERS as FEED_READERS
from sosach.domain.exchange.queries.surveys import LOOKERS as CARD_LOOKERS
from sosach.domain.exchange.queries.told import SEERS as EXCHANGERS
from sosach.domain.provenance.queries.looks import WORKERS
from sosach.web.desk import words
from sosach.web.desk.cards.rooms import EVERYBODY as CARD_KEEPERS
from sosach.web.desk.cards.rooms import tabs_of
from sosach.web.frame.language import either, is_vietnamese, of_error, said
from sosach.web.frame.parts import Badge, Side, Tab

register = template.Library()
BADGE = "frame/parts/badge.html"
_DECLARED: dict[str, tuple[Any, str]] = {
    State.DRAFT: (gettext_lazy("Bản nháp"), "plain"),
    State.SUBMITTED: (gettext_lazy("Mới gửi"), "info"),
    State.ASKED_BACK: (gettext_lazy("Chờ người dân bổ sung"), "warn"),
    State.FORWARDED: (gettext_lazy("Nơi khác chuyển đến"), "info"),
    State.CONFLICT: (gettext_lazy("Mâu thuẫn"), "bad"),
    State.VERIFIED: (gettext_lazy("Đã xác minh, chờ duyệt"), "warn"),
    State.OBJECTED: (gettext_lazy("Có phản đối"), "bad"),
    State.APPROVED: (gettext_lazy("Đã chấp nhận"), "good"),
    State.APPLIED: (gettext_lazy("Đã ghi vào sổ"), "good"),
    State.REFUSED: (gettext_lazy("Đã từ chối"), "plain"),
    State.WITHDRAWN: (gettext_lazy("Người khai đã rút"), "plain"),
    State.RETRACTED: (gettext_lazy("Đã thu hồi"), "plain"),
}


_LIFE: dict[str, Any] = {
    "alive": gettext_lazy("còn sống"),
    "deceased": gettext_lazy("đã mất"),
    "missing": gettext_lazy("mất tích"),
    "emigrated": gettext_lazy("đã xuất cảnh"),
}


# Rooms of the desk: name, address, words, who has something to do there (empty: everybody).
_ROOMS: tuple[tuple[str, str, Any, frozenset[Role]], ...] = (
    ("queue", "desk:home", gettext_lazy("Việc của tôi"), frozenset()),
    ("waiting", "desk:waiting", gettext_lazy("Duyệt lần hai"), GIVERS),
    ("batches", "desk:batches", gettext_lazy("Hàng loạt"), BATCHERS),
    ("opinions", "desk:opinions", gettext_lazy("Ý kiến thứ hai"), GIVERS),
    ("worklist", "desk:worklist", gettext_lazy("Danh sách địa bàn"), READERS),
    ("records", "desk:records", gettext_lazy("Tra cứu hồ sơ"), WORKERS),
    ("campaigns", "desk:campaigns", gettext_lazy("Chiến dịch"), READERS),
    ("figures", "desk:figures", gettext_lazy("Số liệu"), READERS),
    ("surveys", "desk:surveys", gettext_lazy("Phiếu thu thập"), CARD_LOOKERS),
    ("cards", "desk:cards", gettext_lazy("Thẻ căn cước"), CARD_KEEPERS),
    ("exchange", "desk:exchange", gettext_lazy("Trao đổi"), EXCHANGERS),
    ("units", "desk:units", gettext_lazy("Đơn vị"), COLLEAGUES),
)


# Pages of the exchange: name, address, words, who may open them.
_EXCHANGE: tuple[tuple[str, str, Any, frozenset[Role]], ...] = (
    ("levels", "desk:exchange", gettext_lazy("Hai cấp"), EXCHANGERS),
    ("reactions", "desk:exchange-reactions", gettext_lazy("Lan truyền"), EXCHANGERS),
    ("subscriptions", "desk:exchange-subscriptions", gettext_lazy("Báo tin"), EXCHANGERS),
    ("partners", "desk:exchange-partners", pgettext_lazy("several", "Đối tác"), EXCHANGERS),
    ("feeds", "desk:exchange-feeds", gettext_lazy("Hộ tịch, phiếu"), FEED_READERS),
)


@register.inclusion_tag("desk/parts/menu.html", takes_context=True)
def desk_menu(context: Context, room: str = "") -> dict[str, Any]:
    """Rooms of the desk an officer has something to do in."""
    actor = getattr(context["request"], "actor", None)
    roles = actor.roles if actor is not None else frozenset()
    items = []
    for name, view, label, whose in _ROOMS:
        if whose and roles.isdisjoint(whose):
            continue
        with suppress(NoReverseMatch):
            items.append(Tab(str(label), reverse(view), current=name == room))
    return {"items": items}


@register.inclusion_tag("frame/parts/tabs.html", takes_context=True)
def exchange_tabs(context: Context, tab: str = "") -> dict[str, Any]:
    """Pages of the exchange an officer may open."""
    roles = context["request"].actor.roles
    shown = [
        Tab(str(label), reverse(view), current=name == tab)
        for name, view, label, whose in _EXCHANGE
        if not roles.isdisjoint(whose)
    ]
    return {"tabs": shown, "label": _("Các phần của trao đổi")}


@register.inclusion_tag("frame/parts/tabs.html", takes_context=True)
def cards_tabs(context: Context, tab: str = "") -> dict[str, Any]:
    """Pages of ID cards an officer may open."""
    return {"tabs": tabs_of(context["request"].actor, tab), "label": _("Các phần của thẻ căn cước")}


@register.filter
def figure2(value: float) -> str:
    """A coefficient with two digits behind the point."""
    text = f"{value:.2f}"
    return text.replace(".", ",") if is_vietnamese() else text


@register.inclusion_tag(BADGE)
def case_state(code: str) -> dict[str, Any]:
    """Where a case stands."""
    return _badge(words.badge(words.STATES, code))


@register.inclusion_tag(BADGE)
def declaration_state(code: str) -> dict[str, Any]:
    """Where a declaration stands."""
    return _badge(words.badge(_DECLARED, code))


@register.inclusion_tag(BADGE)
def answer_state(code: str) -> dict[str, Any]:
    """Where an answer stands."""
    return _badge(words.badge(words.ANSWERS, code))


@register.inclusion_tag(BADGE)
def severity(code: str) -> dict[str, Any]:
    """How bad a finding is."""
    return _badge(words.badge(words.SEVERITIES, code))


@register.inclusion_tag("desk/parts/effects.html")
def effects(sides: list[Side]) -> dict[str, Any]:
    """What would change, letters that differ marked."""
    return {"sides": sides, "now": _("Đang ghi"), "then": _("Sẽ thành")}


def _badge(told: Badge) -> dict[str, Any]:
    return {"text": told.text, "tone": told.tone}


@register.filter
def life(code: str) -> str:
    """Whether somebody lives."""
    return str(_LIFE.get(code, code))


@register.filter
def photo_slot(code: str) -> str:
    """What a photo shows."""
    return either(PHOTOS[code]) if code in PHOTOS else code


@register.filter
def declaration_kind(code: str) -> str:
    """What a kind of declaration is called."""
    return said(kind_of(code))


@register.inclusion_tag("frame/parts/comparison.html")
def compared(rows: list[Side], *heads: str) -> dict[str, Any]:
    """Fields of two sources side by side."""
    return {"rows": rows, "heads": heads, "hidden": 0}


@register.filter
def outcome(code: str) -> str:
    """What came of a visit."""
    return either((OUTCOMES[code].vi, OUTCOMES[code].en)) if code in OUTCOMES else code


@register.filter
def refusal(error: SosachError) -> str:
    """What was refused, and what helps."""
    return "\n".join(filter(None, of_error(error)))
