"""The fields of collection forms: which there are, what they are called, which answers are closed.

Source: `vn/data/campaign_form_fields.csv` (forms of ward police and of the city's application, 2025). Photos are asked for
beside the form; the person block of the licence form is the vehicle form's own.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from sosach.base.registers import Register
from sosach.vn.tables import table

_PERSON: Final = (
    "owner_name",
    "owner_id",
    "owner_dob",
    "owner_sex",
    "owner_phone",
    "perm_addr",
    "temp_addr",
    "residential_group",
    "residence_status",
    "new_addr",
)
_FORMS: Final = {Register.VEHICLES: "vehicle", Register.LICENCES: "licence"}
# Answers the table names only in part, or in words of programmers.
_CHOICES: Final = {
    "subject": ("chủ xe", "người sử dụng, chưa sang tên"),
    "class": ("A1", "A2", "A3", "A4"),
}
_LABELS: Final = {
    "residential_group": "Tổ dân phố, thôn",
    "new_addr": "Địa chỉ mới (nếu đã chuyển đi)",
    "buyer": "Người mua, nếu đã bán (tên, địa chỉ, điện thoại)",
    "photo_reg": "Giấy đăng ký xe",
    "photo_plate": "Biển số",
    "photo_id": "Căn cước (2 mặt)",
    "photo_licence": "Giấy phép lái xe (2 mặt)",
}
_HOLDER_LABELS: Final = {"owner_name": "Họ và tên người có giấy phép"}


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a form.

    Attributes:
        name: as the table calls it.
        label: Vietnamese.
        choices: the closed answers; none for free text.
        required: whether it has to be answered.
    """

    name: str
    label: str
    choices: tuple[str, ...]
    required: bool


@cache
def form_fields(register: Register) -> dict[str, FormField]:
    """The fields of a register's form by name, photos included.

    Raises:
        KeyError: there is no form for the register.

    >>> form_fields(Register.VEHICLES)["kind"].choices
    ('ô tô', 'mô tô', 'xe máy điện', 'xe chuyên dùng')
    """
    form = _FORMS[register]
    rows = {row["field"]: row for row in table("campaign_form_fields") if row["form"] == "vehicle"}
    own = [row for row in table("campaign_form_fields") if row["form"] == form]
    names = [row for row in own if not row["field"].endswith("*")]
    if form == "licence":
        names = [rows[name] for name in _PERSON] + names
    labels = _LABELS | (_HOLDER_LABELS if form == "licence" else {})
    return {row["field"]: _field(row, labels) for row in names}


def has_form(register: str) -> bool:
    """Whether there is a form for a register."""
    return register in set(_FORMS)


def _field(row: dict[str, str], labels: dict[str, str]) -> FormField:
    choices = _CHOICES.get(row["field"], tuple(row["enum_or_rule"].split("|")) if row["type"] == "enum" else ())
    return FormField(row["field"], labels.get(row["field"], row["name_vi"]), choices, row["required"] == "1")
