"""The printed face, read back by programs that know nothing of how it was made: QR, machine-readable zone, size, words."""

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.content import CardContent
from sosach.chip.printed.faces import FALLBACK, SPECIMEN, Faces, draw_faces
from sosach.chip.printed.layouts import FACES, Layout
from sosach.vn import mrz
from sosach.vn.card_text import parse_qr

MILLIMETRE = 72 / 25.4


def portrait() -> bytes:
    """A grey picture; nobody's face."""
    told = BytesIO()
    Image.new("RGB", (240, 320), "#b8c4c8").save(told, "JPEG")
    return told.getvalue()


ADULT = CardContent(
    pin="001199000017",
    full_name="Nguyễn Thị Đào",
    birth=date(1999, 1, 15),
    sex="F",
    nationality="Việt Nam",
    ethnicity="Kinh",
    religion="Không",
    origin="Phường Phúc Xá, quận Ba Đình, Hà Nội",
    residence="Số 1, ngõ 2, phố Thử, phường Ba Đình, thành phố Hà Nội",
    birth_place="Phường Phúc Xá, quận Ba Đình, Hà Nội",
    marks="Nốt ruồi cách 1 cm trên sau đuôi mắt trái",
    issued=date(2026, 11, 20),
    expires=date(2039, 1, 15),
    father="Nguyễn Văn Thử",
    mother="Trần Thị Mẫu",
    spouse="",
    old_id="012345678",
    reference="VN00000000000001",
    portrait=portrait(),
)
CHILD = replace(
    ADULT,
    pin="001222000031",
    birth=date(2022, 3, 9),
    expires=date(2036, 3, 9),
    old_id="",
    portrait=b"",
)
ELDER = replace(ADULT, pin="001150000018", birth=date(1950, 5, 1), expires=None)
LONG = replace(
    ADULT,
    full_name="Nguyễn Phúc Hoàng Trường Sơn Thị Bích Ngọc Quỳnh Hương Giang Uyên Phương",
    residence="Căn hộ 12A-07, tòa nhà CT2 khu đô thị mới Nam Trung Yên, đường Nguyễn Chánh, tổ dân phố số 45, phường Yên Hòa, "
    "thành phố Hà Nội",
    birth_place="Bệnh viện Phụ sản Trung ương, số 43 phố Tràng Thi, phường Hàng Bông, quận Hoàn Kiếm, thành phố Hà Nội",
)


def pictures(document: bytes, folder: Path) -> list[Image.Image]:
    """Pages of a PDF as a printer of 300 dots to the inch lays them down; poppler draws."""
    (folder / "card.pdf").write_bytes(document)
    subprocess.run(["pdftoppm", "-r", "300", "-png", folder / "card.pdf", folder / "page"], check=True)
    return [Image.open(BytesIO(one.read_bytes())) for one in sorted(folder.glob("page*.png"))]


def words(document: bytes, folder: Path) -> str:
    """All text of a PDF."""
    (folder / "words.pdf").write_bytes(document)
    done = subprocess.run(["pdftotext", "-raw", folder / "words.pdf", "-"], check=True, capture_output=True)
    return done.stdout.decode()


def zone(text: str) -> list[str]:
    """The machine-readable zone among the words."""
    return [line.strip() for line in text.splitlines() if re.fullmatch("[A-Z0-9<]{30}", line.strip())]


needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
CARDS = [
    pytest.param(content, layout, id=f"{name}-{layout}")
    for name, content in (("adult", ADULT), ("child", CHILD), ("elder", ELDER), ("long", LONG))
    for layout in Layout
]


@needs_poppler
@pytest.mark.parametrize(("content", "layout"), CARDS)
def test_code_and_zone_read_back_say_what_the_card_says(content: CardContent, layout: Layout, tmp_path: Path) -> None:
    faces = draw_faces(content, layout=layout)
    pages = pictures(faces.document, tmp_path)
    assert len(pages) == 2
    read = [code.text for page in pages for code in zxingcpp.read_barcodes(page)]
    assert len(read) == 1
    code = parse_qr(read[0])
    assert (code.faults, code.pin, code.birth, code.sex) == ((), content.pin, content.birth, content.sex)
    assert (code.full_name, code.issued_on, code.generation) == (content.full_name, content.issued, layout.value[-4:])
    text = words(faces.document, tmp_path)
    found = mrz.parse("\n".join(zone(text)))
    assert (found.faults, found.pin, found.sex) == ((), content.pin, content.sex)
    assert (found.expires_on, found.unlimited) == (content.expires, content.expires is None)


