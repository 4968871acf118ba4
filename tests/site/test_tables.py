"""Tables made at once from the models are those the migrations would make."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from sosach.base.errors import ErrorCode, SosachError
from sosach.site.embedded import EmbeddedServer
from sosach.site.tables import SUBJECTS, bring_tables_up_to_date


def test_models_and_migrations_say_the_same() -> None:
    """Otherwise a database made today would differ from one made yesterday and migrated."""
    told = MigrationLoader(None).project_state()
    changes = MigrationAutodetector(told, ProjectState.from_apps(apps)).changes(graph=MigrationLoader(None).graph)
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith(SUBJECTS)}
    assert ours
    assert not ours & set(changes)


@pytest.fixture
def as_owner(server: EmbeddedServer, committed: str) -> Iterator[None]:
    """The connection of the tests speaks to the test's own database as its owner."""
    del committed
    connection.close()
    told = dict(connection.settings_dict)
    connection.settings_dict |= {"USER": server.address.user, "PASSWORD": server.address.password}
    yield
    connection.close()
    connection.settings_dict |= told


@pytest.mark.usefixtures("as_owner")
def test_a_second_time_nothing_is_made_and_nothing_lost() -> None:
    """What was made at once is written down as migrated: whoever migrates later takes up where the models stood."""

    def units() -> object:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM places_unit")
            return cursor.fetchone()

    before = units()
    loader = MigrationLoader(connection)
    assert set(loader.disk_migrations) == set(loader.applied_migrations)
    bring_tables_up_to_date()
    assert units() == before


@pytest.mark.usefixtures("as_owner")
def test_tables_of_a_version_that_was_never_released_are_named() -> None:
    """Such a database says that it is up to date, and is not: whoever starts on it is told what to do."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE vehicles_vehicle DROP COLUMN pledge_creditor")
    with pytest.raises(SosachError, match=r"vehicles_vehicle\.pledge_creditor") as refused:
        bring_tables_up_to_date()
    assert refused.value.code is ErrorCode.DATABASE_UNFIT
