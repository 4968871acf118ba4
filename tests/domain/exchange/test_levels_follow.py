"""What the nation tells is followed in the province as if it had happened there; what it refuses comes to a desk."""

import json
from datetime import date
from typing import Any

from django.db import connection
from tests.domain.campaign.ground import STEWARD, TERMS
from tests.domain.exchange.levels import AUDITING, COMMUNE, KEEPER, PROVINCE, Installation, Levels
from tests.domain.exchange.test_levels import shared, vehicle_of, work
from tests.domain.licences.world import licensed

from sosach.domain.access.queries import acting
from sosach.domain.audit.rules import Level
from sosach.domain.campaign.models import Case
from sosach.domain.campaign.operations.campaigns import create_campaign, open_campaign
from sosach.domain.exchange.operations.settling import Keep, decide_upload
from sosach.domain.licences.models import Licence
from sosach.domain.population.models import Person
from sosach.domain.population.operations.civil import change_name, register_death
from sosach.domain.population.operations.merging import merge, take_back
from sosach.domain.population.operations.residence import Place, move_in
from sosach.domain.vehicles.models import Vehicle
from sosach.domain.vehicles.rules import INHERITED
from sosach.jobs.reactions import REACTING, REACTIONS, Event

DONE: set[tuple[str, int]] = set()
EVENTS = ("exchange.record_applied", "exchange.upload_refused")


def followed(levels: Levels, who: Installation) -> None:
    """Everything the link brought since the last time is followed, as the worker would."""
    with levels.at(who), acting(REACTING), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, event, subject_kind, subject_key, details::text, act::text FROM audit_auditevent "
            "WHERE event = ANY(%s) ORDER BY xid, id",
            [list(EVENTS)],
        )
        found = [row for row in cursor.fetchall() if (who.database, row[0]) not in DONE]
    for key, event, kind, subject, details, act in found:
        DONE.add((who.database, key))
        for reaction in REACTIONS:
            if (reaction.event, reaction.subject) == (event, kind):
                order = levels.order(REACTING, reason=f"event {key}")
                with levels.at(who), acting(REACTING):
                    reaction.verb(order, Event(event, int(subject), json.loads(details), act))


def kept(levels: Levels, model: Any, key: int) -> Any:
    """A record of the province."""
    with levels.at(levels.province), acting(AUDITING):
        return model.objects.get(pk=key)


def test_a_death_told_by_the_nation_reaches_vehicles_and_licences_and_is_undone_with_it(levels: Levels) -> None:
    _, here, there = shared(levels)
    car = vehicle_of(levels, here).pk
    with levels.at(levels.province):
        with acting(AUDITING):
            bearer = Person.objects.get(pk=here)
        card = licensed(bearer, "B").pk
    levels.exchange(levels.province)
    order = levels.order(KEEPER, reason="giấy chứng tử")
    with levels.at(levels.nation):
        register_death(order, person_id=there, died_on="2026-11")
    levels.exchange(levels.nation)
    followed(levels, levels.province)
    assert (kept(levels, Vehicle, car).proposed_status, kept(levels, Licence, card).status) == (INHERITED, "expired")
    with levels.at(levels.nation):
        take_back(levels.order(KEEPER, reason="nhầm người"), act=order.act)
    levels.exchange(levels.nation)
    followed(levels, levels.province)
    assert (kept(levels, Vehicle, car).proposed_status, kept(levels, Licence, card).status) == ("", "valid")


def test_a_merge_and_a_move_told_by_the_nation_are_followed(levels: Levels) -> None:
    _, twin, twin_there = shared(levels)
    _, kept_here, kept_there = shared(levels)
    car = vehicle_of(levels, twin).pk
    levels.exchange(levels.province)
    order = levels.order(KEEPER, reason="một người hai hồ sơ")
    with levels.at(levels.nation):
        merge(order, person_id=twin_there, survivor_id=kept_there)
    levels.exchange(levels.nation)
    followed(levels, levels.province)
    assert kept(levels, Vehicle, car).owner_person_id == kept_here
    with levels.at(levels.nation):
        take_back(levels.order(KEEPER, reason="hai người"), act=order.act)
    levels.exchange(levels.nation)
    followed(levels, levels.province)
    assert kept(levels, Vehicle, car).owner_person_id == twin
    with levels.at(levels.nation):
        move_in(levels.order(KEEPER), person_id=twin_there, to=Place("26740", "1 Lê Lợi"), on=date(2026, 11, 22))
    levels.exchange(levels.nation)
    followed(levels, levels.province)
    assert kept(levels, Person, twin).province_code == "79"
    assert kept(levels, Vehicle, car).commune_code == "26740"


def test_what_both_changed_opens_a_case_and_opens_it_again(levels: Levels) -> None:
    told = {"name": "Làm sạch dân cư", "registers": ["population"], "level": Level.PROVINCE, "unit_code": PROVINCE}
    made = levels.do(levels.province, create_campaign, STEWARD, terms=TERMS, **told)
    levels.do(levels.province, open_campaign, STEWARD, campaign_id=made.pk)
    _, here, there = shared(levels)
    for name in ("NGUYỄN VĂN MỘT", "NGUYỄN VĂN HAI"):
        levels.do(levels.province, change_name, person_id=here, full_name=name)
        levels.do(levels.nation, change_name, person_id=there, full_name=f"{name} BA")
        levels.exchange(levels.province)
        followed(levels, levels.province)
        with levels.at(levels.province), acting(AUDITING):
            (case,) = Case.objects.filter(register="population", subject_id=here)
            assert (case.state, case.commune_code) == ("imported", COMMUNE)
            Case.objects.filter(pk=case.pk).update(state="cleaned", closed_on="2026-11-22", closing="confirmed")
        (found,) = [each for each in work(levels, levels.province) if each.record_id == here]
        levels.do(levels.province, decide_upload, item_id=found.item_id, keep=Keep.OURS)
        levels.exchange(levels.province)
        levels.exchange(levels.nation)
    with levels.at(levels.province), acting(AUDITING):
        assert Case.objects.get(register="population", subject_id=here).reopened == 1
