"""Addresses as registers hold them: abbreviated, mixed, misspelt, incomplete; what they mean and what is said about them."""

import pytest

from sosach.vn.addresses import resolve
from sosach.vn.catalogue import catalogue


def codes(text: str) -> set[str]:
    return {finding.code for finding in resolve(text).findings}


@pytest.mark.parametrize(
    ("text", "commune"),
    [
        ("12 Lê Lợi, P. Bến Nghé, Q1, TP.HCM", "26740"),
        ("12 Le Loi P Ben Nghe Q1 TPHCM", "26740"),
        ("F. Bến Nghé, Q.1, SG", "26740"),
        ("PHƯỜNG BẾN NGHÉ - QUẬN 1 - THÀNH PHỐ HỒ CHÍ MINH", "26740"),
        ("Phường Bến Nghé, Quận 1, Hồ Chí Minh, Việt Nam", "26740"),
        ("Phường Bến Nghé, Quận 1, TP. Hồ Chí Minh, 700000", "26740"),
        ("Phường Bến Nghé, Quận 1", "26740"),  # no province, two levels agree
        ("Số 1, Phúc Xá, Ba Đình, Hà Nội", "00097"),  # QR of the card
        ("So 1, Phuc Xa, Ba Dinh, Ha Noi", "00097"),
        ("Phường 01, Quận Gò Vấp, TP HCM", "26890"),
        ("P1, Q. Gò Vấp, HCM", "26890"),
        ("Phường Thảo Điền, Quận 2, TP HCM", "27094"),  # Quận 2 joined Thủ Đức in 2021
        ("Phường Long Bình, Quận 9, TP HCM", "26833"),
        ("Phường Linh Trung, TP Thủ Đức, TP HCM", "26800"),
        ("Phường Phú Hội, TP Huế, Thừa Thiên Huế", "19789"),
        ("Phường Phú Hội, TP Huế, TT Huế", "19789"),
        ("Phường 5, TP Cà Mau", "32025"),  # the town, not the province
        ("Thôn 3, Xã Ea H'leo, Huyện Ea H'Leo, Daklak", "24184"),
        ("Xã Ea H’Leo, H. Ea H Leo, Đắc Lắc", "24184"),
        ("Huyện Côn Đảo, Bà Rịa-Vũng Tàu", "26732"),  # a district without communes
        ("Đặc khu Côn Đảo, TP HCM", "26732"),
        ("P. Hải Châu, Q. Hải Châu, ĐN", "20242"),  # ĐN: only Đà Nẵng has it
        ("Xã Long Thành, ĐN", "26368"),  # ĐN: only Đồng Nai has it
        ("Phường Long Thành, Thành phố Đồng Nai", "26368"),  # phường since 30 April 2026
        ("Xã Long Thành, Tỉnh Đồng Nai", "26368"),  # as it was called before
        ("Phường Ba Đình, Hà Nội", "00004"),
        ("Phường Dĩ An, TP Dĩ An, TP HCM", "25942"),  # old commune under the present province
        ("Xã Bắc Tân Uyên, tỉnh Bình Dương", "25906"),  # present commune under the old province
        ("Xã Bắc Tân Uyên, Bình Dương, TP HCM", "25906"),
        ("Phường Sài Gòn, Quận 1, TP HCM", "26740"),  # present commune in the old district
        ("Phường Sài Gòn, TP HCM (Quận 1 cũ)", "26740"),
        ("Phường Bến Ngé, Quận 1, TP HCM", "26740"),  # one letter
        ("Phường Bến Nghé, Quận 1, TP Hồ Chí Mnh", "26740"),
        ("Xã Kim Chung, Huyện Đông Anhh, Hà Nội", "00493"),
        ("Xã Kim Chung, Huyện Đông Anh, Hà Nội", "00493"),  # split, all people on one side
        ("Ph­êng BÕn NghÐ, QuËn 1, TP HCM", "26740"),  # TCVN3
    ],
)
def test_one_commune(text: str, commune: str) -> None:
    read = resolve(text)
    assert (read.status, read.commune) == ("ok", commune)


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("Phường Dịch Vọng Hậu, Quận Cầu Giấy, Hà Nội", {"00160", "00166"}),  # split
        ("Phường Hải Châu I, Quận Hải Châu, Đà Nẵng", {"20242", "20257"}),  # merged before 2025: the district's
        ("Phường Ba Đình", {"00004", "14797", "14812"}),  # one level is never enough
        ("Xã Minh Quan, Huyện Trấn Yên, Yên Bái".replace("Minh Quan", "Minh Qian"), {"04498", "04543"}),
        ("Xa Minh Quan, Huyen Tran Yen, Yen Bai", {"04498", "04543"}),  # Minh Quán and Minh Quân
    ],
)
def test_candidates_and_no_guess(text: str, candidates: set[str]) -> None:
    read = resolve(text)
    assert read.status == "ambiguous"
    assert read.commune is None
    assert candidates <= set(read.candidates)


