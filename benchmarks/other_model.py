"""A second, independent generator of registers with another error model, so that nobody is judged by one hand's ideas alone.

It shares nothing with `sosach.synth` but the tables of communes: names, skew, homes, numbers and every error are drawn here, by
numpy and SQL. Written into the folder: `population.parquet`, `vehicles.parquet`, `truth.parquet` (columns in `data_sets`).
"""

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from peers.normalise import REFERENCE

OUTSIDE = 0.03  # of the people are missing from the register
DOUBLES = 0.004  # of the people have a double: same name, birth date and home, another PIN, no old number
THIS_YEAR = 2026

SURNAMES = (
    "Nguyễn:38.4 Trần:12.1 Lê:9.5 Phạm:7 Phan:4.5 Huỳnh:2.6 Hoàng:2.5 Đặng:2.1 Vũ:2 Bùi:2 Võ:1.9 Đỗ:1.4 Hồ:1.3 Ngô:1.3 Dương:1 Lý:.8 "
    "Đinh:.6 Trương:.6 Lương:.5 Đào:.5 Mai:.5 Tô:.4 Tạ:.4 Cao:.4 Hà:.4 Trịnh:.4 Lâm:.4 Châu:.3 Thái:.3 Quách:.3 Đoàn:.3 Vương:.3 Phùng:.3 "
    "Kiều:.2 Chu:.2 Khuất:.1 Giáp:.1 Lò:.2 Vàng:.2 Thạch:.2 Danh:.1 Kim:.1 Nông:.2 Triệu:.2 Hứa:.1 Mạc:.1 Ninh:.1 Từ:.1 Tống:.1 Ông:.1"
)
MIDDLE_MEN = (
    "Văn Hữu Đức Công Quang Minh Đình Xuân Ngọc Thanh Quốc Anh Duy Bá Trọng Hoàng Gia Tuấn Viết Khắc Thế Mạnh Nhật Hồng"
)
MIDDLE_WOMEN = "Thị Ngọc Thanh Thu Kim Phương Minh Hồng Bích Mai Thùy Khánh Diệu Mỹ Quỳnh Như Tuyết Lan Hoài Cẩm Ánh"
MEN = (
    "Hùng Dũng Tuấn Minh Nam Hải Long Sơn Thắng Cường Quang Đức Hiếu Trung Thành Phong Bình Hòa Khánh Lâm Tùng Việt Vinh Anh Bảo Duy Đạt "
    "Giang Hiệp Hoàng Huy Khoa Kiên Kiệt Lộc Lợi Mạnh Nghĩa Nhân Phúc Phước Quân Quốc Quý Sang Tài Tâm Tân Thái Thiện Thịnh Thuận Tiến Tín "
    "Toàn Trí Trường Tú Vũ Chiến Chung Công Cảnh Định Đông Hưng Luân Lực Nguyên Nhật Phát Thọ Thông Triết Tường Ước Xuân Điệp Bửu"
)
WOMEN = (
    "Hương Lan Hoa Mai Hằng Hạnh Thảo Linh Trang Thu Hà Nga Yến Nhung Phương Ngọc Hiền Loan Oanh Vân Dung Liên Thúy Thủy Huệ Hồng Hòa Bích "
    "Châu Chi Diễm Diệp Duyên Đào Giang Hân Hậu Huyền Khánh Kiều Lệ Liễu Ly Mỹ My Na Ngân Nguyệt Nhi Như Nương Quyên Quỳnh Sương Tâm Thanh "
    "Thi Thoa Thơ Thư Thương Tiên Trâm Trinh Trúc Tuyền Tuyết Tươi Uyên Vy Xuân Ý Yên Cúc Gấm Lành Lụa Mận"
)
STREETS = (
    "Lê Lợi,Trần Phú,Nguyễn Huệ,Quang Trung,Hùng Vương,Lý Thường Kiệt,Hai Bà Trưng,Phan Chu Trinh,Bà Triệu,Ngô Quyền"
)

Columns = dict[str, npt.NDArray[Any]]


