"""Events as the text that is hashed: made by the database, the same on every version and in every time zone."""

from collections.abc import Iterator

from django.db import connection

from sosach.domain.audit.rules.merkle import leaf_hash

# One JSON array per event; moments as microseconds since 1970, `details` as jsonb writes it (keys in its own fixed order).
CANONICAL_SQL = """json_build_array(id::text, xid::text, (extract(epoch FROM written_at) * 1000000)::bigint::text,
    act::text, (extract(epoch FROM at) * 1000000)::bigint::text, event, actor_kind, actor_key, actor_unit, purpose,
    reference, subject_kind, subject_key, subject_unit, details::text)::text"""
FETCH = 20_000


def canonical_events(from_xid: int | None, to_xid: int) -> Iterator[tuple[int, int, str]]:
    """Id, transaction and canonical text of events of transactions in a half-open range, in the order of the log.

    Args:
        from_xid: first transaction; None: from the beginning.
        to_xid: first transaction that is left out.
    """
    lower = "xid >= %s AND" if from_xid is not None else ""
    parameters = [to_xid] if from_xid is None else [from_xid, to_xid]
    with connection.chunked_cursor() as cursor:
        cursor.itersize = FETCH
        cursor.execute(
            f"SELECT id, xid, {CANONICAL_SQL} FROM audit_auditevent WHERE {lower} xid < %s ORDER BY xid, id", parameters
        )
        while rows := cursor.fetchmany(FETCH):
            yield from rows


def leaves(from_xid: int | None, to_xid: int) -> Iterator[tuple[int, int, bytes]]:
    """Id, transaction and leaf hash of the same events."""
    for key, xid, text in canonical_events(from_xid, to_xid):
        yield key, xid, leaf_hash(text.encode())
