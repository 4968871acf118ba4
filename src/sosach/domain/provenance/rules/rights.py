"""Who works on what the registers have in common: a register's history, findings and corrections are for those who work on it."""

from collections.abc import Mapping

from sosach.domain.access.rules import Role

_COMMUNE = frozenset({Role.CLERK, Role.VERIFIER, Role.CHIEF, Role.STEWARD})

# Register → who proposes corrections of its records.
PROPOSERS: Mapping[str, frozenset[Role]] = {
    "population": _COMMUNE | {Role.POPULATION},
    "vehicles": _COMMUNE | {Role.VEHICLES},
    "licences": _COMMUNE | {Role.LICENCES},
}
# Register → who reads what was told, raised, refused and decided of its records.
WORKERS: Mapping[str, frozenset[Role]] = {
    "population": PROPOSERS["population"] | {Role.CIVIL_STATUS},
    "vehicles": PROPOSERS["vehicles"],
    "licences": PROPOSERS["licences"],
}
READERS: Mapping[str, frozenset[Role]] = {register: roles | {Role.CITIZEN} for register, roles in WORKERS.items()}
# Register → who judges findings, candidates and duplicates; who decides corrections, the register itself says.
JUDGES: Mapping[str, frozenset[Role]] = {
    "population": frozenset({Role.CHIEF, Role.POPULATION, Role.STEWARD}),
    "vehicles": frozenset({Role.VERIFIER, Role.CHIEF, Role.VEHICLES, Role.STEWARD}),
    "licences": frozenset({Role.VERIFIER, Role.CHIEF, Role.LICENCES, Role.STEWARD}),
}
