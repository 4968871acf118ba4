"""What OSIA's words for an enrolment or a credential request ask of us: which card, why, for whom, with which pictures.

What the law or the chip decides (number, validity, authority of a card) nobody can ask for: such wishes are refused, not dropped.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.profiles import DEFAULT, PROFILES
from sosach.domain.idcards.rules.applications import GROUNDS, Channel, Delivery, Ground, Kind, Wanted
from sosach.domain.idcards.rules.enrolment import FACE, FINGERS, IRISES, Absence

_GROUND_OF = {"FIRST_ISSUANCE": Ground.NONE_YET, "RENEWAL": Ground.MILESTONE, "REPLACEMENT": Ground.LOST}
_KIND_OF: Mapping[Ground, Kind] = {ground: kind for kind, grounds in GROUNDS.items() for ground in grounds}
# A part of a request → why it is not for the asker to say.
DECIDED: Mapping[str, str] = {
    "validFromDate": "Law 26/2023 art. 21",
    "validToDate": "Law 26/2023 art. 21",
    "credentialNumber": "Law 26/2023 art. 18",
    "issuingAuthority": "Law 26/2023 art. 18",
    "credentialProfileSubtype": "there is none",
    "numberOfPages": "there is none",
}
PROFILE_VERSION: Final = "1"
_TAKEN = frozenset(
    {
        *("priority", "credentialProfileId", "credentialProfileVersion", "requestType", "requestTypeOther"),
        *("deliveryOffice", "deliveryAddress", "parentCredentialId", "others"),
    }
)
_OTHERS = frozenset({"representative_pin"})
_BESIDE = ("pin", "identifying_features")
_COMMUNE = re.compile(r"[0-9]{5}")
_LINES = ("address1", "address2", "city", "state", "postalCode", "country")
_LONGEST_ADDRESS = 250
_ORDINARY = 5  # priority
_HANDS = tuple(
    f"{hand}_{finger}" for hand in ("RIGHT", "LEFT") for finger in ("THUMB", "INDEX", "MIDDLE", "RING", "LITTLE")
)
SLOTS: Mapping[tuple[str, str], str] = {
    ("FACE", ""): FACE,
    ("FACE", "PORTRAIT"): FACE,
    **{("FINGER", part): slot for part, slot in zip(_HANDS, FINGERS, strict=True)},
    ("IRIS", "EYE_RIGHT"): IRISES[0],
    ("IRIS", "EYE_LEFT"): IRISES[1],
}
_PART_OF = {part: slot for (_, part), slot in SLOTS.items() if part}
_WHY = {"AMPUTATED": Absence.MISSING, "BANDAGED": Absence.INJURED, "DAMAGED": Absence.WORN}


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who a card is for, and what was said of them.

    Attributes:
        pin: of the person.
        stated: column of the register → what was said of it, to be compared.
        features: identifying features, as they go onto the chip.
    """

    pin: str
    stated: Mapping[str, str]
    features: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Where a picture of a slot is.

    Attributes:
        slot: of the packet.
        embedded: base64 of it; "": it is referred to.
        address: where its file is; "": it is embedded.
    """

    slot: str
    embedded: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Capture:
    """What one enrolment tells of face, fingers and irises.

    Attributes:
        pictures: one for each slot that is there.
        absent: slot → why there is none.
        device: serial of the station or camera.
    """

    pictures: tuple[Picture, ...]
    absent: Mapping[str, Absence]
    device: str


def applicant_of(attributes: Any, *, pin: str = "", compared: Collection[str]) -> Applicant:
    """Who a card is for.

    Args:
        attributes: `biographicData`: columns of the register, `pin`, and `identifying_features`.
        pin: where the request itself says it.
        compared: columns that are compared with the register.

    Raises:
        SosachError: STATE-02, nobody is named, two are, or an attribute is told that nothing is done with.
    """
    told = attributes if isinstance(attributes, Mapping) else {}
    texts = {str(name): value for name, value in told.items() if isinstance(value, str)}
    if len(texts) < len(told) or not set(texts) <= {*compared, *_BESIDE}:
        names = ", ".join(sorted({*compared, *_BESIDE}))
        raise unmapped(f"Chỉ nhận các mục dạng chữ: {names}.", f"Attributes are texts, named {names}.")
    if texts.get("pin", pin) != (pin or texts.get("pin", "")) or not (pin or texts.get("pin")):
        raise unmapped("Phải nêu một số định danh.", "One PIN has to be told.")
    stated = {name: text for name, text in texts.items() if name not in _BESIDE and text.strip()}
    return Applicant(pin or texts["pin"], stated, texts.get("identifying_features", "").strip())


def wanted_of(told: Mapping[str, Any]) -> Wanted:
    """What a request asks for, in words of the register.

    Args:
        told: `requestData` of a credential request or an enrolment.

    Raises:
        SosachError: STATE-02, something has no counterpart, or is not for the asker to say.
    """
    _require_ours(told)
    ground = _ground(told)
    address = _address(told.get("deliveryAddress"))
    return Wanted(
        kind=_KIND_OF[ground],
        ground=ground,
        profile=_profile(told),
        office=_office(told),
        channel=Channel.MACHINE,
        representative_pin=_text(told.get("others") or {}, "representative_pin"),
        old_card=_text(told, "parentCredentialId"),
        delivery=Delivery.POST if address else Delivery.COUNTER,
        address=address,
        priority=_priority(told),
    )


def _require_ours(told: Mapping[str, Any]) -> None:
    for name, why in DECIDED.items():
        if told.get(name):
            raise unmapped(
                f"“{name}” không do bên yêu cầu quyết định ({why}).", f"{name} is not for the asker ({why})."
            )
    others = told.get("others") or {}
    strange = sorted(set(told) - _TAKEN - set(DECIDED))
    if strange or not isinstance(others, Mapping) or not set(others) <= _OTHERS:
        raise unmapped("Có nội dung không có tương ứng.", "Something in the request has no counterpart here.")
    if _text(told, "credentialProfileVersion") not in {"", PROFILE_VERSION}:
        raise unmapped("Không có phiên bản này của mẫu thẻ.", f"Profiles have version {PROFILE_VERSION}.")


def _ground(told: Mapping[str, Any]) -> Ground:
    kind = told.get("requestType")
    if kind == "OTHER":
        word = _text(told, "requestTypeOther")
        if word in set(Ground):
            return Ground(word)
        raise unmapped("Không có lý do này.", f"requestTypeOther is one of {', '.join(Ground)}.")
    if kind not in _GROUND_OF:
        raise unmapped("Không có loại yêu cầu này.", f"requestType is one of {', '.join([*_GROUND_OF, 'OTHER'])}.")
    return _GROUND_OF[kind]


def _profile(told: Mapping[str, Any]) -> str:
    profile = _text(told, "credentialProfileId") or DEFAULT
    if profile not in PROFILES:
        raise unmapped("Không có mẫu thẻ này.", f"credentialProfileId is one of {', '.join(PROFILES)}.")
    return profile


def _office(told: Mapping[str, Any]) -> str:
    office = _text(told, "deliveryOffice")
    if office and not _COMMUNE.fullmatch(office):
        raise unmapped("Nơi trả phải là mã xã gồm 5 chữ số.", "deliveryOffice is the code of a commune, 5 digits.")
    return office


def _address(told: Any) -> str:
    if not told:
        return ""
    lines = told if isinstance(told, Mapping) else {}
    text = ", ".join(str(lines[name]).strip() for name in _LINES if str(lines.get(name, "")).strip())
    if not text or len(text) > _LONGEST_ADDRESS or not set(lines) <= set(_LINES):
        raise unmapped("Địa chỉ giao thẻ không dùng được.", "The address of delivery cannot be used.")
    return text


def _priority(told: Mapping[str, Any]) -> int:
    found = told.get("priority", _ORDINARY)
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= 9:
        raise unmapped("Mức ưu tiên từ 0 đến 9.", "The priority is 0 to 9.")
    return found


def _text(told: Mapping[str, Any], name: str) -> str:
    found = told.get(name, "")
    if not isinstance(found, str):
        raise unmapped(f"“{name}” phải là chữ.", f"{name} is a text.")
    return found.strip()


def capture_of(items: Sequence[Mapping[str, Any]]) -> Capture:
    """What `biometricData` tells, slot by slot.

    Irises nobody says anything of are taken for an office without a camera for them; fingers have to be told of.

    Raises:
        SosachError: STATE-02, a kind of picture no card knows, two of one slot, or neither a picture nor why there is none.
    """
    pictures: dict[str, Picture] = {}
    absent: dict[str, Absence] = {}
    for item in items:
        gone = _absent(item)
        absent |= gone
        picture = _picture(item)
        if picture is None and not gone:
            raise unmapped("Có mục sinh trắc không có ảnh.", "A biometric item has neither picture nor a reason why.")
        if picture is not None and picture.slot in pictures:
            raise unmapped("Một vị trí có hai ảnh.", "Two pictures are of one part of the body.")
        if picture is not None:
            pictures[picture.slot] = picture
    if set(pictures) & set(absent):
        raise unmapped("Vừa có ảnh vừa báo thiếu.", "Something is there, and said to be missing.")
    for slot in IRISES:
        if slot not in pictures:
            absent.setdefault(slot, Absence.NO_DEVICE)
    devices = [str(item["captureDevice"]) for item in items if item.get("captureDevice")]
    return Capture(tuple(pictures.values()), absent, devices[0] if devices else "")


def _picture(item: Mapping[str, Any]) -> Picture | None:
    embedded, address = str(item.get("image", "")), str(item.get("imageRef", ""))
    if not embedded and not address:
        return None
    slot = SLOTS.get((str(item.get("biometricType")), str(item.get("biometricSubType", ""))))
    if slot is None:
        raise unmapped("Loại ảnh này không dùng cho thẻ.", "No card is made with this kind of picture.")
    return Picture(slot, embedded, "" if embedded else address)


def _absent(item: Mapping[str, Any]) -> dict[str, Absence]:
    found: dict[str, Absence] = {}
    for one in item.get("missing", ()):
        slot = _PART_OF.get(str(one.get("biometricSubType", "")))
        if slot is None or slot == FACE or "presence" not in one:
            raise unmapped("Phần báo thiếu không rõ.", "What is missing is a finger or an eye, for a reason.")
        found[slot] = _WHY[one["presence"]]
    return found


def unmapped(vi: str, en: str) -> SosachError:
    """STATE-02: it has no counterpart here."""
    return SosachError(ErrorCode.STATE_FORBIDS, vi=vi, en=en)
