"""What each level of agreement is worth, in bits: log2 of how much likelier it is for the true person than for another.

A pair's score is its surprise plus log2(m) of each level. The surprise says how rarely a person drawn at random agrees so
(counted in the register at hand: names, dates, communes); `m` is the share of true pairs that show the level, given what
the record says at all: a year that agrees is all a record with a year only can give. So m stands per context. Start
values are what registers of this kind show; `estimate.py` replaces them by what the data at hand say.
"""

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from sosach.engine.match.levels import FEATURES, SAME_COMMUNE, code

# What a record has in the way of a number, decides what its number can show: `has` of table `open`.
HAS = ("pin", "pin_repair", "old_id", "old_id_repair", "none")
# Whether anybody bears the record's name: as written, in other tones only, or nobody: `known` of table `open`.
KNOWN = ("known", "other tones", "unknown")
# Records with a number come from other sources and times than those without: they have shares of their own.
BIRTH_FORMS = ("date", "year", "date, no number", "year, no number")
PLACE_FORMS = ("number", "no number")
CONTEXTS = {"id": HAS, "name": KNOWN, "birth": BIRTH_FORMS, "place": PLACE_FORMS, "fit": ("any",)}

# The chance to be outside the register is told apart by the kind of number and by whether the name is known.
OUTSIDE = tuple(f"{number}{name}" for name in ("", ", name unknown") for number in ("pin", "old_id", "none"))
# Which of the three kinds of number each of `HAS` is.
KIND_OF_NUMBER = (0, 0, 1, 1, 2)

# A name has about four spellings nearby that are names too: two bits less than the near name alone would be worth.
NEIGHBOURS = 2.0
# Those who share address or hamlet among people of one commune: namesakes, and others (relatives live together).
SHARING = {"namesake": {"address": 1 / 400, "hamlet": 1 / 15}, "other name": {"address": 1 / 20, "hamlet": 1 / 6}}

Shares = dict[str, dict[str, dict[str, float]]]


def _start_m() -> Shares:
    date = {"equal": 0.93, "swapped": 0.01, "year": 0.02, "part": 0.025, "conflict": 0.015}
    year = {"year": 0.97, "conflict": 0.03}
    place = {"address": 0.35, "hamlet": 0.2, "commune": 0.25, "province": 0.11, "other": 0.09}
    exact = {has: {has: 0.95, "partial": 0.02, "conflict": 0.03} for has in HAS[:-1]}
    return {
        "id": exact | {"none": {}},
        "name": {
            "known": {"equal": 0.955, "toneless": 0.955, "tone": 0.01, "near": 0.02, "part": 0.01, "different": 0.005},
            "other tones": {"toneless": 0.2, "tone": 0.45, "near": 0.2, "part": 0.1, "different": 0.05},
            "unknown": {"near": 0.6, "part": 0.2, "different": 0.2},
        },
        "birth": dict(zip(BIRTH_FORMS, (date, year, date, year), strict=True)),
        "place": dict.fromkeys(PLACE_FORMS, place),
        "fit": {"any": {"fit": 0.98, "young": 0.01, "sex": 0.01}},
    }