@needs_poppler
@pytest.mark.parametrize("layout", list(Layout))
def test_every_value_of_the_layout_is_on_the_face(layout: Layout, tmp_path: Path) -> None:
    text = " ".join(words(draw_faces(ADULT, layout=layout).document, tmp_path).split())
    for side in (FACES[layout].front, FACES[layout].back):
        assert all(each.vi in text for each in side.fields)
    assert all(told in text for told in (ADULT.pin, "NGUYỄN THỊ ĐÀO", "15/01/1999", "Nữ", "20/11/2026", "15/01/2039"))
    assert ("phố Thử" in text, ("Nốt ruồi" in text), ("Quê quán" in text)) == (
        True,
        layout is Layout.CCCD_2021,
        layout is Layout.CCCD_2021,
    )
    assert ("BỘ CÔNG AN" in text) is (layout is Layout.CC_2024)


@needs_poppler
def test_a_card_without_end_says_so(tmp_path: Path) -> None:
    text = words(draw_faces(ELDER, layout=Layout.CC_2024).document, tmp_path)
    assert "Không thời hạn" in text
    assert zone(text)[1][8:14] == "991231"


@needs_poppler
def test_only_a_card_made_to_be_used_lacks_the_mark_of_a_specimen(tmp_path: Path) -> None:
    specimen, real = draw_faces(ADULT, layout=Layout.CC_2024), draw_faces(ADULT, layout=Layout.CC_2024, production=True)
    assert words(specimen.document, tmp_path).count(SPECIMEN) == 2
    assert SPECIMEN not in words(real.document, tmp_path)


@needs_poppler
def test_the_code_of_2024_is_18_millimetres_wide_and_the_card_is_id_1(tmp_path: Path) -> None:
    faces = draw_faces(ADULT, layout=Layout.CC_2024)
    back = pictures(faces.document, tmp_path)[1]
    assert (back.width * 25.4 / 300, back.height * 25.4 / 300) == pytest.approx((85.6, 53.98), abs=0.1)
    (code,) = zxingcpp.read_barcodes(back)
    wide = (code.position.top_right.x - code.position.top_left.x) * 25.4 / 300
    assert wide == pytest.approx(18, abs=0.3)


def test_svg_and_pdf_are_the_same_bytes_every_time_and_svg_is_the_size_of_a_card() -> None:
    first, again = (draw_faces(ADULT, layout=Layout.CC_2024) for _ in range(2))
    assert first == again
    for face in (first.front, first.back):
        head = re.search(rb'width="([\d.]+)pt" height="([\d.]+)pt"', face)
        assert head is not None
        assert [float(told) / MILLIMETRE for told in head.groups()] == pytest.approx([85.6, 53.98], abs=0.01)
        assert b"http" not in face.replace(b"http://www.w3.org/", b"")


def test_a_child_under_six_has_no_portrait_an_adult_has() -> None:
    assert [b"<image" in _front(content) for content in (ADULT, CHILD)] == [True, False]


def _front(content: CardContent) -> bytes:
    return draw_faces(content, layout=Layout.CC_2024).front


def test_what_is_written_on_a_card_is_never_read_as_markup() -> None:
    nasty = replace(ADULT, full_name='#panic("x") $a$ *b* @c', residence='#read("/etc/passwd") <a>')
    assert isinstance(draw_faces(nasty, layout=Layout.CC_2024), Faces)


def test_a_portrait_that_is_no_picture_is_refused() -> None:
    with pytest.raises(SosachError) as refused:
        draw_faces(replace(ADULT, portrait=b"no picture"), layout=Layout.CC_2024)
    assert refused.value.code is ErrorCode.VALUE_INVALID


def test_the_zone_is_in_ocr_b_where_it_is_installed_and_else_monospaced() -> None:
    installed = any(Path("/usr/share/fonts").rglob("*ocr*b*"))
    assert (draw_faces(ADULT, layout=Layout.CC_2024).zone_font != FALLBACK) is installed


@needs_poppler
@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="zbarimg (zbar-tools) is not installed")
@pytest.mark.parametrize(("content", "layout"), CARDS)
def test_zbar_reads_the_same_code(content: CardContent, layout: Layout, tmp_path: Path) -> None:
    for number, page in enumerate(pictures(draw_faces(content, layout=layout).document, tmp_path)):
        page.save(tmp_path / f"{number}.png")
    done = subprocess.run(
        ["zbarimg", "-q", "--raw", tmp_path / "0.png", tmp_path / "1.png"], check=False, capture_output=True
    )
    code = parse_qr(done.stdout.decode().strip("\n"))
    assert (code.faults, code.pin, code.full_name) == ((), content.pin, content.full_name)
