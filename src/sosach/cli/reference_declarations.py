"""The reference page of declarations: every kind, who may declare it, what it asks for, what it leads to."""

from sosach.domain.declarations.rules import TERMS, Kind, kinds
from sosach.domain.declarations.rules.answers import CHECKS
from sosach.vn.catalogue import legal_sources

_HEAD = """# Tờ khai / Declarations

*This page is generated (`make docs`); do not edit it by hand.*

Danh mục các loại tờ khai của công dân, lấy từ `domain/declarations/kinds.toml` và `questions.toml`. Tờ khai là lời khai, không phải
thay đổi: sổ chỉ đổi khi cán bộ đúng địa bàn đã kiểm tra và phê duyệt; đổi chủ xe cần hai người và không được khi còn phản đối.
Every kind of declaration. A declaration is a claim, never a change: a register changes only after an officer of the right commune verified
and approved it; ownership takes two people, and never changes while an objection is open. Time limits are working days unless they
say otherwise; *law*: a law sets them, *own*: we set them ourselves. "?": may be left out.
"""
_TABLE = "| Code | Loại / Kind | Who | Claims | People | Answered in | Objecting | Leads to | Law |\n|---|---|---|---|---|---|---|---|---|"


def declarations_page() -> str:
    """The whole page, Markdown."""
    every = list(kinds().values())
    parts = [_HEAD, _TABLE, *map(_row, every), "", "## Questions", ""]
    parts += ["| Kind | Pages | Photos |", "|---|---|---|", *map(_asked, every), ""]
    parts += [
        f"How answers are read: {', '.join(f'`{name}`' for name in CHECKS)} (`domain/declarations/rules/answers.py`).",
        "",
    ]
    parts += ["## What approving may be told besides", "", "| Term | For, and what it means |", "|---|---|"]
    parts += [f"| `{name}` | {meaning} |" for name, meaning in TERMS.items()]
    return "\n".join(parts) + "\n"


def _row(kind: Kind) -> str:
    limit = f"{kind.days} {'calendar days' if kind.calendar else 'working days'} ({'law' if kind.by_law else 'own'})"
    objecting = {"": "–"}.get(kind.objecting, kind.objecting.replace("w", " working day"))
    objecting = f"{objecting} days, public notice" if objecting.isdecimal() else objecting
    written = f"`{kind.next_step}`" if kind.next_step else "an answer"
    law = "; ".join(legal_sources()[source].en for source in kind.legal)
    who = ", ".join(kind.declares)
    return (
        f"| `{kind.code}` | {kind.vi}<br>{kind.en} | {who} | {kind.claims} | {kind.people} | {limit} | {objecting} "
        f"| {written} | {law} |"
    )


def _asked(kind: Kind) -> str:
    pages = " → ".join(
        ", ".join(f"{question.code}{'' if question.required else '?'}" for question in step.questions)
        for step in kind.steps
    )
    photos = ", ".join(f"{photo.slot}{'' if photo.required else '?'}" for photo in kind.photos) or "–"
    return f"| `{kind.code}` | {pages} | {photos} |"
