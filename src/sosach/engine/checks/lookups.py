"""Small reference tables the rules look into, made from the tables of `vn` as temporary tables of the connection."""

from collections.abc import Sequence

import duckdb

from sosach.vn.tables import table

LOOKUPS = frozenset({"look_communes", "look_old_communes", "look_plates", "look_classes"})

_VALIDITY = {"unlimited": None, "10 years": 10, "5 years": 5}
_UNTIL_AGE = "until age"


def make_lookups(con: duckdb.DuckDBPyConnection) -> None:
    """Create or replace the lookup tables.

    look_communes(code, province): communes of today. look_old_communes(code, commune): communes of before 1/7/2025
    whose code is no longer in use; `commune` is the one successor, NULL where there are several. look_plates(code,
    province): plate code → province of today. look_classes(law, class, min_age, years, unlimited): licence classes;
    `years` is NULL for unlimited classes and for those that run to an age.
    """
    communes = {row["ward_code"]: row["province_code"] for row in table("wards_2026")}
    _make(con, "look_communes", ("code", "province"), sorted(communes.items()))
    _make(con, "look_old_communes", ("code", "commune"), _old_communes(communes))
    plates = [(row["plate_code"], row["province_2025_code"]) for row in table("plate_province_codes")]
    _make(con, "look_plates", ("code", "province"), [plate for plate in plates if plate[1]])
    _make(con, "look_classes", ("law", "class", "min_age", "years", "unlimited"), licence_classes())


def licence_classes() -> list[tuple[str, str, int, int | None, bool]]:
    """Licence classes of both laws: (law, class, minimum age, years of validity, unlimited).

    >>> [row for row in licence_classes() if row[1] == "C1"]
    [('2024', 'C1', 18, 10, False)]
    """
    new = [
        (
            "2024",
            row["class"],
            int(row["min_age"]),
            _years_2024(row["validity_years"]),
            row["validity_years"] == "unlimited",
        )
        for row in table("licence_classes_new")
    ]
    old = [
        ("2008", row["class"], int(row["min_age"]), _years_2008(row["validity"]), row["validity"] == "unlimited")
        for row in table("licence_classes_old")
        if " " not in row["class"]
    ]
    return new + old


def _years_2024(validity: str) -> int | None:
    return None if validity == "unlimited" else int(validity)


def _years_2008(validity: str) -> int | None:
    return None if validity.startswith(_UNTIL_AGE) else _VALIDITY[validity]


def _old_communes(communes: dict[str, str]) -> list[tuple[str, str | None]]:
    """Codes out of use and where they went; a split commune has no single successor."""
    successors: dict[str, set[str]] = {}
    for row in table("ward_old_to_new_2025"):
        if row["old_ward_code"] and row["old_ward_code"] not in communes:
            successors.setdefault(row["old_ward_code"], set()).add(row["new_ward_code"])
    return [(code, next(iter(new)) if len(new) == 1 else None) for code, new in sorted(successors.items())]


def _make(con: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    lists = [list(column) for column in zip(*rows, strict=True)]
    selects = ", ".join(f"unnest(?) AS {column}" for column in columns)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {selects}", lists)
