"""All rules of the batch engine, by stage: before records are linked to persons, and after."""

from sosach.engine.checks.cross import CROSS_RULES
from sosach.engine.checks.licences import LICENCE_RULES
from sosach.engine.checks.missing import MISSING_RULES
from sosach.engine.checks.population import POPULATION_RULES
from sosach.engine.checks.rule import Rule
from sosach.engine.checks.sets import LICENCE_SETS, LINKED_SETS, POPULATION_SETS, VEHICLE_SETS
from sosach.engine.checks.vehicles import VEHICLE_RULES

RULES_BEFORE_MATCH: tuple[Rule, ...] = (
    *MISSING_RULES,
    *POPULATION_RULES,
    *VEHICLE_RULES,
    *LICENCE_RULES,
    *POPULATION_SETS,
    *VEHICLE_SETS,
    *LICENCE_SETS,
)
"""Rules about rows and sets of one register."""

RULES_AFTER_MATCH: tuple[Rule, ...] = (*CROSS_RULES, *LINKED_SETS)
"""Rules about records beside the person they are linked to; only links decided as `link` count."""
