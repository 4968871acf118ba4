"""Names of X-Road members, subsystems and services: parts between slashes, each encoded and checked by itself."""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

# What a part of a name may consist of; a slash never, so that a name reads the same encoded and not.
_PART = re.compile(r"[A-Za-z0-9'()+,\-.=?]{1,255}")
_PLAIN = "'()+,-.=?"
_SHORTEST, _LONGEST = 3, 4  # instance, class, member; and a subsystem


@dataclass(frozen=True, slots=True)
class Party:
    """A member, or a subsystem of one.

    Attributes:
        instance: of X-Road (`VN`).
        member_class: kind of organisation (`GOV`).
        member: its code.
        subsystem: which of its systems; "" for the member itself.
    """

    instance: str
    member_class: str
    member: str
    subsystem: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts it has."""
        return tuple(part for part in (self.instance, self.member_class, self.member, self.subsystem) if part)

    def __str__(self) -> str:
        """As headers and addresses carry it.

        >>> str(Party("VN", "GOV", "THUE", "QL(1)"))
        'VN/GOV/THUE/QL(1)'
        """
        return "/".join(quote(part, safe=_PLAIN) for part in self.parts)


def read_part(text: str) -> str:
    """A part as it is meant: decoded once.

    >>> read_part("C%2B%2B")
    'C++'

    Raises:
        ValueError: it is empty, too long, not UTF-8, or holds what a name may not hold.
    """
    plain = unquote(text, errors="strict")
    if not _PART.fullmatch(plain):
        raise ValueError("a part of the name is empty, too long or holds other characters than a name may")
    return plain


def read_party(text: str) -> Party:
    """The party a header names.

    >>> read_party("VN/GOV/THUE").subsystem
    ''

    Raises:
        ValueError: not three or four parts, or one of them is none.
    """
    parts = [read_part(part) for part in text.strip().split("/")]
    if not _SHORTEST <= len(parts) <= _LONGEST:
        raise ValueError("a member has three parts, a subsystem four")
    return Party(*parts)


def read_last_party(text: str) -> Party:
    """The party that counts where a header came several times: the last; servers join repeated headers with commas.

    >>> str(read_last_party("VN/GOV/A/S1,VN/GOV/B/S2"))
    'VN/GOV/B/S2'
    >>> str(read_last_party("VN/GOV/A,B/S1"))  # one name, with a comma in a part
    'VN/GOV/A,B/S1'

    Raises:
        ValueError: what counts is no party.
    """
    if text.count("/") < _LONGEST:
        return read_party(text)
    # a name has at most three slashes: the last one begins at the last comma that leaves it at least two
    before, _, last = text.rpartition(",")
    while before and last.count("/") < _SHORTEST - 1:
        before, _, more = before.rpartition(",")
        last = f"{more},{last}"
    return read_party(last)
