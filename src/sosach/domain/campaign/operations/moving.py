"""Keeps a case where its record lies: forwarding moves both; where a record has moved by itself, its cases follow."""

from django.db import connection

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.campaign.models import Case
from sosach.domain.campaign.operations.filling import TABLES
from sosach.domain.campaign.operations.refusals import not_found, state_forbids
from sosach.domain.campaign.states.cases import OPEN, State, Step
from sosach.domain.licences.operations.register import REGISTER as LICENCES
from sosach.domain.provenance.operations import enter_change
from sosach.domain.provenance.rules import EntryKind
from sosach.domain.vehicles.operations.register import REGISTER as VEHICLES

MOVABLE = {"vehicles": VEHICLES, "licences": LICENCES}


def move_record(order: Order, case: Case, *, commune_code: str, province_code: str) -> None:
    """Let the record of a case lie in another commune, as an entry of its journal that can be taken back.

    Raises:
        SosachError: STATE-01 the record is gone; STATE-02 it is a person.
    """
    register = MOVABLE.get(case.register)
    if register is None:
        raise state_forbids(
            "Nơi cư trú được thay đổi bằng thủ tục cư trú.",
            "A person's place changes by the procedure of residence.",
        )
    record = register.model.objects.select_for_update(of=("self",)).filter(pk=case.subject_id).first()
    if record is None:
        raise not_found()
    place = {"commune_code": commune_code, "province_code": province_code}
    enter_change(order, record, place, procedure="case_forwarded", kind=EntryKind.CORRECTION)
    if register.settle is not None:
        register.settle(order, record)


@operation("campaign.cases_followed", roles=frozenset({Role.STEWARD, Role.SYSTEM}), nationwide=True)
def follow_records(order: Order, *, person_id: int | None = None) -> Done[int]:
    """Let cases lie where their records lie now, and be about whom they are about: an owner has moved, a vehicle was sold.

    Open ones are to be taken on by the new commune; figures of a commune and its records add up again.

    Args:
        order: who.
        person_id: whose records; None for everybody's.

    Returns:
        How many cases moved.
    """
    moved = 0
    with connection.cursor() as cursor:
        for register, table in TABLES.items():
            terms = {
                "register": register,
                "open": sorted(OPEN),
                "at": order.at,
                "actor": order.actor.key,
                "act": order.act,
                "step": Step.FORWARD.value,
                "person": person_id,
            }
            whose = "true" if person_id is None else f"{table.person} = %(person)s"
            cursor.execute(_FOLLOW.format(table=table.name, whose=whose), terms)
            moved += cursor.rowcount
            about = {"table": table.name, "person": table.person, "kind": table.kind}
            cursor.execute(_ABOUT.format(whose=whose, **about), terms)
    return Done(moved, [Subject("cases", "")], {"cases": moved})


_ABOUT = """
    UPDATE campaign_case c SET person_id = {person}, kind = {kind}, version = c.version + 1
    FROM {table} t WHERE c.register = %(register)s AND t.id = c.subject_id AND {whose}
    AND (c.person_id, c.kind) IS DISTINCT FROM ({person}, {kind})"""
_FOLLOW = f"""
    WITH changed AS (
        UPDATE campaign_case c SET commune_code = t.commune_code, province_code = t.province_code,
               moved_from = coalesce(b.commune_code, ''), version = c.version + 1, changed_at = %(at)s,
               officer_id = NULL, next_visit_on = NULL, locality = '', "group" = '',
               state = CASE WHEN c.state = ANY(%(open)s) AND c.state <> '{State.APPROVED}' AND c.state <> '{State.CONFLICT}'
                       THEN '{State.MOVED}' ELSE c.state END
        FROM {{table}} t, campaign_case b
        WHERE c.register = %(register)s AND t.id = c.subject_id AND b.id = c.id AND {{whose}}
        AND (c.commune_code, c.province_code) IS DISTINCT FROM (t.commune_code, t.province_code)
        RETURNING c.id, b.state AS before, c.state AS after, b.commune_code AS home, c.commune_code AS place)
    INSERT INTO campaign_casestep (case_id, step, before, after, at, actor_key, officer_id, reason, details, act)
    SELECT id, %(step)s, before, after, %(at)s, %(actor)s, NULL, '',
           jsonb_build_object('from', home, 'to', place, 'followed', true), %(act)s FROM changed"""
