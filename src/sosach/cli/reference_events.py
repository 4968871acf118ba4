"""The reference page of audit events: what may stand in the evidence log."""

from itertools import groupby

from sosach.domain.audit.rules import EventKind
from sosach.domain.audit.rules.events import events
from sosach.vn.catalogue import legal_sources

_HEAD = """# Sự kiện của nhật ký / Audit events

*This page is generated (`make docs`); do not edit it by hand.*

Danh mục kín: nhật ký bằng chứng chỉ ghi những sự kiện dưới đây. Mã không bao giờ dùng lại cho nghĩa khác.
The closed catalogue of what the evidence log holds: `domain/audit/events/`, one file per subject. A code is never used for
another meaning. *Change*: something was done. *Look*: somebody saw data of people; the person can read it. Which function leaves
which event: [procedures](procedures.md) and [rights](rights.md).
"""


def events_page() -> str:
    """The whole page, Markdown: a table per prefix of codes."""
    entries = sorted(events().values(), key=lambda entry: entry.code)
    parts = [_HEAD]
    for subject, of_it in groupby(entries, key=lambda entry: entry.name.partition(".")[0]):
        head = [
            "| Code | Tên / Name | Loại / Kind | Việc đã xảy ra | What happened | Law |",
            "|---|---|---|---|---|---|",
        ]
        parts.append("\n".join([f"## {subject}", "", *head, *map(_row, of_it), ""]))
    return "\n".join(parts)


def _row(entry: EventKind) -> str:
    kind = "xem / look" if entry.access else "thay đổi / change"
    law = "; ".join(legal_sources()[source].en for source in entry.legal) or "–"
    return f"| {entry.code} | `{entry.name}` | {kind} | {entry.vi} | {entry.en} | {law} |"
