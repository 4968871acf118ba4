"""Which classes of values somebody is shown, by register, role and purpose: one table, `access/release.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from sosach.base.sensitivity import PERSONAL, Sensitivity
from sosach.domain.access.rules.policy import Role
from sosach.domain.access.rules.purposes import purposes


@dataclass(frozen=True, slots=True)
class Release:
    """One line of the table.

    Attributes:
        register: subject whose columns it is about (`population`, `vehicles` …).
        sensitivity: class of the values.
        roles: who is shown them.
        purposes: codes for which; empty: for every one.
    """

    register: str
    sensitivity: Sensitivity
    roles: frozenset[Role]
    purposes: frozenset[str]


@cache
def releases() -> tuple[Release, ...]:
    """The table.

    Raises:
        ValueError: a purpose that is none, or a class that is not of personal data.
    """
    text = (resources.files("sosach.domain.access") / "release.toml").read_text("utf-8")
    found = tuple(
        Release(
            entry["register"],
            Sensitivity(entry["class"]),
            frozenset(map(Role, entry["roles"])),
            frozenset(entry.get("purposes", ())),
        )
        for entry in tomllib.loads(text)["release"]
    )
    for one in found:
        if one.sensitivity not in PERSONAL or one.purposes - purposes().keys():
            raise ValueError(f"the release of {one.sensitivity} {one.register} names what there is not")
    return found


@cache
def withheld_from(roles: frozenset[str], purpose: str) -> Mapping[str, frozenset[Sensitivity]]:
    """Register → classes that are not shown to somebody with these roles for this purpose; registers without any left out.

    >>> sorted(withheld_from(frozenset({Role.CLERK}), "identity-check")["population"])
    [<Sensitivity.SENSITIVE: 'sensitive'>]
    >>> "population" in withheld_from(frozenset({Role.CLERK, Role.CHIEF}), "correction")
    False
    """
    shown = {
        (one.register, one.sensitivity)
        for one in releases()
        if not one.roles.isdisjoint(roles) and (not one.purposes or purpose in one.purposes)
    }
    registers = dict.fromkeys(one.register for one in releases())
    found = {register: frozenset(each for each in PERSONAL if (register, each) not in shown) for register in registers}
    return {register: classes for register, classes in found.items() if classes}
