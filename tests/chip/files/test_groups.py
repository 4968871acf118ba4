"""The files of a card, one by one: bytes against the standards' tables, and what other people's readers look for."""

import re
from dataclasses import replace
from datetime import date

import pytest
from tests.chip.cards import content, finger, issuing, portrait, publics

from sosach.base.errors import SosachError
from sosach.chip import der
from sosach.chip.files import face, fingers, index, pictures, protocols, sod, texts, zone
from sosach.chip.files.card import ChipPublics, build
from sosach.chip.files.texts import LAYOUTS, NO_EXPIRY
from sosach.chip.profiles import PROFILES, FaceCoding, Lds, PaceCurve, Profile, profile_named

SAID = replace(content(1), pin="001199000017", full_name="Nguyễn Thị Đào", birth=date(1999, 1, 15), sex="F")
SCANNER = re.compile(rb"\x30([\x00-\x7f])\x02\x01([\x01-\x20])", re.DOTALL)


def scanned(group: bytes) -> dict[int, bytes]:
    """Fields as readers see them that look for `30 L 02 01 n` and take one byte for a length."""
    found, at = {}, group.index(b"\x02\x01\x01") - 2
    while at < len(group):
        match = SCANNER.match(group, at)
        if match is None:
            break
        end = at + 2 + match[1][0]
        found[match[2][0]] = group[match.end() : end]
        at = end
    return found


def test_zone() -> None:
    said = replace(SAID, expires=date(2039, 1, 15))
    assert zone.read(zone.write(said)) == (
        "IDVNM1990000173001199000017<<4" + "9901155F3901153VNM<<<<<<<<<<<6" + "NGUYEN<<THI<DAO<<<<<<<<<<<<<<<"
    )
    assert zone.write(said)[:5].hex() == "615d5f1f5a"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_texts_are_read_back_and_by_scanners_too(layout: str) -> None:
    said = replace(SAID, father="Nguyễn Văn Bố", mother="", spouse="Lê Văn Chồng", old_id="012345678", expires=None)
    group = texts.write(said, layout=layout)
    read = texts.read(group)
    assert (read.parents, read.spouse) == (("Nguyễn Văn Bố", ""), "Lê Văn Chồng")
    assert read.fields[1] == "001199000017"
    assert (read.fields[3], read.fields[4], read.fields[12]) == ("15/01/1999", "Nữ", NO_EXPIRY)
    assert (read.fields[15], read.fields[16]) == ("012345678", said.reference)
    assert read.fields.get(17) == (said.birth_place if layout == "VN-CC-2024" else None)
    seen = scanned(group)
    assert set(seen) == set(range(1, len(LAYOUTS[layout]) + 1))
    assert seen[2][:1] == der.UTF8
    assert seen[2][2:].decode() == "Nguyễn Thị Đào"
    assert seen[1][:1] == seen[3][:1] == seen[11][:1] == seen[15][:1] == seen[16][:1] == der.PRINTABLE


def test_without_a_spouse_the_field_is_empty() -> None:
    group = texts.write(replace(SAID, spouse=""), layout="VN-CCCD-2021")
    assert scanned(group)[14] == b""
    assert texts.read(group).spouse == ""


def test_a_long_text_is_written_whole() -> None:
    said = replace(SAID, residence="Thôn Hạ, " * 30)
    assert texts.read(texts.write(said, layout="VN-CC-2024")).fields[9] == said.residence


def test_a_text_with_a_control_character_is_refused() -> None:
    with pytest.raises(SosachError, match=r"STATE-04.*origin"):
        replace(SAID, origin="Hà\nNội")


@pytest.mark.parametrize(
    "wrong", ["", "6d00", "6d0430023000", "6d0a30083006020101130130ff", "6d0c300a3003020101300302 0101"]
)
def test_what_are_no_texts(wrong: str) -> None:
    with pytest.raises(der.DerError):
        texts.read(bytes.fromhex(wrong))


def test_face_of_2005() -> None:
    group = face.write(portrait(), sex="F", coding=FaceCoding.ISO_19794)
    template = der.whole(group, b"\x75").only(b"\x7f\x61").children()
    assert template[0].raw == b"\x02\x01\x01"
    header, block = template[1].expect(b"\x7f\x60").children()
    assert header.raw.hex() == "a112" + "80020101" + "810102" + "820100" + "87020101" + "88020008"
    record = block.expect(b"\x5f\x2e").body
    assert record[:8] == b"FAC\x00010\x00"
    assert int.from_bytes(record[8:12], "big") == len(record) == 46 + len(portrait())
    assert int.from_bytes(record[14:18], "big") == len(record) - 14
    assert record[20] == 2, "female"
    assert (int.from_bytes(record[36:38], "big"), int.from_bytes(record[38:40], "big")) == pictures.jpeg_size(
        portrait()
    )
    assert record[46:] == portrait()


