"""Turns portions of staged rows into records, source rows and refused rows, set by set."""

from collections.abc import Iterable, Mapping
from datetime import date

from sosach.domain.places.queries import units
from sosach.domain.provenance.models import Folded
from sosach.domain.provenance.operations.importing.constraints import broken_checks, refuse_second, uniques
from sosach.domain.provenance.operations.importing.expressions import (
    alone,
    default_of,
    fitted,
    given,
    json_of,
    kind_of,
    lists,
    literal,
    name,
    said,
    value_of,
    verdict,
    worded,
)
from sosach.domain.provenance.operations.importing.matching import Task, sequence
from sosach.domain.provenance.operations.importing.staging import ask, copy_in, count, make_staging, planned, run
from sosach.domain.provenance.rules import (
    POSITION,
    RECORD,
    SOURCE_ROW,
    Dependent,
    ImportColumn,
    Refusal,
    Spread,
)

PLACES = ("commune_code", "province_code")


def stage_communes(day: date) -> None:
    """`import_commune`: communes of the day and their provinces; what is in no list is no place."""
    found, values = units(level="commune", at=day).values_list("code", "province_code").query.sql_with_params()
    run("DROP TABLE IF EXISTS pg_temp.import_commune")
    run(f"CREATE TEMP TABLE import_commune AS {found}", values)
    run("ANALYZE import_commune")


