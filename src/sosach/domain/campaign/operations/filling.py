"""Makes cases from what runs left with the records: findings, candidates, duplicates and verdicts; set by set, as often as one likes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.campaign.models import Campaign
from sosach.domain.campaign.operations.campaigns import campaign_subject, locked_campaign
from sosach.domain.campaign.operations.refusals import state_forbids
from sosach.domain.campaign.rules.closings import Closing
from sosach.domain.campaign.rules.risk import LINES, MOST, RiskLine
from sosach.domain.campaign.states.campaigns import CampaignState
from sosach.domain.campaign.states.cases import CLOSED, OPEN, State, Step
from sosach.domain.population.rules.days import day_of
from sosach.domain.provenance.operations.importing import KIND as CLEANING_RUN


@dataclass(frozen=True, slots=True)
class _Table:
    """Where the records of a register lie.

    Attributes:
        name: table.
        person: SQL of the person a record `t` is about.
        kind: SQL of its kind.
        stands: SQL: it is a record of its own.
    """

    name: str
    person: str
    kind: str
    stands: str


TABLES: Mapping[str, _Table] = {
    "population": _Table("population_person", "t.id", "''", "t.merged_into_id IS NULL"),
    "vehicles": _Table("vehicles_vehicle", "t.owner_person_id", "t.kind", "true"),
    "licences": _Table("licences_licence", "t.holder_id", "''", "t.joined_into_id IS NULL"),
}
# Whole tables are joined, and just after an import the planner knows nothing of their size: row by row it would never end.
_SETTINGS = {"work_mem": "128MB", "enable_nestloop": "off", "statement_timeout": "20min"}
_TERRITORY = {
    "nation": "true",
    "province": "t.province_code = %(unit)s",
    "commune": "t.commune_code = %(unit)s",
}


@dataclass(slots=True)
class Filled:
    """What became of one register.

    Attributes:
        register: its name.
        new: cases made.
        renewed: open cases that say what the latest run says.
        reopened: closed cases whose record a later run raised again.
        gone: open cases closed because a later run raises nothing any more.
    """

    register: str
    new: int = 0
    renewed: int = 0
    reopened: int = 0
    gone: int = 0


@operation("campaign.filled", roles=frozenset({Role.STEWARD, Role.SYSTEM}), nationwide=True)
def fill(order: Order, *, campaign_id: int) -> Done[list[Filled]]:
    """Make a case for every record of the campaign's territory that needs work; done again, only what is new changes.

    A record needs work when its latest run asks for something and nobody has settled it, or errors, candidates or
    duplicates are open. What officers have done stays: a case is renewed, closed as gone or opened again only by a run
    that is later than the one it stands on.

    Raises:
        SosachError: STATE-01 no such campaign; ACCESS-02 it reaches beyond the own territory; STATE-02 it is closed.
    """
    campaign = locked_campaign(order, campaign_id)
    if campaign.state == CampaignState.CLOSED:
        raise state_forbids("Chiến dịch đã kết thúc.", "The campaign is closed.")
    filled = [_fill(campaign, register, order) for register in campaign.registers]
    told = {each.register: {"new": each.new, "reopened": each.reopened, "gone": each.gone} for each in filled}
    return Done(filled, [campaign_subject(campaign)], told)


def _fill(campaign: Campaign, register: str, order: Order) -> Filled:
    terms: dict[str, Any] = {
        "campaign": campaign.pk,
        "register": register,
        "unit": campaign.unit,
        "run": CLEANING_RUN,
        "day": day_of(order.at),
        "at": order.at,
        "ends": campaign.ends_on,
        "closed": sorted(CLOSED),
        "open": sorted(OPEN),
    }
    told = Filled(register)
    with connection.cursor() as cursor:
        for name, setting in _SETTINGS.items():
            cursor.execute("SELECT set_config(%s, %s, true)", [name, setting])
        cursor.execute("DROP TABLE IF EXISTS pg_temp.campaign_found")
        cursor.execute(_found_sql(TABLES[register], campaign.level), terms)
        cursor.execute("CREATE UNIQUE INDEX ON campaign_found (subject_id)")
        cursor.execute("ANALYZE campaign_found")
        told.reopened, told.gone = (
            _step(cursor, sql, terms, step, order)
            for sql, step in ((_REOPENED, Step.RAISE_AGAIN), (_GONE, Step.VANISH))
        )
        cursor.execute(_RENEWED, terms)
        told.renewed = cursor.rowcount
        cursor.execute(_STILL_CLEAN, terms)
        cursor.execute(_NEW, terms)
        told.new = cursor.rowcount
        cursor.execute("DROP TABLE campaign_found")
        for name in _SETTINGS:
            # as they were for the session: a caller's transaction goes on
            cursor.execute(f"SELECT set_config(%s, reset_val, true) FROM pg_settings WHERE name = '{name}'", [name])
    return told


def _step(cursor: Any, sql: str, terms: Mapping[str, Any], step: Step, order: Order) -> int:
    """Change cases by a statement that returns id, state before and after, and officer; write their steps down."""
    written: dict[str, str | UUID | datetime] = {
        "step": step.value,
        "actor": order.actor.key,
        "act": order.act,
        "reason": order.reason,
    }
    cursor.execute(
        f"""WITH changed AS ({sql})
            INSERT INTO campaign_casestep (case_id, step, before, after, at, actor_key, officer_id, reason, details, act)
            SELECT id, %(step)s, before, after, %(at)s, %(actor)s, officer_id, %(reason)s,
                   jsonb_build_object('source', source_id), %(act)s FROM changed""",
        {**terms, **written},
    )
    return int(cursor.rowcount)


def risk_sql() -> str:
    """SQL of the risk of a row that has `register`, `action`, `errors` and `codes`: the table of `rules.risk` as it stands."""
    lines = " + ".join(f"CASE WHEN {_condition(line)} THEN {line.points} ELSE 0 END" for line in LINES)
    return f"least({MOST}, {lines})"


def _condition(line: RiskLine) -> str:
    told = [f"register IN ({_words(line.registers)})"]
    if line.action:
        told.append(f"action = '{line.action}'")
    if line.errors:
        told.append(f"errors >= {line.errors}")
    if line.codes:
        told.append(f"codes && ARRAY[{_words(line.codes)}]::varchar[]")
    return " AND ".join(told)


def _words(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _found_sql(table: _Table, level: str) -> str:
    """Records that need work, and those with a case a later run speaks of."""
    return f"""
    CREATE TEMP TABLE campaign_found AS
    WITH latest AS (
        SELECT DISTINCT ON (r.subject_id) r.subject_id, r.source_id, r.verdict
        FROM provenance_sourcerow r JOIN provenance_source s ON s.id = r.source_id AND s.kind = %(run)s
        WHERE r.register = %(register)s ORDER BY r.subject_id, r.source_id DESC, r.id DESC
    ), finding AS (
        SELECT subject_id, max(source_id) AS source_id,
               array_agg(DISTINCT code ORDER BY code) FILTER (WHERE state = 'open') AS codes,
               count(*) FILTER (WHERE state = 'open' AND severity = 'error') AS errors,
               count(*) FILTER (WHERE state = 'open' AND severity <> 'info') AS open,
               count(*) FILTER (WHERE state NOT IN ('open', 'gone')) AS settled
        FROM provenance_finding WHERE register = %(register)s GROUP BY subject_id
    ), person AS (
        SELECT subject_id, bool_or(state = 'open') AS open, bool_or(state NOT IN ('open', 'gone')) AS settled
        FROM provenance_candidate WHERE register = %(register)s GROUP BY subject_id
    ), twin AS (
        SELECT subject_id, bool_or(state = 'open') AS open, bool_or(state NOT IN ('open', 'gone')) AS settled
        FROM provenance_duplicate WHERE register = %(register)s GROUP BY subject_id
    ), told AS (
        SELECT t.id AS subject_id, t.commune_code, t.province_code, {table.person} AS person_id, {table.kind} AS kind,
               %(register)s::text AS register, greatest(l.source_id, f.source_id, 0) AS source_id,
               coalesce(l.verdict->>'locality', '') AS locality, coalesce(l.verdict->>'result_class', '') AS result_class,
               coalesce(l.verdict->>'action', 'none') AS asked, coalesce(f.codes, '{{}}') AS codes,
               least(coalesce(f.errors, 0), 32767) AS errors,
               coalesce((l.verdict->>'correct')::boolean, false) AS correct,
               coalesce((l.verdict->>'complete')::boolean, false) AS complete,
               coalesce((l.verdict->>'clean')::boolean, false) AS clean,
               coalesce((l.verdict->>'live')::boolean, false) AS live,
               coalesce(f.open, 0) > 0 OR coalesce(p.open, false) OR coalesce(w.open, false) AS is_open,
               coalesce(f.settled, 0) > 0 OR coalesce(p.settled, false) OR coalesce(w.settled, false) AS is_settled
        FROM {table.name} t LEFT JOIN latest l ON l.subject_id = t.id LEFT JOIN finding f ON f.subject_id = t.id
        LEFT JOIN person p ON p.subject_id = t.id LEFT JOIN twin w ON w.subject_id = t.id
        WHERE {_TERRITORY[level]} AND {table.stands}
    ), judged AS (
        SELECT *, CASE WHEN asked = 'none' AND errors > 0 THEN 'confirm' ELSE asked END AS action,
               errors > 0 OR asked <> 'none' AND (is_open OR NOT is_settled) AS needs
        FROM told
    )
    SELECT j.*, {risk_sql()}::smallint AS risk, left(coalesce(g."group", j.locality), 120) AS "group"
    FROM judged j LEFT JOIN campaign_grouping g ON g.commune_code = j.commune_code AND g.locality = j.locality
    WHERE j.needs OR EXISTS (SELECT 1 FROM campaign_case c WHERE c.campaign_id = %(campaign)s
                             AND c.register = %(register)s AND c.subject_id = j.subject_id)"""


_SAID = """commune_code = n.commune_code, province_code = n.province_code, person_id = n.person_id, kind = n.kind,
           source_id = n.source_id, result_class = n.result_class, action = n.action, codes = n.codes, errors = n.errors,
           risk = n.risk, correct = n.correct, complete = n.complete, clean = n.clean, live = n.live,
           locality = n.locality, "group" = n."group", version = c.version + 1, changed_at = %(at)s"""
_SAME = """campaign_found n, campaign_case b WHERE c.campaign_id = %(campaign)s AND c.register = %(register)s
           AND c.subject_id = n.subject_id AND n.source_id > c.source_id AND b.id = c.id"""
_STEPPED = "RETURNING c.id, b.state AS before, c.state AS after, c.officer_id, c.source_id"
_REOPENED = f"""UPDATE campaign_case c SET {_SAID}, state = '{State.IMPORTED}', officer_id = NULL, closed_on = NULL,
    closing = '', uploaded_on = NULL, reopened = c.reopened + 1, due_on = greatest(%(ends)s, %(day)s)
    FROM {_SAME} AND n.needs AND c.state = ANY(%(closed)s) {_STEPPED}"""
_GONE = f"""UPDATE campaign_case c SET {_SAID}, state = '{State.GONE}', closed_on = %(day)s, closing = '{Closing.GONE}',
    next_visit_on = NULL FROM {_SAME} AND NOT n.needs AND c.state = ANY(%(open)s) {_STEPPED}"""
_RENEWED = f"UPDATE campaign_case c SET {_SAID} FROM {_SAME} AND n.needs AND c.state = ANY(%(open)s)"
_STILL_CLEAN = f"UPDATE campaign_case c SET {_SAID} FROM {_SAME} AND NOT n.needs AND c.state = ANY(%(closed)s)"
_NEW = f"""INSERT INTO campaign_case (campaign_id, register, subject_id, commune_code, province_code, locality, "group",
        person_id, kind, source_id, result_class, action, codes, errors, risk, correct, complete, clean, live, state,
        due_on, visits, last_outcome, moved_from, imported_on, changed_at, closing, reopened, failed_samples, version)
    SELECT %(campaign)s, %(register)s, n.subject_id, n.commune_code, n.province_code, n.locality, n."group", n.person_id,
        n.kind, n.source_id, n.result_class, n.action, n.codes, n.errors, n.risk, n.correct, n.complete, n.clean, n.live,
        '{State.IMPORTED}', greatest(%(ends)s, %(day)s), 0, '', '', %(day)s, %(at)s, '', 0, 0, 1
    FROM campaign_found n WHERE n.needs
    ORDER BY n.province_code, n.commune_code, n."group", n.locality, n.subject_id
    ON CONFLICT (campaign_id, register, subject_id) DO NOTHING"""
