"""Headings: finding the heading row among the first rows and telling which canonical column each heading means."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from sosach.base.registers import Register, column_names
from sosach.engine.load.loaded import HeadingMatch
from sosach.engine.load.mapping import IGNORE
from sosach.vn.encodings import tables
from sosach.vn.tables import table

SEARCHED_ROWS = 20

KEY_COLUMNS: dict[Register, tuple[str, ...]] = {
    Register.POPULATION: ("pin", "full_name"),
    Register.VEHICLES: ("plate", "chassis_number", "owner_name"),
    Register.LICENCES: ("licence_number", "full_name"),
}

# Words that change nothing about what a heading means in that register: "Số CMND của chủ phương tiện" is "Số CMND".
_FILLERS: dict[Register, frozenset[str]] = {
    Register.POPULATION: frozenset(
        ("cua", "va", "theo", "tren", "the", "of", "and", "cong", "dan", "nguoi", "nhan", "khau")
    ),
    Register.VEHICLES: frozenset(
        ("cua", "va", "theo", "tren", "the", "of", "and", "xe", "phuong", "tien", "chu", "so", "huu", "nguoi")
    )
    - {"so"},
    Register.LICENCES: frozenset(
        ("cua", "va", "theo", "tren", "the", "of", "and", "xe", "lai", "giay", "phep", "gplx", "bang", "nguoi", "duoc")
    ),
}
# What remains without fillers must say more than "number" or "date".
_VAGUE = frozenset(("so", "ngay", "ten", "ma", "loai", "nam", "noi", "number", "date", "name", "code", "no"))

_POSITION = re.compile(r"#\d{1,4}")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}")
_NUMBERING = re.compile(r"^\s*(?:\(\d{1,2}\)|\d{1,2}\s*[.)\-/:])\s*")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
# Columns for which papers of several kinds stand beside each other (CCCD | CMND): the second number counts where the first is missing.
_PAPERS = frozenset(("pin", "owner_id_number", "id_number"))
_STRENGTH = {"mapping": 0, "name": 1, "synonym": 2, "decoded": 3, "words": 4}


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading row that was found.

    Attributes:
        matches: one for each column of the file, in order.
        first_data_row: index of the first row below it.
    """

    matches: tuple[HeadingMatch, ...]
    first_data_row: int

    @property
    def columns(self) -> dict[str, int]:
        """Canonical column → position in the file."""
        return {match.column: at for at, match in enumerate(self.matches) if match.column and match.how != "fallback"}

    @property
    def fallbacks(self) -> dict[str, list[int]]:
        """Canonical column → positions of the cells that count, in this order, where its own is empty."""
        places: dict[str, list[int]] = {}
        for at, match in enumerate(self.matches):
            if match.column and match.how == "fallback":
                places.setdefault(match.column, []).append(at)
        return places


def words(text: str) -> tuple[str, ...]:
    """Words of a heading without case, accents and signs.

    >>> words("Số ĐDCN/CCCD")
    ('so', 'ddcn', 'cccd')
    """
    flat = unicodedata.normalize("NFKD", text.translate(_D_LETTERS)).lower()
    bare = "".join(char for char in flat if not unicodedata.combining(char))
    return tuple(_NOT_WORD.sub(" ", bare).split())


_D_LETTERS = str.maketrans({"đ": "d", "Đ": "d", "Ð": "d", "ð": "d", "Ɖ": "d"})


@cache
def _synonyms(register: Register) -> dict[str, tuple[str, int]]:
    """Compact key → (column, rank); the rank says which of two headings for one column is the better."""
    known: dict[str, tuple[str, int]] = {}
    for rank, row in enumerate(table("headings")):
        if row["register"] == register.value:
            known.setdefault("".join(words(row["heading"])), (row["column"], rank))
    return known