class Loader:
    """Loads one register of one run; made once, asked for every portion."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.model: type[Folded] = task.register.model
        self.there = task.there
        self.file_columns = task.folder.columns(task.register.name)
        self.computed = tuple(made for made in task.columns.computed if not made.matching)
        declared = task.columns.columns
        self.alone = alone(task.columns, self.there)
        self.folded = {c.column: self._withheld(c.column, self._value(c)) for c in declared if c.folded}
        self.folded |= {
            claimed.flag: f"nullif(r.claimed{place}, false)"
            for place, claimed in enumerate(task.columns.claimed)
            if claimed.flag
        }
        self.aside = {c.column: value_of(c, self.model, self.there) for c in declared if not c.folded}
        self.columns = [field.column for field in self.model._meta.concrete_fields if field.column != "id"]  # noqa: SLF001
        self.rows_sql = self._rows_sql()
        self.reason_sql = self._reason_sql()
        # of an empty register the plan has seen to it that no key stands twice
        key = task.columns.key if task.was_empty else ()
        self.uniques = [unique for unique in uniques(task.register.table) if unique.columns != key]
        self.after = [self._dependents_sql(dependent) for dependent in task.columns.dependents]
        self.after += [self._spread_sql(spread) for spread in task.columns.spreads]
        at = literal(task.source.taken_in_at.isoformat()) + "::timestamptz"
        self.before = [statement.replace("{at}", at) for statement in task.columns.before]
        self.after += [statement.replace("{at}", at) for statement in task.columns.after]
        self.written = 0

    def prepare(self) -> None:
        """Make the staging tables of this register."""
        run(
            "DROP TABLE IF EXISTS pg_temp.import_given, pg_temp.import_refused, pg_temp.import_slow, pg_temp.import_many"
        )
        make_staging("import_given", [*self.file_columns, *(made.name for made in self.computed)])
        run("CREATE TEMP TABLE import_slow (subject bigint)")
        run(
            "CREATE TEMP TABLE import_refused (row_number integer, record_id text, reason text, given jsonb, "
            "told jsonb, verdict jsonb, commune_code text, province_code text)"
        )

    def load(self, portion: bytes) -> int:
        """Take in the planned rows of one portion of the file; how many they are."""
        run("TRUNCATE import_given")
        copy_in("import_given", portion)
        run("DROP TABLE IF EXISTS pg_temp.import_row")
        planned = run(self.rows_sql)
        run("CREATE TEMP TABLE IF NOT EXISTS import_many AS SELECT * FROM import_row WHERE false")
        if not self.task.was_empty:
            self._complete_known()
        self._refuse()
        if self.task.columns.merges:
            run("INSERT INTO import_many SELECT * FROM import_row WHERE r_fresh AND r_many")
            run("DELETE FROM import_row WHERE r_fresh AND r_many")
        self._insert_records("import_row")
        return planned

    def finish(self) -> None:
        """Take in, merged, the rows of new records that several rows of the run are about."""
        if not self.task.columns.merges or not count("SELECT count(*) FROM import_many"):
            return
        run("ALTER TABLE import_row RENAME TO import_none")
        run("ALTER TABLE import_many RENAME TO import_row")
        self._refuse()
        run("CREATE TEMP TABLE import_unmerged AS SELECT * FROM import_row")
        run(
            """CREATE TEMP TABLE import_merged AS
               SELECT min(r_row) AS first, r_subject AS subject, jsonb_object_agg(v.key, v.value ORDER BY r_source_row) AS told
               FROM import_row CROSS JOIN LATERAL jsonb_each(r_values) v GROUP BY r_subject"""
        )
        run("CREATE INDEX ON import_merged (first)")
        run("DELETE FROM import_row r WHERE NOT EXISTS (SELECT 1 FROM import_merged m WHERE m.first = r.r_row)")
        sets = ", ".join(
            f"{name(column)} = CASE WHEN m.told ? {literal(column)} THEN {_out_of(column, kind)} ELSE r.{name(column)} END"
            for column, kind in ((each, kind_of(self.model, each)) for each in (*self.folded, *self.alone, *PLACES))
        )
        run(f"UPDATE import_row r SET r_many = false, {sets} FROM import_merged m WHERE m.first = r.r_row")
        self._insert_records("import_unmerged")

    def _insert_records(self, rows: str) -> None:
        """Write records, then what hangs on them.

        Args:
            rows: temporary table of the rows they come from.
        """
        for statement in self.before:
            run(statement)
        self._insert_new()
        self._change_known()
        self._insert_source_rows(rows)
        for statement in self.after:
            run(statement)

    def _value(self, column: ImportColumn) -> str:
        """What a row says; what belongs to another column is told with it, or not at all."""
        value, (first, *others) = value_of(column, self.model, self.there), self.task.columns.together or ("",)
        declared = self.task.columns.by_column(first)
        if column.column not in others or declared is None:
            return value
        return f"CASE WHEN {value_of(declared, self.model, self.there)} IS NOT NULL THEN {value} END"

    def _withheld(self, column: str, value: str) -> str:
        """A value that is not told where several records claim it."""
        places = [place for place, claimed in enumerate(self.task.columns.claimed) if column in claimed.withhold]
        claims = " OR ".join(f"r.claimed{place}" for place in places)
        return f"CASE WHEN NOT ({claims}) THEN {value} END" if places else value

    def _rows_sql(self) -> str:
        """`import_row`: columns of the record as told or by default, and what is said for the source row."""
        made = {**self.folded, **self.aside, **self.alone}
        inner = ", ".join(f"{value} AS {name('t_' + column)}" for column, value in made.items())
        known = set(made) | set(PLACES)
        outer = ", ".join(
            (
                f"coalesce(x.{name('t_' + column)}, {default_of(self.model, column)})"
                if column in known
                else default_of(self.model, column)
            )
            + f" AS {name(column)}"
            for column in self.columns
        )
        person, link = self._person()
        return f"""CREATE TEMP TABLE import_row AS
            SELECT x.r_row, x.r_record, x.r_subject, x.r_subject AS id, x.r_fresh, x.r_many, x.r_reason, x.r_person, x.r_source_row,
                   {outer}, {self._told()} AS r_values, x.r_given, x.r_verdict
            FROM (SELECT r.row_number AS r_row, coalesce({said(("record_id",), self.there)}, '') AS r_record,
                         r.subject AS r_subject, r.fresh AS r_fresh, r.many AS r_many, r.reason AS r_reason,
                         r.person AS r_person, r.source_row AS r_source_row,
                         r.code::varchar(5) AS t_commune_code, r.province::varchar(2) AS t_province_code, {inner},
                         {lists(self.task.columns, self.there) or "NULL::jsonb"} AS r_lists,
                         {given(self.task.register.name, self.there)} AS r_given, {verdict(self.there)} AS r_verdict
                  FROM import_given g JOIN (
                      SELECT j.*, nextval({sequence("provenance_sourcerow")}) AS source_row FROM (
                          SELECT h.row_number AS row, p.*, {person} AS person, c.code,
                                 coalesce(c.province_code, CASE WHEN length(h.province_code) = 2 THEN h.province_code END) AS province
                          FROM import_given h JOIN {planned("import_given")} p ON p.row_number = h.row_number {link}
                          LEFT JOIN import_commune c ON c.code = h.commune_code ORDER BY h.row_number) j OFFSET 0
                  ) r ON r.row = g.row_number OFFSET 0) x"""

    def _told(self) -> str:
        """SQL of what the source row says: an object of the columns that are told."""
        columns = self.task.columns
        told = {
            column: f"x.{name('t_' + column)}" for column in (*self.folded, *PLACES) if column not in columns.linking
        }
        for column in columns.together[1:]:
            first = told[columns.together[0]]
            told[column] = (
                f"CASE WHEN {first} IS NOT NULL THEN coalesce({told[column]}, {default_of(self.model, column)}) END"
            )
        parts = [json_of(told), *(["x.r_lists"] if lists(columns, self.there) else [])]
        parts += [_if_any([f"x.{name('t_' + key)}"], {key: f"x.{name('t_' + key)}"}) for key in self.alone]
        # what links a record to a person is told together: who has no person any more is told so
        linking = {column: f"x.{name('t_' + column)}" for column in columns.linking}
        return " || ".join([*parts, *([_if_any(linking.values(), linking)] if linking else [])])

    def _person(self) -> tuple[str, str]:
        """SQL of the linked person's id, and the join that finds it."""
        population = self.task.population
        if population is None or population is self.task.register:
            return "NULL::bigint", ""
        # one by one, by the index: a register that grows is not read whole for every portion
        found = f"SELECT id FROM {population.table} WHERE pin = h.pin LIMIT 1"
        return "q.id", f"LEFT JOIN LATERAL ({found}) q ON h.decision = 'link'"

    def _reason_sql(self) -> str:
        """SQL: why a row cannot become a record; NULL when it can."""
        missing = dict.fromkeys([*self.task.columns.required, *self._without_default()])
        cases = [
            f"WHEN NOT r_values ? {literal(column)} THEN {literal(f'{Refusal.MISSING}:{column}')}" for column in missing
        ]
        cases.append(f"WHEN province_code IS NULL AND commune_code IS NULL THEN {literal(Refusal.NO_PLACE)}")
        return f"CASE {' '.join(cases)} {broken_checks(self.task.register.table)} END"

    def _complete_known(self) -> None:
        """Rows of known records hold what the record will be: the table's rules are asked about that, not about defaults."""
        told = {*self.folded, *self.alone, *PLACES}
        kept = [column for column in self.columns if column not in self.aside]
        sets = ", ".join(
            f"{name(c)} = "
            + (
                f"CASE WHEN r.r_values ? {literal(c)} THEN r.{name(c)} ELSE t.{name(c)} END"
                if c in told
                else f"t.{name(c)}"
            )
            for c in kept
        )
        run(
            f"UPDATE import_row r SET {sets} FROM {self.task.register.table} t WHERE t.id = r.r_subject AND NOT r.r_fresh"
        )

    def _refuse(self) -> None:
        """Give every row that cannot become a record its reason, and put it aside."""
        run(
            f"UPDATE import_row SET r_reason = {self.reason_sql} WHERE r_reason IS NULL AND ({self.reason_sql}) IS NOT NULL"
        )
        if self.task.province:
            self._refuse_outside()
        for unique in self.uniques:
            refuse_second(self.task.register.table, unique)
        refused = ask("SELECT r_row, r_reason FROM import_row WHERE r_reason IS NOT NULL")
        if not refused:
            return
        run(
            "INSERT INTO import_refused SELECT r_row, r_record, r_reason, r_given, r_values, r_verdict, "
            f"{self._desk()} FROM import_row WHERE r_reason IS NOT NULL"
        )
        # told as an array: the few rows are looked up, the plan of the whole run is not read again for every portion
        rows, reasons = (list(values) for values in zip(*refused, strict=True))
        run(
            "UPDATE import_plan p SET reason = w.reason FROM unnest(%s::integer[], %s::text[]) AS w(row_number, reason) "
            "WHERE p.row_number = w.row_number AND p.reason IS NULL",
            [rows, reasons],
        )
        run("DELETE FROM import_row WHERE r_reason IS NOT NULL")

    def _refuse_outside(self) -> None:
        """Whoever takes in a province's records takes in no other's, and changes none of another's."""
        province, outside = literal(self.task.province), literal(Refusal.OUTSIDE)
        run(
            f"UPDATE import_row SET r_reason = {outside} "
            f"WHERE r_reason IS NULL AND province_code IS DISTINCT FROM {province}"
        )
        run(
            f"UPDATE import_row r SET r_reason = {outside} FROM {self.task.register.table} t "
            f"WHERE r.r_reason IS NULL AND NOT r.r_fresh AND t.id = r.r_subject "
            f"AND t.province_code IS DISTINCT FROM {province}"
        )

    def _desk(self) -> str:
        """Where a refused row lies: where the run says, or with the province that takes in."""
        if not self.task.province:
            return "commune_code, province_code"
        province = literal(self.task.province)
        return f"CASE WHEN province_code = {province} THEN commune_code END, {province}"

    def _without_default(self) -> Iterable[str]:
        """Columns that must hold something and that nothing fills by itself."""
        for field in self.model._meta.concrete_fields:  # noqa: SLF001 - Django's documented way to fields
            if not field.null and not field.primary_key and field.get_default() is None:
                yield field.column

    def _insert_new(self) -> None:
        columns = ", ".join(name(column) for column in self.columns)
        table = self.task.register.table
        run(
            f"INSERT INTO {table} (id, {columns}) SELECT r_subject, {columns} FROM import_row WHERE r_fresh AND NOT r_many"
        )
        run(
            f"""INSERT INTO {table} (id, {columns})
                SELECT DISTINCT ON (r_subject) r_subject, {columns} FROM import_row r WHERE r_fresh AND r_many
                AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = r.r_subject) ORDER BY r_subject, r_row"""
        )
        run("INSERT INTO import_slow SELECT DISTINCT r_subject FROM import_row WHERE r_many")

    def _change_known(self) -> None:
        """Known records take what is told now, unless procedures or corrections say otherwise: those are folded one by one."""
        if self.task.was_empty:
            return
        table, register = self.task.register.table, self.task.register
        run(
            f"SELECT 1 FROM {table} WHERE id IN (SELECT r_subject FROM import_row WHERE NOT r_fresh) ORDER BY id FOR UPDATE"
        )
        run(
            """INSERT INTO import_slow SELECT r_subject FROM import_row r WHERE NOT r_fresh AND EXISTS (
               SELECT 1 FROM provenance_journalentry e WHERE e.register = %s AND e.subject_id = r.r_subject)""",
            [register.name],
        )
        told = [*self.folded, *self.alone, *PLACES]
        sets = ", ".join(f"{name(c)} = r.{name(c)}" for c in (*told, *self.aside))
        differs = " OR ".join(f"r.{name(c)} IS DISTINCT FROM t.{name(c)}" for c in told)
        changed = ask(
            f"""WITH changed AS (
                  UPDATE {table} t SET {sets} FROM import_row r WHERE t.id = r.r_subject AND NOT r.r_fresh
                  AND NOT EXISTS (SELECT 1 FROM import_slow s WHERE s.subject = r.r_subject) AND ({differs}) RETURNING t.id)
                SELECT id FROM changed"""
        )
        if changed and register.settle is not None:
            run("INSERT INTO import_slow SELECT unnest(%s::bigint[])", [[key for (key,) in changed]])

    def _insert_source_rows(self, rows: str) -> None:
        self.written += run(
            "INSERT INTO provenance_sourcerow (id, source_id, register, subject_id, row_number, record_id, given, values, verdict) "
            f"SELECT r_source_row, %s, %s, r_subject, r_row, r_record, r_given, r_values, r_verdict FROM {rows}",
            [self.task.source.pk, self.task.register.name],
        )

    def _dependents_sql(self, dependent: Dependent) -> str:
        """Rows that hang on new records; where several rows are about one, the record is settled afterwards."""
        types, values = _types(dependent.table), {}
        for column, parts in dependent.columns.items():
            words = dependent.words.get(column, {})
            values[column] = fitted(worded(said(parts, self.there), words, closed=bool(words)), types[column])
        for column, value in dependent.constants.items():
            values[column] = _or_constant(values.get(column), value, types[column])
        needs = " AND ".join(f"y.{name(column)} IS NOT NULL" for column in dependent.needs)
        listed = ", ".join(map(name, values))
        made = ", ".join(f"{value} AS {name(column)}" for column, value in values.items())
        return f"""INSERT INTO {dependent.table} ({listed}) SELECT {listed} FROM (
                SELECT {made} FROM import_given g JOIN (
                    SELECT r_row, r_subject AS subject, r_person AS person, r_source_row AS source_row
                    FROM import_row WHERE r_fresh) r ON r.r_row = g.row_number) y
                WHERE {needs or "true"} ON CONFLICT DO NOTHING"""

    def _spread_sql(self, spread: Spread) -> str:
        """Rows made from the members of a list."""
        types = _types(spread.table)
        values = {column: fitted(_path(path), types[column]) for column, path in spread.columns.items()}
        for column, value in spread.constants.items():
            values[column] = _or_constant(values.get(column), value, types[column])
        only = " AND ".join(f"e.item ->> {literal(key)} = {literal(value)}" for key, value in spread.only.items())
        return f"""INSERT INTO {spread.table} ({", ".join(map(name, values))}) SELECT {", ".join(values.values())}
                FROM import_row r CROSS JOIN LATERAL jsonb_array_elements(r.r_values -> {literal(spread.under)})
                WITH ORDINALITY AS e(item, place) WHERE r.r_fresh AND {only or "true"} ON CONFLICT DO NOTHING"""


