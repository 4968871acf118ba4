"""Whether a candidate lives at the very address of the record: hamlet or street and house, before the commune.

The standardised tables hold no address text, so it is fetched for candidates only, from the registers as given.
"""

import duckdb

from sosach.base.registers import Register
from sosach.engine.match.levels import code
from sosach.vn.addresses import LOCALITY_PATTERN, LOCALITY_TRIM

_GIVEN = {Register.VEHICLES: "owner_address", Register.LICENCES: "address"}

# Kinds of streets that one writes and another leaves out; a hamlet (thôn, xóm, ấp, tổ) keeps its kind and number.
_SILENT = r"(?:[^a-z0-9,]|\b(?:so nha|so|sn|duong|d|pho|p)\b)+"
_HOUSE = "^ *(?:(?:số nhà|so nha|nhà số|số|so|sn|nhà)[ .:]*)?([0-9]+[a-z]?(?:/[0-9]+[a-z]?)*)"


def _read(table: str, text: str, key: str) -> str:
    """SELECT of the key, `street` (the widest hamlet or street, folded) and `within` (house number and what else is inside it).

    `Xóm 5, thôn Đông` is xóm 5 within thôn Đông.
    """
    plain = "replace(strip_accents(replace(lower(first || second), 'đ', 'd')), 'tdp', 'to dan ')"
    return f"""
    SELECT {key}, nullif(trim(split_part(folded, ',', -1)), '') AS street,
           nullif(trim(house || ' ' || CASE WHEN contains(folded, ',') THEN split_part(folded, ',', 1) ELSE '' END), '') AS within
    FROM (
        SELECT {key}, house, regexp_replace({plain}, '{_SILENT}', ' ', 'g') AS folded
        FROM (
            SELECT {key}, regexp_extract(lower({text}), '{_HOUSE}', 1) AS house, ltrim(found, '{LOCALITY_TRIM}') AS first,
                   regexp_extract(substr({text}, instr({text}, found) + length(found)), '^,{LOCALITY_PATTERN}') AS second
            FROM (SELECT {key}, {text}, regexp_extract({text}, '{LOCALITY_PATTERN}') AS found
                  FROM {table} WHERE {text} IS NOT NULL)))"""


def find_addresses(con: duckdb.DuckDBPyConnection, register: Register, *, pairs: str, records: str) -> None:
    """Raise the place of pairs of one commune to `hamlet` or `address` where the texts before the commune agree.

    Only for `records`: for the others nothing hangs on it. Makes table `examined` (row): those whose address names a
    hamlet or street.
    """
    same = f"(SELECT row, p_row FROM {pairs} SEMI JOIN {records} USING (row) WHERE lplace = {code('place', 'commune')})"
    asked = f"(SELECT row, {_GIVEN[register]} AS t FROM given_{register} SEMI JOIN {same} s USING (row))"
    con.execute(f"CREATE OR REPLACE TABLE addressed AS {_read(asked, 't', 'row')}")
    # each home with its commune: a hamlet of one name stands in many communes
    homes = f"""(
        SELECT p_row, unnest(CASE WHEN permanent_address = current_address THEN [current_address]
                             ELSE [current_address, permanent_address] END) AS t,
               unnest(CASE WHEN permanent_address = current_address THEN [c1] ELSE [c1, coalesce(c2, c1)] END) AS c
        FROM given_population g SEMI JOIN (SELECT p_row AS row FROM {same}) s USING (row) JOIN mp ON mp.p_row = g.row)"""
    con.execute(f"CREATE OR REPLACE TABLE lives AS {_read(homes, 't', 'p_row, c')}")
    agree = (
        "(l.c = o.commune OR list_contains(o.more, l.c)) AND (a.street = l.street "
        "OR contains(' ' || a.street || ' ', ' ' || l.street || ' ') OR contains(' ' || l.street || ' ', ' ' || a.street || ' '))"
    )
    con.execute(
        f"""CREATE OR REPLACE TABLE together AS
        SELECT row, p_row, min(CASE WHEN a.within = l.within THEN {code("place", "address")}
                               ELSE {code("place", "hamlet")} END)::TINYINT AS level
        FROM {same} JOIN addressed a USING (row) JOIN lives l USING (p_row) JOIN open o USING (row)
        WHERE {agree} GROUP BY row, p_row"""
    )
    con.execute(
        f"UPDATE {pairs} SET lplace = level FROM together t WHERE {pairs}.row = t.row AND {pairs}.p_row = t.p_row"
    )
    con.execute("CREATE OR REPLACE TABLE examined AS SELECT row FROM addressed WHERE street IS NOT NULL")
    for table in ("addressed", "lives", "together"):
        con.execute(f"DROP TABLE {table}")
