"""Whether a candidate lives at the very address of the record: hamlet or street and house, before the commune.

The standardised tables hold no address text, so it is fetched for candidates only, from the registers as given.
"""

import duckdb

from sosach.base.registers import Register
from sosach.engine.match.levels import code
from sosach.vn.addresses import LOCALITY_PATTERN

_GIVEN = {Register.VEHICLES: "owner_address", Register.LICENCES: "address"}

# Kinds of streets that one writes and another leaves out; a hamlet (thôn, xóm, ấp, tổ) keeps its kind and number.
_SILENT = r"\b(?:so nha|so|sn|duong|d|pho|p)\b|[^a-z0-9]+"
_HOUSE = "^ *(?:(?:số nhà|so nha|nhà số|số|so|sn|nhà)[ .:]*)?([0-9]+[a-z]?(?:/[0-9]+[a-z]?)*)"


def _folded(text: str) -> str:
    return f"trim(regexp_replace(strip_accents(replace(lower({text}), 'đ', 'd')), '{_SILENT}', ' ', 'g'))"


def _read(text: str) -> str:
    """SQL columns of an address: `house` (its leading number) and `street` (hamlet or street, folded)."""
    locality = f"regexp_extract({text}, '{LOCALITY_PATTERN}')"
    return (
        f"nullif(regexp_extract(lower({text}), '{_HOUSE}', 1), '') AS house, nullif({_folded(locality)}, '') AS street"
    )


def find_addresses(con: duckdb.DuckDBPyConnection, register: Register, *, pairs: str, records: str) -> None:
    """Raise the place of pairs of one commune to `hamlet` or `address` where the texts before the commune agree.

    Only for `records`: for the others nothing hangs on it. Makes table `examined` (row): those whose address names a
    hamlet or street.
    """
    same = f"(SELECT row, p_row FROM {pairs} SEMI JOIN {records} USING (row) WHERE lplace = {code('place', 'commune')})"
    con.execute(
        f"""CREATE OR REPLACE TABLE addressed AS
        SELECT row, {_read("t")} FROM (SELECT row, {_GIVEN[register]} AS t FROM given_{register}
                                      SEMI JOIN {same} s USING (row)) WHERE t IS NOT NULL"""
    )
    con.execute(
        f"""CREATE OR REPLACE TABLE lives AS
        SELECT p_row, {_read("t")} FROM (
            SELECT row AS p_row, unnest(CASE WHEN permanent_address = current_address THEN [current_address]
                                        ELSE [current_address, permanent_address] END) AS t
            FROM given_population g SEMI JOIN (SELECT p_row AS row FROM {same}) s USING (row)) WHERE t IS NOT NULL"""
    )
    agree = "a.street = l.street OR contains(' ' || a.street || ' ', ' ' || l.street || ' ') OR contains(' ' || l.street || ' ', ' ' || a.street || ' ')"
    con.execute(
        f"""CREATE OR REPLACE TABLE together AS
        SELECT row, p_row, min(CASE WHEN a.house = l.house THEN {code("place", "address")}
                               ELSE {code("place", "hamlet")} END)::TINYINT AS level
        FROM {same} JOIN addressed a USING (row) JOIN lives l USING (p_row) WHERE {agree} GROUP BY row, p_row"""
    )
    con.execute(
        f"UPDATE {pairs} SET lplace = level FROM together t WHERE {pairs}.row = t.row AND {pairs}.p_row = t.p_row"
    )
    con.execute("CREATE OR REPLACE TABLE examined AS SELECT row FROM addressed WHERE street IS NOT NULL")
    for table in ("addressed", "lives", "together"):
        con.execute(f"DROP TABLE {table}")
