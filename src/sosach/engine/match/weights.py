"""What each level of agreement is worth, in bits: log2 of how much likelier it is for the true person than for another.

`m` is the share of true pairs that show a level; where the surprise of a value matters (names, dates, communes) the
record itself carries it (`w1`, `wd`, …) and only log2(m) is added. Start values are what registers of this kind show;
`estimate.py` replaces them by what the data at hand say.
"""

import math
from dataclasses import dataclass, field, replace

from sosach.engine.match.levels import BIRTH, ID, NAME, PLACE, code

# A name has about four spellings nearby that are names too: two bits less than the near name alone would be worth.
NEIGHBOURS = 2.0


def _start_m() -> dict[str, dict[str, float]]:
    return {
        # given that record and person both have a number of the kind
        "id": {
            "pin": 0.94,
            "pin_repair": 0.9,
            "old_id": 0.92,
            "old_id_repair": 0.85,
            "partial": 0.03,
            "conflict": 0.03,
        },
        "name": {"equal": 0.93, "toneless": 0.93, "tone": 0.02, "near": 0.04, "part": 0.008, "different": 0.004},
        # given that both have a date
        "birth": {"equal": 0.93, "swapped": 0.01, "year": 0.96, "part": 0.025, "conflict": 0.025},
        # given that the record names a place
        "place": {"commune": 0.80, "province": 0.11, "other": 0.09},
        "fit": {"fit": 0.98, "young": 0.01, "sex": 0.01},
    }


def _start_outside() -> dict[str, float]:
    known = {"pin": 0.3, "old_id": 0.1, "none": 0.06}
    return known | {f"{has}, name unknown": 0.5 for has in known}


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of one run; written to the manifest so that they can be inspected.

    Attributes:
        persons: size of the population register.
        m: shares of true pairs per feature and level.
        wrong_number: share of numbers that are valid but belong to someone else.
        outside: chance that a record's person is not in the register, by what the record has (see `posterior.HAS`).
        unseen: chance that the true person is in the register but never listed as a candidate (name beyond recognition).
        source: how the values came about.
    """

    persons: int
    m: dict[str, dict[str, float]] = field(default_factory=_start_m)
    wrong_number: float = 0.005
    outside: dict[str, float] = field(default_factory=_start_outside)
    unseen: float = 0.01
    source: str = "start"

    def with_m(self, m: dict[str, dict[str, float]], source: str) -> "Weights":
        """The same with other shares."""
        return replace(self, m=m, source=source)

    def constant_bits(self, feature: str, level: str) -> float:
        """Bits of a level that need no surprise of the value."""
        total = max(self.persons, 2)
        m = self.m[feature].get(level, 1.0)
        others = {
            # a number that is somebody's: only wrong numbers give it to another person
            ("id", "pin"): self.wrong_number / total,
            ("id", "pin_repair"): self.wrong_number * 4 / total,
            ("id", "old_id"): self.wrong_number * 2 / total,
            ("id", "old_id_repair"): self.wrong_number * 8 / total,
            # about two hundred numbers lie near a number; one in a few hundred numbers of a kind is given out
            ("id", "partial"): 1.0 / total,
            ("name", "different"): 1.0,
            ("birth", "swapped"): 1 / 25_000,
            ("birth", "part"): 1 / 200,  # same month and year, same day and month, or same day and year
            ("place", "province"): 1 / 25,
            ("fit", "sex"): 1 / 2,
        }
        return math.log2(m / others.get((feature, level), 1.0))


def bits_sql(weights: Weights) -> str:
    """SQL of a pair's score in bits over its levels, the weights `w1` … `wu` of the record and `wp` of the person's name."""
    w = weights

    def log_m(feature: str, level: str) -> str:
        return f"{math.log2(max(w.m[feature][level], 1e-6)):.4f}"

    def const(feature: str, level: str) -> str:
        return f"{w.constant_bits(feature, level):.4f}"

    ids = " ".join(f"WHEN {code('id', level)} THEN {const('id', level)}" for level in ID if level != "none")
    names = {
        "equal": f"w1 + ({log_m('name', 'equal')})",
        "toneless": f"w2 + ({log_m('name', 'toneless')})",
        "tone": f"w2 + ({log_m('name', 'tone')})",
        "near": f"wp + ({log_m('name', 'near')}) - {NEIGHBOURS:.1f}",
        "part": f"we + ({log_m('name', 'part')})",
        "different": const("name", "different"),
    }
    births = {
        "equal": f"wd + ({log_m('birth', 'equal')})",
        "swapped": const("birth", "swapped"),
        "year": f"wy + ({log_m('birth', 'year')})",
        "part": const("birth", "part"),
        "conflict": const("birth", "conflict"),
    }
    places = {
        "commune": f"wc + ({log_m('place', 'commune')})",
        "province": const("place", "province"),
        "other": const("place", "other"),
    }
    fits = {
        "fit": f"wf + ({log_m('fit', 'fit')})",
        "young": f"wu + ({log_m('fit', 'young')})",
        "sex": const("fit", "sex"),
    }
    fit_case = " ".join(f"WHEN {code('fit', level)} THEN {sql}" for level, sql in fits.items())
    name_case = " ".join(f"WHEN {code('name', level)} THEN {names[level]}" for level in NAME)
    birth_case = " ".join(f"WHEN {code('birth', level)} THEN {births[level]}" for level in BIRTH if level in births)
    place_case = " ".join(f"WHEN {code('place', level)} THEN {places[level]}" for level in PLACE if level in places)
    # A wrong number that belongs to another usually shares that person's year and province, which are written in the
    # number: then they prove nothing beyond it.
    numbers = f"lid IN ({code('id', 'pin')}, {code('id', 'pin_repair')}, {code('id', 'partial')})"
    doubtful = f"({numbers} AND lname = {code('name', 'different')})"
    birth = (
        f"CASE WHEN {doubtful} AND lbirth = {code('birth', 'year')} THEN 0 "
        f"WHEN {doubtful} AND lbirth = {code('birth', 'equal')} THEN 8 "
        f"ELSE (CASE lbirth {birth_case} ELSE 0 END) END"
    )
    return (
        f"((CASE lid {ids} ELSE 0 END) + (CASE lname {name_case} END) + ({birth}) "
        f"+ (CASE lplace {place_case} ELSE 0 END) + (CASE lfit {fit_case} ELSE 0 END))::FLOAT"
    )
