"""Decides before anything is written which record each row of a run is about: a known one, a new one, or none.

The answer is the temporary table `import_plan`: row, record, whether it is new, whether several rows are about it, why the
row is refused if it is, and whether it is alone: a new record that shares nothing with another row that only one record may
hold. What the run says twice is seen here, over the whole run.
"""

from dataclasses import dataclass

from sosach.domain.provenance.models import Source
from sosach.domain.provenance.operations.importing.expressions import name, said, value_of
from sosach.domain.provenance.operations.importing.folder import RunFolder, ahead
from sosach.domain.provenance.operations.importing.staging import ask, copy_in, count, make_staging, run, temporary
from sosach.domain.provenance.operations.registers import Register
from sosach.domain.provenance.rules import Claimed, ImportColumn, ImportColumns, Refusal

WORKING = ("import_key_given", "import_key", "import_known", "import_twice", "import_claimed")


@dataclass(frozen=True, slots=True)
class Task:
    """One register of one run on its way in.

    Attributes:
        folder: of the run.
        register: what it becomes.
        source: where its rows will say they come from.
        population: the register of persons, for links; None when there is none.
        was_empty: whether the register held no record before.
        province: whose records alone are taken in; "" when the whole country's are.
        earlier: ids of sources an earlier import of this run left that did not come to its end; their rows are in.
    """

    folder: RunFolder
    register: Register
    source: Source
    population: Register | None
    was_empty: bool
    province: str = ""
    earlier: tuple[int, ...] = ()

    @property
    def columns(self) -> ImportColumns:
        """The declaration of the register."""
        if self.register.columns is None:
            raise ValueError(f"{self.register.name} does not say how rows become records")
        return self.register.columns

    @property
    def there(self) -> frozenset[str]:
        """Columns a staged row has."""
        return frozenset(self.folder.columns(self.register.name)) | {made.name for made in self.columns.computed}


def plan(task: Task) -> None:
    """Make `import_plan`."""
    with temporary(*WORKING):
        _stage_keys(task)
        _stage_taken(task)
        _find_known(task)
        _find_twice(task)
        run("DROP TABLE IF EXISTS pg_temp.import_plan")
        run(_plan_sql(task))
        run("CREATE INDEX ON import_plan (row_number)")
        if not task.was_empty:
            _refuse_two_rows_of_one_record()
        for place, claimed in enumerate(task.columns.claimed):
            _find_claimed(place, claimed)
        for key in _keys(task) if len(task.columns.key) > 1 else ():
            _find_shared(key)
    run("ANALYZE import_plan")


def _declared(task: Task, column: str) -> ImportColumn:
    found = task.columns.by_column(column)
    if found is None:
        raise ValueError(f"{task.register.name}: nothing says where {column} comes from")
    return found


def _keys(task: Task) -> list[str]:
    return [f"k{place}" for place in range(len(task.columns.key))]


def _stage_keys(task: Task) -> None:
    """`import_key`: key, what has to agree, and what only one record may hold, of every row of the run."""
    columns, model, there = task.columns, task.register.model, task.there
    key = [value_of(_declared(task, column), model, there) for column in columns.key]
    if columns.key_if:
        counts = " AND ".join(f"{said((column,), there)} IS NOT NULL" for column in columns.key_if)
        key = [f"CASE WHEN {counts} THEN {value} END" for value in key]
    same = [value_of(_declared(task, column), model, there) for column in columns.same]
    claims = [
        f"nullif(concat_ws('|', {', '.join(said((column,), there) for column in claimed.by)}), '')"
        for claimed in columns.claimed
    ]
    whole = [
        " AND ".join(f"{said((column,), there)} IS NOT NULL" for column in claimed.by) for claimed in columns.claimed
    ]
    values = [f"({value})::text AS k{place}" for place, value in enumerate(key)]
    values += [f"({value})::text AS s{place}" for place, value in enumerate(same)]
    values += [
        f"CASE WHEN {condition} THEN {value} END AS c{place}"
        for place, (condition, value) in enumerate(zip(whole, claims, strict=True))
    ]
    needed = {part for column in (*columns.key, *columns.same) for part in _declared(task, column).said}
    needed |= {column for claimed in columns.claimed for column in claimed.by} | set(columns.key_if)
    computed = tuple(made for made in columns.computed if made.name in needed)
    plain = sorted(needed & there - {made.name for made in computed})
    make_staging("import_key_given", ["row_number", "record_id", *plain, *(made.name for made in computed)])
    portions = task.folder.portions(task.register.name, ["row_number", "record_id", *plain], computed=computed)
    for portion in ahead(portions):
        copy_in("import_key_given", portion)
    record = said(("record_id",), there)
    run(
        "CREATE TEMP TABLE import_key AS "
        f"SELECT g.row_number, coalesce({record}, '') AS record_id, {', '.join(values)} "
        "FROM import_key_given g, (SELECT NULL::bigint AS person) r"
    )
    run("ANALYZE import_key")


