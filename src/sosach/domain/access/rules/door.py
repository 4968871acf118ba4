"""What happens before a program may ask, as functions of the database: one statement finds the account and charges it.

Every request of a program begins with it, so it has to be cheap. Row-level security holds inside as it does outside.
"""

# A bucket is the moment at which it will be full again; a drop moves that moment on, and may not move it beyond the window.
# True where there was a drop left.
_TAKE = """CREATE OR REPLACE FUNCTION sosach_take(
    account text, asked_at timestamptz, refill interval, whole interval, misses interval
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO access_budget AS b (actor_key, requests_due, misses_due) VALUES (account, asked_at + refill, asked_at)
    ON CONFLICT (actor_key) DO UPDATE SET requests_due = greatest(b.requests_due, asked_at) + refill
    WHERE greatest(b.requests_due, asked_at) + refill <= asked_at + whole AND b.misses_due <= asked_at + misses;
    RETURN FOUND;
END $$"""

# Who acts before is who acts afterwards: the context of a transaction around it is put back.
_ADMIT = """CREATE OR REPLACE FUNCTION sosach_admit(
    told_key text, told_hash text, asked_at timestamptz, refill interval, whole interval, misses interval
) RETURNS TABLE (client bigint, scopes text, level text, unit text, admitted boolean) LANGUAGE plpgsql AS $$
DECLARE
    before text[] := ARRAY[sosach_setting('actor'), sosach_setting('level'), sosach_setting('unit'), sosach_setting('roles')];
    found record;
BEGIN
    PERFORM sosach_act('sign-in', 'nation', '', 'system');
    SELECT c.id, c.level, c.unit, array_to_string(ARRAY(SELECT jsonb_array_elements_text(c.scopes)), ',') AS roles
    INTO found FROM access_machineclient c
    WHERE c.key_id = told_key AND c.key_hash = told_hash AND (c.ended_at IS NULL OR c.ended_at > asked_at);
    IF found.id IS NOT NULL THEN
        PERFORM sosach_act('client-' || found.id, found.level, found.unit, found.roles);
        RETURN QUERY SELECT found.id, found.roles, found.level::text, found.unit::text,
            sosach_take('client-' || found.id, asked_at, refill, whole, misses);
    END IF;
    PERFORM sosach_act(before[1], before[2], before[3], before[4]);
END $$"""

_ACT = """CREATE OR REPLACE FUNCTION sosach_act(actor text, level text, unit text, roles text) RETURNS void LANGUAGE sql AS $$
    SELECT set_config('sosach.actor', actor, true), set_config('sosach.level', level, true),
           set_config('sosach.unit', unit, true), set_config('sosach.roles', roles, true)
$$"""

DOOR_SQL = (_ACT, _TAKE, _ADMIT)