def generate(folder: Path, persons: int, vehicles: int, seed: int) -> None:
    """Write registers of about so many persons and vehicles, and their truth, into `folder`."""
    draw = np.random.Generator(np.random.PCG64(seed))
    with duckdb.connect(config={"threads": 2, "temp_directory": str(folder / "spill")}) as con:
        con.execute("SET enable_progress_bar = false")
        communes = _places(con)
        people = _people(draw, persons, communes)
        con.register("drawn_people", pa.table(people))
        con.register("drawn_vehicles", pa.table(_fleet(draw, vehicles, people)))
        con.execute(_PERSONS.format(inside=round(persons * (1 - OUTSIDE))))
        con.execute(_VEHICLES)
        con.execute(_DECIDABLE)
        for table, order in (("population", "i"), ("vehicles", "i"), ("truth", "row")):
            columns = "* EXCLUDE i" if order == "i" else "*"
            con.execute(
                f"COPY (SELECT {columns} FROM {table} ORDER BY {order}) TO '{folder}/{table}.parquet' (FORMAT parquet)"
            )


def _places(con: duckdb.DuckDBPyConnection) -> npt.NDArray[np.int64]:
    """Tables of words and communes by number; returns for each commune the code its province has in PINs."""
    for name, text in (("mm", MIDDLE_MEN), ("mf", MIDDLE_WOMEN), ("gm", MEN), ("gf", WOMEN)):
        _words(con, name, text.split())
    _words(con, "sn", [surname.split(":")[0] for surname in SURNAMES.split()])
    streets = [f"{kind} {street}" for kind in ("Đường", "Phố", "Ngõ 5") for street in STREETS.split(",")]
    _words(con, "st", streets + [f"Thôn {number}" for number in range(1, 31)])
    con.execute(f"""
        CREATE TABLE w AS
        SELECT row_number() OVER (ORDER BY ward_code) - 1 AS i, ward_code AS code, split_part(pin_codes, ' ', 1)::INT AS pins,
               CASE w.type_current WHEN 'phuong' THEN 'Phường ' WHEN 'xa' THEN 'Xã ' ELSE 'Đặc khu ' END || w.name || ', ' || full_name_current AS now,
               before
        FROM read_csv('{REFERENCE}/wards_2026.csv', all_varchar = true) w
        JOIN read_csv('{REFERENCE}/provinces_2026.csv', all_varchar = true) p ON p.code = w.province_code
        LEFT JOIN (SELECT new_ward_code, first(old_ward || ', ' || old_district || ', ' || old_province ORDER BY old_ward_code) AS before
                   FROM read_csv('{REFERENCE}/ward_old_to_new_2025.csv', all_varchar = true) GROUP BY 1) o ON o.new_ward_code = ward_code""")
    return con.execute("SELECT pins FROM w ORDER BY i").fetchnumpy()["pins"].astype(np.int64)


def _words(con: duckdb.DuckDBPyConnection, name: str, words: list[str]) -> None:
    con.register("given_words", pa.table({"i": np.arange(len(words)), "v": words}))
    con.execute(f"CREATE TABLE {name} AS SELECT * FROM given_words")


def _skewed(draw: np.random.Generator, words: str, count: int, power: float) -> npt.NDArray[np.int64]:
    """Numbers of words, the first ones far more often."""
    weight = 1 / (np.arange(len(words.split())) + 2.0) ** power
    return draw.choice(len(weight), count, p=weight / weight.sum())


