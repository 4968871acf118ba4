"""Rules about one licence record: class and law, ages, validity, what the number says, issuer and material."""

from functools import partial

from sosach.engine.checks.moments import age, born, day, pin_says_other_sex, pin_says_other_year, sex_vi
from sosach.engine.checks.rule import RowRule
from sosach.engine.checks.sources import LICENCES

_rule = partial(RowRule, source=LICENCES)

LAW_2024_FROM = "DATE '2025-01-01'"
"""Law 36/2024 replaces the classes of Law 23/2008 on this day."""

POLICE_FROM = "DATE '2025-03-01'"
"""Licences pass from the Ministry of Transport to the Ministry of Public Security on this day."""

_ONLY_2008 = ("A2", "A3", "A4", "B2", "E", "FB2", "FC", "FD", "FE")
_ONLY_2024 = ("A", "B", "C1", "D1", "D2", "BE", "C1E", "CE", "D1E", "D2E", "DE")
_OLDEST = "CASE WHEN s.sex = 'F' THEN 55 ELSE 57 END"
_B1_UNTIL = "CASE WHEN s.sex = 'F' THEN 55 ELSE 60 END"
_TWELVE = "strlen(s.licence_number) = 12 AND s.licence_number BETWEEN '0' AND '999999999999'"
_PASSED = "CAST(substr(s.licence_number, 4, 2) AS INTEGER)"
_PASSED_YEAR = f"(CASE WHEN {_PASSED} <= year({{as_of}}) % 100 THEN 2000 ELSE 1900 END + {_PASSED})"
_TRANSPORT = "'GTVT|Giao thông|GIAO THÔNG|Giao thong|GIAO THONG'"
_POLICE = "'CSGT|Công an|CÔNG AN|Cong an|CONG AN|Cảnh sát|CẢNH SÁT|Canh sat|CANH SAT|PC08'"


def _class_in(*classes: str) -> str:
    """SQL: the cell names one of the classes, alone or, which is rarer and dearer to see, among others."""
    alone = ", ".join(f"'{one}'" for one in classes)
    return f"(s.class IN ({alone}) OR (contains(s.class, ' ') AND list_has_any(string_split(s.class, ' '), {list(classes)})))"


CLASS_RULES = (
    _rule(
        code="LIC-01",
        when=f"s.issued_on >= {LAW_2024_FROM} AND {_class_in(*_ONLY_2008)}",
        column="class",
        other=day("s.issued_on"),
    ),
    _rule(
        code="LIC-02",
        when=f"{_class_in(*_ONLY_2024)} AND s.issued_on < {LAW_2024_FROM}",
        column="class",
        other=day("s.issued_on"),
    ),
    _rule(code="LIC-03", when=f"s.law IS NULL AND {_class_in('A1', 'B1', 'C', 'D')}", column="class"),
    _rule(
        code="LIC-04",
        when=f"s.law = '2008' AND {_class_in('D', 'E', 'FD', 'FE')}",
        column="class",
        other=f"CASE WHEN {_class_in('FE')} THEN 'DE' WHEN {_class_in('FD')} THEN 'D2E' "
        f"WHEN {_class_in('E')} THEN 'D' ELSE 'D2' END",
    ),
    _rule(code="LIC-05", when=f"s.law = '2008' AND {_class_in('A4')}", column="class"),
)

AGE_RULES = (
    _rule(
        code="LIC-08",
        when=f"s.birth_year > year(s.issued_on) - k.min_age - 1 AND {age('s.issued_on')} BETWEEN 0 AND k.min_age - 1",
        column="birth_date",
        other=day("s.issued_on"),
    ),
    _rule(
        code="LIC-09",
        when=f"s.birth_year > year({{as_of}}) - 19 AND {age('{as_of}')} BETWEEN 0 AND 17",
        column="birth_date",
    ),
    _rule(
        code="LIC-10",
        when="s.birth_year > year(s.issued_on)",
        column="birth_date",
        other=day("s.issued_on"),
    ),
    _rule(
        code="LIC-11",
        when=f"s.law = '2024' AND {_class_in('D', 'DE')} AND year({{as_of}}) - s.birth_year > {_OLDEST}",
        column="class",
        other=born(),
    ),
)

VALIDITY_RULES = (
    _rule(code="LIC-15", when="s.expires_on <= s.issued_on", column="expires_on", other=day("s.issued_on")),
    _rule(
        code="LIC-16",
        when="k.years IS NOT NULL AND s.expires_on > s.issued_on + to_years(CAST(k.years AS INTEGER)) + INTERVAL 31 DAY",
        column="expires_on",
        other=day("s.issued_on"),
    ),
    _rule(
        code="LIC-17",
        when="k.unlimited AND s.expires_on IS NOT NULL",
        column="expires_on",
        other="r.class",
    ),
    _rule(
        code="LIC-18",
        when="k.limited AND s.unlimited",
        column="expires_on",
        other="r.class",
    ),
    _rule(
        code="LIC-19",
        when="NOT k.unlimited AND s.expires_on IS NULL AND s.unlimited IS NOT TRUE",
        also="trim(coalesce(r.expires_on, '')) = ''",
        column="expires_on",
        other="r.class",
    ),
    _rule(
        code="LIC-20",
        when="s.expires_on < {as_of} AND s.expires_on > {as_of} - INTERVAL 1 YEAR",
        column="expires_on",
        value=day("s.expires_on"),
    ),
    _rule(
        code="LIC-21", when="s.expires_on <= {as_of} - INTERVAL 1 YEAR", column="expires_on", value=day("s.expires_on")
    ),
    _rule(code="DAT-10", when="s.issued_on > {as_of} AND year(s.issued_on) = year({as_of})", column="issued_on"),
    _rule(
        code="LIC-23",
        when=f"s.law = '2008' AND {_class_in('B1', 'B11')} AND year(s.expires_on) > s.birth_year + {_B1_UNTIL} + 1 "
        "AND s.expires_on > s.issued_on + INTERVAL 10 YEAR + INTERVAL 31 DAY",
        column="expires_on",
        other=born(),
    ),
)

