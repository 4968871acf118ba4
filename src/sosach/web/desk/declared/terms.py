"""What approving a declaration may be told besides: fields by kind of declaration, read as the verb takes them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from sosach.domain.declarations.rules import Kind

_LEAVING = frozenset({"vehicle_broken", "vehicle_over_age", "vehicle_scrapped"})
_BOUGHT = frozenset({"vehicle_bought_with_papers", "vehicle_inherited"})
_PET = frozenset({"licence_paper_to_pet"})


def _text(told: str) -> str:
    return told


def _choices(told: str) -> dict[str, str]:
    """`A2=A, B2=C1` as a map."""
    pairs = (part.partition("=") for part in told.replace(";", ",").split(","))
    return {old.strip(): new.strip() for old, equal, new in pairs if equal}


def _list(told: str) -> list[str]:
    return [part.strip() for part in told.split(",") if part.strip()]


@dataclass(frozen=True, slots=True)
class Term:
    """A field beside the button that approves.

    Attributes:
        name: of the term.
        label: what is asked.
        hint: how it is written; "" for nothing.
        options: values to choose from; empty: typed.
        read: how it is read.
    """

    name: str
    label: Any
    hint: Any = ""
    options: tuple[tuple[str, Any], ...] = ()
    read: Callable[[str], Any] = _text


_PAPERS = (("handed_in", _("đã nộp lại")), ("lost", _("bị mất")))
_YES = (("yes", _("có")),)
_TERMS: tuple[tuple[Callable[[Kind], bool], Term], ...] = (
    (lambda kind: kind.code in _LEAVING, Term("papers", _("Đăng ký và biển số"), options=_PAPERS)),
    (lambda kind: kind.code in _BOUGHT, Term("withdrawal_certificate", _("Số chứng nhận thu hồi (ĐKX07)"))),
    (lambda kind: kind.changes_owner, Term("number", _("Biển số định danh của chủ mới"))),
    (
        lambda kind: kind.changes_owner,
        Term("transport_business", _("Kinh doanh vận tải (biển vàng)"), options=_YES, read=lambda told: told == "yes"),
    ),
    (lambda kind: kind.code in _PET, Term("serial", _("Số in trên thẻ PET"))),
    (lambda kind: kind.code in _PET, Term("choices", _("Hạng cũ = hạng mới"), _("Ví dụ: A2=A, E=D"), read=_choices)),
    (
        lambda kind: kind.code in _PET,
        Term("exams", _("Phần sát hạch đã đạt"), _("theory, practice; cách nhau bằng dấu phẩy"), read=_list),
    ),
    (lambda kind: kind.code in _PET, Term("health_check", _("Số giấy khám sức khỏe"))),
    (lambda kind: kind.code == "licence_not_in_system", Term("ledger", _("Quyển, trang sổ lưu của Sở"))),
    (lambda kind: kind.code.endswith("_data_wrong"), Term("value", _("Giá trị đúng như sổ ghi"))),
)


def terms_of(kind: Kind) -> list[Term]:
    """Fields for a kind of declaration."""
    return [term for concerns, term in _TERMS if concerns(kind)]


def terms_read(kind: Kind, told: Mapping[str, str]) -> dict[str, Any]:
    """What was told, without what was left empty."""
    typed = {term: told.get(f"term-{term.name}", "").strip() for term in terms_of(kind)}
    return {term.name: term.read(text) for term, text in typed.items() if text}
