"""Legacy encodings: every one decodes what was encoded, and nothing that is fine is touched."""

import codecs
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sosach.vn import encodings, syllables
from sosach.vn.encodings import tables
from sosach.vn.tables import table

ROWS = table("legacy_encodings")
TCVN3_CHAR = {row["char"]: row["tcvn3_as_latin1"] for row in ROWS}
VNI_STRING = {row["char"]: row["vni_windows"] for row in ROWS} | {
    row["char"].upper(): row["vni_windows"].upper() for row in ROWS
}
VIQR_STRING = {row["char"]: row["viqr"] for row in ROWS} | {row["char"].upper(): row["viqr"].upper() for row in ROWS}
VISCII_BYTE = {letter: byte for byte, letter in tables.VISCII.items()}
TELEX_KEYS = {"ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd"}
MARKS = ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")


def shown(data: bytes) -> str:
    """Bytes as a Windows-1252 reader shows them; bytes it does not know stay what they are."""
    return "".join(bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in data)


def tcvn3(text: str) -> str:
    """Capitals with tones do not exist in TCVN3: the letters of such a font are the small ones."""
    return "".join(TCVN3_CHAR.get(c, TCVN3_CHAR.get(c.lower(), c)) for c in text)


def vni(text: str) -> str:
    return "".join(VNI_STRING.get(c, c) for c in text)


def viqr(text: str) -> str:
    return "".join(VIQR_STRING.get(c, c) for c in text)


def viscii(text: str) -> str:
    return shown(bytes(VISCII_BYTE.get(c, ord(c)) for c in text))


def cp1258(text: str) -> str:
    letters = []
    for word in text:
        base, digit = syllables.tone(word)
        letters.append(base + MARKS[digit])
    return shown("".join(letters).encode("cp1258"))


def mojibake(text: str) -> str:
    return shown(text.encode())


def telex(text: str) -> str:
    words = []
    for word in text.lower().split(" "):
        base, digit = syllables.tone(word)
        words.append("".join(TELEX_KEYS.get(c, c) for c in base) + ("", "s", "f", "r", "x", "j")[digit])
    return " ".join(words)


ENCODERS: dict[str, Callable[[str], str]] = {
    "tcvn3": tcvn3,
    "vni": vni,
    "viqr": viqr,
    "viscii": viscii,
    "cp1258": cp1258,
    "mojibake": mojibake,
    "telex": telex,
}
SURNAMES = "Nguyễn Trần Lê Phạm Huỳnh Hoàng Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương"
MIDDLES = "Văn Thị Hữu Đức Ngọc Xuân Quốc Thế Mỹ Bảo Như"
GIVENS = (
    "Hùng Dũng Hương Thủy Hòa Tuấn Phượng Yến Ánh Ngân Vỹ Nghĩa Đạt Cường Hạnh Thảo Trâm Uyên Bình Tâm Tài Lộc Ưng Ẩn"
)


def same(decoded: str, text: str, encoding: str) -> bool:
    """TCVN3 knows no capitals with tones; Telex does not know which vowel the mark stood on."""
    if encoding == "telex":
        plain = [" ".join(map(syllables.normalise, t.lower().split(" "))) for t in (decoded, text)]
        return plain[0] == plain[1]
    return decoded.lower() == text.lower() if encoding == "tcvn3" else decoded == text


@st.composite
def names(draw: st.DrawFn) -> str:
    return " ".join(draw(st.sampled_from(part)) for part in (SURNAMES.split(), MIDDLES.split(), GIVENS.split()))


@pytest.mark.parametrize("encoding", ENCODERS)
@settings(deadline=None, max_examples=300)
@given(text=names())
def test_names_come_back_from_every_encoding(encoding: str, text: str) -> None:
    encoded = ENCODERS[encoding](text)
    assume(not all(syllables.is_syllable(word) or syllables.is_toneless_syllable(word) for word in encoded.split(" ")))
    decoded = encodings.decode(encoded)
    assert decoded is not None
    assert same(decoded.text, text, encoding) or decoded.encoding != encoding