def test_card_without_level_words_and_a_commune_merged_long_ago() -> None:
    """Đống Đa is a commune today and was a district: a bare name before it may be a commune of that district."""
    read = resolve("Số 12, Trung Phụng, Đống Đa, Hà Nội")
    assert read.status == "ambiguous"
    assert "00235" in read.candidates
    house = resolve("Số 12, Đống Đa, Hà Nội")
    assert (house.status, house.commune) == ("ok", "00235")
    assert "ADR-10" in {finding.code for finding in house.findings}


def test_two_levels_prefer_the_present_commune_when_its_kind_fits() -> None:
    assert resolve("Phường Phú Mỹ, TP HCM").era == "new"
    old = resolve("Thị trấn Trà Cú, Trà Vinh")
    assert (old.status, old.era, old.commune) == ("ok", "old", "29461")


def test_two_levels_of_an_old_province_that_lead_elsewhere_are_open() -> None:
    read = resolve("Xã Tân Tiến, tỉnh Bắc Giang")
    assert read.status in {"ok", "ambiguous"}
    assert read.province == "24"


@pytest.mark.parametrize(
    ("text", "province", "district"),
    [
        ("Quận 1, TP HCM", "79", "760"),
        ("12 Nguyễn Huệ, Quận 1, TP HCM", "79", "760"),
        ("Hà Nội", "01", None),
        ("Tỉnh Bình Dương", "79", None),
        ("12 Lê Lợi, Hà Nội", "01", None),
        ("Xã Không Đâu Cả, Tỉnh Nghệ An", "40", None),
    ],
)
def test_partial(text: str, province: str, district: str | None) -> None:
    read = resolve(text)
    assert (read.status, read.province, read.district_key) == ("partial", province, district)
    assert read.candidates == ()


@pytest.mark.parametrize("text", ["12 Lê Lợi", "Singapore", "Số 5", "Somewhere else"])
def test_not_found(text: str) -> None:
    read = resolve(text)
    assert (read.status, codes(text)) == ("not_found", {"ADR-01"})


@pytest.mark.parametrize("text", ["không rõ", "---", "xxx", "N/A"])
def test_placeholder(text: str) -> None:
    assert resolve(text).status == "not_found"
    assert codes(text) == {"ADR-02"}


