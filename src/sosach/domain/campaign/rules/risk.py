"""How risky an unclean record is: points by what is wrong with it, each line with its words, so that every score can be explained."""

from collections.abc import Iterable
from dataclasses import dataclass

MOST = 100
FEW_ERRORS, MANY_ERRORS = 1, 3


@dataclass(frozen=True, slots=True)
class RiskLine:
    """A line of the table; it counts where all it names is so.

    Attributes:
        name: stable name.
        points: it adds.
        vi: why, Vietnamese.
        en: why, English.
        action: what the run asks for.
        errors: at least so many errors.
        codes: at least one of these findings.
        registers: only in these.
    """

    name: str
    points: int
    vi: str
    en: str
    action: str = ""
    errors: int = 0
    codes: tuple[str, ...] = ()
    registers: tuple[str, ...] = ("population", "vehicles", "licences")


LINES: tuple[RiskLine, ...] = (
    RiskLine("duplicate", 40, "Trùng với bản ghi khác", "Doubles another record", action="duplicate"),
    RiskLine(
        "life",
        30,
        "Đời sống đã thay đổi, bản ghi chưa theo kịp",
        "Life has moved on, the record has not",
        action="follow_life",
    ),
    RiskLine(
        "nobody",
        25,
        "Không tìm thấy chủ trong dữ liệu dân cư",
        "The owner is not in the population register",
        action="identify",
    ),
    RiskLine("several", 20, "Nhiều người có thể là chủ", "Several people may be the owner", action="choose"),
    RiskLine("over_age", 15, "Xe hết niên hạn sử dụng", "The vehicle is beyond its service life", action="over_age"),
    RiskLine("missing", 10, "Thiếu thông tin bắt buộc", "Mandatory values are missing", action="complete"),
    RiskLine("differs", 5, "Có đề xuất sửa, chờ xác nhận", "Proposals wait to be confirmed", action="confirm"),
    RiskLine("organisation", 5, "Chủ là tổ chức", "The owner is an organisation", action="organisation"),
    RiskLine("error", 10, "Có lỗi phải sửa", "There is an error to mend", errors=FEW_ERRORS),
    RiskLine("errors", 10, "Có từ ba lỗi trở lên", "There are three errors or more", errors=MANY_ERRORS),
    RiskLine(
        "mass_owner",
        25,
        "Một người đứng tên rất nhiều xe",
        "One person stands as the owner of very many vehicles",
        codes=("VEH-71", "VEH-72", "VEH-96"),
        registers=("vehicles",),
    ),
    RiskLine(
        "owner_gone",
        15,
        "Chủ xe đã mất, mất tích hoặc xuất cảnh",
        "The owner has died, is missing or has emigrated",
        codes=("VEH-75", "VEH-76", "VEH-77"),
        registers=("vehicles",),
    ),
)


def risk_lines(*, register: str, action: str, errors: int, codes: Iterable[str]) -> tuple[RiskLine, ...]:
    """The lines that count for a record: why it has its score."""
    held = set(codes)
    return tuple(
        line
        for line in LINES
        if register in line.registers
        and line.action in {"", action}
        and errors >= line.errors
        and (not line.codes or held & set(line.codes))
    )


def risk_of(lines: Iterable[RiskLine]) -> int:
    """The score, 0 to 100.

    >>> risk_of(risk_lines(register="vehicles", action="duplicate", errors=3, codes=()))
    60
    """
    return min(MOST, sum(line.points for line in lines))
