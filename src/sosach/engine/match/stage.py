"""The stage: for each register of vehicles or licences find each record's person, or say why not."""

import math
from dataclasses import asdict
from typing import Any

from sosach.base.registers import Register
from sosach.engine.match.address import find_addresses
from sosach.engine.match.candidates import BY_NAME, BY_NEAR_NAME, PAIR_COLUMNS, add_found, compare
from sosach.engine.match.estimate import estimate
from sosach.engine.match.levels import code
from sosach.engine.match.posterior import judge_pairs, read_world
from sosach.engine.match.prepare import PERSON_TABLES, prepare_persons, prepare_records, weigh_records
from sosach.engine.match.sure import find_sure
from sosach.engine.match.weights import Weights, rough_bits_sql
from sosach.engine.plan import Outcome, Steps
from sosach.engine.workspace import Workspace

STAGE = "match"
SUBJECTS = (Register.VEHICLES, Register.LICENCES)

# A name that agrees and nothing else: one bearer in the register is not proof, the owner may stand outside it.
_NAME_ALONE = (
    f"(lid IN ({code('id', 'none')}, {code('id', 'conflict')}) AND lbirth IN ({code('birth', 'none')}, "
    f"{code('birth', 'conflict')}) AND lplace > {code('place', 'commune')})"
)
# Name and commune agree: people are shown for choosing, however many namesakes the commune has.
_NAMED_HERE = f"(lname <= {code('name', 'toneless')} AND lplace <= {code('place', 'commune')})"
# A number that leads to somebody of quite another name: half of such numbers are wrong, only the whole birth date tells.
_NUMBER_ALONE = f"(lname = {code('name', 'different')} AND lbirth <> {code('birth', 'equal')})"
LINK_COLUMNS = {
    "row": "INTEGER",
    "p_row": "INTEGER",
    "decision": "VARCHAR",
    "probability": "DOUBLE",
    "rank": "TINYINT",
    "rivals": "INTEGER",
    "lid": "TINYINT",
    "lname": "TINYINT",
    "lbirth": "TINYINT",
    "lplace": "TINYINT",
    "pin": "VARCHAR",
    "commune": "INTEGER",
}

# A namesake this far above chance and above the next makes looking for other spellings and at addresses needless.
LIKELY_BITS = 8.0
LIKELY_GAP = 8.0


def match(workspace: Workspace, steps: Steps, *, registers: tuple[Register, ...]) -> Outcome:
    """Make `links_<register>` and `candidates_<register>` for each subject register, and the view `links`."""
    rows: dict[str, int] = {}
    notes: dict[str, Any] = {}
    subjects = [register for register in SUBJECTS if register in registers]
    if Register.POPULATION in registers and subjects:
        workspace.con.execute("SET preserve_insertion_order = false")
        with steps.step("persons"):
            persons = prepare_persons(workspace.con)
        for register in subjects:
            notes[register.value] = _match_register(workspace, steps, register, persons, rows)
        workspace.con.execute("SET preserve_insertion_order = true")
        workspace.drop(PERSON_TABLES)
    for register in subjects:
        if f"links_{register}" not in rows:
            rows |= _no_links(workspace, register)
    show_links(workspace, registers)
    return Outcome(rows, notes)


def restore(workspace: Workspace, registers: tuple[Register, ...]) -> None:
    """Make the tables of a finished stage visible again."""
    for register in SUBJECTS:
        if register in registers:
            for table in (f"links_{register}", f"candidates_{register}"):
                workspace.show(table, workspace.path(STAGE, table))
    show_links(workspace, registers)


def show_links(workspace: Workspace, registers: tuple[Register, ...]) -> None:
    """Show all links as one view `links` (register, row, p_row, decision, probability)."""
    parts = [
        f"SELECT '{register}' AS register, row, p_row, decision, probability FROM links_{register}"
        for register in SUBJECTS
        if register in registers
    ]
    if parts:
        workspace.con.execute(f"CREATE OR REPLACE VIEW links AS {' UNION ALL '.join(parts)}")


def _no_links(workspace: Workspace, register: Register) -> dict[str, int]:
    columns = (*(f"NULL::{type_} AS {name}" for name, type_ in LINK_COLUMNS.items()),)
    sql = f"SELECT {', '.join(columns)} WHERE false"
    return {table: workspace.save(STAGE, table, sql) for table in (f"links_{register}", f"candidates_{register}")}


