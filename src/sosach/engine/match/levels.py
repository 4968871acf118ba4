"""How two records agree, feature by feature, as SQL over a record `v` (table mv) and a person `p` (table mp).

Each feature has a closed list of levels, best first; the pair's levels are stored as small integers and shown to people
by these names (`id=pin;name=equal;birth=year;place=commune`).
"""

from itertools import product

ID = ("pin", "pin_repair", "old_id", "old_id_repair", "partial", "none", "conflict")
NAME = ("equal", "toneless", "tone", "near", "part", "different")
BIRTH = ("equal", "swapped", "year", "part", "none", "conflict")
PLACE = ("address", "hamlet", "commune", "province", "none", "other")
# Whether the person can have owned a vehicle or held a licence then at all: too young, or of the other sex.
FIT = ("fit", "none", "young", "sex")
# Levels of place that hold in one commune; `address` and `hamlet` are found out for candidates only (`address.py`).
SAME_COMMUNE = ("address", "hamlet", "commune")
SHOWN = {"id": ID, "name": NAME, "birth": BIRTH, "place": PLACE}
FEATURES = SHOWN | {"fit": FIT}

# Longest toneless name in letters that may still differ by one letter only; longer ones may differ by two.
_SHORT_NAME = 15


def code(feature: str, level: str) -> int:
    """The stored integer of a level."""
    return FEATURES[feature].index(level)


def codes(feature: str, *levels: str) -> str:
    """The stored integers of some levels, for use in `IN (…)`."""
    return ", ".join(str(code(feature, level)) for level in levels)


def _case(feature: str, *branches: tuple[str, str], otherwise: str) -> str:
    whens = " ".join(f"WHEN {condition} THEN {code(feature, level)}" for condition, level in branches)
    return f"(CASE {whens} ELSE {code(feature, otherwise)} END)::TINYINT"


def near_number(a: str, b: str) -> str:
    """SQL: two whole numbers differ by one digit or by two neighbouring digits swapped.

    One wrong digit makes the difference d·10^k (d 1–9), a swap makes it 9·d·10^k (d 1–9); so the difference without
    its trailing zeros is one of seventeen values.
    """
    values = sorted({d * 10**k for k in range(12) for d in (*range(1, 10), *range(18, 82, 9))})
    return f"abs({a} - {b}) IN ({', '.join(map(str, values))})"


def id_level() -> str:
    """Level of the ID number: the record's PIN, or where it has none its repaired PIN, old number, repaired old number."""
    return _case(
        "id",
        ("v.pin = p.pin", "pin"),
        ("v.pin_rep = p.pin", "pin_repair"),
        ("v.old = p.old", "old_id"),
        ("v.old_rep = p.old", "old_id_repair"),
        (f"v.pin IS NOT NULL AND p.pin IS NOT NULL AND {near_number('v.pin', 'p.pin')}", "partial"),
        (f"v.old IS NOT NULL AND p.old IS NOT NULL AND {near_number('v.old', 'p.old')}", "partial"),
        ("v.pin IS NOT NULL AND p.pin IS NOT NULL", "conflict"),
        ("v.old IS NOT NULL AND p.old IS NOT NULL", "conflict"),
        otherwise="none",
    )


def name_level(*, same_name: bool) -> str:
    """Level of the name. With `same_name` the toneless names are known to be equal, else to differ: `vn.k2` and `pn.k2`."""
    if same_name:
        accented = ("v.accented AND p.accented", "tone")
        return _case("name", ("v.k1h = p.k1h", "equal"), accented, otherwise="toneless")
    # a look at the lengths spares most of the comparing
    near = f"damerau_levenshtein(vn.k2, pn.k2) <= CASE WHEN length(vn.k2) > {_SHORT_NAME} THEN 2 ELSE 1 END"
    return _case(
        "name",
        (f"abs(length(vn.k2) - length(pn.k2)) <= 2 AND {near}", "near"),
        ("v.family = p.family AND v.given = p.given", "part"),
        otherwise="different",
    )


def birth_level() -> str:
    """Level of the birth date; a first of January may stand for a year."""
    both = "v.ymd IS NOT NULL AND p.ymd IS NOT NULL"
    return _case(
        "birth",
        ("v.yob IS NULL OR p.yob IS NULL", "none"),
        ("v.ymd = p.ymd", "equal"),
        ("v.swapped = p.ymd", "swapped"),
        (f"v.yob = p.yob AND (NOT ({both}) OR v.ymd % 10000 = 101 OR p.ymd % 10000 = 101)", "year"),
        (
            (
                f"{both} AND (v.ymd // 100 = p.ymd // 100 OR v.ymd % 10000 = p.ymd % 10000"
                " OR (v.yob = p.yob AND v.ymd % 100 = p.ymd % 100))"
            ),
            "part",
        ),
        otherwise="conflict",
    )


def place_level() -> str:
    """Level of the place: a split commune agrees with each of its successors."""
    return _case(
        "place",
        ("v.commune = p.c1 OR v.commune = p.c2", "commune"),
        ("v.more IS NOT NULL AND (list_contains(v.more, p.c1) OR list_contains(v.more, p.c2))", "commune"),
        ("v.province IS NULL OR p.province IS NULL", "none"),
        ("v.province = p.province", "province"),
        otherwise="other",
    )


def fit_level() -> str:
    """Level of fitness: the record says when it was made, a licence also of what sex the holder is."""
    return _case(
        "fit",
        ("v.sex <> p.sex", "sex"),
        ("v.latest IS NULL OR p.yob IS NULL", "none"),
        ("p.yob > v.latest", "young"),
        otherwise="fit",
    )


def levels_sql(*, same_name: bool) -> str:
    """The levels as columns `lid, lname, lbirth, lplace, lfit`."""
    return (
        f"{id_level()} AS lid, {name_level(same_name=same_name)} AS lname, "
        f"{birth_level()} AS lbirth, {place_level()} AS lplace, {fit_level()} AS lfit"
    )


# The shown levels of a pair as one small number, the key of `evidence_rows`.
LEVELS_SQL = "(((lid::SMALLINT * 8 + lname) * 8 + lbirth) * 8 + lplace)"


def evidence_rows() -> list[tuple[int, str]]:
    """What each combination of levels says: `id=pin;name=equal;birth=year;place=commune;rivals=`, by `LEVELS_SQL`."""
    rows = []
    for combination in product(*(enumerate(levels) for levels in SHOWN.values())):
        number = 0
        for place, _ in combination:
            number = number * 8 + place
        words = ";".join(f"{feature}={level}" for feature, (_, level) in zip(SHOWN, combination, strict=True))
        rows.append((number, f"{words};rivals="))
    return rows
