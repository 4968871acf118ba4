"""The data all contenders get: registers of two independent generators, made once and kept, with one truth table each.

`truth.parquet` of a set: row, pin (whom the record means; NULL: nobody in the register), given (how that person's PIN is written in
the register), decidable, equal (what the record retains fits two persons equally: whoever links it guesses).
"""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import other_model
from peers.normalise import connect, prepare
from sizes import persons_for, spelt

from sosach.synth import SynthPlan, generate

KEPT = Path(__file__).parent / "data"
SEED = 2026
_SOURCES = Path(__file__).parents[1] / "src" / "sosach"


@dataclass(frozen=True, slots=True)
class DataSet:
    """Registers on disk with their rows."""

    model: str
    size: int
    folder: Path
    vehicles: int
    persons: int


def data_set(model: str, vehicles: int) -> DataSet:
    """The set of that model ("synth" or "other") and size, made now unless it is kept already.

    A kept set is used only while generator and reference tables are as they were.
    """
    folder = KEPT / f"{model}-{spelt(vehicles)}"
    stands_for = _fingerprint(model)
    note = folder / "made.json"
    if not note.is_file() or json.loads(note.read_text(encoding="utf-8")) != stands_for:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _MAKERS[model](folder, vehicles)
        note.write_text(json.dumps(stands_for), encoding="utf-8")
    with duckdb.connect() as con:
        rows = [con.execute(f"SELECT count(*) FROM '{folder}/{name}.parquet'").fetchall()[0][0] for name in _REGISTERS]
    return DataSet(model, vehicles, folder, *rows)


_REGISTERS = ("vehicles", "population")


def _fingerprint(model: str) -> dict[str, str]:
    """Stands for everything a set is made from."""
    files = sorted((_SOURCES / "vn" / "data").glob("*.csv"))
    files += [Path(__file__)]
    files += sorted((_SOURCES / "synth").rglob("*.py")) if model == "synth" else [Path(other_model.__file__)]
    seen = hashlib.blake2b(digest_size=16)
    for file in files:
        seen.update(file.read_bytes())
    return {"model": model, "seed": str(SEED), "sources": seen.hexdigest()}


def _make_synth(folder: Path, vehicles: int) -> None:
    """Registers of `sosach.synth`; licences are not needed, but a register of none cannot be made."""
    persons = persons_for(vehicles)
    plan = SynthPlan(
        persons=persons,
        out=folder,
        seed=SEED,
        vehicles_per_person=vehicles / persons,
        licences_per_person=0.001,
        formats=("parquet",),
    )
    generate(plan)
    with connect(folder / "work") as con:
        prepare(con, folder)
        con.execute(_SYNTH_TRUTH.format(folder=folder))
    shutil.rmtree(folder / "work")
    for name in ("planted", "links"):
        (folder / "truth" / f"{name}.parquet").unlink()


# Two persons fit equally when the record holds no number, its name and what it retains of the birth date are those of its person, and
# another person, too of age when the vehicle was registered, has the same name with its marks, the same birth (as far as
# retained), status, present commune, the same commune in both addresses, and the same words of the record's address in its own.
_SYNTH_TRUTH = """
CREATE TABLE t AS
SELECT l.row, l.pin, l.population_row, l.decidable, g.pin AS given
FROM read_parquet('{folder}/truth/links.parquet') l
LEFT JOIN read_parquet('{folder}/population.parquet', file_row_number = true) g ON g.file_row_number = l.population_row
WHERE l.register = 'vehicles';
CREATE MACRO told(t) AS list_distinct(string_split_regex(strip_accents(replace(lower(array_to_string(string_split(t, ',')[:-3], ' ')), 'đ', 'd')), '[^a-z0-9]+'));
CREATE MACRO shared(a, b, c) AS list_sort(list_intersect(a, list_concat(told(b), told(c))));
CREATE TABLE looks AS
SELECT p.*, permanent_address, current_address, upper(nfc_normalize(full_name)) AS marked, status,
       list_transform(string_split(permanent_address, ',')[-2:], lambda x: unit(x)) AS permanent,
       list_transform(string_split(current_address, ',')[-2:], lambda x: unit(x)) AS present
FROM read_parquet('{folder}/population.parquet', file_row_number = true) JOIN p ON p.p_row = file_row_number
ANTI JOIN (SELECT row FROM read_parquet('{folder}/truth/duplicates.parquet') WHERE register = 'population') d ON d.row = file_row_number;
CREATE TABLE bare AS
SELECT t.row, own.*, told(coalesce(r.owner_address, '')) AS written, v.b_year AS year_left, v.b_date AS date_left, try_cast(r.registered_on[-4:] AS INTEGER) - 18 AS born_until
FROM t JOIN v USING (row) JOIN looks own ON own.p_row = t.population_row
JOIN read_parquet('{folder}/vehicles.parquet', file_row_number = true) r ON r.file_row_number = t.row
WHERE NOT t.decidable AND nullif(trim(v.id_given), '') IS NULL AND v.name = own.name
  AND (v.b_date = own.b_date OR v.b_date IS NULL AND coalesce(v.b_year, own.b_year) = own.b_year);
CREATE TABLE twice AS
SELECT DISTINCT b.row
FROM bare b JOIN looks o ON o.marked = b.marked AND o.commune = b.commune
WHERE o.p_row <> b.p_row AND o.pin <> b.pin AND o.status = b.status AND o.permanent = b.permanent AND o.present = b.present
  AND greatest(o.b_year, b.b_year) < b.born_until
  AND (b.date_left IS NULL OR o.b_date = b.date_left) AND (b.year_left IS NULL OR o.b_year = b.year_left)
  AND shared(b.written, o.permanent_address, o.current_address) = shared(b.written, b.permanent_address, b.current_address);
COPY (SELECT row, pin, given, decidable, row IN (SELECT row FROM twice) AS equal FROM t ORDER BY row)
TO '{folder}/truth.parquet' (FORMAT parquet)"""

_MAKERS: dict[str, Callable[[Path, int], None]] = {
    "synth": _make_synth,
    "other": lambda folder, vehicles: other_model.generate(folder, persons_for(vehicles), vehicles, SEED),
}
