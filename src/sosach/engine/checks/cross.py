"""Rules about a record beside the person it is linked to: life events, names, dates, numbers, address, entitlement."""

from functools import partial

from sosach.base.registers import Register
from sosach.engine.checks.moments import age, born, sex_vi
from sosach.engine.checks.rule import RowRule
from sosach.engine.checks.sources import LICENCES_LINKED, VEHICLES_LINKED
from sosach.engine.match.levels import code

NEAR_LETTERS = 2
"""Names that differ in so many letters or fewer are probably one name mistyped."""

# Names are compared by the keys `vn.names` gives them: k1 tells tones but not where their marks stand, k2 no marks at all.
# Matching has compared them already; only names whose letters differ are looked at again, and for a second time only
# those it did not find near: its limit is never wider than the one here.
_LEVEL = {level: code("name", level) for level in ("equal", "toneless", "tone", "near")}
_OTHER_TONES = f"l.lname IN ({_LEVEL['toneless']}, {_LEVEL['tone']})"
_OTHER_LETTERS = f"l.lname NOT IN ({_LEVEL['equal']}, {_LEVEL['toneless']}, {_LEVEL['tone']})"
_FAR = f"{_OTHER_LETTERS} AND l.lname <> {_LEVEL['near']}"
# Lengths are compared first: the distance itself is the dearest function of all rules.
_NEAR = (
    f"(CASE WHEN abs(strlen(n.k2) - strlen(m.k2)) > {NEAR_LETTERS} THEN FALSE "
    f"ELSE damerau_levenshtein(n.k2, m.k2) <= {NEAR_LETTERS} END)"
)
_PART = (
    "(contains(n.k2, ' ') AND contains(m.k2, ' ') AND (starts_with(m.k2, n.k2) OR ends_with(m.k2, n.k2) "
    "OR starts_with(n.k2, m.k2) OR ends_with(n.k2, m.k2) OR (split_part(n.k2, ' ', 1) = split_part(m.k2, ' ', 1) "
    "AND split_part(n.k2, ' ', -1) = split_part(m.k2, ' ', -1))))"
)
_SWAPPED = "s.birth_year = p.birth_year AND s.birth_month = p.birth_day AND s.birth_day = p.birth_month"
_SAME_DAY = "s.birth_month = p.birth_month AND s.birth_day = p.birth_day"
_PERSON_COMMUNE = "coalesce(p.current_commune, p.permanent_commune)"
_MOVED = (
    "s.commune <> coalesce(p.current_commune, p.permanent_commune) AND s.commune <> coalesce(p.permanent_commune, '')"
)
_PERSON_ADDRESS = f"coalesce(q.current_address, q.permanent_address, {_PERSON_COMMUNE})"


def _rules(prefix: str, *, register: Register, columns: dict[str, str]) -> tuple[RowRule, ...]:
    """The rules both registers share; `columns` names owner's or holder's name, birth, number and address columns."""
    rule = partial(RowRule, source=VEHICLES_LINKED if register is Register.VEHICLES else LICENCES_LINKED)
    return (
        *_life_and_name(prefix, rule, columns["name"]),
        *_birth(prefix, rule, columns["birth"]),
        *_number_and_place(prefix, rule, number=columns["number"], address=columns["address"]),
    )


def _life_and_name(prefix: str, rule: partial[RowRule], name: str) -> tuple[RowRule, ...]:
    return (
        rule(code=f"{prefix}-75", when="p.status = 'deceased'", column=name),
        rule(code=f"{prefix}-76", when="p.status = 'missing'", column=name),
        rule(code=f"{prefix}-77", when="p.status = 'emigrated'", column=name),
        rule(code=f"{prefix}-78", when=_OTHER_TONES, column=name, proposed="p.name"),
        rule(
            code=f"{prefix}-79",
            when=_OTHER_LETTERS,
            also=_NEAR,
            column=name,
            proposed="p.name",
        ),
        rule(
            code=f"{prefix}-80",
            when=_FAR,
            also=f"NOT ({_NEAR}) AND {_PART}",
            column=name,
            proposed="p.name",
        ),
        rule(
            code=f"{prefix}-81",
            when=_FAR,
            also=f"NOT ({_NEAR}) AND NOT {_PART}",
            column=name,
            proposed="p.name",
        ),
    )


