"""Words about persons and their licences: sex, whether they live, material and status of a licence.

Legal source: Law 26/2023/QH15 art. 9 (sex, death and missing as items of the population register); Law 36/2024/QH15
art. 57, 62 and Circular 12/2025/TT-BCA (licences on paper, PET and in electronic form).
"""

from sosach.base.findings import Finding, Reading
from sosach.vn.digits import settle
from sosach.vn.terms import read

UNKNOWN_SEX = "VAL-10"
SEX_AS_NUMBER = "VAL-11"
UNKNOWN_STATUS = "VAL-12"
UNKNOWN_MATERIAL = "VAL-13"
UNKNOWN_LICENCE_STATUS = "VAL-14"

# ISO/IEC 5218 numbers; 0 ("not known" there, a man or a woman in many local systems) tells nothing.
_SEX_NUMBERS = {"1": ("M", "Nam"), "2": ("F", "Nữ")}


def sex(text: str) -> Reading:
    """Sex: key "M" or "F", display Nam or Nữ; total.

    >>> [sex(text).key for text in ("Nam", "NU", "female", "1", "0")]
    ['M', 'F', 'F', 'M', None]
    """
    if number := _SEX_NUMBERS.get(settle(text)):
        return Reading(*number, {}, (Finding(SEX_AS_NUMBER, text, number[1]),))
    return read(text, "sex", UNKNOWN_SEX)


def status(text: str) -> Reading:
    """Civil status of a person: key alive, deceased, missing or emigrated; total.

    >>> status("Đã qua đời").key, status("mat tich").key, status("định cư ở nước ngoài").key
    ('deceased', 'missing', 'emigrated')
    """
    return read(text, "person_status", UNKNOWN_STATUS)


def licence_material(text: str) -> Reading:
    """Material of a licence: key paper, pet or electronic; total.

    >>> licence_material("Thẻ nhựa PET").key
    'pet'
    """
    return read(text, "licence_material", UNKNOWN_MATERIAL)


def licence_status(text: str) -> Reading:
    """Status of a licence: key con_hieu_luc, het_han, bi_tuoc, tam_giu, thu_hoi, mat or da_doi; total.

    >>> licence_status("Bị tước quyền sử dụng GPLX").key
    'bi_tuoc'
    """
    return read(text, "licence_status", UNKNOWN_LICENCE_STATUS)
