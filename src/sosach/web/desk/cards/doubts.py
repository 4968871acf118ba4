"""Doubts whether two captures are of one person: the list, and two captures side by side with the word of one officer."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from sosach.domain.access.operations import Order
from sosach.domain.idcards.operations.screening import judge_doubt
from sosach.domain.idcards.queries.pictures import DoubtSeen, OpenedPicture, doubt, doubts
from sosach.domain.idcards.rules.enrolment import FINGERS
from sosach.domain.idcards.states.doubts import Verdict
from sosach.web.desk.cards.people import called
from sosach.web.desk.cards.steps import Step, Told, status_of, taken
from sosach.web.desk.cards.words import APPROVERS, OPENING, PURPOSE, SLOTS, VERDICTS, said
from sosach.web.desk.figures.tables import Cell, Table
from sosach.web.frame import words
from sosach.web.frame.forms import CardChoice, Form
from sosach.web.frame.pages import look, officer_page
from sosach.web.frame.parts import Key, Side

_FEW: Final = 2  # fingers that are named one by one


class JudgeForm(Form):
    """What one officer says, and on what it rests."""

    says = forms.ChoiceField(label=gettext_lazy("Kết luận"), choices=list(VERDICTS.items()), widget=CardChoice())
    reason = forms.CharField(label=gettext_lazy("Căn cứ của kết luận"), max_length=500)


@officer_page(roles=APPROVERS)
def all_doubts(request: HttpRequest) -> HttpResponse:
    """Open doubts of the territory, the oldest first."""
    found = doubts(look(request, PURPOSE))
    rows = [
        [
            Cell(each.number, reverse("desk:card-doubt", args=[each.doubt_id])),
            Cell(each.full_name),
            Cell(each.other_name),
            Cell(words.percent(each.score)),
            Cell(_slots(each.slots)),
            Cell(words.moment(each.raised_at)),
            Cell(_("%(count)s ý kiến") % {"count": each.verdicts}),
        ]
        for each in found
    ]
    heads = [
        pgettext("card", "Hồ sơ"),
        _("Người làm hồ sơ"),
        _("Bản ghi khác"),
        _("Độ giống"),
        _("Giống ở"),
        _("Nêu lúc"),
        _("Đã có"),
    ]
    context = {
        "room": "cards",
        "tab": "doubts",
        "title": _("Nghi trùng"),
        "count": len(found),
        "lead": _("Hai người khác nhau, không ai trong số đã thu nhận, nói giống nhau thì có kết luận."),
        "table": Table("nghi-trung", _("Nghi trùng"), heads, rows, note=_("Không có nghi vấn nào đang mở.")),
    }
    return render(request, "desk/cards/list.html", context)


@officer_page(roles=APPROVERS)
def one(request: HttpRequest, doubt_id: int) -> HttpResponse:
    """Two captures side by side, opened for who may still judge; what others said is not shown before the own word."""

    def judged(order: Order, told: Told) -> str:
        made = judge_doubt(order, doubt_id=doubt_id, says=Verdict(told["says"]))
        return (
            _("Đã kết luận: %(what)s.") % {"what": said(VERDICTS, made.outcome)}
            if made.outcome
            else _("Đã ghi ý kiến.")
        )

    step = Step("judge", gettext_lazy("Ghi kết luận"), judged, "a", JudgeForm, main=True)
    done, panels = taken(request, [step], back=reverse("desk:card-doubts"))
    if done is not None:
        return done
    # after what was sent, for then nothing is opened that is not looked at
    seen = doubt(look(request, OPENING, reference=f"doubt-{doubt_id}"), doubt_id=doubt_id)
    panels = [each for each in panels if seen.judges or each.form.is_bound]
    context = {
        "room": "cards",
        "tab": "doubts",
        "title": seen.line.number,
        "line": seen.line,
        "score": words.percent(seen.line.score),
        "alike": _slots(seen.line.slots),
        "spoken": said(VERDICTS, seen.said[request.actor.key]) if request.actor.key in seen.said else "",
        "judges": seen.judges,
        "panels": panels,
        "pairs": [
            {"name": said(SLOTS, slot), "pictures": [_shown(here), _shown(there)]}
            for slot, (here, there) in seen.pictures.items()
        ],
        "rows": _sides(seen, called(look(request, PURPOSE), (seen.here.captured_by, seen.there.captured_by))),
        "heads": [_("Người làm hồ sơ"), _("Bản ghi khác")],
        "keys": [Key("a", _("ghi kết luận"))] if panels else [],
    }
    return render(request, "desk/cards/doubt.html", context, status=status_of(panels))


def _sides(seen: DoubtSeen, who: Mapping[str, str]) -> list[Side]:
    here, there = seen.here, seen.there
    return [
        Side(_("Họ và tên"), (seen.line.full_name, seen.line.other_name)),
        Side(_("Đặc điểm nhân dạng"), (here.features, there.features)),
        Side(_("Người thu nhận"), (who[here.captured_by], who[there.captured_by])),
        Side(_("Thu nhận lúc"), (words.moment(here.finished_at), words.moment(there.finished_at))),
        Side(_("Vân tay"), (_fingers(seen.fingers[0]), _fingers(seen.fingers[1]))),
    ]


def _fingers(count: int) -> str:
    """How many fingerprints there are: browsers cannot draw WSQ, and what the matcher found stands above."""
    return _("%(count)s ngón, máy đối sánh đã so") % {"count": count} if count else _("không có")


def _slots(slots: Sequence[str]) -> str:
    """Where two captures are alike: many fingers as their number."""
    fingers = [slot for slot in slots if slot in FINGERS]
    if len(fingers) <= _FEW:
        return ", ".join(said(SLOTS, slot) for slot in slots)
    others = [said(SLOTS, slot) for slot in slots if slot not in FINGERS]
    return ", ".join([*others, _("%(count)s ngón tay") % {"count": len(fingers)}])


def _shown(picture: OpenedPicture | None) -> dict[str, Any]:
    """A picture inside the page itself: it is at no address, and gone with the page."""
    if picture is None:
        return {"address": "", "why": _("Không có")}
    return {"address": f"data:{picture.media};base64,{b64encode(picture.content).decode()}", "why": ""}