def _birth(prefix: str, rule: partial[RowRule], birth: str) -> tuple[RowRule, ...]:
    return (
        rule(
            code=f"{prefix}-82",
            when=f"{_SWAPPED} AND NOT ({_SAME_DAY})",
            column=birth,
            proposed=born("p"),
        ),
        rule(code=f"{prefix}-83", when="s.birth_year <> p.birth_year", column=birth, proposed=born("p")),
        rule(
            code=f"{prefix}-84",
            when=f"s.birth_year = p.birth_year AND NOT ({_SAME_DAY}) AND NOT ({_SWAPPED})",
            column=birth,
            proposed=born("p"),
        ),
        rule(
            code=f"{prefix}-85",
            when="s.birth_day IS NULL AND p.birth_day IS NOT NULL AND coalesce(s.birth_year, p.birth_year) = p.birth_year",
            column=birth,
            proposed=born("p"),
        ),
    )


def _number_and_place(prefix: str, rule: partial[RowRule], *, number: str, address: str) -> tuple[RowRule, ...]:
    return (
        rule(
            code=f"{prefix}-86",
            when="s.pin IS NULL AND s.old_id IS NOT NULL AND p.pin IS NOT NULL",
            column=number,
            proposed="p.pin",
        ),
        rule(
            code=f"{prefix}-87",
            when="s.pin IS NULL AND s.old_id IS NULL AND s.pin_repair IS DISTINCT FROM p.pin AND p.pin IS NOT NULL",
            column=number,
            proposed="p.pin",
        ),
        rule(code=f"{prefix}-88", when="s.pin <> p.pin", column=number, proposed="p.pin"),
        rule(code=f"{prefix}-89", when="d.row IS NOT NULL", column=number, value="p.pin", other="q.full_name"),
        rule(
            code=f"{prefix}-90",
            when=_MOVED,
            column=address,
            proposed=_PERSON_COMMUNE,
            other=_PERSON_ADDRESS,
        ),
        rule(
            code=f"{prefix}-91",
            when=f"s.commune IS NULL AND {_PERSON_COMMUNE} IS NOT NULL",
            column=address,
            proposed=_PERSON_COMMUNE,
            other=_PERSON_ADDRESS,
        ),
    )


VEHICLE_CROSS = (
    *_rules(
        "VEH",
        register=Register.VEHICLES,
        columns={
            "name": "owner_name",
            "birth": "owner_birth_date",
            "number": "owner_id_number",
            "address": "owner_address",
        },
    ),
    RowRule(
        code="VEH-92",
        source=VEHICLES_LINKED,
        when=f"s.birth_year IS NULL AND p.birth_year > year(s.registered_on) - 19 "
        f"AND {age('s.registered_on', 'p')} < 18",
        column="owner_name",
        other=born("p"),
    ),
    RowRule(
        code="VEH-93",
        source=VEHICLES_LINKED,
        when="s.status = 'thua_ke' AND coalesce(p.status, 'alive') = 'alive'",
        column="status",
    ),
    RowRule(
        code="VEH-94",
        source=VEHICLES_LINKED,
        when="s.owner_kind = 'organisation'",
        column="owner_name",
        other="q.full_name",
    ),
)

LICENCE_CROSS = (
    *_rules(
        "LIC",
        register=Register.LICENCES,
        columns={"name": "full_name", "birth": "birth_date", "number": "id_number", "address": "address"},
    ),
    RowRule(
        code="LIC-92",
        source=LICENCES_LINKED,
        when="s.sex <> p.sex",
        column="sex",
        proposed=sex_vi("p.sex"),
    ),
    RowRule(
        code="LIC-93",
        source=LICENCES_LINKED,
        when=f"s.birth_year IS DISTINCT FROM p.birth_year AND p.birth_year > year(s.issued_on) - k.min_age - 1 "
        f"AND {age('s.issued_on', 'p')} < k.min_age",
        column="class",
        other=born("p"),
    ),
    RowRule(
        code="LIC-94",
        source=LICENCES_LINKED,
        when="s.law = '2024' AND list_has_any(string_split(s.class, ' '), ['D', 'DE']) AND s.birth_year IS NULL "
        "AND year({as_of}) - p.birth_year > CASE WHEN p.sex = 'F' THEN 55 ELSE 57 END",
        column="class",
        other=born("p"),
    ),
)

CROSS_RULES = (*VEHICLE_CROSS, *LICENCE_CROSS)
