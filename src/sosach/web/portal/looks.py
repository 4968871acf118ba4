"""Who looked at my data, when, which office, and why; and asking about a look."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from sosach.domain.audit.rules import ActorKind
from sosach.domain.population.queries import looks_at
from sosach.web.frame import words
from sosach.web.frame.pages import citizen_page
from sosach.web.frame.parts import Pages
from sosach.web.portal.asking import own, whole
from sosach.web.portal.words import looked, looker, purpose

PAGE = 50


@citizen_page
def looks(request: HttpRequest) -> HttpResponse:
    """The latest first; one's own looks are left out unless asked for."""
    before, everything = whole(request.GET.get("truoc", "")), request.GET.get("ca") == "toi"
    found = looks_at(own(request), person_id=request.actor.person_id, before=before, limit=PAGE + 1)
    page = found[:PAGE]
    kept = "&ca=toi" if everything else ""
    older = f"?truoc={page[-1].key}{kept}" if len(found) > PAGE else ""
    rows = [
        {
            "at": each.at,
            "what": looked(each.event),
            "who": looker(each.actor_kind, each.actor_unit),
            "why": purpose(each.purpose),
            "reference": each.reference if each.actor_kind != ActorKind.CITIZEN else "",
            "question": _question(words.moment(each.at), looker(each.actor_kind, each.actor_unit), looked(each.event)),
            "other": each.actor_kind in {ActorKind.OFFICER, ActorKind.MACHINE},
        }
        for each in page
        if everything or each.actor_kind != ActorKind.CITIZEN
    ]
    context = {
        "room": "looks",
        "rows": rows,
        "everything": everything,
        "pages": Pages(newer=request.path if before else "", older=older),
    }
    return render(request, "portal/looks.html", context)


def _question(at: str, who: str, what: str) -> str:
    return _("Tôi muốn biết vì sao %(who)s đã xem dữ liệu của tôi lúc %(at)s (%(what)s).") % {
        "who": who,
        "at": at,
        "what": what,
    }
