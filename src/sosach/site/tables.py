"""Makes the tables of the subjects: of an empty database all at once from the models, else by the migrations that are missing."""

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations import RunPython, RunSQL
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from sosach.base.errors import ErrorCode, SosachError
from sosach.site.databases import state_folder
from sosach.site.rights import LOCK_KEY

SUBJECTS = "sosach.domain."
QUEUE = "procrastinate"


def bring_tables_up_to_date() -> None:
    """Every table as the models say, every migration written down as done.

    Raises:
        SosachError: DB-02 the tables stay other ones: a version that was never released made them.
    """
    if not _made_at_once():
        call_command("migrate", verbosity=0)
        _require_ours()


def _require_ours() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'"
        )
        there = {told for (told,) in cursor.fetchall()}
    models = [model._meta for model in apps.get_models() if model._meta.managed]  # noqa: SLF001 - Django's documented way to what a model is
    missing = sorted({f"{each.db_table}.{field.column}" for each in models for field in each.concrete_fields} - there)
    if missing:
        raise SosachError(
            ErrorCode.DATABASE_UNFIT,
            vi=f"Cơ sở dữ liệu này do một bản chưa phát hành tạo ra: thiếu {missing[0]} (cùng {len(missing) - 1} cột khác).",
            en=f"A version that was never released made this database: {missing[0]} is missing, with {len(missing) - 1} more.",
            hint_vi=f"Dữ liệu trình diễn: dừng máy chủ, xóa {state_folder()} rồi chạy lại; hoặc đặt SOSACH_STATE vào thư mục khác.",
            hint_en=f"A demonstration: stop the server, remove {state_folder()} and begin anew; or let SOSACH_STATE name another folder.",
        )


def _made_at_once() -> bool:
    """Make what the migrations of all subjects would make, unless there is something already; whether that was all.

    Django draws every model anew for each step of a migration: ten seconds of processor, where the statements take one.
    That models and migrations say the same is tested (`tests/site/test_tables.py`).
    """
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith(SUBJECTS)}
    loader = MigrationLoader(connection)
    missing = [key for key in loader.disk_migrations if key[0] in ours and key not in loader.applied_migrations]
    first = not any(label in ours for label, _ in loader.applied_migrations)
    if not first or any(_does_more(loader, key) for key in missing):
        return False
    call_command("migrate", QUEUE, verbosity=0)
    with connection.schema_editor() as editor:
        editor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_KEY])
        recorder = MigrationRecorder(connection)
        if any(label in ours for label, _ in recorder.applied_migrations()):
            return False  # somebody else was faster
        for model in apps.get_models():
            if model._meta.app_label in ours:  # noqa: SLF001 - Django's documented way to what a model is
                editor.create_model(model)
        for label, name in missing:
            recorder.record_applied(label, name)
    return True


def _does_more(loader: MigrationLoader, key: tuple[str, str]) -> bool:
    """Whether a migration does what no model says."""
    return any(isinstance(step, RunSQL | RunPython) for step in loader.disk_migrations[key].operations)