@cache
def _word_sets(register: Register) -> dict[frozenset[str], tuple[str, int] | None]:
    """Telling words → (column, rank); None where two columns share them."""
    known: dict[frozenset[str], tuple[str, int] | None] = {}
    for rank, row in enumerate(table("headings")):
        if row["register"] != register.value:
            continue
        telling = _telling(register, row["heading"])
        if telling and telling in known:
            before = known[telling]
            known[telling] = before if before and before[0] == row["column"] else None
        elif telling:
            known[telling] = (row["column"], rank)
    return known


def _telling(register: Register, heading: str) -> frozenset[str]:
    left = frozenset(words(heading)) - _FILLERS[register]
    return frozenset() if left <= _VAGUE else left


@lru_cache(maxsize=1 << 13)
def _recognise(register: Register, heading: str) -> tuple[str, str, int] | None:
    """(column, how, rank) of one heading by itself."""
    spaced = " ".join(heading.split())
    if spaced in column_names(register):
        return spaced, "name", 0
    synonyms = _synonyms(register)
    for variant in _variants(spaced):
        hit = synonyms.get("".join(words(variant)))
        if hit:
            return hit[0], "name" if variant.lower() == hit[0] else "synonym", hit[1]
    for text in _decoded(spaced):
        hit = synonyms.get("".join(words(text)))
        if hit:
            return hit[0], "decoded", hit[1]
    for variant in _variants(spaced):
        meant = _word_sets(register).get(_telling(register, variant))
        if meant:
            return meant[0], "words", meant[1]
    return None


def _decoded(heading: str) -> Iterator[str]:
    """The heading read in each legacy encoding; `sè khung` is Vietnamese by chance, so only known headings count."""
    if heading.isascii():
        return
    for reader in (tables.from_tcvn3, tables.from_vni, tables.from_mojibake):
        yield from _variants(" ".join(reader(word) or word for word in heading.split(" ")))


def _variants(heading: str) -> tuple[str, ...]:
    """The heading, then without its brackets (units, hints), then without its number."""
    bare = _BRACKETS.sub(" ", heading)
    return tuple(dict.fromkeys((heading, bare, _NUMBERING.sub("", heading), _NUMBERING.sub("", bare))))


def match_headings(register: Register, cells: Sequence[str], mapping: Table[str, str]) -> tuple[HeadingMatch, ...]:
    """What each heading of a row means; never two headings for one column.

    Args:
        register: whose columns are looked for.
        cells: the heading row.
        mapping: heading or position (`#3`) → column, as `Mapping.for_register` gives it.
    """
    by_key = {_mapping_key(heading): column for heading, column in mapping.items()}
    found: list[tuple[HeadingMatch, int]] = []
    for at, cell in enumerate(cells):
        given = by_key.get(f"#{at + 1}") or by_key.get(_mapping_key(cell))
        if given == IGNORE:
            found.append((HeadingMatch(cell, None, "ignored"), 0))
        elif given:
            found.append((HeadingMatch(cell, given, "mapping"), 0))
        else:
            hit = _recognise(register, cell) if cell.strip() else None
            column, how, rank = hit or (None, "unknown", 0)
            found.append((HeadingMatch(cell, column, how), rank))
    return _one_heading_each(found)


def _mapping_key(heading: str) -> str:
    return " ".join(unicodedata.normalize("NFC", heading).split()).casefold()


def _one_heading_each(found: Sequence[tuple[HeadingMatch, int]]) -> tuple[HeadingMatch, ...]:
    """Keep the best heading of each column: the mapping's, the plainest, the first; the others become duplicates.

    A second number of a person's papers is no duplicate but what to fall back on; loose likeness is not enough for that.
    """
    best: dict[str, int] = {}
    order = sorted(range(len(found)), key=lambda at: (_STRENGTH.get(found[at][0].how, 9), found[at][1], at))
    for at in order:
        column = found[at][0].column
        if column:
            best.setdefault(column, at)
    return tuple(
        match if not match.column or best[match.column] == at else _second(match) for at, (match, _) in enumerate(found)
    )