def test_names_come_back_in_nearly_every_case() -> None:
    """Another encoding may make sense too; over all names that must be rare, and never happen to the common encodings."""
    texts = [
        f"{surname} {middle} {last}"
        for surname in SURNAMES.split()
        for middle in MIDDLES.split()[::3]
        for last in GIVENS.split()[::2]
    ]
    for encoding, encode in ENCODERS.items():
        judged = [(encodings.decode(encode(text)), text) for text in texts if not is_plain(encode(text))]
        right = sum(decoded is not None and same(decoded.text, text, encoding) for decoded, text in judged)
        least = 0.95 if encoding == "viscii" else 0.995
        assert right >= least * len(judged), encoding


def is_plain(text: str) -> bool:
    return all(syllables.is_syllable(word) or syllables.is_toneless_syllable(word) for word in text.split(" "))


@pytest.mark.parametrize(
    ("given_text", "text", "encoding"),
    [
        ("NguyÔn V¨n Hïng", "Nguyễn Văn Hùng", "tcvn3"),
        ("NGUYÔN V¡N A", "NGUYỄN VĂN A", "tcvn3"),
        ("Sè 12A, §­êng Lª Lîi, P.5, TP.HCM", "Số 12A, Đường Lê Lợi, P.5, TP.HCM", "tcvn3"),
        ("Hä vµ tªn", "Họ và tên", "tcvn3"),
        ("Nguyeãn Vaên A", "Nguyễn Văn A", "vni"),
        ("NGUYEÃN VAÊN HUØNG", "NGUYỄN VĂN HÙNG", "vni"),
        ("12/3 Ñöôøng Traàn Höng Ñaïo, Q.1", "12/3 Đường Trần Hưng Đạo, Q.1", "vni"),
        ("Nguyá»…n VÄƒn A", "Nguyễn Văn A", "mojibake"),
        ("Nguye^~n Va(n A", "Nguyễn Văn A", "viqr"),
        ("Ly' Thi. Thuye^`n", "Lý Thị Thuyền", "viqr"),
        ("Nguyeenx Vawn Dduwcs", "Nguyễn Văn Đức", "telex"),
        ("soos 12 dduwowngf Lee Lowij, TP HCM", "số 12 đường Lê Lợi, TP HCM", "telex"),
        ("Nguyên Vãn Ðýìc", "Nguyên Văn Đức", "cp1258"),
    ],
)
def test_decodes(given_text: str, text: str, encoding: str) -> None:
    assert encodings.decode(given_text) == encodings.Decoded(text, encoding)


def test_double_mojibake_and_lost_no_break_spaces() -> None:
    assert encodings.decode(mojibake(mojibake("Nguyễn Thị Hà"))).text == "Nguyễn Thị Hà"
    assert encodings.decode(mojibake("Trần Thị Hà").replace("\xa0", " ").strip()).text == "Trần Thị Hà"
    for text in ("Hà Nội", "Thành phố Hà Nội", "Vào làng Trà ngày Tài", "Bà Trần Thị Hà"):
        assert encodings.decode(mojibake(text).replace("\xa0", " ").strip()) == encodings.Decoded(text, "mojibake")
    assert encodings.decode(mojibake("Hà Nội").replace("\xa0 ", " ")) == encodings.Decoded("Hà Nội", "mojibake")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "NGUYỄN VĂN HÙNG",
        "Nguyễn Văn Hùng",
        "NGUYEN VAN HUNG",
        "Nguyen Van Hung",
        "TRAN THI BAY",
        unicodedata.normalize("NFD", "Nguyễn Thị Hoà"),
        "Ðoàn Văn Hà",  # a look-alike of Đ, no encoding
        "Hoà Bình",
        "CTY TNHH HONDA VIETNAM",
        "H'Hen Niê Ksơr",
        "K'Brăm",
        "JOHN SMITH",
        "Số 5 Nguyễn Huệ, P. Bến Nghé, Q.1, TP.HCM",
        "Xã Ea H'leo, Đắk Lắk",
        "café",
        "30A-123.45",
        "Nguyen Van A.",
        "Ba(Tu)",
        "LÃ GIA THANH HLINH",
        "MÃ HOÀNG QUANG HLINH",
    ],
)
def test_fine_or_hopeless_values_stay(text: str) -> None:
    assert encodings.decode(text) is None


