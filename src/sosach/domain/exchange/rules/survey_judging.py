"""What a card says, read by the rules of `vn`: columns of a person, or the values that cannot stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sosach.base.findings import Finding, Severity
from sosach.domain.population.rules.words import BLOOD_TYPES, Kin, Marital
from sosach.vn import addresses, dates, person_terms
from sosach.vn.catalogue import catalogue
from sosach.vn.folding import fold
from sosach.vn.identifiers import old_id, pin
from sosach.vn.names import explain as name_of
from sosach.vn.names import keys

# The words of item 21 as the form prints them.
_MARITAL = {
    "CHUA KET HON": Marital.SINGLE.value,
    "DA KET HON": Marital.MARRIED.value,
    "LY HON": Marital.DIVORCED.value,
    "VO CHONG CHET": Marital.WIDOWED.value,
}
_VIETNAM = frozenset({"VIET NAM", "VIETNAM", "VN", "VNM"})
_KIN = (Kin.FATHER, Kin.MOTHER, Kin.SPOUSE, Kin.REPRESENTATIVE)
_NEEDED = ("full_name", "birth_date", "sex")
_AS_TOLD = ("birth_registration_place", "hometown", "ethnicity", "religion")


@dataclass(frozen=True, slots=True)
class Judged:
    """A card as understood.

    Attributes:
        columns: of the person, in the form the register keeps them.
        pin: number told, 12 digits; "" for none.
        old_id: older number told.
        addresses: `permanent` and `current`, as told.
        kin: relation → name and number.
        faults: field → code of the check it fails; a card with one is rejected.
        remarks: field → codes that are told and stand in nobody's way.
    """

    columns: Mapping[str, str]
    pin: str = ""
    old_id: str = ""
    addresses: Mapping[str, str] = field(default_factory=dict)
    kin: Mapping[Kin, tuple[str, str]] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    remarks: Mapping[str, list[str]] = field(default_factory=dict)


class _Reader:
    """Collects what is wrong while a card is read."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.faults: dict[str, str] = {}
        self.remarks: dict[str, list[str]] = {}

    def note(self, name: str, findings: tuple[Finding, ...], *, read: bool) -> None:
        """Findings of a field; a value that was not read is a fault."""
        known = catalogue()
        errors = [each.code for each in findings if known[each.code].severity is Severity.ERROR]
        if errors or not read:
            self.faults[name] = (errors or [each.code for each in findings] or ["EMPTY"])[0]
        elif findings:
            self.remarks[name] = [each.code for each in findings]

    def number(self, name: str, module: Any) -> str:
        """An identifier, where one is told."""
        text = self.values.get(name, "")
        if not text:
            return ""
        reading = module.explain(text)
        self.note(name, reading.findings, read=reading.key is not None)
        return reading.key or ""

    def one_of(self, name: str, known: Mapping[str, str]) -> str:
        """A word of a closed list, where one is told."""
        text = self.values.get(name, "")
        found = known.get(fold(text), "")
        if text and not found:
            self.faults[name] = "UNKNOWN"
        return found


def judge(values: Mapping[str, str]) -> Judged:
    """Read a card; total. What the form needs (name, date of birth, sex) must be there and readable.

    >>> told = {"full_name": "Lê Văn An", "birth_date": "1965", "sex": "Nam", "marital_status": "Đã kết hôn"}
    >>> judge(told).columns["birth_date"], judge(told).columns["marital_status"], judge(told | {"sex": "?"}).faults
    ('1965', 'married', {'sex': 'VAL-01'})
    """
    reader = _Reader(values)
    columns = _person(reader)
    judged = Judged(
        columns=columns,
        pin=reader.number("pin", pin),
        old_id=reader.number("old_id", old_id),
        addresses=_addresses(reader),
        kin=_kin(reader),
        faults=reader.faults,
        remarks=reader.remarks,
    )
    for name in _NEEDED:
        if not values.get(name):
            reader.faults[name] = "EMPTY"
    return judged


def _person(reader: _Reader) -> dict[str, str]:
    values = reader.values
    name = name_of(values.get("full_name", ""))
    born = dates.explain(values.get("birth_date", ""), kind="birth")
    sex = person_terms.sex(values.get("sex", ""))
    reader.note("full_name", name.findings, read=name.kind == "person")
    reader.note("birth_date", born.findings, read=born.iso is not None)
    reader.note("sex", sex.findings, read=sex.key is not None)
    return {
        "full_name": name.display,
        "birth_date": born.iso or "",
        "sex": sex.key or "",
        "blood_type": reader.one_of("blood_type", {kind: kind for kind in BLOOD_TYPES}),
        "marital_status": reader.one_of("marital_status", _MARITAL),
        "nationality": _nationality(reader),
        **{column: values.get(column, "") for column in _AS_TOLD},
    }


def _nationality(reader: _Reader) -> str:
    """Three letters; what is no country's code and not Viet Nam is left to a human."""
    text = fold(reader.values.get("nationality", ""))
    if text in _VIETNAM or not text:
        return "VNM"
    if len(text) != 3 or not text.isalpha():
        reader.faults["nationality"] = "UNKNOWN"
    return text[:3]


def _addresses(reader: _Reader) -> dict[str, str]:
    """Addresses as told; whether today's division knows them is a remark, for residence is registered by the card's commune."""
    told = {kind: reader.values.get(f"{kind}_address", "") for kind in ("permanent", "current")}
    for kind, text in told.items():
        if text and (codes := [each.code for each in addresses.resolve(text).findings]):
            reader.remarks[f"{kind}_address"] = codes
    return {kind: text for kind, text in told.items() if text}


def _kin(reader: _Reader) -> dict[Kin, tuple[str, str]]:
    found = {}
    for kin in _KIN:
        name, number = reader.values.get(f"{kin}_name", ""), reader.values.get(f"{kin}_number", "")
        if name or number:
            reading = pin.explain(number) if number else None
            known = reading.key if reading is not None and reading.key else ""
            if number and not known and old_id.explain(number).key is None:
                reader.faults[f"{kin}_number"] = reading.findings[0].code if reading and reading.findings else "UNKNOWN"
            found[kin] = (name_of(name).display, known or (old_id.explain(number).key or "" if number else ""))
    return found


def same_person(told: str, on_record: str) -> bool:
    """Whether a name told and the one on record are the same, accents left out by one side aside.

    >>> same_person("LÊ VĂN AN", "Lê Văn An"), same_person("LE VAN AN", "Lê Văn An"), same_person("Lê Văn Ân", "Lê Văn An")
    (True, True, False)
    """
    one, two = keys(told), keys(on_record)
    return one.k1 == two.k1 or (one.k2 == two.k2 and (one.k0 == one.k2 or two.k0 == two.k2))


def differences(told: Mapping[str, str], on_record: Mapping[str, Any]) -> dict[str, str]:
    """Columns a card tells otherwise than the record; empty ones of the card are left out, another spelling is the same.

    >>> differences({"full_name": "LÊ HOÀ", "hometown": "Huế"}, {"full_name": "Lê Hòa", "hometown": ""})
    {'hometown': 'Huế'}
    """
    return {
        column: value
        for column, value in told.items()
        if value and not _alike(column, value, str(on_record.get(column) or ""))
    }


def _alike(column: str, told: str, kept: str) -> bool:
    if column in _AS_TOLD or column == "full_name":
        return keys(told).k1 == keys(kept).k1
    return told == kept