def _second(match: HeadingMatch) -> HeadingMatch:
    if match.column in _PAPERS and match.how in {"name", "synonym", "decoded"}:
        return replace(match, how="fallback")
    return replace(match, column=None, how="duplicate")


def find_heading(register: Register, rows: Sequence[Sequence[str]], mapping: Table[str, str]) -> Heading | None:
    """The heading row among the first rows: the one with most recognised columns; two-line headings are joined.

    Returns:
        None when no row looks like one. With positions in the mapping, the first row is then data.
    """
    named = {heading: column for heading, column in mapping.items() if not _POSITION.fullmatch(heading)}
    best: tuple[int, Sequence[str], int] = (0, (), 0)
    for at, row in enumerate(rows[:SEARCHED_ROWS]):
        for height, cells in _candidates(rows, at, row):
            score = _score(register, match_headings(register, cells, named), cells)
            if score > best[0]:
                best = score, cells, at + height
    score, cells, first_data_row = best
    if score:
        return _below_numbering(Heading(match_headings(register, cells, mapping), first_data_row), rows)
    positions = [int(heading[1:]) for heading in mapping if _POSITION.fullmatch(heading)]
    if not positions:
        return None
    width = max(*positions, *(len(row) for row in rows[:SEARCHED_ROWS]), 1)
    return Heading(match_headings(register, [""] * width, mapping), 0)


def _candidates(rows: Sequence[Sequence[str]], at: int, row: Sequence[str]) -> list[tuple[int, Sequence[str]]]:
    """The row alone, and joined with the one below: `Chủ xe` over `Họ tên | CCCD | Địa chỉ`."""
    candidates: list[tuple[int, Sequence[str]]] = [(1, row)]
    if at + 1 < len(rows) and any(not cell.strip() for cell in row):
        below = rows[at + 1]
        width = max(len(row), len(below))
        upper, lower = ([*cells, *[""] * (width - len(cells))] for cells in (row, below))
        joined = [low if low.strip() else high for high, low in zip(upper, lower, strict=True)]
        fits = all(
            not low.strip() or not high.strip() or _spans(upper, x)
            for x, (high, low) in enumerate(zip(upper, lower, strict=True))
        )
        if fits:
            candidates.append((2, joined))
    return candidates


def _spans(upper: Sequence[str], at: int) -> bool:
    """Whether a cell of the upper line is the start of a merged range: empty cells follow it."""
    return at + 1 < len(upper) and not upper[at + 1].strip()


def _score(register: Register, matches: Sequence[HeadingMatch], cells: Sequence[str]) -> int:
    """How much a row looks like the heading row; 0: not at all."""
    columns = {match.column for match in matches if match.column and match.heading.strip()}
    filled = sum(1 for cell in cells if cell.strip())
    certain = any(match.column and match.how in {"mapping", "name"} for match in matches)
    if len(columns) >= 2 or (columns & set(KEY_COLUMNS[register]) and (filled <= 2 or certain)):
        return len(columns)
    return 0


def _below_numbering(heading: Heading, rows: Sequence[Sequence[str]]) -> Heading:
    """Skip the row of column numbers that official forms put below the headings: (1) | (2) | (3)."""
    at = heading.first_data_row
    if at >= len(rows):
        return heading
    cells = [cell.strip().strip("()[].") for cell in rows[at] if cell.strip()]
    numbered = len(cells) >= 3 and all(cell.isdecimal() and len(cell) <= 2 for cell in cells)
    if (
        numbered
        and [int(cell) for cell in cells] == list(range(int(cells[0]), int(cells[0]) + len(cells)))
        and int(cells[0]) <= 2
    ):
        return replace(heading, first_data_row=at + 1)
    return heading


def has_key_column(register: Register, heading: Heading) -> bool:
    """Whether one of the columns is there that the register cannot do without."""
    return any(column in heading.columns for column in KEY_COLUMNS[register])