@settings(deadline=None)
@given(st.text(max_size=40))
def test_total_and_never_twice(text: str) -> None:
    decoded = encodings.decode(text)
    if decoded is not None:
        assert encodings.finding(text, decoded).proposed == decoded.text


@pytest.mark.parametrize(
    ("given_text", "code"),
    [
        ("NguyÔn", "ENC-01"),
        ("Nguyeãn", "ENC-01"),
        ("Nguyá»…n", "ENC-02"),
        ("Nguyeenx", "ENC-03"),
        ("Nguye^~n", "ENC-03"),
    ],
)
def test_findings_name_the_kind_of_damage(given_text: str, code: str) -> None:
    decoded = encodings.decode(given_text)
    assert decoded is not None
    found = encodings.finding(given_text, decoded)
    assert (found.code, found.value, found.proposed) == (code, given_text, "Nguyễn")


# whole files ----------------------------------------------------------------------------------------------------------

SAMPLE = "Họ tên;Địa chỉ\r\nNguyễn Văn Hùng;Số 5 đường Trần Hưng Đạo, phường Bến Thành\r\nĐặng Thị Thuỷ;Hà Nội\r\n" * 20


def file_bytes(encoding: str) -> bytes:
    if encoding == "tcvn3":
        return tcvn3(SAMPLE).encode("latin-1")
    if encoding == "viscii":
        return bytes(VISCII_BYTE.get(c, ord(c)) for c in SAMPLE)
    if encoding == "cp1258":
        return "".join(syllables.tone(c)[0] + MARKS[syllables.tone(c)[1]] for c in SAMPLE).encode("cp1258")
    return SAMPLE.encode(encoding)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "tcvn3", "viscii", "cp1258"]
)
def test_files(encoding: str) -> None:
    data = file_bytes(encoding)
    text, found = encodings.decode_bytes(data)
    assert found == encoding
    assert text == SAMPLE or (encoding == "tcvn3" and text.lower() == SAMPLE.lower())
    assert encodings.to_text(data, found).removeprefix("\ufeff") == text


@pytest.mark.parametrize("cut", range(1, 8))
def test_a_sample_may_end_inside_a_character(cut: int) -> None:
    text, found = encodings.decode_bytes(SAMPLE.encode()[:-cut])
    assert found == "utf-8"
    assert SAMPLE.startswith(text)


def test_a_few_broken_bytes_do_not_make_another_encoding() -> None:
    text, found = encodings.decode_bytes(SAMPLE.encode() + b"Nguy\xffn\r\n")
    assert found == "utf-8"
    assert "\ufffd" in text


def test_vni_and_western_files_are_left_to_the_values() -> None:
    assert encodings.decode_bytes(shown(vni(SAMPLE).encode("cp1252")).encode("cp1252"))[1] == "cp1252"
    assert encodings.decode_bytes("Müller;Straße;garçon;señor;über".encode("cp1252"))[1] == "cp1252"
    assert encodings.decode_bytes("Müller".encode("latin-1") + b"\x81\x8d")[1] == "latin-1"


def test_plain_files() -> None:
    assert encodings.decode_bytes(b"") == ("", "utf-8")
    assert encodings.decode_bytes(b"a;b\n1;2\n") == ("a;b\n1;2\n", "utf-8")
    assert encodings.decode_bytes(codecs.BOM_UTF8 + b"a") == ("a", "utf-8-sig")


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_become_text(data: bytes) -> None:
    text, found = encodings.decode_bytes(data)
    assert isinstance(text, str)
    assert isinstance(encodings.to_text(data, found), str)


def test_unknown_label() -> None:
    with pytest.raises(LookupError):
        encodings.to_text(b"a", "klingon")
