"""The data dictionary: every table and column of the registers, how sensitive it is and which law has it recorded."""

from typing import Any

from django.apps import apps
from django.db import models

from sosach.base.sensitivity import Sensitivity
from sosach.vn.catalogue import legal_sources

CLASSES: dict[Sensitivity, tuple[str, str]] = {
    Sensitivity.PUBLIC: ("công khai", "published anyway: names of units, catalogues"),
    Sensitivity.INTERNAL: ("nội bộ", "about our own work: keys, times, states"),
    Sensitivity.BASIC: ("dữ liệu cá nhân cơ bản", "basic personal data (Decree 356/2025 art. 3)"),
    Sensitivity.SENSITIVE: ("dữ liệu cá nhân nhạy cảm", "sensitive personal data (Decree 356/2025 art. 4)"),
    Sensitivity.SECRET: ("bí mật", "hashes of passwords and keys"),
}
_HEAD = """# Từ điển dữ liệu / Data dictionary

*This page is generated (`make docs`); do not edit it by hand.*

Mọi bảng và cột của các sổ, mức nhạy cảm và căn cứ pháp lý, lấy từ định nghĩa của cột (`classed`); cột không phân loại thì không qua
được kiểm thử. Every table and column, with its class and law, from the definition of the column itself; a column without class does not
pass the tests. *Fold*: the value follows from sources and journal and is never set by hand. To add one: [how](../howto/add-a-column.md).
"""


def tables() -> list[type[models.Model]]:
    """Tables of the registers, by name."""
    found = [model for model in apps.get_models() if model.__module__.startswith("sosach.domain.")]
    return sorted(found, key=_table)


def columns(model: type[models.Model]) -> list[Any]:
    """Columns of a table, in their order."""
    return list(model._meta.concrete_fields)  # noqa: SLF001 - Django's documented way to fields


def data_page() -> str:
    """The whole page, Markdown: classes, then a section per table."""
    rows = [f"| {each} | {CLASSES[each][0]} | {CLASSES[each][1]} |" for each in Sensitivity]
    head = ["| Class | Nghĩa là | It means |", "|---|---|---|", *rows, ""]
    return "\n".join([_HEAD, *head, *map(_section, tables())])


def _table(model: type[models.Model]) -> str:
    return str(model._meta.db_table)  # noqa: SLF001 - as above


def _section(model: type[models.Model]) -> str:
    folded = getattr(model, "FOLDED", ())
    summary = (model.__doc__ or "").strip().partition("\n")[0]
    head = [f"## {_table(model)}", "", summary, "", "| Column | Type | Class | Law |", "|---|---|---|---|"]
    return "\n".join([*head, *(_row(column, column.name in folded) for column in columns(model)), ""])


def _row(column: Any, folded: bool) -> str:
    law = legal_sources()[column.legal].en if column.legal else "–"
    law += f", item {column.legal_item}" if hasattr(column, "legal_item") else ""
    return f"| `{column.column}`{' *fold*' if folded else ''} | {_type(column)} | {column.sensitivity} | {law} |"


def _type(column: Any) -> str:
    name = column.get_internal_type().removesuffix("Field")
    kind = f"{name}({column.max_length})" if getattr(column, "max_length", None) and name == "Char" else name
    if column.remote_field is not None:
        kind = f"→ `{_table(column.related_model)}`"
    return f"{kind}, may be NULL" if column.null else kind
