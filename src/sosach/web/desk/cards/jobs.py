"""Production jobs: planned, signed, released by a second person, given to the machine, reported, settled, closed."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sosach.chip.profiles import PROFILES
from sosach.domain.idcards.queries.production import (
    LOOKERS,
    FindingLine,
    JobLine,
    JobSeen,
    jobs,
    machines,
    one_job,
    package_of,
    signers,
)
from sosach.domain.idcards.queries.waiting_for_jobs import waiting_count
from sosach.domain.idcards.states.cards import CardState
from sosach.domain.idcards.states.jobs import JobState
from sosach.web.desk.cards import house
from sosach.web.desk.cards.job_steps import job_steps, list_steps
from sosach.web.desk.cards.people import called
from sosach.web.desk.cards.steps import status_of, taken
from sosach.web.desk.cards.words import (
    APPROVERS,
    CARDS,
    FINDINGS,
    JOBS,
    OUTCOMES,
    PURPOSE,
    STOREKEEPERS,
    badge,
    said,
)
from sosach.web.desk.figures.tables import Cell, Table
from sosach.web.frame import words
from sosach.web.frame.pages import look, officer_page
from sosach.web.frame.parts import Answer, Key

_LARGEST_REPORT: Final = 8_000_000
_MADE: Final = frozenset(CardState) - {CardState.VOID, CardState.PLANNED, CardState.SIGNED, CardState.IN_WORK}


@officer_page(roles=LOOKERS)
def all_jobs(request: HttpRequest) -> HttpResponse:
    """Jobs, the latest first; what waits to be made."""
    asked = look(request, PURPOSE)
    done, panels = taken(request, list_steps(request), back=reverse("desk:card-jobs"))
    if done is not None:
        return done
    context = {
        "room": "cards",
        "tab": "jobs",
        "panels": panels,
        "waiting": [
            (name, count, reverse("desk:card-waiting", args=[name]))
            for name in PROFILES
            if (count := waiting_count(asked, profile=name))
        ],
        "table": _table(jobs(asked)),
        "signers": _signers(request),
        "machines": [each for each in machines(asked) if each.retired_at is None],
        "keeps": not request.actor.roles.isdisjoint(STOREKEEPERS),
    }
    return render(request, "desk/cards/jobs.html", context, status=status_of(panels))


@officer_page(roles=LOOKERS)
def one(request: HttpRequest, job_id: int) -> HttpResponse:
    """One job: its cards, its findings, what comes next."""
    seen = one_job(look(request, PURPOSE), job_id=job_id)
    done, panels = taken(request, job_steps(request, seen), back=reverse("desk:card-job", args=[job_id]))
    if done is not None:
        return done
    line = seen.line
    who = called(look(request, PURPOSE), _accounts(seen))
    context = {
        "room": "cards",
        "tab": "jobs" if not request.actor.roles.isdisjoint(STOREKEEPERS | APPROVERS) else "quality",
        "line": line,
        "state": badge(JOBS, line.state),
        "panels": panels,
        "facts": _facts(seen, who),
        "counts": _counts(line),
        "cards": _cards(seen),
        "findings": _findings(seen.all_findings, who),
        "missing": sum(card.state is CardState.IN_WORK for card in seen.all_cards)
        if line.state in {JobState.RELEASED, JobState.REPORTED}
        else 0,
        "unread": sum(card.to_read for card in seen.all_cards),
        "fetches": line.state in {JobState.RELEASED, JobState.REPORTED}
        and not request.actor.roles.isdisjoint(STOREKEEPERS),
        "keys": [Key(each.step.key, str(each.step.label)) for each in panels if each.step.key],
    }
    return render(request, "desk/cards/job.html", context, status=status_of(panels))


@officer_page(roles=STOREKEEPERS)
def package(request: HttpRequest, job_id: int) -> HttpResponse:
    """The package of a released job: its machine alone can open it."""
    content = package_of(look(request, PURPOSE), job_id=job_id)
    return _file(content, f"lenh-{job_id}.package")


@officer_page(roles=STOREKEEPERS)
def sender_key(request: HttpRequest) -> HttpResponse:
    """The key by which machines know whose packages they take."""
    return _file(house.sender(request.sosach_at).public_key, "nguoi-gui.der")


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _table(found: Sequence[JobLine]) -> Table:
    rows = [
        [
            Cell(_("Lệnh %(number)s") % {"number": each.id}, reverse("desk:card-job", args=[each.id])),
            Cell(badge(JOBS, each.state)),
            Cell(each.profile),
            Cell(each.machine),
            Cell(words.moment(each.planned_at)),
            Cell(sum(each.cards.values())),
            Cell(sum(count for state, count in each.cards.items() if state in _MADE)),
            Cell(each.spoiled),
            Cell(each.findings),
        ]
        for each in found
    ]
    heads = [
        _("Lệnh"),
        _("Trạng thái"),
        _("Mẫu thẻ"),
        _("Máy"),
        _("Lập lúc"),
        _("Số thẻ"),
        _("Máy đã trả lời"),
        pgettext("card", "Hỏng"),
        _("Sai lệch"),
    ]
    return Table("lenh", _("Lệnh sản xuất"), heads, rows, note=_("Chưa có lệnh nào."))


def _signers(request: HttpRequest) -> Table:
    rows = [
        [
            Cell(each.key_id[:16]),
            Cell(words.moment(each.use_from)),
            Cell(words.moment(each.use_until)),
            Cell(each.used),
            Cell(each.most),
            Cell(_("đã ngừng") if each.retired_at else _("đang dùng")),
        ]
        for each in signers(look(request, PURPOSE))
    ]
    heads = [_("Khóa ký"), _("Ký từ"), _("Ký đến"), _("Đã ký"), _("Nhiều nhất"), _("Tình trạng")]
    return Table("khoa-ky", _("Khóa ký dữ liệu thẻ"), heads, rows, note=_("Chưa đăng ký khóa ký nào."))


def _accounts(seen: JobSeen) -> set[str]:
    """Keys of everybody who had a hand in it."""
    return {seen.planned_by, seen.signed_by, seen.released_by} | {each.settled_by for each in seen.all_findings}


def _facts(seen: JobSeen, who: Mapping[str, str]) -> list[Answer]:
    return [
        Answer(_("Mẫu thẻ"), seen.line.profile),
        Answer(_("Máy"), seen.line.machine),
        Answer(_("Lập"), f"{words.moment(seen.line.planned_at)} · {who[seen.planned_by]}"),
        Answer(_("Ký"), f"{words.moment(seen.signed_at)} · {who[seen.signed_by]}" if seen.signed_by else ""),
        Answer(_("Khóa ký"), seen.signer[:16]),
        Answer(
            _("Cho phép"), f"{words.moment(seen.released_at)} · {who[seen.released_by]}" if seen.released_by else ""
        ),
        Answer(
            _("Gói dữ liệu"),
            _("%(size)s byte") % {"size": words.figure(seen.package_size)} if seen.package_size else "",
        ),
        Answer(_("Báo cáo"), words.moment(seen.reported_at)),
        Answer(
            _("Đọc lại"),
            _("mọi thẻ") if seen.read_one_in == 1 else _("một trong %(count)s thẻ") % {"count": seen.read_one_in},
        ),
    ]


def _counts(line: JobLine) -> Table:
    rows = [[Cell(str(CARDS[state][0])), Cell(line.cards[state])] for state in CardState if line.cards.get(state)]
    total = [Cell(_("Cộng")), Cell(sum(line.cards.values()))]
    return Table("the-theo-trang-thai", _("Thẻ của lệnh"), [_("Trạng thái"), _("Số thẻ")], rows, total)


def _cards(seen: JobSeen) -> Table:
    rows = [
        [
            Cell(each.serial, reverse("desk:card", args=[each.card_id])),
            Cell(badge(CARDS, each.state)),
            Cell(_("phải đọc lại") if each.to_read else "–"),
        ]
        for each in seen.all_cards
    ]
    return Table("the", _("Từng thẻ"), [_("Số phôi"), _("Trạng thái"), _("Kiểm tra")], rows)


def _findings(found: Sequence[FindingLine], who: Mapping[str, str]) -> Table | None:
    rows = [
        [
            Cell(each.serial),
            Cell(said(FINDINGS, each.code)),
            Cell("; ".join(" ".join(filter(None, told.values())) for told in each.told) or "–"),
            Cell(words.moment(each.found_at)),
            Cell(said(OUTCOMES, each.outcome) if each.outcome else _("chưa kết luận")),
            Cell(who[each.settled_by] or "–"),
        ]
        for each in found
    ]
    heads = [_("Số phôi"), _("Sai lệch"), _("Máy nói"), _("Phát hiện lúc"), _("Kết luận"), _("Người kết luận")]
    return Table("sai-lech", _("Sai lệch trong báo cáo"), heads, rows) if rows else None
