"""What background work remembers, as SQL: which acts were done, how far the log was read. No data of people."""

TABLES_SQL = (
    "CREATE TABLE IF NOT EXISTS installation.done_act (act uuid PRIMARY KEY, done_at timestamptz NOT NULL DEFAULT now())",
    """CREATE TABLE IF NOT EXISTS installation.reactions_read (
        one boolean PRIMARY KEY DEFAULT true CHECK (one), to_xid bigint NOT NULL)""",
    "INSERT INTO installation.reactions_read (to_xid) VALUES (0) ON CONFLICT DO NOTHING",
    """CREATE TABLE IF NOT EXISTS installation.news_read (
        one boolean PRIMARY KEY DEFAULT true CHECK (one), to_xid bigint NOT NULL)""",
    "INSERT INTO installation.news_read (to_xid) VALUES (0) ON CONFLICT DO NOTHING",
)
RIGHTS_SQL = (
    "GRANT SELECT, INSERT ON installation.done_act TO {role}",
    "GRANT SELECT, UPDATE ON installation.reactions_read TO {role}",
    "GRANT SELECT, UPDATE ON installation.news_read TO {role}",
)
