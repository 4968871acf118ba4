"""The reference page of errors: what each code means and what to do about it; `make docs` writes the page with it."""

from dataclasses import dataclass

import typer

from sosach.base.errors import ErrorCode

_HEAD = """# Lỗi / Errors

*This page is generated (`python -m sosach.cli.reference`); do not edit it by hand.*

Khi không làm tiếp được, `sosach` in ra mã lỗi, một câu nói rõ sai ở đâu và cách khắc phục, rồi kết thúc với mã thoát 2.
When it cannot go on, `sosach` prints the code, one sentence that says what is wrong and what to do about it, and ends
with exit code 2 (130 after Ctrl-C). Bad *values* are no errors: they are findings, listed in [checks.md](checks.md).
The language follows `--lang` or the environment variable `SOSACH_LANG`. A code is never used for another meaning.

| Code | Tên / Name | Nghĩa là | It means |
|---|---|---|---|"""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a code means and what to do about it, in both languages."""

    vi: str
    en: str
    do_vi: str
    do_en: str


MEANINGS: dict[ErrorCode, Entry] = {
    ErrorCode.INPUT_MISSING: Entry(
        "Không có tệp hoặc thư mục đã nêu.",
        "The file or folder given does not exist.",
        "Xem lại đường dẫn; nếu nằm trên ổ mạng, xem ổ đã kết nối chưa.",
        "Look at the path again; on a network drive, see that it is connected.",
    ),
    ErrorCode.INPUT_UNREADABLE: Entry(
        "Có tệp nhưng không đọc được như một bảng: hỏng, có mật khẩu, không có quyền đọc, hoặc là loại tệp khác (ảnh, PDF).",
        "The file is there but cannot be read as a table: damaged, locked by a password or by permissions, or of another "
        "kind (picture, PDF).",
        "Xuất lại từ phần mềm nguồn dưới dạng CSV (UTF-8), XLSX hoặc Parquet, không đặt mật khẩu.",
        "Export it again from the source as CSV (UTF-8), XLSX or Parquet, without password.",
    ),
    ErrorCode.INPUT_EMPTY: Entry(
        "Tệp trống, hoặc chỉ có dòng tiêu đề.",
        "The file is empty, or has headings and no rows.",
        "Xem lại lần xuất dữ liệu; có thể bộ lọc đã bỏ hết các dòng.",
        "Look at the export: a filter may have dropped every row.",
    ),
    ErrorCode.INPUT_COLUMNS: Entry(
        "Không nhận ra các cột của sổ: không có cột khóa (chẳng hạn biển số) hoặc không có dòng tiêu đề.",
        "The columns of the register are not recognised: no key column (a plate, say), or no heading row.",
        "Viết tệp ánh xạ theo mẫu Sosach in ra và thêm `--mapping`. Xem [map-headings.md](../howto/map-headings.md).",
        "Write a mapping file after the pattern that is printed and add `--mapping`. See "
        "[map-headings.md](../howto/map-headings.md).",
    ),
    ErrorCode.INPUT_MAPPING: Entry(
        "Tệp ánh xạ sai: sai cú pháp, cột không có, hoặc hai tiêu đề cho một cột.",
        "The mapping file is wrong: its syntax, a column that does not exist, or two headings for one column.",
        "Sửa dòng được nêu trong thông báo.",
        "Mend the line that is named.",
    ),
    ErrorCode.INPUT_NOTHING: Entry(
        "Chưa nêu sổ nào để làm sạch.",
        "No register was given.",
        "Thêm ít nhất một trong `--population`, `--vehicles`, `--licences`.",
        "Add at least one of `--population`, `--vehicles`, `--licences`.",
    ),
    ErrorCode.PICTURE_REFUSED: Entry(
        "Tệp ảnh không nhận được: không phải JPEG, PNG, WebP; quá lớn, quá nhỏ, hỏng hoặc có cấu trúc bất thường.",
        "A picture that is not taken: no JPEG, PNG or WebP, too large, too small, damaged or built in an unusual way.",
        "Chụp lại tờ giấy bằng điện thoại rồi gửi ảnh gốc; thông báo nói rõ vì sao.",
        "Photograph the paper anew and send the original; the message says why.",
    ),
    ErrorCode.OUTPUT_UNWRITABLE: Entry(
        "Không ghi được vào thư mục kết quả.",
        "The output folder cannot be written.",
        "Kiểm tra quyền ghi và dung lượng đĩa, hoặc chọn thư mục khác cho `--out`.",
        "Check permissions and free space, or choose another folder for `--out`.",
    ),
    ErrorCode.OUTPUT_IN_USE: Entry(
        "Một lượt chạy khác đang dùng thư mục kết quả.",
        "Another run is working in the output folder.",
        "Chờ lượt đó xong, hoặc chọn thư mục khác. Lượt đã bị ngắt không giữ khóa.",
        "Wait for it, or choose another folder. A run that was killed holds no lock.",
    ),
    ErrorCode.OUTPUT_FOREIGN: Entry(
        "Thư mục kết quả đã có tệp khác, không phải của Sosach; Sosach không ghi đè.",
        "The output folder holds other files, not a run of Sosach; nothing is overwritten.",
        "Chọn một thư mục mới.",
        "Choose a new folder.",
    ),
    ErrorCode.RECORD_UNKNOWN: Entry(
        "Kết quả không có bản ghi được hỏi.",
        "The run has no such record.",
        "Xem lại mã bản ghi; thông báo nêu các mã gần giống.",
        "Look at the number again; the nearest ones are shown.",
    ),
    ErrorCode.VALUE_INVALID: Entry(
        "Một giá trị không thể là thứ nó phải là (chỉ khi gọi hàm `validate` trong mã nguồn).",
        "A value cannot stand for what it should (only from the `validate` functions, for programmers).",
        "Xem mã kiểm tra đi kèm trong [checks.md](checks.md).",
        "See the check it names in [checks.md](checks.md).",
    ),
    ErrorCode.ROWS_LOST: Entry(
        "Số dòng ra khác số dòng vào: lỗi của Sosach, lượt chạy dừng để không ai dùng kết quả thiếu.",
        "Rows out differ from rows in: a defect of Sosach; the run stops so that nobody uses an incomplete result.",
        "Báo lỗi kèm thông báo và `manifest.json` nếu có; không gửi dữ liệu cá nhân.",
        "Report it with the message and `manifest.json` if there is one; send no personal data.",
    ),
    ErrorCode.ACCESS_DENIED: Entry(
        "Tài khoản không có vai trò cho phép việc này.",
        "The account holds no role that allows this.",
        "Hỏi thủ trưởng đơn vị để được giao quyền; đừng dùng tài khoản của người khác.",
        "Ask the head of the unit to be given the right; do not use somebody else's account.",
    ),
    ErrorCode.ACCESS_OUTSIDE: Entry(
        "Bản ghi thuộc địa bàn khác.",
        "The record belongs to another territory.",
        "Chuyển việc cho đơn vị quản lý bản ghi.",
        "Pass the case on to the unit that keeps the record.",
    ),
    ErrorCode.ACCESS_UNKNOWN: Entry(
        "Yêu cầu không kèm khóa, hoặc khóa không còn hiệu lực.",
        "The request carries no key, or a key that does not hold.",
        "Gửi `Authorization: Bearer <khóa>`; nếu khóa đã bị thu hồi, xin cấp khóa mới.",
        "Send `Authorization: Bearer <key>`; ask for a new key if it was withdrawn.",
    ),
    ErrorCode.ACCESS_TOO_FAST: Entry(
        "Tài khoản gửi quá nhiều yêu cầu, hoặc tra quá nhiều số không có.",
        "The account sends too many requests, or looks up too many numbers that do not exist.",
        "Chờ số giây ghi ở `Retry-After`; tra hàng loạt bằng một việc tra cứu theo lô.",
        "Wait the seconds told in `Retry-After`; look many up with one bulk job.",
    ),
    ErrorCode.REQUEST_INVALID: Entry(
        "Yêu cầu không đúng mô tả API.",
        "The request is not what the description of the API asks for.",
        "Sửa các trường nêu trong `errors`; xem trang mô tả `/api/v1/docs`.",
        "Mend the fields named in `errors`; see the page `/api/v1/docs`.",
    ),
    ErrorCode.REQUEST_REPEATED: Entry(
        "Khóa chống lặp đã dùng cho một yêu cầu khác, hoặc câu trả lời không còn được lưu.",
        "The idempotency key was used for another request, or its answer is kept no longer.",
        "Mỗi việc mới một khóa mới; chỉ gửi lại đúng nội dung cũ với khóa cũ.",
        "A new key for every new act; repeat an old key with the old content only.",
    ),
    ErrorCode.SERVER_FAULT: Entry(
        "Lỗi của phần mềm khi trả lời một yêu cầu; không có gì được thực hiện.",
        "A defect of the software while answering a request; nothing was done.",
        "Báo người quản trị kèm mã `request` trong câu trả lời.",
        "Tell the administrator the number `request` of the answer.",
    ),
    ErrorCode.SERVER_BUSY: Entry(
        "Máy chủ đang nhận quá nhiều việc cùng loại; việc này chưa được thực hiện.",
        "The server has more work of this kind than it takes at once; nothing was done.",
        "Chờ khoảng một phút rồi gửi lại.",
        "Wait about a minute and send it again.",
    ),
    ErrorCode.AUDIT_UNAVAILABLE: Entry(
        "Không ghi được nhật ký nên không làm gì và không hiện dữ liệu.",
        "The evidence log cannot be written, so nothing is done or shown.",
        "Thử lại sau; nếu còn lỗi, báo người quản trị cơ sở dữ liệu.",
        "Try again later; if it goes on, tell the administrator of the database.",
    ),
    ErrorCode.NOT_FOUND: Entry(
        "Không có bản ghi như vậy trong phạm vi được xem.",
        "There is no such record within reach.",
        "Kiểm tra lại số đã nhập và địa bàn của bản ghi.",
        "Check the number entered and the territory of the record.",
    ),
    ErrorCode.STATE_FORBIDS: Entry(
        "Tình trạng hiện tại của bản ghi không cho phép thủ tục này.",
        "The present state of the record does not allow this procedure.",
        "Xem lịch sử bản ghi để biết thủ tục nào cần làm trước.",
        "Look at the history of the record for what has to be done first.",
    ),
    ErrorCode.CONFLICT: Entry(
        "Có người vừa thay đổi hoặc đang tranh chấp bản ghi này.",
        "Somebody else changed or claims this record.",
        "Tải lại bản ghi rồi làm lại; nếu có tranh chấp, chuyển thành vụ việc.",
        "Load the record again and repeat; where it is disputed, make it a case.",
    ),
    ErrorCode.INPUT_INCOMPLETE: Entry(
        "Thông tin thủ tục cần còn thiếu hoặc mâu thuẫn.",
        "What the procedure needs is missing or contradicts itself.",
        "Bổ sung theo câu báo lỗi.",
        "Complete it as the message says.",
    ),
    ErrorCode.DATABASE_DOWN: Entry(
        "Cơ sở dữ liệu không khởi động hoặc không trả lời.",
        "The database does not start, or does not answer.",
        "Đọc phần cuối nhật ký máy chủ kèm theo thông báo; xem `sosach db status`.",
        "Read the end of the server's log shown with the message; see `sosach db status`.",
    ),
    ErrorCode.DATABASE_UNFIT: Entry(
        "Phiên bản hoặc thiết lập của máy chủ không an toàn cho dữ liệu cần giữ.",
        "Version or settings of the server are not safe for what it is to hold.",
        "Sửa từng điều được nêu (`sosach db status`): cập nhật PostgreSQL, bật lại fsync, synchronous_commit, "
        "full_page_writes.",
        "Mend what is listed (`sosach db status`): update PostgreSQL; switch fsync, synchronous_commit, full_page_writes on.",
    ),
    ErrorCode.DATABASE_RIGHTS: Entry(
        "Tài khoản hệ điều hành hoặc vai trò cơ sở dữ liệu thiếu quyền mà người khác phải cấp.",
        "An account of the system or a role of the database lacks a right somebody else has to give.",
        "Làm theo lệnh hoặc thư mục nêu trong thông báo.",
        "Do what the message names: commands for the database administrator, or another folder.",
    ),
    ErrorCode.KEY_UNUSABLE: Entry(
        "Không dùng được khóa: thiếu tệp khóa hoặc thiết bị giữ khóa, sai mật khẩu hay mã PIN, hoặc thiết bị từ chối.",
        "A key cannot be used: its file or token is missing, passphrase or PIN is wrong, or the token refuses.",
        "Kiểm tra thiết bị và mật khẩu theo câu báo lỗi. Không tạo khóa mới thay khóa đang dùng nếu chưa họp nghi thức khóa.",
        "See to the token and the passphrase as the message says. Don't make a key anew outside a key ceremony.",
    ),
    ErrorCode.SEAL_REFUSED: Entry(
        "Không mở được dữ liệu đã niêm phong: khóa khác, bản ghi của người khác, hoặc dữ liệu đã bị sửa.",
        "Something sealed does not open: another key, the record of another person, or altered.",
        "Không thử lại nhiều lần: báo người giữ khóa và kiểm tra nhật ký; có thể bản ghi đã bị tráo.",
        "Don't keep trying: tell the key custodian and look into the log; records may have been swapped.",
    ),
    ErrorCode.SIGNER_SPENT: Entry(
        "Khóa ký giấy tờ đã hết hạn dùng hoặc đã ký đủ số lượng cho phép.",
        "A document signer is past its period of use or has signed as many documents as it may.",
        "Tạo khóa ký mới bằng `sosach card pki signer` rồi lập lại lô thẻ với khóa đó.",
        "Make a new one with `sosach card pki signer` and prepare the job with it.",
    ),
    ErrorCode.CARD_UNREADABLE: Entry(
        "Không mở được chip của thẻ, hoặc chip trả lời không đúng như thẻ căn cước.",
        "The chip of a card does not open, or does not answer as an ID card does.",
        "Quét lại dòng MRZ hoặc sáu số CAN in trên thẻ; nếu vẫn không được, thẻ hỏng hoặc không phải thẻ thật.",
        "Scan the MRZ or the six digits of the CAN again; if it stays so, the card is damaged or is no card of ours.",
    ),
    ErrorCode.LINK_DOWN: Entry(
        "Cấp kia của Sosach không trả lời, hoặc câu trả lời không mang chữ ký của cấp kia. Những gì đang chờ vẫn được giữ.",
        "The other level of Sosach does not answer, or its answer does not carry its signature. What waits is kept.",
        "Xem `sosach link list`, SOSACH_NATION_URL, đồng hồ và khóa của hai bên; hệ thống tự gửi lại.",
        "See `sosach link list`, SOSACH_NATION_URL, the clocks and keys of both sides; it is tried again by itself.",
    ),
    ErrorCode.BACKUP_UNUSABLE: Entry(
        "Không sao lưu được, hoặc bản sao lưu hỏng, hoặc khôi phục ra trạng thái khác.",
        "A backup cannot be made, is damaged, or gives another state than it was made of.",
        "Dùng bản sao lưu khác; kiểm tra đĩa; không xóa dữ liệu đang có.",
        "Use another backup; look at the disk; delete nothing that still exists.",
    ),
}


def errors_page() -> str:
    """The whole page, Markdown: a table of all codes, then what to do about each."""
    rows = [
        f"| [{code}](#{code.lower()}) | `{code.name}` | {MEANINGS[code].vi} | {MEANINGS[code].en} |"
        for code in ErrorCode
    ]
    return "\n".join([_HEAD, *rows, "", *map(_section, ErrorCode)]).rstrip() + "\n"


def _section(code: ErrorCode) -> str:
    entry = MEANINGS[code]
    lines = (
        f'## <a id="{code.lower()}"></a>{code}',
        "",
        f"- {entry.vi} **Cách khắc phục:** {entry.do_vi}",
        f"- {entry.en} **What to do:** {entry.do_en}",
        "",
    )
    return "\n".join(lines)


if __name__ == "__main__":
    typer.echo(errors_page(), nl=False)
