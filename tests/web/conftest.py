"""A town in a database of its own, for tests that ask thousands of times and therefore cannot stand in one transaction."""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import override_settings
from psycopg import sql
from tests.conftest import _copied
from tests.web.world import Town, town

from sosach.domain.access.rules.budgets import Bucket, Limits
from sosach.site.databases import DATABASE
from sosach.site.embedded import EmbeddedServer

PLENTY = Bucket(size=10**9, refill=timedelta(microseconds=1))
ENOUGH = Limits(requests=PLENTY, misses=PLENTY)

# Ids nobody takes for anything else: one in an answer would be seen.
FIRST_ID = 880_000_000_001
FAR_IDS = f"""
DO $$ DECLARE one regclass; BEGIN
  FOR one IN SELECT oid FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace AND relname NOT LIKE 'procrastinate%'
  LOOP PERFORM setval(one, {FIRST_ID}); END LOOP;
END $$
"""


@pytest.fixture(scope="module")
def there(server: EmbeddedServer, database: str) -> Iterator[Town]:
    """A town whose budget never runs dry; the whole database is thrown away afterwards."""
    name = f"town_{os.getpid()}"
    _copied(server, name, DATABASE)
    connection.close()
    connection.settings_dict["NAME"] = name
    with server.address.connect(name) as admin:
        admin.execute(FAR_IDS)
    with override_settings(SOSACH_LIMITS=ENOUGH):
        yield town()
    connection.close()
    connection.settings_dict["NAME"] = database
    with server.address.connect("postgres") as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def no_log(server: EmbeddedServer, there: Town) -> Iterator[None]:
    """Nobody who serves requests may write into the evidence log."""
    del there
    with server.address.connect(connection.settings_dict["NAME"]) as admin:
        admin.execute("REVOKE INSERT ON audit_auditevent FROM sosach_web")
        yield
        admin.execute("GRANT INSERT ON audit_auditevent TO sosach_web")
