"""What each rule says when it does not hold, in both languages."""

from collections.abc import Mapping

from sosach.chip.verifying.verdict import Rule

FAULTS: Mapping[Rule, tuple[str, str]] = {
    Rule.CANONICAL: (
        "EF.SOD không đúng dạng chuẩn duy nhất, hoặc chứa thêm thứ khác",
        "EF.SOD is not in its one form, or holds something besides its parts",
    ),
    Rule.ONE_SIGNER: (
        "EF.SOD phải có đúng một chứng thư và một chữ ký của chứng thư đó",
        "EF.SOD must hold exactly one certificate and one signature of it",
    ),
    Rule.LOW_S: (
        "Chữ ký ECDSA ở nửa trên của đường cong: bản biến đổi của chữ ký thật",
        "An ECDSA signature is in the upper half of its curve: a variant of the true one",
    ),
    Rule.SIGNED: ("Chữ ký của EF.SOD sai", "The signature of EF.SOD is wrong"),
    Rule.NAMES_CONTENT: (
        "Nội dung đã ký không phải nội dung trong EF.SOD",
        "What was signed is not what EF.SOD holds",
    ),
    Rule.CHAIN: (
        "Khóa ký không do CSCA tin cậy nào chứng nhận",
        "No trusted authority certified the document signer",
    ),
    Rule.COUNTRY: ("Khóa ký hoặc CSCA không phải của Việt Nam", "Signer or authority is not of Viet Nam"),
    Rule.SIGNS_DOCUMENTS: (
        "Chứng thư của khóa ký không dùng để ký giấy tờ",
        "The signer's certificate is not for signing documents",
    ),
    Rule.DOCUMENT_TYPE: (
        "Khóa ký không được phép ký thẻ căn cước (loại giấy tờ “ID”)",
        "The signer may not sign ID cards (document type “ID”)",
    ),
    Rule.VALID_NOW: (
        "Chứng thư của khóa ký hoặc của CSCA không còn (chưa có) hiệu lực",
        "The certificate of the signer or the authority is not valid at this time",
    ),
    Rule.SIGNED_IN_TIME: (
        "Thẻ được ký ngoài thời gian sử dụng của khóa ký",
        "The card was signed outside the signer's period of use",
    ),
    Rule.REVOCATIONS_FRESH: (
        "Không có danh sách thu hồi còn hạn của CSCA",
        "There is no revocation list of the authority that is up to date",
    ),
    Rule.NOT_REVOKED: (
        "Khóa ký đã bị thu hồi, hoặc không có danh sách thu hồi",
        "The signer is revoked, or there is no revocation list",
    ),
    Rule.UNCHANGED: (
        "Một nhóm dữ liệu khác với bản đã ký",
        "A data group is not the one that was signed",
    ),
    Rule.COVERED: ("Có nhóm dữ liệu không được ký", "There is a data group nobody signed"),
    Rule.COMPLETE: ("Thiếu nhóm dữ liệu đã ký", "A data group that was signed is missing"),
    Rule.LISTED: ("EF.COM khác với EF.SOD", "EF.COM says something else than EF.SOD"),
    Rule.OPENED: ("EF.CardAccess khác với DG14", "EF.CardAccess says something else than DG14"),
    Rule.ZONE_SOUND: (
        "Vùng MRZ sai cấu trúc hoặc sai số kiểm tra",
        "The machine-readable zone is malformed, or a check digit is wrong",
    ),
    Rule.SAME_PERSON: (
        "MRZ (DG1) và văn bản (DG13) không nói về cùng một người",
        "The zone (DG1) and the texts (DG13) do not name the same person",
    ),
    Rule.NOT_EXPIRED: ("Thẻ đã hết hạn", "The card has expired"),
    Rule.CHIP_ANSWERED: (
        "Chip không chứng minh được mình là chip gốc (thẻ có thể là bản sao)",
        "The chip did not prove that it is the one that was made (it may be a copy)",
    ),
    Rule.IN_FORCE: ("Theo sổ đăng ký, thẻ không còn giá trị", "The register says the card is not in force"),
    Rule.AS_ISSUED: (
        "EF.SOD không phải bản mà sổ đăng ký đã ghi khi cấp",
        "EF.SOD is not the one the register recorded at issue",
    ),
}


def fault(rule: Rule, lang: str) -> str:
    """What is wrong when a rule does not hold."""
    vi, en = FAULTS[rule]
    return vi if lang == "vi" else en
