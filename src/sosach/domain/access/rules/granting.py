"""Who may give which role to whom: only from above, never to oneself."""

from sosach.domain.access.rules.policy import Role, reaches
from sosach.domain.audit.rules import Actor, ActorKind, Level

# Held by people and programs of the installation itself; nobody grants them.
NEVER_GRANTED = frozenset({Role.CITIZEN, Role.PARTNER, Role.SYSTEM})
# Given by the administrators of the nation alone: who holds them sees more than one unit's cases.
NATION_ONLY = frozenset({Role.ADMIN, Role.AUDITOR})
# What a chief may hand to somebody of the same unit for a time, and what any holder may hand on to a stand-in.
DELEGABLE = frozenset({Role.CLERK, Role.VERIFIER, Role.CHIEF, Role.CIVIL_STATUS})

_RANK = {Level.NATION: 3, Level.PROVINCE: 2, Level.COMMUNE: 1}


def may_grant(
    granter: Actor, *, officer_key: str, role: Role, level: Level, units: tuple[str | None, str | None]
) -> bool:
    """Whether somebody may give a role in a unit.

    Args:
        granter: who gives; an administrator, or the installation itself.
        officer_key: who would get it.
        role: which.
        level: of the unit it is for.
        units: commune and province of that unit.
    """
    if role in NEVER_GRANTED or level not in _RANK or granter.key == officer_key:
        return False
    if granter.kind is ActorKind.SYSTEM:
        return Role.SYSTEM in granter.roles
    if Role.ADMIN not in granter.roles:
        return False
    if role in NATION_ONLY:
        return granter.level is Level.NATION
    commune, province = units
    return _RANK[granter.level] > _RANK[level] and reaches(granter, commune_code=commune, province_code=province)


def may_delegate(holder: Actor, *, officer_key: str, officer_unit: str, role: Role) -> bool:
    """Whether somebody may hand a role on to a colleague of the same unit for a time."""
    return role in DELEGABLE and role in holder.roles and holder.key != officer_key and holder.unit == officer_unit
