"""What the reading of a name yields, and how the words of a person's name become one."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from sosach.base.findings import Finding
from sosach.vn.names import codes, lexicon
from sosach.vn.names.keys import keys
from sosach.vn.names.parts import BARE, FIRST, MARKED, Part

Kind = Literal["person", "organisation", "several", "unknown", "test"]


class NameReading(NamedTuple):
    """One name as understood. A named tuple, since millions of them are made.

    Attributes:
        kind: person, organisation, several (owners in one cell), test (a filler or "not known"), unknown (no name to be seen).
        display: composed, upper case, single blanks, without titles, nicknames and brackets; of several owners the first.
        k1: tone-safe key of `display`; equal means the same name.
        k2: key without marks.
        k3: loose key.
        family: K2 of the surname (one word, or two of a compound one); empty for organisations and single words.
        given: K2 of the last word; empty for organisations.
        accented: False when the name, or a word of it, has lost its accents: compare by `k2` then.
        others: the further owners as displayed.
        findings: remarks, worst first.
    """

    kind: Kind
    display: str
    k1: str
    k2: str
    k3: str
    family: str
    given: str
    accented: bool
    others: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def person(
    text: str, display: str, parts: Sequence[Part], findings: Sequence[Finding] = (), others: tuple[str, ...] = ()
) -> NameReading:
    """The reading of a person's name, or of several owners' when there are others.

    Args:
        text: the name as given, for the finding about lost accents.
        display: the name as shown.
        parts: its words, at least one.
        findings: what is known about it already.
        others: the further owners as displayed.
    """
    seen = 0
    for p in parts:
        seen |= p.flags
    accented = not _accents_missing(parts, seen)
    if not accented:
        findings = (*findings, Finding(codes.ACCENTS_MISSING, text))
    return NameReading(
        "several" if others else "person",
        display,
        " ".join([p.k1 for p in parts]),
        " ".join([p.k2 for p in parts]),
        " ".join([p.k3 for p in parts]),
        _family(parts),
        parts[-1].k2,
        accented,
        others,
        codes.worst_first(findings) if findings else (),
    )


def no_person(kind: Kind, display: str, findings: Sequence[Finding] = ()) -> NameReading:
    """The reading of a text that is no person's name."""
    k = keys(display)
    return NameReading(kind, k.k0, k.k1, k.k2, k.k3, "", "", accented=True, findings=codes.worst_first(findings))


def is_minority(parts: Sequence[Part]) -> bool:
    """Whether a name shows itself as a minority one (K', H', Y …, or a part like Niê, Ksơr), so its spelling is its own."""
    if parts[0].upper in lexicon.MINORITY_FIRST:
        return True
    return any(p.upper in lexicon.MINORITY_PARTS or p.upper[:2] in {"K'", "H'"} for p in parts)


def _family(parts: Sequence[Part]) -> str:
    if len(parts) < 2:
        return ""
    if parts[0].flags & FIRST and len(parts) > 2:
        compound = f"{parts[0].k2} {parts[1].k2}"
        if compound in lexicon.COMPOUND_SURNAME_KEYS:
            return compound
    return parts[0].k2


def _accents_missing(parts: Sequence[Part], seen: int) -> bool:
    """Whether accents were lost: a word is no syllable without them, or surname, Văn, Thị stand bare in a name without any."""
    if seen & BARE:
        return not is_minority(parts)
    if seen & MARKED or len(parts) < 2:
        return False
    return parts[0].k2 in lexicon.MARKED_SURNAME_KEYS or (len(parts) > 2 and parts[1].k2 in {"VAN", "THI"})
