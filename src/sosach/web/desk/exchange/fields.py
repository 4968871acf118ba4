"""What fields of a record are called where two levels put theirs side by side: columns, and the dated pieces of a person."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from sosach.web.desk import words as desk_words
from sosach.web.frame import words

PIECES: Mapping[str, Any] = {
    "relation/spouse": gettext_lazy("Vợ, chồng"),
    "relation/father": gettext_lazy("Cha"),
    "relation/mother": gettext_lazy("Mẹ"),
    "relation/adoptive_father": gettext_lazy("Cha nuôi"),
    "relation/adoptive_mother": gettext_lazy("Mẹ nuôi"),
    "relation/representative": gettext_lazy("Người đại diện"),
    "residence/permanent": gettext_lazy("Nơi thường trú"),
    "residence/temporary": gettext_lazy("Nơi tạm trú"),
    "residence/current": gettext_lazy("Nơi ở hiện tại"),
    "residence/absence": gettext_lazy("Tạm vắng"),
    "merged_into_pin": gettext_lazy("Đã gộp vào"),
    "owner_pin": gettext_lazy("Chủ xe"),
    "user_pin": gettext_lazy("Người đang sử dụng"),
    "holder_pin": gettext_lazy("Người được cấp"),
}
_KINDS: Mapping[str, Any] = {
    "relation": gettext_lazy("Quan hệ"),
    "residence": gettext_lazy("Cư trú"),
    "old_number": gettext_lazy("Số giấy tờ cũ"),
    "name": gettext_lazy("Tên khác"),
}
_MEMBERS: Mapping[str, Any] = {
    "pin": gettext_lazy("số định danh"),
    "full_name": gettext_lazy("họ tên"),
    "address": gettext_lazy("địa chỉ"),
    "commune_code": pgettext_lazy("member", "xã"),
    "province_code": pgettext_lazy("member", "tỉnh"),
    "number": pgettext_lazy("member", "số"),
    "from": gettext_lazy("từ ngày"),
    "to": gettext_lazy("đến ngày"),
    "relation": gettext_lazy("quan hệ"),
    "household": gettext_lazy("hộ"),
}
_PLACES, _DAYS = frozenset({"commune_code", "province_code"}), frozenset({"from", "to", "opened_on"})
_UNTOLD = frozenset({"kind", "act"})  # stands in the name of the field, or tells nobody anything


def column(register: str, name: str) -> str:
    """What a field is called.

    >>> str(column("population", "residence/permanent")) != "residence/permanent"
    True
    """
    if name in PIECES:
        return str(PIECES[name])
    kind, _, slot = name.partition("/")
    return f"{_KINDS.get(kind, kind)} {slot}".strip() if slot else desk_words.column(register, name)


def value(name: str, told: Any) -> str:
    """A value as people read it; of several spells one after the other."""
    if isinstance(told, list):
        return "; ".join(filter(None, (value(name, one) for one in told)))
    if isinstance(told, Mapping):
        return ", ".join(
            f"{_MEMBERS.get(member, member)}: {_member(member, one)}"
            for member, one in sorted(told.items(), key=_order)
            if member not in _UNTOLD and one not in (None, "")
        )
    return desk_words.value(name, told)


def _member(name: str, told: Any) -> str:
    if name in _PLACES:
        return words.place(str(told))
    return words.day(told) if name in _DAYS else value(name, told)


def _order(member: tuple[str, Any]) -> int:
    """Members in the order they are known, days last, what is unknown after them."""
    known = list(_MEMBERS)
    return known.index(member[0]) if member[0] in known else len(known)
