"""Filters of work lists as conditions of the database: one meaning for lists, counts, previews and mass changes."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from sosach.domain.access.queries import scoped
from sosach.domain.audit.rules import Actor
from sosach.domain.campaign.models import Case
from sosach.domain.campaign.rules.wanted import WITHOUT_GROUP, Order, Wanted

NOBODY = 0
_CONDITIONS: Mapping[str, Callable[[Any], Q]] = {
    "registers": lambda told: Q(register__in=told),
    "province": lambda told: Q(province_code=told),
    "commune": lambda told: Q(commune_code=told),
    "group": lambda told: Q(group="" if told == WITHOUT_GROUP else told),
    "locality": lambda told: Q(locality=told),
    "officer": lambda told: Q(officer__isnull=True) if told == NOBODY else Q(officer_id=told),
    "states": lambda told: Q(state__in=told),
    "classes": lambda told: Q(result_class__in=told),
    "actions": lambda told: Q(action__in=told),
    "codes": lambda told: Q(codes__overlap=list(told)),
    "kinds": lambda told: Q(kind__in=told),
    "outcomes": lambda told: Q(last_outcome__in=told),
    "least_risk": lambda told: Q(risk__gte=told),
    "due_by": lambda told: Q(due_on__lte=told),
    "visit_by": lambda told: Q(next_visit_on__lte=told),
    "declared": lambda told: Q(declaration_id__isnull=not told),
    "person": lambda told: Q(person_id=told),
    "ids": lambda told: Q(pk__in=told),
}
# What says nothing, by field: an officer 0 and "not declared" do say something.
_NOTHING: Mapping[str, tuple[Any, ...]] = {
    name: () if name in {"officer", "declared"} else ("", (), 0) for name in _CONDITIONS
}
# Order → columns with their direction; the id breaks ties.
ORDERS: Mapping[Order, tuple[str, ...]] = {
    Order.RISK: ("-risk", "pk"),
    Order.DUE: ("due_on", "-risk", "pk"),
    Order.PLACE: ("commune_code", "group", "locality", "person_id", "pk"),
    Order.NEWEST: ("-pk",),
}


def condition(wanted: Wanted) -> Q:
    """The filter as a condition on cases."""
    found = Q()
    for name, make in _CONDITIONS.items():
        told = getattr(wanted, name)
        if told is not None and told not in _NOTHING[name]:
            found &= make(told)
    return found


def selected(actor: Actor, campaign_id: int, wanted: Wanted) -> QuerySet[Case]:
    """Cases of a campaign within reach that pass a filter."""
    return scoped(Case.objects.filter(campaign_id=campaign_id), actor).filter(condition(wanted))