def _people(draw: np.random.Generator, count: int, pins: npt.NDArray[np.int64]) -> Columns:
    """Everybody, those outside the register too; doubles stand beside their originals with the number of the original in `same`."""
    share = np.array([float(surname.split(":")[1]) for surname in SURNAMES.split()])
    crowd = draw.pareto(1.6, len(pins)) + 0.3
    crowd /= crowd.sum()
    woman = draw.random(count) < 0.5
    year = THIS_YEAR - np.minimum(draw.gamma(3, 13, count).astype(int), 100)
    new_year = (year < 1970) & (draw.random(count) < 0.15)
    home = draw.choice(len(pins), count, p=crowd)
    people: Columns = {
        "woman": woman,
        "surname": draw.choice(len(share), count, p=share / share.sum()),
        "middle": np.where(woman, _skewed(draw, MIDDLE_WOMEN, count, 1.2), _skewed(draw, MIDDLE_MEN, count, 1.1)),
        "second": np.where(draw.random(count) < 0.25, draw.integers(0, len(WOMEN.split()), count), -1),
        "given": np.where(woman, _skewed(draw, WOMEN, count, 0.9), _skewed(draw, MEN, count, 0.9)),
        "year": year,
        "day": np.where(new_year, 0, draw.integers(0, 365, count)),
        "home": home,
        "present": np.where(draw.random(count) < 0.12, draw.choice(len(pins), count, p=crowd), home),
        "house": draw.integers(1, 400, count),
        "street": draw.integers(0, 60, count),
        "fate": draw.random(count),
    }
    # A double has everything of its original but the numbers.
    original = np.arange(count)
    doubled = draw.choice(count // 2, round(count * DOUBLES), replace=False)
    original[count // 2 : count // 2 + len(doubled)] = doubled
    people = {name: values[original] for name, values in people.items()}
    people["same"] = original
    people["i"] = np.arange(count)
    return people | _numbers(draw, people, pins)


def _numbers(draw: np.random.Generator, people: Columns, pins: npt.NDArray[np.int64]) -> Columns:
    """PINs, each once, and old numbers (-1: none; doubles and their originals have none)."""
    count = len(people["i"])
    born_at_home = draw.random(count) < 0.85
    province = pins[np.where(born_at_home, people["home"], draw.integers(0, len(pins), count))]
    century = (people["year"] >= 2000) * 2 + people["woman"]
    stem = province * 10**9 + century * 10**8 + (people["year"] % 100) * 10**6
    pin = stem + draw.integers(0, 10**6, count)
    while len(again := _repeated(pin)):
        pin[again] = stem[again] + draw.integers(0, 10**6, len(again))
    alone = np.bincount(people["same"], minlength=count)[people["same"]] == 1
    old = np.where((people["year"] < 2000) & (draw.random(count) < 0.8) & alone, province % 100 * 10**7, -1)
    return {"pin": pin, "old": np.where(old < 0, -1, old + draw.integers(0, 10**7, count)), "alone": alone}


def _repeated(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Places of values that stand further in front already."""
    first = np.unique(values, return_index=True)[1]
    return np.setdiff1d(np.arange(len(values)), first, assume_unique=True)


def _fleet(draw: np.random.Generator, count: int, people: Columns) -> Columns:
    """Vehicles, their owners of age, and the lots that decide their errors."""
    adults = np.flatnonzero(people["year"] <= THIS_YEAR - 18)
    owner = adults[draw.integers(0, len(adults), count)]
    of_age = people["year"][owner] + 18
    fleet: Columns = {f"u{lot}": draw.random(count) for lot in range(12)}
    fleet["i"], fleet["owner"] = np.arange(count), owner
    fleet["registered"] = np.maximum(of_age, THIS_YEAR - draw.integers(0, 22, count))
    fleet["n1"], fleet["n2"] = draw.integers(0, 10**6, count), draw.integers(0, 10**9, count)
    return fleet


_PERSONS = """
CREATE TABLE persons AS
SELECT t.*, t.i < {inside} AS inside, make_date(t.year, 1, 1) + t.day::INT AS born,
       sn.v || ' ' || CASE WHEN woman THEN mf.v ELSE mm.v END || coalesce(' ' || x.v, '') || ' ' || CASE WHEN woman THEN gf.v ELSE gm.v END AS name,
       CASE WHEN t.year < 1960 AND fate > 0.9 THEN t.year::VARCHAR ELSE strftime(born, '%d/%m/%Y') END AS birth,
       lpad(pin::VARCHAR, 12, '0') AS pin12, CASE WHEN old >= 0 THEN lpad(old::VARCHAR, 9, '0') END AS old9,
       st.v AS street_name, w.now AS at_home, w.before AS at_home_before, w.code AS home_code, w2.now AS at_present, w2.code AS present_code
FROM drawn_people t JOIN sn ON sn.i = surname JOIN st ON st.i = street JOIN w ON w.i = home JOIN w w2 ON w2.i = present
LEFT JOIN mm ON mm.i = middle LEFT JOIN mf ON mf.i = middle LEFT JOIN gm ON gm.i = given LEFT JOIN gf ON gf.i = given LEFT JOIN gf x ON x.i = second;
CREATE TABLE population AS
SELECT i, pin12 AS pin, upper(name) AS full_name, CASE WHEN woman THEN 'Nữ' ELSE 'Nam' END AS sex, birth AS birth_date, old9 AS old_id,
       'Số ' || house || ', ' || street_name || ', ' || at_home AS permanent_address,
       'Số ' || house || ', ' || street_name || ', ' || at_present AS current_address, present_code AS commune_code,
       CASE WHEN fate < 0.03 THEN 'deceased' WHEN fate < 0.04 THEN 'emigrated' ELSE 'alive' END AS status,
       NULL::VARCHAR AS father_pin, NULL::VARCHAR AS mother_pin, NULL::VARCHAR AS spouse_pin, NULL::VARCHAR AS household_id
FROM persons WHERE inside"""

# Errors in the name: mistyped, marks lost, cut to first and last syllable, wrong middle name. In the number: missing, one digit wrong, zeros
# lost, last four digits of somebody else, old number mistyped. In the birth date: missing, year only, American order, New Year, some days off.
# Owners of whom there are two have lost their number, and the birth date stays as it is or is missing.
_VEHICLES = """
CREATE TABLE seen AS
SELECT v.*, p.* EXCLUDE (i), p.name AS nm, 1 + floor(u5 * (length(p.name) - 3))::INT AS k, NOT alone AS equal, u11 < 0.04 AND alone AS company,
       CASE WHEN equal THEN 'right' WHEN u2 < 0.04 THEN 'typo' WHEN u2 < 0.10 THEN 'bare' WHEN u2 < 0.105 THEN 'cut' WHEN u2 < 0.11 THEN 'middle'
            ELSE 'right' END AS name_is,
       CASE WHEN equal THEN 'none'
            WHEN registered >= 2021 OR u3 < 0.45 THEN
                CASE WHEN u4 < 0.02 THEN 'none' WHEN u4 < 0.035 THEN 'pin_digit' WHEN u4 < 0.05 THEN 'pin_zeros' WHEN u4 < 0.055 THEN 'pin_end' ELSE 'pin' END
            WHEN old9 IS NOT NULL AND u3 < 0.93 THEN CASE WHEN u4 < 0.03 THEN 'old_digit' WHEN u4 < 0.08 THEN 'old_zeros' ELSE 'old' END
            ELSE 'none' END AS number_is,
       CASE WHEN u7 < 0.35 THEN 'none' WHEN equal THEN 'right' WHEN u7 < 0.50 THEN 'year' WHEN u7 < 0.52 THEN 'american' WHEN u7 < 0.54 THEN 'new_year'
            WHEN u7 < 0.56 THEN 'off' ELSE 'right' END AS birth_is
FROM drawn_vehicles v JOIN persons p ON p.i = v.owner;
CREATE TABLE vehicles AS
SELECT i, 'V' || lpad(i::VARCHAR, 9, '0') AS record_id,
       ['29', '30', '51', '59', '36', '37', '43', '65', '60', '14', '15', '98'][1 + n1 % 12] || '-' || chr((65 + n2 % 8)::INT) || (1 + n2 % 9) || ' '
           || lpad((n1 % 1000)::VARCHAR, 3, '0') || '.' || lpad((n2 % 100)::VARCHAR, 2, '0') AS plate,
       NULL::VARCHAR AS plate_colour, 'Xe mô tô' AS vehicle_kind, 'HONDA' AS brand, 'WAVE' AS model, 'Đỏ' AS colour,
       'RLHJA' || lpad(n2::VARCHAR, 12, '3') AS chassis_number, 'JA39E' || lpad(n1::VARCHAR, 7, '0') AS engine_number,
       (registered - (u1 < 0.3)::INT)::VARCHAR AS manufactured_year, '05/06/' || registered AS registered_on,
       CASE WHEN company THEN 'CÔNG TY TNHH ' || upper(nm) ELSE
           CASE name_is
               WHEN 'typo' THEN left(nm, k) || ['', substr(nm, k + 2, 1) || substr(nm, k + 1, 1), substr('aeiounth', 1 + floor(u6 * 8)::INT, 1)][1 + n2 % 3]
                   || substr(nm, CASE WHEN n2 % 3 = 1 THEN k + 3 ELSE k + 2 END)
               WHEN 'bare' THEN strip_accents(replace(replace(nm, 'Đ', 'D'), 'đ', 'd'))
               WHEN 'cut' THEN split_part(nm, ' ', 1) || ' ' || split_part(nm, ' ', -1)
               WHEN 'middle' THEN split_part(nm, ' ', 1) || ' Thị ' || split_part(nm, ' ', -1)
               ELSE upper(nm) END END AS owner_name,
       CASE WHEN company THEN '0' || (100000000 + i % 800000000) ELSE
           CASE number_is
               WHEN 'pin' THEN pin12 WHEN 'pin_zeros' THEN pin::VARCHAR WHEN 'pin_end' THEN left(pin12, 8) || lpad((n1 % 10000)::VARCHAR, 4, '0')
               WHEN 'pin_digit' THEN lpad((pin + (1 + n2 % 8) * (10 ** (n1 % 6))::BIGINT)::VARCHAR, 12, '0')
               WHEN 'old' THEN old9 WHEN 'old_zeros' THEN old::VARCHAR
               WHEN 'old_digit' THEN lpad(((old + (1 + n2 % 8) * (10 ** (n1 % 6))::BIGINT) % 1000000000)::VARCHAR, 9, '0') END END AS owner_id_number,
       CASE WHEN NOT company THEN
           CASE birth_is
               WHEN 'right' THEN birth WHEN 'year' THEN year::VARCHAR WHEN 'american' THEN strftime(born, '%m/%d/%Y') WHEN 'new_year' THEN '01/01/' || year
               WHEN 'off' THEN strftime(born + (1 + n1 % 20)::INT, '%d/%m/%Y') END END AS owner_birth_date,
       '09' || lpad((n2 % 100000000)::VARCHAR, 8, '0') AS owner_phone,
       'Số ' || (house + (u8 < 0.2)::INT) || ', ' || street_name || ', '
           || CASE WHEN u9 < 0.5 AND at_home_before IS NOT NULL THEN at_home_before WHEN u9 < 0.7 THEN at_home ELSE at_present END AS owner_address,
       'đang sử dụng' AS status
FROM seen"""

# Decidable: the PIN can be read, or the old number with the name, or the name with what is left of the birth date fits one person of the
# register, in the whole country or among those whose home or present commune the address names.
_DECIDABLE = """
CREATE MACRO bare(t) AS strip_accents(replace(upper(t), 'Đ', 'D'));
CREATE TABLE folk AS SELECT i, bare(name) AS n, year, birth, home_code, present_code FROM persons WHERE inside;
CREATE TABLE here AS SELECT DISTINCT i, n, year, birth, unnest([home_code, present_code]) AS c FROM folk;
CREATE TABLE by_name AS SELECT n FROM folk GROUP BY ALL HAVING count(*) = 1;
CREATE TABLE by_year AS SELECT n, year FROM folk GROUP BY ALL HAVING count(*) = 1;
CREATE TABLE by_birth AS SELECT n, birth FROM folk GROUP BY ALL HAVING count(*) = 1;
CREATE TABLE by_name_here AS SELECT n, c FROM here GROUP BY ALL HAVING count(*) = 1;
CREATE TABLE by_year_here AS SELECT n, year, c FROM here GROUP BY ALL HAVING count(*) = 1;
CREATE TABLE by_birth_here AS SELECT n, birth, c FROM here GROUP BY ALL HAVING count(*) = 1;
CREATE TABLE asked AS
SELECT i, bare(name) AS n, year, birth, CASE WHEN u9 < 0.7 THEN home_code ELSE present_code END AS c, number_is, pin12,
       inside AND NOT company AS means_one, name_is IN ('right', 'bare') AS named, equal AND inside AS equal,
       CASE WHEN birth_is = 'right' AND length(birth) = 10 THEN 'whole' WHEN birth_is IN ('right', 'year') THEN 'year' WHEN birth_is = 'none' THEN 'none' END AS left_of_birth
FROM seen;
CREATE TABLE truth AS
SELECT i AS row, CASE WHEN means_one THEN pin12 END AS pin, CASE WHEN means_one THEN pin12 END AS given,
       means_one AND (number_is IN ('pin', 'pin_zeros') OR named AND (number_is IN ('old', 'old_zeros') OR CASE left_of_birth
           WHEN 'whole' THEN (n, birth) IN (SELECT (n, birth) FROM by_birth) OR (n, birth, c) IN (SELECT (n, birth, c) FROM by_birth_here)
           WHEN 'year' THEN (n, year) IN (SELECT (n, year) FROM by_year) OR (n, year, c) IN (SELECT (n, year, c) FROM by_year_here)
           WHEN 'none' THEN n IN (SELECT n FROM by_name) OR (n, c) IN (SELECT (n, c) FROM by_name_here) ELSE false END)) AS decidable,
       equal
FROM asked"""