def _find_known(task: Task) -> None:
    """`import_known`: records of the register that rows are about, by the number of the record at its origin, or by key."""
    run(
        "CREATE TEMP TABLE import_known (row_number integer, subject bigint, several boolean, other boolean DEFAULT false)"
    )
    if task.was_empty:
        return
    run(
        """INSERT INTO import_known (row_number, subject, several)
           SELECT k.row_number, min(s.subject_id), count(DISTINCT s.subject_id) > 1
           FROM (SELECT min(row_number) AS row_number, record_id FROM import_key
                 WHERE record_id <> '' AND left(record_id, 1) <> '#' GROUP BY record_id HAVING count(*) = 1) k
           JOIN provenance_sourcerow s ON s.register = %s AND s.record_id = k.record_id
           JOIN provenance_source o ON o.id = s.source_id AND o.origin = %s AND o.id <> ALL(%s::bigint[])
           GROUP BY k.row_number""",
        [task.register.name, task.source.origin, list(task.earlier)],
    )
    match = " AND ".join(
        f"t.{name(column)}::text = k.{key}" for column, key in zip(task.columns.key, _keys(task), strict=True)
    )
    run("ANALYZE import_known")
    run(
        f"""INSERT INTO import_known (row_number, subject, several)
            SELECT k.row_number, min(t.id), count(DISTINCT t.id) > 1
            FROM import_key k JOIN {task.register.table} t ON {match}
            WHERE NOT EXISTS (SELECT 1 FROM import_known n WHERE n.row_number = k.row_number) GROUP BY k.row_number"""
    )
    if task.columns.same:
        _find_others(task, match)
    run("ANALYZE import_known")


def _find_others(task: Task, match: str) -> None:
    """Mark rows with the key of a record that differ from it in everything that has to agree: somebody else with one number."""
    differs = " AND ".join(
        f"k.s{place} <> '' AND t.{name(column)} <> '' AND k.s{place} <> t.{name(column)}::text"
        for place, column in enumerate(task.columns.same)
    )
    run(
        f"""UPDATE import_known n SET other = true FROM import_key k, {task.register.table} t
            WHERE k.row_number = n.row_number AND t.id = n.subject AND {match} AND {differs}"""
    )


def _find_twice(task: Task) -> None:
    """`import_twice`: keys that several rows of the run have, and whether these rows agree in who or what they are."""
    keys = _keys(task)
    listed, on = ", ".join(keys), " AND ".join(f"k.{key} = w.{key}" for key in keys)
    agree = " AND ".join(
        f'coalesce(min(k.s{place} COLLATE "C") = max(k.s{place} COLLATE "C"), true)'
        for place in range(len(task.columns.same))
    )
    whole = " AND ".join(f"{key} <> ''" for key in keys)
    run(
        f"""CREATE TEMP TABLE import_twice AS
            SELECT {", ".join(f"w.{key}" for key in keys)}, {agree or "true"} AS agree,
                   coalesce(min(n.subject), nextval({sequence(task.register.table)})) AS subject, count(n.subject) = 0 AS fresh,
                   count(DISTINCT n.subject) > 1 OR coalesce(bool_or(n.several), false) AS several
            FROM (SELECT {listed} FROM import_key WHERE {whole} GROUP BY {listed} HAVING count(*) > 1) w
            JOIN import_key k ON {on} LEFT JOIN import_known n ON n.row_number = k.row_number
            GROUP BY {", ".join(f"w.{key}" for key in keys)}"""
    )
    run("ANALYZE import_twice")