def _if_any(values: Iterable[str], pairs: Mapping[str, str]) -> str:
    """An object, nulls and all, where any of some values is told; else an empty one."""
    made = ", ".join(f"{literal(column)}, {value}" for column, value in pairs.items())
    return f"CASE WHEN num_nonnulls({', '.join(values)}) > 0 THEN jsonb_build_object({made}) ELSE '{{}}' END"


def _types(table: str) -> dict[str, str]:
    """Types of the columns of a table."""
    return dict(
        ask(
            "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [table],
        )
    )


def _out_of(column: str, kind: str) -> str:
    """A column of the record out of the merged values `m.told`."""
    return f"m.told -> {literal(column)}" if kind == "jsonb" else f"(m.told ->> {literal(column)})::{kind}"


def _path(path: tuple[str, ...]) -> str:
    """What a path in a member of a list says, or a number of the row."""
    numbers = {RECORD: "r.r_subject::text", SOURCE_ROW: "r.r_source_row::text", POSITION: "(e.place - 1)::text"}
    return numbers.get(path[0]) or f"(e.item #>> {literal('{' + ','.join(path) + '}')})"


def _or_constant(value: str | None, constant: object, kind: str) -> str:
    told = f"{literal(constant)}::{kind}"
    return f"coalesce({value}, {told})" if value else told
