"""What a competent engineer does to both registers in SQL before linking them; both peers start from these tables.

`p` (p_row, pin, given, old_id, name, sur, given_name, b_year, b_month, b_day, b_date, commune) and `v` (row, otherwise alike). Names are upper
case without marks; numbers digits only, lost zeros put back; dates read in the usual forms; an address is looked up by its last
parts in the tables of present and former communes.
"""

from pathlib import Path

import duckdb

REFERENCE = Path(__file__).parents[2] / "src" / "sosach" / "vn" / "data"


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """A connection of its own with two threads, free to use memory as DuckDB sees fit, spilling into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(config={"threads": 2, "temp_directory": str(folder / "spill")})
    con.execute("SET enable_progress_bar = false")
    con.execute("SET preserve_insertion_order = false")
    return con


def prepare(con: duckdb.DuckDBPyConnection, data: Path) -> None:
    """Make `p` and `v` from the Parquet files of `data`."""
    con.execute(_MACROS)
    _communes(con)
    con.execute(_POPULATION.format(file=data / "population.parquet"))
    con.execute(_VEHICLES.format(file=data / "vehicles.parquet"))
    con.execute(_TAILS)
    con.execute(_TABLE.format(table="p", source="p0", key="p_row", own="given, "))
    con.execute(_TABLE.format(table="v", source="v1", key="row", own="id_given, "))
    con.execute("DROP TABLE p0; DROP TABLE v0; DROP TABLE v1; DROP TABLE tails; DROP TABLE communes")


_MACROS = r"""
CREATE MACRO plain(t) AS replace(strip_accents(upper(nfc_normalize(t))), 'Đ', 'D');
CREATE MACRO name_key(t) AS
    trim(regexp_replace(regexp_replace(plain(t), '^(ONG|BA|ANH|CHI)[. ]+|\(.*\)|[^A-Z ]', '', 'g'), ' +', ' ', 'g'));
CREATE MACRO digits(t) AS regexp_replace(
    translate(regexp_replace(upper(t), '^(\d{8,12})[.,]0+$', '\1'), 'OQDILZSB', '00011258'), '[^0-9]', '', 'g');
CREATE MACRO pin_key(t, d) AS CASE
    WHEN t LIKE '%E+%' THEN NULL
    WHEN length(d) = 12 THEN d
    WHEN length(d) IN (10, 11) AND d[1] <> '0' THEN lpad(d, 12, '0') END;
CREATE MACRO old_key(t, d) AS CASE WHEN t LIKE '%E+%' THEN NULL WHEN length(d) IN (8, 9) THEN lpad(d, 9, '0') END;
CREATE MACRO birth(t) AS coalesce(
    try_strptime(regexp_extract(t, '^\d{1,2}[/.-]\d{1,2}[/.-]\d{4}'), ['%d/%m/%Y', '%d-%m-%Y', '%d.%m.%Y']),
    try_strptime(regexp_extract(t, '^\d{4}-\d{2}-\d{2}'), '%Y-%m-%d'),
    try_strptime(regexp_extract(t, '^\d{1,2}[/-]\d{1,2}[/-]\d{2}$'), ['%d/%m/%y', '%d-%m-%y']),
    CASE WHEN regexp_full_match(t, '\d{5}') THEN '1899-12-30'::TIMESTAMP + to_days(t::INTEGER) END)::DATE;
CREATE MACRO unit(t) AS regexp_replace(regexp_replace(plain(trim(t)),
    '^(PHUONG|XA|THI TRAN|DAC KHU|QUAN|HUYEN|THI XA|THANH PHO|TINH)\s+|^(TT|TX|TP|DK|P|X|Q|H|T)[.]\s*|^(TT|TX|TP|DK|P|Q)\s+', ''), '[^A-Z0-9]', '', 'g');
"""


def _communes(con: duckdb.DuckDBPyConnection) -> None:
    """Table `communes` (k, commune): `commune|province` of today and `commune|district|province` of before, if it leads to one."""
    con.execute(f"""
        CREATE TABLE communes AS
        SELECT k, any_value(commune) AS commune FROM (
            SELECT unit(w.name) || '|' || unit(p.name) AS k, w.ward_code AS commune
            FROM read_csv('{REFERENCE}/wards_2026.csv', all_varchar = true) w
            JOIN read_csv('{REFERENCE}/provinces_2026.csv', all_varchar = true) p ON p.code = w.province_code
            UNION ALL
            SELECT unit(old_ward) || '|' || unit(old_district) || '|' || unit(old_province), new_ward_code
            FROM read_csv('{REFERENCE}/ward_old_to_new_2025.csv', all_varchar = true))
        GROUP BY k HAVING count(DISTINCT commune) = 1""")


_POPULATION = """
CREATE TABLE p0 AS
SELECT file_row_number AS p_row, pin AS given, pin_key(pin, digits(pin)) AS pin, old_key(old_id, digits(old_id)) AS old_id,
       name_key(full_name) AS name, birth_date AS b, birth(birth_date) AS b_date, commune_code AS commune
FROM read_parquet('{file}', file_row_number = true)"""

_VEHICLES = """
CREATE TABLE v0 AS
SELECT file_row_number AS row, owner_id_number AS id_given, pin_key(owner_id_number, digits(owner_id_number)) AS pin,
       old_key(owner_id_number, digits(owner_id_number)) AS old_id, name_key(owner_name) AS name,
       owner_birth_date AS b, birth(owner_birth_date) AS b_date,
       array_to_string(string_split(owner_address, ',')[-3:], ',') AS tail
FROM read_parquet('{file}', file_row_number = true)"""

_TAILS = """
CREATE TABLE tails AS
SELECT tail, coalesce(three.commune, two.commune) AS commune
FROM (SELECT DISTINCT tail, list_transform(string_split(tail, ','), lambda part: unit(part)) AS u FROM v0 WHERE tail IS NOT NULL)
LEFT JOIN communes three ON three.k = array_to_string(u, '|')
LEFT JOIN communes two ON two.k = array_to_string(u[-2:], '|');
CREATE TABLE v1 AS SELECT v0.* EXCLUDE tail, tails.commune FROM v0 LEFT JOIN tails USING (tail)"""

_TABLE = r"""
CREATE TABLE {table} AS
SELECT {key}, pin, {own}old_id, nullif(name, '') AS name,
       regexp_extract(name, '^\S+') AS sur, regexp_extract(name, '\S+$') AS given_name,
       coalesce(year(b_date), try_cast(regexp_extract(b, '^\d{{4}}$') AS INTEGER))::SMALLINT AS b_year,
       month(b_date)::TINYINT AS b_month, day(b_date)::TINYINT AS b_day, b_date, commune
FROM {source}"""
