"""Rules about one person and about a person beside father, mother and spouse."""

from functools import partial

from sosach.engine.checks.moments import age, born, pin_says_other_sex, pin_says_other_year, sex_vi
from sosach.engine.checks.rule import RowRule
from sosach.engine.checks.sources import FATHER, MOTHER, POPULATION, POPULATION_GIVEN, RELATIVES, SPOUSE

_rule = partial(RowRule, source=POPULATION)
_given = partial(RowRule, source=POPULATION_GIVEN)
_relative = partial(RowRule, source=RELATIVES)

YOUNGEST_PARENT = 12
"""A parent fewer years older than the child is an error of the data."""

_ALIVE = "coalesce(s.status, 'alive') = 'alive'"
_FATHER, _MOTHER, _SPOUSE = (f"s.relation = {relation}" for relation in (FATHER, MOTHER, SPOUSE))

PERSON_RULES = (
    _rule(code="PIN-13", when=f"{pin_says_other_sex()}", column="pin", other=sex_vi("s.sex")),
    _rule(code="PIN-14", when=f"{pin_says_other_year()}", column="pin", other=born()),
    _rule(code="PER-03", when="s.father_pin = s.mother_pin", column="father_pin", other="r.mother_pin"),
    _rule(code="PER-04", when="s.father_pin = s.pin OR s.mother_pin = s.pin", column="pin"),
    _rule(code="PER-05", when="s.spouse_pin = s.pin", column="spouse_pin"),
    _rule(
        code="PER-06",
        when="s.spouse_pin = s.father_pin OR s.spouse_pin = s.mother_pin",
        column="spouse_pin",
        other="CASE WHEN s.spouse_pin = s.father_pin THEN 'cha' ELSE 'mẹ' END",
    ),
    _rule(code="PER-07", when=f"year({{as_of}}) - s.birth_year > 120 AND {_ALIVE}", column="birth_date"),
    _rule(
        code="DAT-10",
        when="s.birth_year = year({as_of}) AND CAST(s.birth_month AS INTEGER) * 100 "
        "+ coalesce(CAST(s.birth_day AS INTEGER), 1) > month({as_of}) * 100 + day({as_of})",
        column="birth_date",
    ),
    _rule(
        code="PER-09",
        when=f"s.spouse_pin IS NOT NULL AND s.birth_year > year({{as_of}}) - 19 AND {age('{as_of}')} < 18",
        column="spouse_pin",
        other=born(),
    ),
    _rule(
        code="PER-10",
        when="s.commune <> s.permanent_commune AND s.commune <> coalesce(s.current_commune, '')",
        also="r.commune_code IS NOT NULL",
        column="commune_code",
        proposed="coalesce(s.current_commune, s.permanent_commune)",
        other="coalesce(r.current_address, r.permanent_address)",
    ),
    _rule(
        code="PER-11",
        when="s.permanent_commune <> s.current_commune",
        column="current_address",
        other="r.permanent_address",
    ),
    _rule(
        code="PER-12",
        when=f"s.permanent_commune IS NULL AND s.current_commune IS NULL AND {_ALIVE}",
        also="r.permanent_address IS NULL AND r.current_address IS NULL",
        column="permanent_address",
        value="NULL",
    ),
    _rule(
        code="PER-13",
        when="s.status IN ('deceased', 'missing', 'emigrated') AND s.household_id IS NOT NULL",
        column="household_id",
        other="CASE s.status WHEN 'deceased' THEN 'đã chết' WHEN 'missing' THEN 'mất tích' ELSE 'đã xuất cảnh' END",
    ),
    _rule(code="PER-14", when="s.old_id IS NOT NULL AND s.birth_year > 2007", column="old_id", other=born()),
    _rule(code="PER-15", when="s.status = 'missing'", column="status"),
    _rule(
        code="PER-16",
        when="s.birth_year IS NOT NULL AND s.birth_day IS NULL AND s.birth_year > 2000",
        column="birth_date",
    ),
)

_UNKNOWN = "k.code IS NULL AND r.commune_code >= '!'"

COMMUNE_RULES = (
    _given(code="PER-20", when=_UNKNOWN, also="c.code IS NULL AND o.code IS NULL", column="commune_code"),
    _given(
        code="PER-21",
        when=_UNKNOWN,
        also="c.code IS NULL AND o.commune IS NOT NULL",
        column="commune_code",
        proposed="o.commune",
    ),
    _given(
        code="PER-22",
        when=_UNKNOWN,
        also="c.code IS NULL AND o.code IS NOT NULL AND o.commune IS NULL",
        column="commune_code",
    ),
    _given(code="PER-23", when=_UNKNOWN, also="c.code IS NOT NULL", column="commune_code", proposed="c.code"),
)

RELATIVE_RULES = (
    _relative(
        code="PER-30",
        when=f"{_FATHER} AND s.birth_year - p.birth_year BETWEEN 0 AND {YOUNGEST_PARENT - 1}",
        column="father_pin",
        other=born("p"),
    ),
    _relative(
        code="PER-31",
        when=f"{_MOTHER} AND s.birth_year - p.birth_year BETWEEN 0 AND {YOUNGEST_PARENT - 1}",
        column="mother_pin",
        other=born("p"),
    ),
    _relative(
        code="PER-32",
        when=f"{_FATHER} AND s.birth_year < p.birth_year",
        column="father_pin",
        other=born("p"),
    ),
    _relative(
        code="PER-33",
        when=f"{_MOTHER} AND s.birth_year < p.birth_year",
        column="mother_pin",
        other=born("p"),
    ),
    _relative(code="PER-34", when=f"{_FATHER} AND p.woman", column="father_pin"),
    _relative(code="PER-35", when=f"{_MOTHER} AND p.man", column="mother_pin"),
    _relative(code="PER-36", when=f"{_FATHER} AND p.row IS NULL", column="father_pin"),
    _relative(code="PER-37", when=f"{_MOTHER} AND p.row IS NULL", column="mother_pin"),
    _relative(code="PER-38", when=f"{_SPOUSE} AND p.row IS NULL", column="spouse_pin"),
    _relative(
        code="PER-39",
        when=f"{_SPOUSE} AND p.spouse <> TRY_CAST(s.pin AS BIGINT)",
        column="spouse_pin",
        other="p.spouse_pin",
    ),
    _relative(code="PER-40", when=f"{_SPOUSE} AND p.row IS NOT NULL AND p.spouse IS NULL", column="spouse_pin"),
    _relative(
        code="PER-41",
        when=f"{_SPOUSE} AND p.dead AND s.alive",
        column="spouse_pin",
    ),
    _relative(
        code="PER-42",
        when=f"{_MOTHER} AND s.birth_year - p.birth_year > 55",
        column="mother_pin",
        other=born("p"),
    ),
    _relative(
        code="PER-43",
        when=f"{_FATHER} AND s.birth_year - p.birth_year > 80",
        column="father_pin",
        other=born("p"),
    ),
)

POPULATION_RULES = (*PERSON_RULES, *COMMUNE_RULES, *RELATIVE_RULES)