def sequence(table: str) -> str:
    """The sequence of the ids of a table, as SQL."""
    return f"'{ask('SELECT pg_get_serial_sequence(%s, %s)', [table, 'id'])[0][0]}'::regclass"


def _plan_sql(task: Task) -> str:
    on = " AND ".join(f"k.{key} = w.{key}" for key in _keys(task))
    flags = "".join(f", false AS claimed{place}" for place in range(len(task.columns.claimed)))
    left = "WHERE NOT EXISTS (SELECT 1 FROM import_taken t WHERE t.row_number = k.row_number)" if task.earlier else ""
    # in the order of the rows: ids that follow each other lie beside each other
    return f"""CREATE TEMP TABLE import_plan AS
        SELECT row_number, coalesce(subject, nextval({sequence(task.register.table)})) AS subject, fresh, many, reason,
               fresh AND NOT many AND reason IS NULL AS alone{flags}
        FROM (SELECT k.row_number, coalesce(w.subject, n.subject) AS subject, coalesce(w.fresh, n.subject IS NULL) AS fresh,
                     w.subject IS NOT NULL AS many,
                     CASE WHEN w.several OR n.several THEN '{Refusal.AMBIGUOUS}'
                          WHEN NOT w.agree OR n.other THEN '{Refusal.ONE_KEY_TWO_RECORDS}' END AS reason
              FROM import_key k LEFT JOIN import_twice w ON {on} LEFT JOIN import_known n ON n.row_number = k.row_number
              {left} ORDER BY k.row_number) r"""


def _refuse_two_rows_of_one_record() -> None:
    """Rows with different keys that both mean one known record: nobody guesses which."""
    run(
        f"""UPDATE import_plan SET reason = '{Refusal.AMBIGUOUS}' WHERE reason IS NULL AND subject IN (
            SELECT subject FROM import_plan WHERE NOT fresh AND reason IS NULL GROUP BY subject
            HAVING count(*) > 1 AND NOT bool_and(many))"""
    )


def _find_claimed(place: int, claimed: Claimed) -> None:
    """Mark rows whose value several records claim, of the run or of the register."""
    run("DROP TABLE IF EXISTS pg_temp.import_claimed")
    run(
        f"""CREATE TEMP TABLE import_claimed AS SELECT k.c{place} AS value
            FROM import_key k JOIN import_plan p ON p.row_number = k.row_number AND p.reason IS NULL
            WHERE k.c{place} IS NOT NULL GROUP BY k.c{place} HAVING count(*) > 1 AND min(p.subject) <> max(p.subject)"""
    )
    if claimed.against:
        run(
            f"""INSERT INTO import_claimed SELECT k.c{place}
                FROM import_key k JOIN import_plan p ON p.row_number = k.row_number AND p.reason IS NULL
                JOIN ({claimed.against}) t ON t.value = k.c{place} AND t.holder IS DISTINCT FROM p.subject"""
        )
    run("ANALYZE import_claimed")
    run(
        f"""UPDATE import_plan p SET claimed{place} = true, alone = false FROM import_key k, import_claimed c
            WHERE k.row_number = p.row_number AND k.c{place} = c.value"""
    )


def _find_shared(key: str) -> None:
    """Rows that share a part of their key: the tables may let only one have what is made of it."""
    run(
        f"""UPDATE import_plan p SET alone = false FROM import_key k, (
              SELECT {key} FROM import_key WHERE {key} <> '' GROUP BY {key} HAVING count(*) > 1) w
            WHERE k.row_number = p.row_number AND k.{key} = w.{key}"""
    )


def _stage_taken(task: Task) -> None:
    """`import_taken`: rows of this run that are in already."""
    earlier = list(task.earlier)
    run(
        """CREATE TEMP TABLE import_taken AS
           SELECT row_number FROM provenance_sourcerow WHERE source_id = ANY(%s::bigint[]) UNION ALL
           SELECT row_number FROM provenance_refusedrow WHERE source_id = ANY(%s::bigint[])""",
        [earlier, earlier],
    )
    run("ANALYZE import_taken")


def is_empty(register: Register) -> bool:
    """Whether a register holds no record."""
    return not count(f"SELECT count(*) FROM (SELECT 1 FROM {register.table} LIMIT 1) one")
