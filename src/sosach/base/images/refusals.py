"""Why a picture is refused, in words that help whoever sent it."""

from enum import StrEnum
from typing import Final

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.images.kinds import FileKind


class Refusal(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LONG = "too_long"  # bytes
    PDF = "pdf"
    PHONE_FORMAT = "phone_format"  # HEIC, AVIF
    OTHER_KIND = "other_kind"
    TOO_LARGE = "too_large"  # pixels
    TOO_SMALL = "too_small"
    DAMAGED = "damaged"  # cannot be decoded, wholly or in part
    TOO_COSTLY = "too_costly"  # more memory or time than a photo needs


_TEXTS: Final[dict[Refusal, tuple[str, str, str, str]]] = {
    Refusal.EMPTY: (
        "Tệp trống.",
        "The file is empty.",
        "Chọn lại ảnh rồi gửi lần nữa.",
        "Choose the photo again and send it once more.",
    ),
    Refusal.TOO_LONG: (
        "Ảnh lớn hơn 15 MB.",
        "The photo is larger than 15 MB.",
        "Chụp lại với cỡ ảnh nhỏ hơn, hoặc gửi ảnh đã thu nhỏ.",
        "Take it again at a smaller size, or send a reduced copy.",
    ),
    Refusal.PDF: (
        "Hệ thống chưa nhận tệp PDF.",
        "PDF files are not accepted.",
        "Chụp ảnh tờ giấy, hoặc quét và lưu thành ảnh JPEG, mỗi mặt giấy một ảnh.",
        "Photograph the paper, or scan it to JPEG, one picture for each side.",
    ),
    Refusal.PHONE_FORMAT: (
        "Ảnh ở định dạng HEIC/AVIF, hệ thống chưa đọc được.",
        "The photo is in the format HEIC/AVIF, which cannot be read here.",
        "Trên iPhone: Cài đặt → Camera → Định dạng → Tương thích nhất, rồi chụp lại; hoặc gửi ảnh chụp màn hình.",
        "On an iPhone: Settings → Camera → Formats → Most Compatible, then take it again; or send a screenshot of it.",
    ),
    Refusal.OTHER_KIND: (
        "Tệp không phải là ảnh JPEG, PNG hoặc WebP.",
        "The file is no JPEG, PNG or WebP picture.",
        "Chụp ảnh tờ giấy bằng điện thoại rồi gửi ảnh đó.",
        "Photograph the paper with a phone and send that picture.",
    ),
    Refusal.TOO_LARGE: (
        "Ảnh có quá nhiều điểm ảnh.",
        "The picture has too many pixels.",
        "Chụp lại với cỡ ảnh nhỏ hơn (dưới 25 triệu điểm ảnh).",
        "Take it again at a smaller size (below 25 million pixels).",
    ),
    Refusal.TOO_SMALL: (
        "Ảnh quá nhỏ, không thể đọc được giấy tờ trong ảnh.",
        "The picture is too small to show a paper.",
        "Gửi ảnh gốc thay vì ảnh thu nhỏ.",
        "Send the original instead of a thumbnail.",
    ),
    Refusal.DAMAGED: (
        "Ảnh bị hỏng hoặc chưa tải lên hết.",
        "The picture is damaged or was not sent completely.",
        "Mở thử ảnh trên máy; nếu xem được thì gửi lại, nếu không thì chụp lại.",
        "Open it on your device; if it shows, send it again, otherwise take it anew.",
    ),
    Refusal.TOO_COSTLY: (
        "Ảnh có cấu trúc bất thường, hệ thống không xử lý.",
        "The picture is built in an unusual way and was not worked on.",
        "Chụp lại tờ giấy bằng điện thoại, đừng gửi tệp đã qua chỉnh sửa.",
        "Photograph the paper anew with a phone instead of sending an edited file.",
    ),
}

_BY_KIND: Final = {
    FileKind.PDF: Refusal.PDF,
    FileKind.HEIC: Refusal.PHONE_FORMAT,
    FileKind.AVIF: Refusal.PHONE_FORMAT,
}


class PhotoRefusedError(SosachError):
    """A picture that is not taken; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        vi, en, hint_vi, hint_en = _TEXTS[refusal]
        super().__init__(ErrorCode.PICTURE_REFUSED, vi=vi, en=en, hint_vi=hint_vi, hint_en=hint_en)
        self.refusal = refusal


def refusal_of_kind(kind: FileKind) -> Refusal:
    """Why a kind that is not read is refused."""
    return _BY_KIND.get(kind, Refusal.OTHER_KIND)
