"""Putting the reading of an address into findings: how it was spelt, which division it follows, what is open."""

from functools import lru_cache

from sosach.base.findings import Finding
from sosach.vn import places
from sosach.vn.addresses.gazetteer import ProvinceName, Unit, accents_of
from sosach.vn.addresses.match import Hit
from sosach.vn.addresses.outcome import Outcome
from sosach.vn.addresses.words import Segment, Span, is_full_word, segment
from sosach.vn.folding import tone_key

_TODAY = places.REFORM.max
_LAST_OLD_DAY = places.REFORM.fromordinal(places.REFORM.toordinal() - 1)

# Remark -> code, worst first: findings are listed in this order.
CODES = {
    "not_found": "ADR-01",
    "placeholder": "ADR-02",
    "former_commune": "ADR-03",
    "split": "ADR-04",
    "ambiguous": "ADR-05",
    "unknown_commune": "ADR-06",
    "no_commune": "ADR-07",
    "typo": "ADR-08",
    "hybrid": "ADR-09",
    "maybe_district": "ADR-10",
    "wrong_level": "ADR-11",
    "old_units": "ADR-12",
    "no_province": "ADR-13",
    "no_levels": "ADR-14",
    "alias": "ADR-15",
    "abbreviated": "ADR-16",
    "number": "ADR-17",
}
# These propose the units as they should have been spelt; the others today's address.
_OF_SPELLING = frozenset({"typo", "wrong_level", "no_levels", "alias", "abbreviated", "number"})
# Remarks on how units of old are spelt say nothing beside today's address, in which they are gone.
_OVERTAKEN = frozenset({"no_levels", "abbreviated"})
# These ask: they stand even where nothing can be proposed.
_OPEN = frozenset(
    {
        "not_found",
        "former_commune",
        "split",
        "ambiguous",
        "unknown_commune",
        "no_commune",
        "maybe_district",
    }
)


@lru_cache(maxsize=1 << 16)
def _spelling(words: tuple[str, ...], folded: tuple[str, ...], level: str, skip: int, unit: Unit) -> frozenset[str]:
    """Remarks on how one unit is written in `words`, of which the first `skip` are its level word."""
    remarks = set()
    if not level:
        remarks.add("no_levels")
    elif not skip or not is_full_word(folded[:skip]):
        remarks.add("abbreviated")
    if level and level not in unit.kinds:
        remarks.add("wrong_level")
    return frozenset(remarks | _name_spelling(words[skip:], folded[skip:], level if not skip else "", unit))


def _name_spelling(words: tuple[str, ...], folded: tuple[str, ...], glued: str, unit: Unit) -> set[str]:
    if any(word.isdigit() and word[0] == "0" for word in words):
        return {"number"}
    official = segment(unit.name)
    if glued or all(word == plain for word, plain in zip(words, folded, strict=True)):
        return set() if glued or "".join(folded) == "".join(official.folded) else {"alias"}
    if accents_of(words) == unit.accents:
        return set()
    if "".join(folded) != "".join(official.folded):
        return {"alias"}
    return set() if _marks_only_missing(words, folded, official) else {"typo"}


def _marks_only_missing(words: tuple[str, ...], folded: tuple[str, ...], official: Segment) -> bool:
    """Whether every word is right or lacks all its marks."""
    if len(words) != len(official.words):
        return False
    pairs = zip(words, folded, official.words, strict=True)
    return all(word == plain or tone_key(word) == tone_key(right) for word, plain, right in pairs)


def remarks(found: Outcome, segments: list[Segment]) -> set[str]:
    """All remarks about an outcome: its own, those of its spelling and those of its status."""
    every = set(found.remarks)
    for hit in (found.commune, found.district):
        if hit is not None:
            every |= _hit_remarks(hit, segments)
    if found.province is not None:
        every |= _province_remarks(*found.province, segments)
    if found.status == "not_found":
        every.add("not_found")
    elif found.status == "ambiguous" and "former_commune" not in every:
        units = found.commune.units if found.commune is not None else ()
        split = found.era == "old" and len(units) == 1 and len(found.communes) > 1
        every.add("split" if split else "ambiguous")
    if found.era == "old" and found.status == "ok":
        every.add("old_units")
        every -= _OVERTAKEN
    return every


def _hit_remarks(hit: Hit, segments: list[Segment]) -> frozenset[str]:
    if hit.typo:
        return frozenset({"typo"})
    if len(hit.units) > 1:
        return frozenset()
    part = segments[hit.at]
    start, end = hit.span.start, hit.span.end
    return _spelling(part.words[start:end], part.folded[start:end], hit.span.level, hit.span.name - start, hit.units[0])


def _province_remarks(name: ProvinceName, span: Span, at: int, segments: list[Segment]) -> set[str]:
    found = set()  # a province without its level word is the commonest way of all, and no remark
    if span.level and not is_full_word(segments[at].folded[span.start : span.name]):
        found.add("abbreviated")
    if name.alias:
        found.add("alias")
    return found


@lru_cache(maxsize=1 << 14)
def present_name(code: str) -> str:
    """Today's commune and province in full.

    >>> present_name("26740")
    'Phường Sài Gòn, Thành phố Hồ Chí Minh'
    """
    unit = places.commune(code, at=_TODAY)
    above = places.province(unit.parent, at=_TODAY) if unit else None
    return ", ".join(places.full_name(place) for place in (unit, above) if place)


@lru_cache(maxsize=1 << 14)
def _old_name(code: str) -> str:
    """An old commune with its district and province in full."""
    ward = places.commune(code, at=_LAST_OLD_DAY)
    district = places.district(ward.parent) if ward else None
    above = places.province(district.parent, at=_LAST_OLD_DAY) if district else None
    return ", ".join(places.full_name(place) for place in (ward, district, above) if place)


@lru_cache(maxsize=1 << 10)
def _district_name(code: str) -> str:
    """An old district with its province in full."""
    district = places.district(code)
    above = places.province(district.parent, at=_LAST_OLD_DAY) if district else None
    return ", ".join(places.full_name(place) for place in (district, above) if place)


def _spelt(found: Outcome) -> str | None:
    """The units read, in full and of their own time; None when it is open which they are."""
    if found.commune is not None:
        if len(found.commune.units) != 1 or found.era is None:
            return None
        code = found.commune.units[0].code
        return _old_name(code) if found.era == "old" else present_name(code)
    if found.district is not None:
        unit = found.district.units[0]
        return _district_name(unit.code) if len(found.district.units) == 1 else None
    return None


def findings(text: str, found: Outcome, segments: list[Segment], head: str) -> tuple[Finding, ...]:
    """The remarks as findings with their proposals, worst first; those that only propose need a proposal."""
    every = remarks(found, segments)
    if not every:
        return ()
    before = f"{head}, " if head else ""
    today = before + present_name(found.communes[0]) if found.status == "ok" else None
    spelt = _spelt(found)
    spelt = today if spelt is None else before + spelt
    listed = []
    for remark, code in CODES.items():
        if remark in every:
            proposed = None if remark in _OPEN else spelt if remark in _OF_SPELLING else today
            if proposed is not None or remark in _OPEN:
                listed.append(Finding(code, text, proposed))
    return tuple(listed)
