"""Tables made at once from the models are those the migrations would make."""

from django.apps import apps
from django.db import connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from sosach.site.embedded import EmbeddedServer
from sosach.site.tables import SUBJECTS, bring_tables_up_to_date


def test_models_and_migrations_say_the_same() -> None:
    """Otherwise a database made today would differ from one made yesterday and migrated."""
    told = MigrationLoader(None).project_state()
    changes = MigrationAutodetector(told, ProjectState.from_apps(apps)).changes(graph=MigrationLoader(None).graph)
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith(SUBJECTS)}
    assert ours
    assert not ours & set(changes)


def test_a_second_time_nothing_is_made_and_nothing_lost(server: EmbeddedServer, committed: str) -> None:
    """What was made at once is written down as migrated: whoever migrates later takes up where the models stood."""
    with server.address.connect(committed) as owner:
        before = owner.execute("SELECT count(*) FROM places_unit").fetchone()
    connection.close()
    told = dict(connection.settings_dict)
    connection.settings_dict |= {"USER": server.address.user, "PASSWORD": server.address.password}
    try:
        loader = MigrationLoader(connection)
        assert set(loader.disk_migrations) == set(loader.applied_migrations)
        bring_tables_up_to_date()
    finally:
        connection.close()
        connection.settings_dict |= told
    with server.address.connect(committed) as owner:
        assert owner.execute("SELECT count(*) FROM places_unit").fetchone() == before
