"""Who looked at my data, when, which office, and why; and asking about a look."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from sosach.domain.audit.rules import ActorKind
from sosach.domain.exchange.queries.partners import partner_names
from sosach.domain.population.queries import looks_at
from sosach.domain.population.queries.looks import LookSeen
from sosach.web.frame import words
from sosach.web.frame.language import said
from sosach.web.frame.pages import citizen_page
from sosach.web.frame.parts import Pages
from sosach.web.portal.asking import own, whole
from sosach.web.portal.words import looked, looker, purpose

PAGE = 50
_OTHERS = frozenset({ActorKind.OFFICER, ActorKind.MACHINE, ActorKind.PARTNER})


@citizen_page
def looks(request: HttpRequest) -> HttpResponse:
    """The latest first; one's own looks are left out unless asked for."""
    before, everything = whole(request.GET.get("truoc", "")), request.GET.get("ca") == "toi"
    found = looks_at(own(request), person_id=request.actor.person_id, before=before, limit=PAGE + 1)
    page = found[:PAGE]
    kept = "&ca=toi" if everything else ""
    older = f"?truoc={page[-1].key}{kept}" if len(found) > PAGE else ""
    shown = [each for each in page if everything or each.actor_kind != ActorKind.CITIZEN]
    agencies = partner_names(frozenset(each.partner for each in shown if each.partner))
    rows = [_row(list(several), agencies) for _, several in groupby(shown, _same)]
    context = {
        "room": "looks",
        "rows": rows,
        "everything": everything,
        "pages": Pages(newer=request.path if before else "", older=older),
    }
    return render(request, "portal/looks.html", context)


def _same(seen: LookSeen) -> tuple[str, ...]:
    """Looks one after the other that stand in one line: of the system or one's own, on one day; those of offices never do."""
    told = (seen.event, seen.purpose, words.day(seen.at), seen.actor_kind)
    return told if seen.actor_kind not in _OTHERS else (*told, str(seen.key))


def _row(several: list[LookSeen], agencies: Mapping[str, Any]) -> dict[str, Any]:
    """A line: the latest of several looks, and how many there were."""
    seen = several[0]
    agency = agencies.get(seen.partner)
    who = said(agency) if agency else looker(seen.actor_kind, seen.actor_unit)
    if seen.represented:
        who = _("%(who)s, thay mặt %(represented)s") % {"who": who, "represented": seen.represented}
    what = looked(seen.event)
    other = seen.actor_kind in _OTHERS
    return {
        "at": seen.at,
        "when": words.day(seen.at) if seen.actor_kind == ActorKind.PUBLIC else words.moment(seen.at),
        "what": what,
        "who": who,
        "why": purpose(seen.purpose),
        "reference": seen.reference if other else "",
        "count": len(several),
        "question": _question(words.moment(seen.at), who, what),
        "other": other,
    }


def _question(at: str, who: str, what: str) -> str:
    return _("Tôi muốn biết vì sao %(who)s đã xem dữ liệu của tôi lúc %(at)s (%(what)s).") % {
        "who": who,
        "at": at,
        "what": what,
    }
