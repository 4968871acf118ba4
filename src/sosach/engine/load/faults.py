"""The errors of loading: what cannot be read, which columns were not found; each says what to do about it."""

from collections.abc import Sequence
from pathlib import Path

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.registers import COLUMNS, Register
from sosach.engine.load.loaded import HeadingMatch

MAPPING_NAME = "mapping.toml"


def unreadable(path: Path, *, vi: str, en: str, hint_vi: str = "", hint_en: str = "") -> SosachError:
    """A file that exists but cannot be read as a table."""
    return SosachError(
        ErrorCode.INPUT_UNREADABLE,
        vi=f"Không đọc được tệp “{path.name}”: {vi}.",
        en=f"Cannot read “{path.name}”: {en}.",
        hint_vi=hint_vi or "Xuất lại tệp từ phần mềm nguồn dưới dạng CSV (UTF-8), XLSX hoặc Parquet.",
        hint_en=hint_en or "Export it again as CSV (UTF-8), XLSX or Parquet.",
    )


def unreadable_os(path: Path, error: OSError) -> SosachError:
    """A file the system will not let us read."""
    if isinstance(error, PermissionError):
        return unreadable(
            path,
            vi="không có quyền đọc",
            en="permission denied",
            hint_vi="Cấp quyền đọc cho tài khoản đang chạy, hoặc đóng phần mềm đang khóa tệp.",
            hint_en="Give the running account permission to read, or close the program that locks the file.",
        )
    reason = error.strerror or type(error).__name__
    return unreadable(path, vi=f"hệ điều hành báo lỗi ({reason})", en=f"the system reports “{reason}”")


def empty(path: Path) -> SosachError:
    """A table with a heading row and nothing below it, or nothing at all."""
    return SosachError(
        ErrorCode.INPUT_EMPTY,
        vi=f"Tệp “{path.name}” không có dòng dữ liệu nào.",
        en=f"“{path.name}” has no row of data.",
        hint_vi="Kiểm tra bộ lọc khi xuất dữ liệu rồi xuất lại.",
        hint_en="Check the filter of the export and export again.",
    )


def columns_not_recognised(
    path: Path, *, register: Register, headings: Sequence[HeadingMatch], first_row: Sequence[str], has_heading: bool
) -> SosachError:
    """The columns a register cannot do without were not found; the text carries a mapping file to fill in."""
    known = [f"“{match.heading}” → {match.column}" for match in headings if match.column]
    unknown = [match.heading for match in headings if not match.column and match.heading.strip()]
    missing = [column for column in COLUMNS[register] if column.name not in {m.column for m in headings}]
    keys = [match.heading for match in headings if not match.column] if has_heading else []
    template = _template(register, keys or [f"#{number}" for number in range(1, len(first_row) + 1)], has_heading)
    shown = " | ".join(cell.strip()[:30] for cell in first_row[:20])
    vi_head = "không có dòng tiêu đề" if not has_heading else "không nhận ra các cột chính"
    en_head = "there is no heading row" if not has_heading else "the main columns are not recognised"
    return SosachError(
        ErrorCode.INPUT_COLUMNS,
        vi=f"Tệp “{path.name}”: {vi_head}.",
        en=f"“{path.name}”: {en_head}.",
        hint_vi=f"Dòng đầu: {shown}\nĐã nhận ra: {'; '.join(known) or 'không có'}\n"
        f"Chưa nhận ra: {'; '.join(unknown) or 'không có'}\n"
        f"Còn thiếu: {'; '.join(f'{c.name} ({c.vi})' for c in missing) or 'không có'}\n"
        f"Hãy điền tệp {MAPPING_NAME} theo mẫu sau rồi chạy lại với --mapping {MAPPING_NAME}:\n{template}",
        hint_en=f"First row: {shown}\nRecognised: {'; '.join(known) or 'none'}\n"
        f"Not recognised: {'; '.join(unknown) or 'none'}\n"
        f"Missing: {'; '.join(f'{c.name} ({c.en})' for c in missing) or 'none'}\n"
        f"Fill in {MAPPING_NAME} as below and run again with --mapping {MAPPING_NAME}:\n{template}",
    )


def _template(register: Register, headings: Sequence[str], has_heading: bool) -> str:  # noqa: FBT001 - private
    """A mapping file in TOML that only waits for column names behind the signs of equality."""
    intro = f"# {' | '.join(column.name for column in COLUMNS[register])}"
    what = [] if has_heading else ["# #1 = cột thứ nhất / first column"]
    lines = [f'{_toml_key(heading)} = ""' for heading in dict.fromkeys(headings)]
    return "\n".join((intro, *what, f"[{register.value}]", *lines))


def _toml_key(text: str) -> str:
    escaped = (
        text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    )
    return '"' + "".join(char if char >= " " else f"\\u{ord(char):04x}" for char in escaped) + '"'