def _match_register(
    workspace: Workspace, steps: Steps, register: Register, persons: int, rows: dict[str, int]
) -> dict[str, Any]:
    con = workspace.con
    weights = Weights(persons=max(persons, 2))
    with steps.step(f"{register}: records"):
        prepare_records(con, register)
    with steps.step(f"{register}: ID numbers"):
        find_sure(con, weights)
        weigh_records(con, persons)
    with steps.step(f"{register}: names"):
        con.execute(f"CREATE OR REPLACE TABLE pairs ({PAIR_COLUMNS})")
        compare(con, found="led", persons=persons, into="pairs", same_name=False)
        add_found(con, BY_NAME, records="open", into="led")
        compare(con, found="led", persons=persons, into="pairs", same_name=True)
    with steps.step(f"{register}: near names"):
        _find_doubtful(workspace, persons)
        con.execute("CREATE OR REPLACE TABLE near (row INTEGER, p_row INTEGER)")
        add_found(con, BY_NEAR_NAME, records="doubtful", into="near")
        found = "(SELECT * FROM near ANTI JOIN pairs USING (row, p_row))"
        compare(con, found=found, persons=persons, into="pairs", same_name=False)
    with steps.step(f"{register}: addresses"):
        find_addresses(con, register, pairs="pairs", records="doubtful")
    with steps.step(f"{register}: probabilities"):
        weights = estimate(con, weights, count=workspace.count("open"))
        judge_pairs(con, read_world(con), weights, shown_from=workspace.settings.review_at / 4)
        rows |= _save(workspace, register)
        workspace.drop(("pairs", "led", "near", "doubtful", "examined", "judged", "sure", "open"))
    return {"weights": asdict(weights)}


def _find_doubtful(workspace: Workspace, persons: int) -> None:
    """Records whose name led to nobody convincing: only for them other spellings are tried and addresses compared."""
    least = math.log2(max(persons, 2)) + LIKELY_BITS
    workspace.con.execute(
        f"""
        CREATE OR REPLACE TABLE doubtful AS
        SELECT * FROM open ANTI JOIN (
            SELECT row FROM (SELECT row, {rough_bits_sql(persons)} AS bits FROM pairs) GROUP BY row
            HAVING max(bits) >= {least} AND coalesce(max(bits) - max(bits, 2)[2] >= {LIKELY_GAP}, true)) USING (row)"""
    )


def _save(workspace: Workspace, register: Register) -> dict[str, int]:
    link_at, review_at = workspace.settings.link_at, workspace.settings.review_at
    sure = (
        "SELECT row, p_row, 'link' AS decision, 1 - pow(2, -least(bits, 30)) AS probability, 1::TINYINT AS rank, "
        "0 AS rivals, lid, lname, lbirth, lplace, pin, commune FROM sure"
    )
    linked = f"probability >= {link_at} AND rivals = 0 AND NOT disputed AND NOT {_NAME_ALONE} AND NOT {_NUMBER_ALONE}"
    decided = (
        f"SELECT row, p_row, CASE WHEN {linked} THEN 'link' ELSE 'review' END AS decision, probability, rank, rivals, "
        "lid, lname, lbirth, lplace, p.pin, p.c1 AS commune FROM judged j JOIN mp p USING (p_row) "
        f"WHERE rank = 1 AND (probability >= {review_at} OR {_NAMED_HERE})"
    )
    listed = (
        "SELECT row, j.p_row, k.decision, j.probability, j.rank, j.rivals, j.lid, j.lname, j.lbirth, j.lplace, "
        "p.pin, p.c1 AS commune FROM judged j JOIN mp p USING (p_row) "
        f"JOIN (SELECT row, decision FROM links_{register} WHERE decision = 'review') k USING (row) "
        f"WHERE j.probability >= {review_at / 2} OR {_NAMED_HERE}"
    )
    links, candidates = f"links_{register}", f"candidates_{register}"
    counts = {links: workspace.save(STAGE, links, f"{_told(f'{sure} UNION ALL {decided}')} ORDER BY row")}
    counts[candidates] = workspace.save(STAGE, candidates, f"{_told(listed)} ORDER BY row, rank")
    return counts


def _told(pairs: str) -> str:
    """The pairs with the person's PIN in twelve digits, or as given where it is no PIN."""
    return f"""
        SELECT l.row, l.p_row, l.decision, l.probability::DOUBLE AS probability, l.rank, l.rivals::INTEGER AS rivals,
               l.lid, l.lname, l.lbirth, l.lplace,
               CASE WHEN l.pin IS NULL THEN g.record_id ELSE lpad(l.pin::VARCHAR, 12, '0') END AS pin, l.commune
        FROM ({pairs}) l LEFT JOIN (SELECT row, record_id FROM std_population WHERE pin IS NULL) g ON g.row = l.p_row"""
