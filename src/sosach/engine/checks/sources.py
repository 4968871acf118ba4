"""Where row rules look: each register alone, as given, linked to persons, and persons beside their relatives."""

from sosach.base.registers import Register
from sosach.engine.checks.families import SAME_PIN
from sosach.engine.checks.rule import Source, Stage

_BACK_STD = "JOIN std_{register} s ON s.row = h.row"
_BACK_RAW = "JOIN raw_{register} r ON r.row = h.row"
# The persons whose PIN somebody else has as well: the rules before matching have found them.
_HELD_TWICE = "SELECT DISTINCT row FROM duplicates_population WHERE reason IN ('PER-50', 'PER-51')"


def _record(register: Register, scan: str) -> Source:
    """The standardised records of one register; values as given are fetched only for records that have a finding."""
    return Source(
        name=f"{register}",
        register=register,
        stage=Stage.BEFORE,
        scan=scan,
        keys={"row": "s.row"},
        back={"s": _BACK_STD.format(register=register), "r": _BACK_RAW.format(register=register)},
        needs=frozenset({f"std_{register}", f"raw_{register}"}),
        at_once=True,
    )


def _given(register: Register, scan: str, back: dict[str, str] | None = None) -> Source:
    """The records as given, for what is about the cells themselves."""
    return Source(
        name=f"{register}_given",
        register=register,
        stage=Stage.BEFORE,
        scan=scan,
        keys={"row": "r.row"},
        back={"r": _BACK_RAW.format(register=register), **(back or {})},
        needs=frozenset({f"raw_{register}"}),
    )


def _linked(register: Register, extra: str = "") -> Source:
    """Records of a register beside the person they are linked to; candidates under review do not count."""
    linked = f"(SELECT row, p_row, lname FROM links_{register} WHERE decision = 'link')"
    return Source(
        name=f"{register}_linked",
        register=register,
        stage=Stage.AFTER,
        scan=f"{linked} l JOIN std_{register} s ON s.row = l.row JOIN std_population p ON p.row = l.p_row "
        f"LEFT JOIN ({_HELD_TWICE}) d ON d.row = l.p_row{extra}",
        keys={"row": "s.row", "p_row": "p.row", "s_named": "s.name_id", "p_named": "p.name_id"},
        back={
            "s": _BACK_STD.format(register=register),
            "r": _BACK_RAW.format(register=register),
            "p": "JOIN std_population p ON p.row = h.p_row",
            "q": "JOIN raw_population q ON q.row = h.p_row",
            "n": "LEFT JOIN names n ON n.name_id = h.s_named",
            "m": "LEFT JOIN names m ON m.name_id = h.p_named",
        },
        needs=frozenset(
            {f"std_{register}", f"raw_{register}", f"links_{register}", "std_population", "raw_population", "names"}
            | {"duplicates_population"}
        ),
    )


_FIVE = "lpad(trim(r.commune_code), 5, '0')"

PROVINCES = "LEFT JOIN look_communes c ON c.code = s.commune LEFT JOIN look_plates k ON k.code = substr(s.plate, 1, 2)"

POPULATION = _record(Register.POPULATION, "std_population s")
VEHICLES = _record(Register.VEHICLES, f"std_vehicles s {PROVINCES}")
CLASSES = (
    "LEFT JOIN (SELECT d.law, d.class, max(k.min_age) AS min_age, bool_and(k.unlimited) AS unlimited, "
    "bool_and(NOT k.unlimited) AS limited, CASE WHEN bool_and(k.years IS NOT NULL OR k.unlimited) THEN max(k.years) END "
    "AS years FROM (SELECT law, class, unnest(string_split(class, ' ')) AS one FROM "
    "(SELECT DISTINCT law, class FROM std_licences WHERE class IS NOT NULL)) d "
    "JOIN look_classes k ON k.law = d.law AND k.class = d.one GROUP BY d.law, d.class) k "
    "ON k.law = s.law AND k.class = s.class"
)
"""What the law says about the class or classes of a record: a cell may hold several, “A1 B2”."""

LICENCES = _record(Register.LICENCES, f"std_licences s {CLASSES}")

POPULATION_GIVEN = _given(
    Register.POPULATION,
    "raw_population r LEFT JOIN look_communes k ON k.code = r.commune_code",
    {
        "c": f"LEFT JOIN look_communes c ON c.code = {_FIVE}",
        "o": f"LEFT JOIN look_old_communes o ON o.code = {_FIVE}",
    },
)
VEHICLES_GIVEN = _given(Register.VEHICLES, "raw_vehicles r")

VEHICLES_LINKED = _linked(Register.VEHICLES)
LICENCES_LINKED = _linked(Register.LICENCES, f" {CLASSES}")

_RELATION = (
    "SELECT row, pin, birth_year, coalesce(status, 'alive') = 'alive' AS alive, {number} AS relation, "
    "TRY_CAST({name}_pin AS BIGINT) AS relative FROM std_population WHERE {name}_pin IS NOT NULL"
)
_RELATIVE = (
    "(SELECT a.row, TRY_CAST(a.pin AS BIGINT) AS pin, a.birth_year, a.sex = 'F' AS woman, a.sex = 'M' AS man, "
    "a.status = 'deceased' AS dead, TRY_CAST(a.spouse_pin AS BIGINT) AS spouse FROM std_population a "
    "ANTI JOIN (SELECT m.row FROM same_pin m JOIN same_pin_groups g ON g.key = m.key WHERE m.row <> g.first_row) d "
    "ON d.row = a.row)"
)
"""Narrow, because every person is in it. A PIN held twice stands for its first holder: a number typed for thousands
must not multiply."""

FATHER, MOTHER, SPOUSE = 1, 2, 3

RELATIVES = Source(
    name="relatives",
    register=Register.POPULATION,
    stage=Stage.BEFORE,
    scan="("
    + " UNION ALL ".join(
        _RELATION.format(number=number, name=name)
        for number, name in ((FATHER, "father"), (MOTHER, "mother"), (SPOUSE, "spouse"))
    )
    + f") s LEFT JOIN {_RELATIVE} p ON p.pin = s.relative",
    keys={"row": "s.row", "p_row": "p.row"},
    back={
        "s": _BACK_STD.format(register=Register.POPULATION),
        "r": _BACK_RAW.format(register=Register.POPULATION),
        "p": "LEFT JOIN std_population p ON p.row = h.p_row",
    },
    needs=frozenset({"std_population", "raw_population"}),
    families=(SAME_PIN,),
)
"""Every person beside father, mother and spouse as far as their PINs are given (`s.relation`, `s.relative`)."""