def test_face_of_2019() -> None:
    group = face.write(portrait(), sex="F", coding=FaceCoding.ISO_39794)
    _, template = der.whole(group, b"\x75").only(b"\x7f\x61").children()
    header, block = template.children()
    assert header.raw.endswith(bytes.fromhex("8802002a"))
    version, representations = block.expect(b"\x7f\x2e").only(b"\xa1").only(b"\x65").children()
    assert version.raw.hex() == "a007" + "800103" + "810207e3"
    number, picture = representations.expect(b"\xa1").only(b"\x30").children()
    assert number.raw == b"\x80\x01\x00"
    octets, information = picture.expect(b"\xa1").only(b"\xa0").only(b"\xa0").children()
    assert (octets.tag, octets.body) == (b"\x80", portrait())
    assert information.raw.hex() == "a105" + "a003" + "800102"


def test_fingers_in_the_order_of_their_positions() -> None:
    group = fingers.write((finger(7), finger(2)))
    count, right, left = der.whole(group, b"\x63").only(b"\x7f\x61").children()
    assert count.raw == b"\x02\x01\x02"
    for template, subtype, position in ((right, 0x09, 2), (left, 0x0A, 7)):
        header, block = template.children()
        assert header.raw.hex() == "a112" + "80020101" + "810108" + f"8201{subtype:02x}" + "87020101" + "88020007"
        record = block.expect(b"\x5f\x2e").body
        assert record[:8] == b"FIR\x00010\x00"
        assert int.from_bytes(record[8:14], "big") == len(record)
        assert int.from_bytes(record[32:36], "big") == len(record) - 32
        assert record[36] == position
        assert record[29] == 2, "WSQ"
        assert (int.from_bytes(record[41:43], "big"), int.from_bytes(record[43:45], "big")) == (250, 300)
        assert record[46:] == finger(position).picture


@pytest.mark.parametrize(
    "picture", [b"", b"\xff\xd8", b"\xff\xd8\xff\xe0\x00\x04\x00\x00", b"GIF89a", b"\xff\xd8\xff\xc0\x00"]
)
def test_pictures_that_are_none(picture: bytes) -> None:
    with pytest.raises(SosachError, match="INPUT-07"):
        pictures.jpeg_size(picture)
    with pytest.raises(SosachError, match="INPUT-07"):
        pictures.wsq_size(picture.replace(b"\xd8", b"\xa0").replace(b"\xc0", b"\xa2"))


def test_protocols() -> None:
    chip = publics(PROFILES["VN-CC-2024"])
    group = protocols.write(pace=PaceCurve.P256, agreement=chip.agreement, active=True)
    assert set(protocols.infos(group)) == {
        protocols.PACE_GM_AES,
        protocols.AGREEMENT_AES,
        protocols.AGREEMENT_KEY,
        protocols.ACTIVE,
    }
    raw = [node.raw for node in der.whole(group, b"\x6e").only(der.SET).children()]
    assert raw == sorted(raw)
    assert protocols.agreement_key(group) == chip.agreement
    assert protocols.active_key(protocols.write_active(chip.active)) == chip.active
    assert protocols.pace_only(group) == protocols.card_access(PaceCurve.P256)
    assert protocols.card_access(PaceCurve.BRAINPOOL256).hex().endswith("02010d")
    assert protocols.agreement_key(protocols.write(pace=PaceCurve.P256, agreement=b"", active=True)) == b""
    twice = der.tlv(b"\x6e", der.set_of(*[der.whole(protocols.card_access(PaceCurve.P256)).body] * 2))
    with pytest.raises(der.DerError, match="twice"):
        protocols.infos(twice)
    with pytest.raises(der.DerError, match="PACE"):
        protocols.pace_only(der.tlv(b"\x6e", der.set_of()))


def test_index() -> None:
    assert (
        index.write((1, 13, 14), lds=Lds.V17).hex() == "6015" + "5f010430313037" + "5f3606303430303030" + "5c03616d6e"
    )
    assert index.write((2, 1), lds=Lds.V18)[-4:].hex() == "5c026175"


def test_a_card_under_six_has_no_pictures() -> None:
    child = replace(SAID, portrait=b"", fingers=())
    assert set(build(child, PROFILES["VN-CC-2024"], publics(PROFILES["VN-CC-2024"])).groups) == {1, 13, 14, 15}


def test_keys_are_those_of_the_profile() -> None:
    with pytest.raises(SosachError, match="STATE-04"):
        build(SAID, PROFILES["VN-CC-2024"], ChipPublics())


@pytest.mark.parametrize(
    "wrong",
    [
        {"pin": "123"},
        {"full_name": " "},
        {"sex": "X"},
        {"old_id": "12"},
        {"reference": "abc"},
        {"issued": date(1990, 1, 1)},
        {"expires": date(2020, 1, 1)},
        {"fingers": (finger(11),)},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_no_card_can_say(wrong: dict[str, object]) -> None:
    with pytest.raises(SosachError, match=f"STATE-04.*{next(iter(wrong))}"):
        replace(SAID, **wrong)  # type: ignore[arg-type]  # wrong by intent


def test_a_profile_nobody_registered() -> None:
    with pytest.raises(SosachError, match="STATE-01"):
        profile_named("XX")


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_the_template_writes_what_the_parts_written_anew_are(profile: Profile) -> None:
    for seed in range(8):
        files = issuing().card(content(seed), profile)
        parts = sod.read(files.sod)
        assert sod.write(parts) == files.sod
        assert sod.read_lds(parts.content).lds is profile.lds
        assert sod.read_lds(parts.content).hashes.keys() == files.groups.keys()
        assert parts.certificates == (issuing().certificate,)