@pytest.mark.parametrize("text", ["", "   "])
def test_empty_has_no_finding(text: str) -> None:
    assert resolve(text).findings == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Phường Ba Đình, Thành phố Hà Nội", set()),
        ("Số 1, Xã Ba Vì, Hà Nội", set()),
        ("Phường Phúc Xá, Quận Ba Đình, Hà Nội", {"ADR-12"}),
        ("Phúc Xá, Ba Đình, Hà Nội", {"ADR-12"}),
        ("P. Phúc Xá, Q. Ba Đình, Hà Nội", {"ADR-12"}),
        ("Phường 01, Quận Gò Vấp, Hồ Chí Minh", {"ADR-12", "ADR-17"}),
        ("Xã Ea Tu, TP Buôn Ma Thuột, Đắc Lắc", {"ADR-12", "ADR-15"}),
        ("Xã Phúc Xá, Quận Ba Đình, Hà Nội", {"ADR-11", "ADR-12"}),
        ("Phường Phúc Sá, Quận Ba Đình, Hà Nội", {"ADR-08", "ADR-12"}),
        ("Phường Phúc Xạ, Quận Ba Đình, Hà Nội", {"ADR-08", "ADR-12"}),
        ("Xã Bắc Tân Uyên, tỉnh Bình Dương", {"ADR-09"}),
        ("Phường Phúc Xá, Quận Ba Đình", {"ADR-12", "ADR-13"}),
        ("Phường Dịch Vọng Hậu, Quận Cầu Giấy, Hà Nội", {"ADR-04"}),
        ("Phường Ba Đình", {"ADR-05"}),
        ("Phường Hải Châu I, Quận Hải Châu, Đà Nẵng", {"ADR-03"}),
        ("Xã Không Đâu Cả, Tỉnh Nghệ An", {"ADR-06"}),
        ("Quận Ba Đình, Hà Nội", {"ADR-07"}),
        ("Ba Đình, Hà Nội", {"ADR-10", "ADR-14"}),
        ("P. Ba Đình, TP. Hà Nội", {"ADR-16"}),  # of old units that would be no remark beside today's address
        ("Quy Nhơn Nam, Gia Lai", {"ADR-14"}),
        ("Phuong Phuc Xa, Quan Ba Dinh, Ha Noi", {"ADR-12"}),  # accents missing: no remark of addresses
    ],
)
def test_findings(text: str, expected: set[str]) -> None:
    assert codes(text) == expected


def test_tone_placement_is_no_remark() -> None:
    assert codes("Xã Hoà Xuân, Huyện Hòa Vang, Đà Nẵng") == codes("Xã Hòa Xuân, Huyện Hoà Vang, Đà Nẵng")
    assert "ADR-08" not in codes("Phường Thuỵ Khuê, Quận Tây Hồ, Hà Nội")


def test_proposals_keep_house_and_street() -> None:
    proposed = {finding.code: finding.proposed for finding in resolve("12 Lê Lợi, P. Bến Nghé, Q1, TP.HCM").findings}
    assert proposed["ADR-12"] == "12 Lê Lợi, Phường Sài Gòn, Thành phố Hồ Chí Minh"
    assert "ADR-16" not in proposed
    proposed = {finding.code: finding.proposed for finding in resolve("12 Lê Lợi, P. Sài Gòn, TP.HCM").findings}
    assert proposed["ADR-16"] == "12 Lê Lợi, Phường Sài Gòn, Thành phố Hồ Chí Minh"


def test_every_code_is_in_the_catalogue_and_can_be_emitted() -> None:
    texts = [
        "12 Lê Lợi",
        "không rõ",
        "Phường Hải Châu I, Quận Hải Châu, Đà Nẵng",
        "Phường Dịch Vọng Hậu, Quận Cầu Giấy, Hà Nội",
        "Phường Ba Đình",
        "Xã Không Đâu Cả, Tỉnh Nghệ An",
        "Quận 1, TP HCM",
        "Phường Bến Ngé, Quận 1, TP HCM",
        "Xã Bắc Tân Uyên, tỉnh Bình Dương",
        "Ba Đình, Hà Nội",
        "Xã Phúc Xá, Quận Ba Đình, Hà Nội",
        "P. Bến Nghé, Quận 1",
        "P. Sài Gòn, TP HCM",
        "Phường 01, Quận Gò Vấp, Hồ Chí Minh",
    ]
    emitted = {code for text in texts for code in codes(text) if code.startswith("ADR")}
    assert emitted == {code for code in catalogue() if code.startswith("ADR")}


def test_findings_that_propose_have_a_proposal() -> None:
    checks = catalogue()
    for text in ["P. Phúc Xá, Q. Ba Đình, HN", "Xã X, H. Ba Vì, HN", "Q1, HCM", "P1, HCM", "Phúc Xá, Ba Đình", "Huế"]:
        for finding in resolve(text).findings:
            assert finding.proposed or "{proposed}" not in checks[finding.code].explanation["vi"], (text, finding)
