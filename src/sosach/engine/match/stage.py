"""The stage: for each register of vehicles or licences find each record's person, or say why not."""

import math
from dataclasses import asdict
from typing import Any

from sosach.base.registers import Register
from sosach.engine.match.candidates import BY_NAME, BY_NEAR_NAME, NAMED_BY_ID, add_pairs
from sosach.engine.match.estimate import estimate, rescore
from sosach.engine.match.levels import code, evidence_sql
from sosach.engine.match.posterior import PAIR_COLUMNS, judge_pairs, weigh
from sosach.engine.match.prepare import prepare_persons, prepare_records
from sosach.engine.match.weights import Weights
from sosach.engine.plan import Outcome, Steps
from sosach.engine.workspace import Workspace

STAGE = "match"
SUBJECTS = (Register.VEHICLES, Register.LICENCES)

# A number confirmed by the name is sure when it stands this far above chance and this far above the next person.
SURE_BITS = 12.0
SURE_GAP = 6.0
# A namesake this far above chance and above the next makes looking for other spellings needless.
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
        workspace.drop(("mp", "mn", "mv", "f_k1", "f_k2", "f_ends", "f_ymd", "f_year", "f_commune"))
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
    empty = (
        "SELECT NULL::INTEGER AS row, NULL::INTEGER AS p_row, NULL::VARCHAR AS decision, NULL::DOUBLE AS probability, "
        "NULL::VARCHAR AS evidence"
    )
    return {
        f"links_{register}": workspace.save(STAGE, f"links_{register}", f"{empty} WHERE false"),
        f"candidates_{register}": workspace.save(
            STAGE, f"candidates_{register}", f"{empty}, NULL::TINYINT AS rank WHERE false"
        ),
    }


def _match_register(
    workspace: Workspace, steps: Steps, register: Register, persons: int, rows: dict[str, int]
) -> dict[str, Any]:
    con = workspace.con
    weights = Weights(persons=persons)
    with steps.step(f"{register}: records"):
        prepare_records(con, register, persons)
    with steps.step(f"{register}: ID numbers"):
        con.execute(f"CREATE OR REPLACE TABLE named ({PAIR_COLUMNS})")
        add_pairs(con, NAMED_BY_ID, weights, records="mv", into="named")
        _find_sure(workspace, weights)
    with steps.step(f"{register}: names"):
        con.execute("CREATE OR REPLACE TABLE found AS SELECT n.* FROM named n SEMI JOIN open USING (row)")
        workspace.drop(("named",))
        add_pairs(con, BY_NAME, weights, records="open", into="found")
    with steps.step(f"{register}: near names"):
        _find_doubtful(workspace, weights)
        add_pairs(con, BY_NEAR_NAME, weights, records="doubtful", into="found")
        con.execute("CREATE OR REPLACE TABLE unscored AS SELECT DISTINCT ON (row, p_row) * FROM found")
        workspace.drop(("found", "doubtful"))
    with steps.step(f"{register}: probabilities"):
        weights = estimate(con, weights, pairs="unscored", records="open", count=workspace.count("open"))
        rescore(con, weights, pairs="unscored", records="open", into="pairs")
        weights = weigh(con, weights, records="open", pairs="pairs", into="weighed")
        judge_pairs(con, weights, pairs="pairs", weighed="weighed", into="judged")
        rows |= _save(workspace, register)
        workspace.drop(("unscored", "pairs", "weighed", "judged", "sure", "open"))
    return {"weights": asdict(weights)}


def _find_sure(workspace: Workspace, weights: Weights) -> None:
    """Split the records: `sure` are settled by a number that name and dates confirm, `open` need more."""
    least = math.log2(max(weights.persons, 2)) + SURE_BITS
    con = workspace.con
    con.execute(
        f"""
        CREATE OR REPLACE TABLE sure AS
        SELECT row, arg_max(p_row, bits) AS p_row, arg_max({{'lid': lid, 'lname': lname, 'lbirth': lbirth, 'lplace': lplace}}, bits) AS l, max(bits) AS best
        FROM named GROUP BY row
        HAVING max(bits) >= {least} AND arg_max(lname, bits) <= {code("name", "near")}
           AND coalesce(max(bits) - max(bits, 2)[2] >= {SURE_GAP}, true)"""
    )
    con.execute("CREATE OR REPLACE TABLE open AS SELECT * FROM mv ANTI JOIN sure USING (row)")


def _find_doubtful(workspace: Workspace, weights: Weights) -> None:
    """Records whose name led to nobody convincing: only for them another spelling of the name is tried."""
    least = math.log2(max(weights.persons, 2)) + LIKELY_BITS
    workspace.con.execute(
        f"""
        CREATE OR REPLACE TABLE doubtful AS
        SELECT * FROM open ANTI JOIN (
            SELECT row FROM (SELECT DISTINCT row, p_row, bits FROM found) GROUP BY row
            HAVING max(bits) >= {least} AND coalesce(max(bits) - max(bits, 2)[2] >= {LIKELY_GAP}, true)) USING (row)"""
    )


def _save(workspace: Workspace, register: Register) -> dict[str, int]:
    link_at = workspace.settings.link_at
    review_at = workspace.settings.review_at
    evidence = evidence_sql("j") + " || ';rivals=' || j.rivals"
    sure = (
        "SELECT row, p_row, 'link' AS decision, 1 - pow(2, -least(best - 10, 30)) AS probability, "
        f"{evidence_sql('l')} || ';rivals=0' AS evidence FROM sure"
    )
    decided = (
        f"SELECT j.row, j.p_row, CASE WHEN j.probability >= {link_at} AND j.rivals = 0 THEN 'link' ELSE 'review' END "
        f"AS decision, j.probability::DOUBLE AS probability, {evidence} AS evidence "
        f"FROM judged j WHERE j.rank = 1 AND j.probability >= {review_at}"
    )
    listed = (
        f"SELECT j.row, j.p_row, j.rank, j.probability::DOUBLE AS probability, {evidence} AS evidence FROM judged j "
        f"JOIN links_{register} k ON k.row = j.row AND k.decision = 'review' WHERE j.probability >= {review_at / 2}"
    )
    links, candidates = f"links_{register}", f"candidates_{register}"
    counts = {links: workspace.save(STAGE, links, f"SELECT * FROM ({sure} UNION ALL {decided}) ORDER BY row")}
    counts[candidates] = workspace.save(STAGE, candidates, f"SELECT * FROM ({listed}) ORDER BY row, rank")
    return counts