NUMBER_RULES = (
    _rule(
        code="LIC-26",
        when=f"{_TWELVE} AND {_PASSED_YEAR} > year(s.issued_on)",
        column="licence_number",
        other=day("s.issued_on"),
    ),
    _rule(
        code="LIC-27",
        when=f"{_TWELVE} AND CAST(substr(s.licence_number, 3, 1) AS INTEGER) % 2 <> CASE WHEN s.sex = 'F' THEN 1 ELSE 0 END "
        "AND s.sex IS NOT NULL",
        column="licence_number",
        other=sex_vi("s.sex"),
    ),
    _rule(
        code="LIC-28",
        when=f"{_TWELVE} AND CAST(substr(s.licence_number, 3, 1) AS INTEGER) // 2 <> (s.birth_year - 1900) // 100",
        column="licence_number",
        other=born(),
    ),
    _rule(
        code="LIC-29",
        when=f"{_TWELVE} AND regexp_matches(s.issued_by, '^[0-9][0-9] ?\\.') "
        "AND substr(s.issued_by, 1, 2) <> substr(s.licence_number, 1, 2)",
        column="licence_number",
        other="r.issued_by",
    ),
    _rule(
        code="LIC-30",
        when="s.licence_number = s.pin",
        column="licence_number",
        other="r.id_number",
    ),
    _rule(
        code="LIC-31",
        when=f"s.material IN ('pet', 'electronic') AND NOT ({_TWELVE})",
        column="licence_number",
        other="r.material",
    ),
    _rule(
        code="LIC-32",
        when=f"s.material = 'paper' AND NOT ({_TWELVE})",
        column="licence_number",
    ),
    _rule(
        code="LIC-33",
        when="s.material = 'paper' AND s.unlimited AND s.issued_on < DATE '2012-07-01'",
        column="material",
        other=day("s.issued_on"),
    ),
)

ISSUER_RULES = (
    _rule(
        code="LIC-36",
        when=f"s.issued_on >= {POLICE_FROM} AND regexp_matches(s.issued_by, {_TRANSPORT}) "
        f"AND NOT regexp_matches(s.issued_by, {_POLICE})",
        column="issued_by",
        other=day("s.issued_on"),
    ),
    _rule(
        code="LIC-37",
        when=f"s.material = 'pet' AND s.issued_on < {POLICE_FROM} AND regexp_matches(s.issued_by, {_POLICE})",
        column="issued_by",
        other=day("s.issued_on"),
    ),
)

HOLDER_RULES = (
    _rule(code="LIC-40", when="s.owner_kind = 'organisation'", column="full_name"),
    _rule(code="LIC-41", when="s.owner_kind = 'several'", column="full_name"),
    _rule(
        code="LIC-42",
        when="s.pin IS NULL AND s.old_id IS NULL AND s.pin_repair IS NULL AND s.old_id_repair IS NULL "
        "AND s.birth_year IS NULL AND s.name IS NOT NULL",
        column="full_name",
    ),
    _rule(
        code="PIN-13",
        when=f"{pin_says_other_sex()}",
        column="id_number",
        other=sex_vi("s.sex"),
    ),
    _rule(
        code="PIN-14",
        when=f"{pin_says_other_year()}",
        column="id_number",
        other=born(),
    ),
)

STATUS_RULES = (
    _rule(
        code="LIC-45",
        when="s.status = 'con_hieu_luc' AND s.expires_on < {as_of}",
        column="status",
        other=day("s.expires_on"),
    ),
    _rule(
        code="LIC-46",
        when="s.status = 'het_han' AND (s.expires_on >= {as_of} OR s.unlimited)",
        column="status",
        other="r.expires_on",
    ),
    *(
        _rule(code=code, when=f"s.status {condition}", column="status")
        for code, condition in (
            ("LIC-47", "= 'thu_hoi'"),
            ("LIC-48", "= 'mat'"),
            ("LIC-49", "= 'da_doi'"),
            ("LIC-50", "IN ('bi_tuoc', 'tam_giu')"),
        )
    ),
)

LICENCE_RULES = (*CLASS_RULES, *AGE_RULES, *VALIDITY_RULES, *NUMBER_RULES, *ISSUER_RULES, *HOLDER_RULES, *STATUS_RULES)