def _start_outside() -> dict[str, float]:
    return {name: 0.4 if name.endswith("unknown") else 0.05 for name in OUTSIDE}


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of one run; written to the manifest so that they can be inspected.

    Attributes:
        persons: size of the population register.
        m: shares of true pairs per feature, context and level.
        wrong: share of the numbers of each kind that are somebody else's.
        sharing: share of other people of the commune at the same address or hamlet.
        outside: chance that a record's person is not in the register, by what the record has.
        source: how the values came about.
    """

    persons: int
    m: Shares = field(default_factory=_start_m)
    wrong: dict[str, float] = field(
        default_factory=lambda: {"pin": 0.005, "pin_repair": 0.02, "old_id": 0.01, "old_id_repair": 0.03}
    )
    sharing: dict[str, dict[str, float]] = field(default_factory=lambda: SHARING)
    outside: dict[str, float] = field(default_factory=_start_outside)
    source: str = "start"

    def changed(self, **values: object) -> "Weights":
        """The same with other values."""
        return replace(self, **values)  # type: ignore[arg-type]  # names and types are those of the fields

    def table(self, feature: str) -> npt.NDArray[np.float64]:
        """log2(m) by context and level code; levels a context cannot show are impossible, silent ones say nothing.

        Where nobody compared the addresses, agreeing in the commune is all that can be known: two more contexts of place.
        """
        contexts = CONTEXTS[feature]
        bits = np.full((len(contexts), len(FEATURES[feature])), -20.0)
        for number, context in enumerate(contexts):
            for level, share in self.m[feature][context].items():
                bits[number, code(feature, level)] = np.log2(max(share, 1e-6))
        if "none" in FEATURES[feature]:
            bits[:, code(feature, "none")] = 0.0
        if feature == "id":
            self._add_wrong(bits)
        if feature == "place":
            unexamined = bits.copy()
            whole = np.exp2(bits[:, [code("place", level) for level in SAME_COMMUNE]]).sum(axis=1)
            unexamined[:, code("place", "commune")] = np.log2(whole)
            bits = np.concatenate([bits, unexamined])
        return bits

    def _add_wrong(self, bits: npt.NDArray[np.float64]) -> None:
        """A number equal to that of another person is a wrong number, and one person's only."""
        for level, share in self.wrong.items():
            bits[:, code("id", level)] += np.log2(self.persons / share)

    def shared(self) -> npt.NDArray[np.float64]:
        """Bits of address and hamlet beyond the commune, by (0 namesake, 1 other name) and level of place."""
        bits = np.zeros((2, len(FEATURES["place"])))
        for number, levels in enumerate(self.sharing.values()):
            for level, share in levels.items():
                bits[number, code("place", level)] = -np.log2(share)
        return bits


def surprise_sql(persons: int) -> str:
    """SQL of a pair's surprise in bits, over its levels, the weights of the record `v` and `pn2`, the bearers of the person's name."""
    total = max(persons, 2)
    names = {
        "equal": "v.w1",
        "toneless": "v.w2",
        "tone": "v.w2",
        "near": f"log2({total} / greatest(coalesce(pn2, 1), 1)) - {NEIGHBOURS}",
        "part": "v.we",
    }
    # same month and year, same day and month, or same day and year: one in two hundred
    births = {"equal": "v.wd", "swapped": "log2(25000)", "year": "v.wy", "part": "log2(200)"}
    places = {"commune": "v.wc", "province": "v.wp"}
    fits = {"fit": "v.wf", "young": "v.wu", "sex": "1"}

    def case(feature: str, worth: dict[str, str]) -> str:
        whens = " ".join(f"WHEN {code(feature, level)} THEN {sql}" for level, sql in worth.items())
        return f"(CASE l{feature} {whens} ELSE 0 END)"

    # A wrong number that belongs to another usually shares that person's year and province, which are written in the
    # number: then they prove nothing beyond it.
    numbered = f"lid IN ({code('id', 'pin')}, {code('id', 'pin_repair')}, {code('id', 'partial')})"
    doubtful = f"{numbered} AND lname = {code('name', 'different')}"
    birth = (
        f"(CASE WHEN {doubtful} AND lbirth = {code('birth', 'year')} THEN 0 "
        f"WHEN {doubtful} AND lbirth = {code('birth', 'equal')} THEN 8 ELSE {case('birth', births)} END)"
    )
    number = case("id", {"partial": f"log2({total})"})
    return f"({number} + {case('name', names)} + {birth} + {case('place', places)} + {case('fit', fits)})::FLOAT"


def rough_bits_sql(persons: int) -> str:
    """SQL of a pair's score by the start values for records with a date and a number, to tell who is as good as found."""
    start = Weights(persons=max(persons, 2))
    tables = {feature: start.table(feature)[0] for feature in CONTEXTS}
    cases = [
        f"(CASE l{feature} {' '.join(f'WHEN {at} THEN {max(bits, -10.0):.2f}' for at, bits in enumerate(table))} END)"
        for feature, table in tables.items()
    ]
    return f"({' + '.join(['surprise', *cases])})"
