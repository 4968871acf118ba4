"""Drafts: records of the registers as text, still without dirt, assembled in chunks from the columns of numbers."""

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from sosach.synth.draws import Bools, Ints
from sosach.synth.holders import World
from sosach.synth.households import NOBODY
from sosach.synth.names import name_book
from sosach.synth.people import YEAR_ONLY
from sosach.synth.places import coded

NAME_SQL = "concat_ws(' ', surname, nullif(middle, ''), given)"
BIRTH_SQL = """CASE WHEN year_only THEN birth_year::VARCHAR
    ELSE concat(lpad(birth_day::VARCHAR, 2, '0'), '/', lpad(birth_month::VARCHAR, 2, '0'), '/', birth_year) END"""


@dataclass(slots=True)
class Facts:
    """What each record still says about the person meant; planting dirt takes from it.

    Attributes:
        person: index of the person, `NOBODY` for organisations.
        number: `holders.PIN`, `holders.OLD_ID` or `holders.NO_NUMBER`, as far as the number can still be read.
        name: the name is the person's own, at least without its marks.
        birth: `people.WHOLE_DATE`, `people.YEAR_ONLY` or 0.
        place: index of the present commune, `NOBODY` when it cannot be read.
        split: the old ward of that home was divided among several communes.
    """

    person: Ints
    number: Ints
    name: Bools
    birth: Ints
    place: Ints
    split: Bools


@dataclass(slots=True)
class Draft:
    """A chunk of a register.

    Attributes:
        texts: the canonical columns, and columns starting with `aux_` that some planters need.
        facts: what the records say about persons.
        situations: by code the rows (within the chunk) in that situation, and the column it shows in.
        doubles: rows that are a second record of the same thing.
    """

    texts: pa.Table
    facts: Facts
    situations: dict[str, tuple[Ints, str]]
    doubles: Bools


def name_columns(world: World, person: Ints, middle: Ints) -> dict[str, pa.Array]:
    """The words of names, NULL for nobody; `NAME_SQL` puts them together."""
    book, names = name_book(), world.people.names
    absent = person == NOBODY
    return {
        "surname": coded(names.surname[person], book.surnames, absent),
        "middle": coded(middle, book.middles, absent),
        "given": coded(names.given[person], book.givens, absent),
    }


def birth_columns(world: World, person: Ints) -> dict[str, pa.Array]:
    """The parts of birth dates, for `BIRTH_SQL`."""
    people = world.people
    return {
        "birth_year": pa.array(people.kin.birth_year[person].astype(np.int32)),
        "birth_month": pa.array(people.month[person].astype(np.int32)),
        "birth_day": pa.array(people.day[person].astype(np.int32)),
        "year_only": pa.array(people.precision[person] == YEAR_ONLY),
    }


def select(
    connection: duckdb.DuckDBPyConnection, columns: dict[str, pa.Array], expressions: dict[str, str]
) -> pa.Table:
    """Evaluate SQL expressions over columns; the rows keep their order."""
    given = pa.table(columns)
    connection.register("given_columns", given)
    chosen = ", ".join(f'{expression} AS "{name}"' for name, expression in expressions.items())
    texts = connection.sql(f"SELECT {chosen} FROM given_columns").to_arrow_table()
    connection.unregister("given_columns")
    return texts


def rows_in(
    situations: dict[str, Ints], columns: dict[str, str], source: Ints, count: int
) -> dict[str, tuple[Ints, str]]:
    """Rows of a chunk in each situation.

    Args:
        situations: by code the things (vehicles, licences, people) in it.
        columns: by code the column in which it shows; other codes are left out.
        source: the thing each row shows.
        count: how many things there are.
    """
    found = {}
    for code, column in columns.items():
        flags = np.zeros(count, dtype=bool)
        flags[situations[code]] = True
        found[code] = (np.flatnonzero(flags[source]), column)
    return found


def place_facts(world: World, home: Ints, *, old_style: Bools) -> dict[str, Ints]:
    """`place` and `split` of `Facts` for homes: an old ward that was divided does not tell the present commune."""
    place = world.homes.place[home]
    split = world.places.split[place]
    return {"place": np.where(old_style & split, NOBODY, world.places.commune[place]).astype(np.int32), "split": split}
