"""Why somebody may look at people's data: a closed list, each with its base in law."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Purpose:
    """A reason to look.

    Attributes:
        code: stable code, never reused.
        vi: what for, Vietnamese.
        en: what for, English.
        legal: id in `vn/data/legal.toml`.
        case: whether a look for it names its case.
    """

    code: str
    vi: str
    en: str
    legal: str
    case: bool = False


@cache
def purposes() -> dict[str, Purpose]:
    """The list by code.

    Raises:
        ValueError: a code stands twice.
    """
    text = (resources.files("sosach.domain.access") / "purposes.toml").read_text("utf-8")
    entries = [Purpose(**entry) for entry in tomllib.loads(text)["purpose"]]
    found = {entry.code: entry for entry in entries}
    if len(found) < len(entries):
        raise ValueError("a purpose stands twice")
    return found
