"""Which pages of ID cards there are, and who has something to do on which."""

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor
from sosach.web.desk.cards.words import APPROVERS, CHECKERS, CLERKS, STOREKEEPERS
from sosach.web.frame.pages import officer_page
from sosach.web.frame.parts import Tab

EVERYBODY: Final = CLERKS | APPROVERS | STOREKEEPERS | CHECKERS
"""Whoever has to do with cards."""

# Name, address, words, who may open it; the first one somebody may open is where the room begins for them.
_TABS: tuple[tuple[str, str, Any, frozenset[Role]], ...] = (
    ("applications", "desk:card-applications", _("Hồ sơ thẻ"), CLERKS),
    ("approval", "desk:card-approval", pgettext_lazy("card", "Chờ duyệt"), APPROVERS),
    ("doubts", "desk:card-doubts", _("Nghi trùng"), APPROVERS),
    ("stock", "desk:card-stock", _("Kho phôi"), STOREKEEPERS),
    ("jobs", "desk:card-jobs", _("Lệnh sản xuất"), STOREKEEPERS | APPROVERS),
    ("quality", "desk:card-quality", _("Kiểm tra chất lượng"), CHECKERS),
    ("parcels", "desk:card-parcels", _("Chuyển và trả thẻ"), STOREKEEPERS | CLERKS),
    ("lives", "desk:card-lives", _("Vòng đời thẻ"), EVERYBODY),
    ("figures", "desk:card-figures", _("Số liệu thẻ"), EVERYBODY),
)


def tabs_of(actor: Actor, current: str = "") -> Sequence[Tab]:
    """Pages somebody may open."""
    return [
        Tab(str(label), reverse(view), current=name == current)
        for name, view, label, whose in _TABS
        if not actor.roles.isdisjoint(whose)
    ]


@officer_page(roles=EVERYBODY)
def begin(request: HttpRequest) -> HttpResponse:
    """The first page of somebody's own work."""
    return HttpResponseRedirect(tabs_of(request.actor)[0].address)
