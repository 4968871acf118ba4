"""Row-level security as SQL, made from the policy: the net below the scoped queries."""

from collections.abc import Sequence

from sosach.domain.access.rules.policy import Action, Parent, Role, TablePolicy, Territory
from sosach.domain.audit.rules import Level

# Each is asked once per query: a scalar subquery around it makes it a constant of the plan.
FUNCTIONS_SQL = (
    """CREATE OR REPLACE FUNCTION sosach_setting(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
       AS $$ SELECT coalesce(current_setting('sosach.' || name, true), '') $$""",
    """CREATE OR REPLACE FUNCTION sosach_has_role(wanted text[]) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
       AS $$ SELECT string_to_array(coalesce(current_setting('sosach.roles', true), ''), ',') && wanted $$""",
    """CREATE OR REPLACE FUNCTION sosach_person() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
       AS $$ SELECT substring(current_setting('sosach.actor', true) from '^person-([0-9]{1,18})$')::bigint $$""",
)
_LEVEL = "(SELECT sosach_setting('level'))"
_UNIT = "(SELECT sosach_setting('unit'))"
_ACTOR = "(SELECT sosach_setting('actor'))"
_PERSON = "(SELECT sosach_person())"
_COMMANDS = {Action.READ: "SELECT", Action.INSERT: "INSERT", Action.UPDATE: "UPDATE", Action.DELETE: "DELETE"}


def row_security_sql(policy: TablePolicy, *, roles: Sequence[str]) -> list[str]:
    """Statements that give roles of the database exactly what the policy allows on one table, and nothing else.

    Args:
        policy: of the table.
        roles: roles of the database that serve requests and jobs (no DDL, no BYPASSRLS).
    """
    table, served = policy.table, ", ".join(roles)
    statements = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"REVOKE ALL ON {table} FROM {served}",
    ]
    for action, command in _COMMANDS.items():
        name = f"sosach_{action}"
        statements.append(f"DROP POLICY IF EXISTS {name} ON {table}")
        held = policy.roles.get(action)
        if not held:
            continue
        statements.append(f"GRANT {command} ON {table} TO {served}")
        condition = f"{_held(held)} AND {_territory(policy, action)}"
        clauses = {
            Action.INSERT: f"WITH CHECK ({condition})",
            Action.UPDATE: f"USING ({condition}) WITH CHECK ({condition})",
        }
        clause = clauses.get(action, f"USING ({condition})")
        statements.append(f"CREATE POLICY {name} ON {table} FOR {command} TO {served} {clause}")
    return statements


def _held(roles: frozenset[Role]) -> str:
    wanted = ", ".join(f"'{role}'" for role in sorted(roles))
    return f"(SELECT sosach_has_role(ARRAY[{wanted}]))"


def _territory(policy: TablePolicy, action: Action) -> str:
    """SQL: the row lies in the territory of whoever acts."""
    if policy.territory is Territory.EVERYWHERE:
        return "true"
    if policy.territory is Territory.PARENT:
        if policy.parent is None:
            raise ValueError(f"{policy.table} hangs on no row")
        return _hanging(policy.table, policy.parent)
    if policy.territory is Territory.OWN:
        kept = f" OR {_held(policy.keepers)}" if policy.keepers else ""
        return f"({policy.table}.actor_key = {_ACTOR}{kept})"
    if policy.territory is Territory.OWN_ACTS:
        return _own_acts(policy, action)
    own = f" OR {_LEVEL} = '{Level.PERSON}' AND {policy.person} = {_PERSON}" if policy.person else ""
    return (
        f"({_LEVEL} = '{Level.NATION}' OR {_LEVEL} = '{Level.PROVINCE}' AND province_code = {_UNIT} "
        f"OR {_LEVEL} = '{Level.COMMUNE}' AND commune_code = {_UNIT}{own})"
    )


def _hanging(table: str, parent: Parent) -> str:
    """SQL: the row this one hangs on is visible; its own policy decides that."""
    seen = {
        value: f"EXISTS (SELECT 1 FROM {above} parent WHERE parent.id = {table}.{parent.column})"
        for value, above in parent.tables.items()
    }
    # the nation sees every row above: asking for each of millions would only cost
    everywhere = f"{_LEVEL} = '{Level.NATION}'"
    if not parent.by:
        return f"({everywhere} OR {seen['']})"
    cases = " ".join(f"WHEN '{value}' THEN {sql}" for value, sql in seen.items())
    return f"({everywhere} OR CASE {table}.{parent.by} {cases} ELSE false END)"


def _own_acts(policy: TablePolicy, action: Action) -> str:
    """The log: everybody writes own acts and reads them back; a person reads who looked; auditors read all."""
    own = f"{policy.table}.actor_key = {_ACTOR}"
    if action is Action.INSERT:
        return own
    return (
        f"({own} OR {_LEVEL} = '{Level.PERSON}' AND subject_kind = 'person' AND subject_key = {_PERSON}::text "
        f"OR {_held(frozenset({Role.AUDITOR}))})"
    )
