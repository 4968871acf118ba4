"""The files of one card: built from what it says, without a signature yet; `sod.py` seals them."""

from collections.abc import Mapping
from dataclasses import dataclass

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.content import CardContent
from sosach.chip.files import face, fingers, index, protocols, texts, zone
from sosach.chip.profiles import Profile

CARD_ACCESS = 0x011C
SOD = 0x011D
COM = 0x011E
GROUP = 0x0100
"""Identifier of a data group: this plus its number (Doc 9303-10 table 38)."""
LARGEST = 0xFFFF
"""Bytes of one file: a chip counts them in 16 bits (ISO/IEC 7816-4)."""


@dataclass(frozen=True, slots=True)
class ChipPublics:
    """Public halves of the keys a chip proves itself with, as SubjectPublicKeyInfo in DER; b"" where it has none.

    Attributes:
        active: of active authentication, on P-256.
        agreement: of chip authentication, on P-256.
    """

    active: bytes = b""
    agreement: bytes = b""


@dataclass(frozen=True, slots=True, repr=False)
class CardFiles:
    """Everything that is written into a chip's files.

    Attributes:
        groups: data groups by number: 1, 2, 3, 13, 14, 15, as far as the card has them.
        com: EF.COM.
        card_access: EF.CardAccess.
        sod: EF.SOD; b"" before it is sealed.
    """

    groups: Mapping[int, bytes]
    com: bytes
    card_access: bytes
    sod: bytes = b""

    def by_identifier(self) -> dict[int, bytes]:
        """Every file by its identifier on the chip: 011C, 011D, 011E, 0101 and on."""
        heads = {CARD_ACCESS: self.card_access, SOD: self.sod, COM: self.com}
        return heads | {GROUP + number: group for number, group in self.groups.items()}


def from_identifiers(files: Mapping[int, bytes]) -> CardFiles:
    """The files of a card as they came off a chip, by identifier; what is missing is b""."""
    groups = {number: files[GROUP + number] for number in range(1, 17) if GROUP + number in files}
    return CardFiles(groups, files.get(COM, b""), files.get(CARD_ACCESS, b""), files.get(SOD, b""))


def build(content: CardContent, profile: Profile, chip: ChipPublics) -> CardFiles:
    """The files of a card, EF.SOD still empty. A card without portrait or fingers has no DG2 or DG3.

    Raises:
        SosachError: STATE-04 a key the profile asks for is missing, or a picture is larger than a chip holds; INPUT-07 a
            picture that is none; VALUE-01 a text no chip can carry.
    """
    if bool(chip.active) != profile.active or bool(chip.agreement) != profile.agreement:
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE,
            vi=f"Khóa của chip không đúng cấu hình {profile.name}",
            en=f"The keys of the chip are not those the profile {profile.name} asks for",
        )
    groups = {1: zone.write(content)}
    if content.portrait:
        groups[2] = face.write(content.portrait, sex=content.sex, coding=profile.face)
    if content.fingers:
        groups[3] = fingers.write(content.fingers)
    groups[13] = texts.write(content, layout=profile.texts)
    groups[14] = protocols.write(pace=profile.pace, agreement=chip.agreement, active=bool(chip.active))
    if chip.active:
        groups[15] = protocols.write_active(chip.active)
    if max(map(len, groups.values())) > LARGEST:
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE,
            vi="Ảnh lớn hơn sức chứa của chip.",
            en="A picture is larger than the chip holds.",
            hint_vi="Thu nhận lại ảnh với độ nén cao hơn.",
            hint_en="Capture the picture again, compressed more.",
        )
    return CardFiles(groups, index.write(tuple(groups), lds=profile.lds), protocols.card_access(profile.pace))
