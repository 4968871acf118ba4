"""Resolving an address: text in, today's commune or the candidates out, with what is remarkable about it."""

import re
from functools import lru_cache

from sosach.base.findings import Finding
from sosach.vn import encodings, places
from sosach.vn.addresses.findings import CODES, findings
from sosach.vn.addresses.gazetteer import gazetteer
from sosach.vn.addresses.interpret import Interpreter
from sosach.vn.addresses.match import Text
from sosach.vn.addresses.outcome import MAX_CANDIDATES, Outcome
from sosach.vn.addresses.reading import PlaceReading
from sosach.vn.addresses.words import Segment, cut
from sosach.vn.test_values import is_test_value

_NOTE = re.compile(r"\([^()]*\)")
_TODAY = places.REFORM.max


def resolve(text: str, *, for_people: bool = True) -> PlaceReading:
    """Today's commune of an address of either era, or what is known of it. Total: never raises on any text.

    Args:
        text: an address, accented or not, abbreviated or not, with or without commas.
        for_people: the address of a person or household: communes split in 2025 whose whole population went to one
            side are converted. Land and firms could lie on the other side: then they are ambiguous.

    Source: Resolution 202/2025/QH15; Decision 19/2025/QĐ-TTg; official conversion table of the statistics office.

    >>> resolve("12 Lê Lợi, P. Bến Nghé, Q1, TP.HCM").commune
    '26740'
    >>> resolve("Phường Dịch Vọng Hậu, Quận Cầu Giấy, Hà Nội").candidates
    ('00160', '00166')
    """
    if not text.strip():
        return PlaceReading("not_found")
    found, segments = _read(text, for_people=for_people)
    if found.rank == 0 and is_test_value(text):
        return PlaceReading("not_found", findings=(Finding(CODES["placeholder"], text),))
    if found.rank < 3 and (decoded := encodings.decode(text)) is not None:
        again, other = _read(decoded.text, for_people=for_people)
        if again.rank > found.rank:
            return _reading(text, again, other, (encodings.finding(text, decoded),))
    return _reading(text, found, segments, ())


def _read(text: str, *, for_people: bool) -> tuple[Outcome, list[Segment]]:
    segments = cut(text)
    if "(" in text and (bare := cut(_NOTE.sub(" ", text))):
        segments = bare
    known = gazetteer()
    accented = not text.isascii()
    found = Interpreter(Text(segments, loose=False, accented=accented), known, for_people).read()
    if found.rank < 3:
        again = Interpreter(Text(segments, loose=True, accented=accented), known, for_people).read()
        if again.rank > found.rank:
            return again, segments
    return found, segments


def _reading(text: str, found: Outcome, segments: list[Segment], before: tuple[Finding, ...]) -> PlaceReading:
    head = _head(found, segments)
    district = found.district.units[0].code if found.district and len(found.district.units) == 1 else None
    ward = found.commune.units if found.commune is not None and found.era == "old" else ()
    listed = found.communes if found.status == "ambiguous" and len(found.communes) <= MAX_CANDIDATES else ()
    return PlaceReading(
        status=found.status,
        commune=found.communes[0] if found.status == "ok" else None,
        candidates=listed,
        province=_province(found),
        district_key=district,
        old_ward=ward[0].code if len(ward) == 1 else None,
        era=found.era,
        head=head,
        findings=before + findings(text, found, segments, head),
    )


def _province(found: Outcome) -> str | None:
    """Today's province all readings agree on."""
    if found.communes:
        above = {_parent(code) for code in found.communes}
    elif found.district is not None:
        above = {places.present_province(unit.parent) or "" for unit in found.district.units}
    elif found.province is not None:
        name = found.province[0]
        above = set(name.new or name.wide_new)
    else:
        above = set()
    return above.pop() if len(above) == 1 else None


@lru_cache(maxsize=1 << 13)
def _parent(code: str) -> str:
    unit = places.commune(code, at=_TODAY)
    return unit.parent if unit else ""


def _head(found: Outcome, segments: list[Segment]) -> str:
    """The text before the units, as given."""
    at, start = found.start
    if at < 0:
        return ""
    parts = [part.text for part in segments[:at]]
    if start and at < len(segments):
        part = segments[at]
        stop = part.offsets[start] if start < len(part.offsets) else len(part.text)
        parts.append(part.text[:stop].rstrip(" -.–"))
    return ", ".join(part for part in parts if part)
