"""From the evidence log to the queue of a link: every act on a record below the horizon of running transactions, set by set.

The log is the first half of the outbox: an act stands in it in the transaction of the change it tells of, or neither happened.
The place of a link in the log moves in the transaction that queues what was found, so an act is queued once, however the collector ends.
"""

from django.db import connection, transaction

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level, Subject, events
from sosach.domain.exchange.models.links import Link
from sosach.domain.exchange.queries.links import link_named
from sosach.domain.provenance.rules import SUBJECTS

# The log is read as an auditor reads it; everything else as the link.
COLLECTING = Actor(ActorKind.SYSTEM, "collector", Level.NATION, roles=frozenset({Role.SYSTEM, Role.AUDITOR}))
TABLES = {"population": "population_person", "vehicles": "vehicles_vehicle", "licences": "licences_licence"}
# What the other side told is agreed with it as soon as it stands here.
_TOLD_BY_THE_OTHER = "exchange.record_applied"
# That the other side refused a record is no change of it: told again, it would be refused for ever.
_CHANGES_NOTHING = frozenset({"exchange.upload_refused"})

# An import is one act about its source; what it changed are the records its rows are about.
_FOUND = """
CREATE TEMPORARY TABLE exchange_found ON COMMIT DROP AS
WITH acts AS MATERIALIZED (
    SELECT subject_kind, subject_key::bigint AS key, act, xid, id, (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day
    FROM (SELECT * FROM audit_auditevent
          WHERE xid >= %(start)s AND xid < %(horizon)s AND subject_kind = ANY(%(kinds)s) AND event = ANY(%(events)s)
                AND NOT (event = %(applied)s AND actor_key = %(other)s) AND subject_key ~ '^[0-9]{1,18}$' OFFSET 0) e
), records AS (
    SELECT subject_kind, key AS record_id, act, xid, id, day FROM acts WHERE subject_kind <> 'source'
    UNION ALL
    SELECT k.kind, r.subject_id, a.act, a.xid, a.id, a.day
    FROM acts a JOIN provenance_sourcerow r ON r.source_id = a.key
    JOIN unnest(%(registers)s::text[], %(subjects)s::text[]) AS k(register, kind) ON k.register = r.register
    WHERE a.subject_kind = 'source'
)
SELECT DISTINCT ON (subject_kind, record_id) * FROM records ORDER BY subject_kind, record_id, xid DESC, id DESC
"""
# A record concerns a province while it lies there, and once both have agreed on it.
_QUEUE = """
INSERT INTO exchange_item (link_id, register, record_id, commune_code, province_code, day, act, state, collected_at,
                           key, told, digest, code, reason_vi, reason_en, theirs)
SELECT %(link)s::varchar, %(register)s::varchar, f.record_id, t.commune_code, t.province_code, f.day, f.act, 'waiting', %(at)s,
       '', '{{}}', '', '', '', '', '{{}}'
FROM exchange_found f JOIN {table} t ON t.id = f.record_id
WHERE f.subject_kind = %(kind)s::varchar
      AND (t.province_code = %(province)s::varchar
           OR EXISTS (SELECT 1 FROM exchange_agreedstate a
                      WHERE a.link_id = %(link)s::varchar AND a.register = %(register)s::varchar AND a.record_id = f.record_id))
ORDER BY f.xid, f.id
ON CONFLICT (link_id, register, record_id) WHERE state = 'waiting'
DO UPDATE SET act = EXCLUDED.act, day = EXCLUDED.day, commune_code = EXCLUDED.commune_code,
              province_code = EXCLUDED.province_code
"""


def collect(order: Order, *, link: str) -> int:
    """Queue every record that acts of the log have changed since the last time; how many waited or wait now.

    A round that finds nothing leaves no event of its own.

    Args:
        order: whoever runs the link.
        link: `nation`, or the code of a province.

    Raises:
        SosachError: ACCESS-03 there is no such link; ACCESS-01 it is suspended.
    """
    with transaction.atomic(), acting(order.actor, level=Level.NATION):
        found = link_named(link, locked=True)
        if not _find(found):
            return 0
        return queue_changes(order, link=found)


def _find(link: Link) -> int:
    """Put what the log tells from the place of the link on aside; the place moves."""
    names = [kind.name for kind in events().values() if not kind.access and kind.name not in _CHANGES_NOTHING]
    with acting(COLLECTING), connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        horizon = cursor.fetchone()[0]
        cursor.execute("DROP TABLE IF EXISTS pg_temp.exchange_found")
        terms = {
            "start": link.collected_to,
            "horizon": horizon,
            "kinds": ["source", *sorted(SUBJECTS.values())],
            "events": names,
            "applied": _TOLD_BY_THE_OTHER,
            "other": f"link-{link.name}",
            "registers": list(SUBJECTS),
            "subjects": list(SUBJECTS.values()),
        }
        cursor.execute(_FOUND, terms)
        found = int(cursor.rowcount)
    link.collected_to = horizon
    link.save(update_fields=["collected_to"])
    return found


@operation("exchange.changes_collected", roles=frozenset({Role.SYSTEM}), nationwide=True)
def queue_changes(order: Order, *, link: Link) -> Done[int]:
    """Queue what `collect` found in the log for a locked link; how many records."""
    queued = 0
    with connection.cursor() as cursor:
        for register, table in TABLES.items():
            terms = {
                "link": link.name,
                "register": register,
                "kind": SUBJECTS[register],
                "province": link.province_code,
                "at": order.at,
            }
            cursor.execute(_QUEUE.format(table=table), terms)
            queued += cursor.rowcount
    return Done(queued, [Subject("link", link.name)], {"records": queued})
