"""The page about the chip tells the truth: a field is changed, and exactly the places change that the page names."""

import re
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.chip.cards import content, finger, portrait, publics
from tests.chip.verifying.forgeries import ALL

from sosach.chip.content import CardContent
from sosach.chip.files import texts
from sosach.chip.files.card import CARD_ACCESS, COM, GROUP, SOD, build
from sosach.chip.files.folder import NAMES
from sosach.chip.profiles import PROFILES
from sosach.chip.verifying.wording import FAULTS
from sosach.vn.card_text import qr_text

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "card-chip.md").read_text("utf-8")
ROWS = [[cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.splitlines() if line.startswith("| ")]
FIELDS = [row for row in ROWS if len(row) == 6 and row[0].isdigit()]
CHILD = replace(
    content(1),
    birth=date(2018, 3, 4),
    expires=date(2032, 3, 4),
    portrait=portrait(),
    fingers=(finger(2),),
    father="Bố",
    mother="Mẹ",
    spouse="",
    old_id="",
)
OTHERWISE: dict[str, object] = {
    "pin": "001318000001",
    "birth": CHILD.birth - timedelta(days=1),
    "issued": CHILD.issued + timedelta(days=1),
    "expires": None,
    "sex": "F" if CHILD.sex == "M" else "M",
    "old_id": "012345678",
    "reference": "X" * 16,
    "portrait": portrait(32),
    "fingers": (finger(3),),
}
"""Another value for every field that cannot hold just any text."""


def places(before: CardContent, after: CardContent) -> tuple[str, str, str]:
    """Where two cards differ: on the chip, in the QR code of 2021, in that of 2024; as the page writes it."""
    profile = PROFILES["VN-CC-2024"]
    old, new = (build(said, profile, publics(profile)) for said in (before, after))
    assert (old.com, old.card_access) == (new.com, new.card_access)
    chip = ", ".join(_group(number, old.groups[number], new.groups[number]) for number in old.groups)
    generations = ("2021", "2024")
    codes = [
        [place for place, (one, other) in enumerate(zip(*texts_of, strict=True), start=1) if one != other]
        for texts_of in (
            [qr_text(said, generation=each).split("|") for said in (before, after)] for each in generations
        )
    ]
    shown = [", ".join(map(str, code)) or "–" for code in codes]
    return re.sub(r"(, )+", ", ", chip).strip(", "), shown[0], shown[1]


def _group(number: int, old: bytes, new: bytes) -> str:
    if old == new:
        return ""
    if number != 13:
        return f"DG{number}"
    one, other = texts.read(old), texts.read(new)
    plain = [field for field in one.fields if one.fields[field] != other.fields[field]]
    nested = [13] * (one.parents != other.parents) + [14] * (one.spouse != other.spouse)
    return f"DG13 ({', '.join(map(str, plain + nested))})"


def test_all_twenty_fields_are_there() -> None:
    assert [row[0] for row in FIELDS] == [str(number) for number in range(1, 21)]
    assert {row[2].strip("`") for row in FIELDS} == {field.name for field in fields(CardContent)}


@pytest.mark.parametrize("row", FIELDS, ids=lambda row: str(row[2]))
def test_a_field_stands_where_the_page_says(row: list[str]) -> None:
    name = row[2].strip("`")
    changed = replace(CHILD, **{name: OTHERWISE.get(name, "Khác")})  # type: ignore[arg-type]  # of the field's own type
    assert places(CHILD, changed) == tuple(row[3:])


def test_files_and_profiles_are_the_ones_there_are() -> None:
    named = {row[0]: int(row[1], 16) for row in ROWS if len(row) == 4 and re.fullmatch(r"01[0-9A-F]{2}", row[1])}
    assert {f"{name}.bin": number for name, number in named.items()} == NAMES
    assert {CARD_ACCESS, COM, SOD, GROUP + 1} <= set(named.values())
    told = {row[0].strip("`"): row[1:] for row in ROWS if len(row) == 8 and row[0].startswith("`VN")}
    words = {True: "yes", False: "no"}
    assert told == {
        name: [
            *(each.lds, each.face, f"`{each.texts}`", each.digest, each.pace),
            *(words[each.active], words[each.agreement]),
        ]
        for name, each in PROFILES.items()
    }


def test_rules_are_the_ones_there_are() -> None:
    told = {row[0].strip("`"): row[1] for row in ROWS if len(row) == 2 and row[0].startswith("`")}
    assert told == {str(rule): english for rule, (_, english) in FAULTS.items()}
    assert f"forgeries of {len(ALL)} kinds" in PAGE
