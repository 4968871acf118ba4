"""The registers and their canonical columns: names, order, which are mandatory."""

from dataclasses import dataclass
from enum import StrEnum


class Register(StrEnum):
    """The three registers the batch engine cleans."""

    POPULATION = "population"
    VEHICLES = "vehicles"
    LICENCES = "licences"


@dataclass(frozen=True, slots=True)
class Column:
    """A canonical column.

    Attributes:
        name: its name in code and outputs.
        vi: heading shown to people, Vietnamese.
        en: heading shown to people, English.
        mandatory: a record without it is not complete.
    """

    name: str
    vi: str
    en: str
    mandatory: bool = False


COLUMNS: dict[Register, tuple[Column, ...]] = {
    Register.POPULATION: (
        Column("pin", "Số định danh cá nhân", "PIN", mandatory=True),
        Column("full_name", "Họ và tên", "Full name", mandatory=True),
        Column("sex", "Giới tính", "Sex", mandatory=True),
        Column("birth_date", "Ngày sinh", "Date of birth", mandatory=True),
        Column("old_id", "Số CMND", "Old ID number"),
        Column("permanent_address", "Nơi thường trú", "Permanent address"),
        Column("current_address", "Nơi ở hiện tại", "Current address"),
        Column("commune_code", "Mã xã", "Commune code"),
        Column("status", "Trạng thái", "Status"),
        Column("father_pin", "Số định danh của cha", "Father's PIN"),
        Column("mother_pin", "Số định danh của mẹ", "Mother's PIN"),
        Column("spouse_pin", "Số định danh của vợ/chồng", "Spouse's PIN"),
        Column("household_id", "Mã hộ", "Household"),
    ),
    Register.VEHICLES: (
        Column("record_id", "Mã bản ghi", "Record"),
        Column("plate", "Biển số", "Plate", mandatory=True),
        Column("plate_colour", "Màu biển", "Plate colour"),
        Column("vehicle_kind", "Loại xe", "Vehicle kind", mandatory=True),
        Column("brand", "Nhãn hiệu", "Brand", mandatory=True),
        Column("model", "Số loại", "Model"),
        Column("colour", "Màu sơn", "Colour"),
        Column("chassis_number", "Số khung", "Chassis number", mandatory=True),
        Column("engine_number", "Số máy", "Engine number", mandatory=True),
        Column("manufactured_year", "Năm sản xuất", "Year of manufacture"),
        Column("registered_on", "Ngày đăng ký", "Registered on"),
        Column("owner_name", "Tên chủ xe", "Owner", mandatory=True),
        Column("owner_id_number", "Số giấy tờ chủ xe", "Owner's ID number", mandatory=True),
        Column("owner_birth_date", "Ngày sinh chủ xe", "Owner's date of birth"),
        Column("owner_phone", "Điện thoại chủ xe", "Owner's phone"),
        Column("owner_address", "Địa chỉ chủ xe", "Owner's address", mandatory=True),
        Column("status", "Tình trạng", "Status"),
    ),
    Register.LICENCES: (
        Column("record_id", "Mã bản ghi", "Record"),
        Column("licence_number", "Số giấy phép lái xe", "Licence number", mandatory=True),
        Column("class", "Hạng", "Class", mandatory=True),
        Column("issued_on", "Ngày cấp", "Issued on", mandatory=True),
        Column("expires_on", "Ngày hết hạn", "Expires on"),
        Column("issued_by", "Nơi cấp", "Issued by"),
        Column("material", "Chất liệu", "Material"),
        Column("full_name", "Họ và tên", "Full name", mandatory=True),
        Column("birth_date", "Ngày sinh", "Date of birth", mandatory=True),
        Column("sex", "Giới tính", "Sex"),
        Column("id_number", "Số giấy tờ", "ID number", mandatory=True),
        Column("address", "Địa chỉ", "Address"),
        Column("status", "Trạng thái", "Status"),
    ),
}


def column_names(register: Register) -> tuple[str, ...]:
    """Canonical column names of a register, in order.

    >>> column_names(Register.LICENCES)[:3]
    ('record_id', 'licence_number', 'class')
    """
    return tuple(column.name for column in COLUMNS[register])
