"""Settings of Django, read from the environment; nothing secret stands here."""

import os
import secrets
from pathlib import Path

from sosach.site.databases import DbRole, connection_settings, state_folder


def _secret_key(state: Path) -> str:
    """Key that signs sessions: `SOSACH_SECRET_KEY`, or one made once for this installation."""
    if told := os.environ.get("SOSACH_SECRET_KEY"):
        return told
    file = state / "secret.key"
    if not file.is_file():
        state.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w") as stream:
            stream.write(secrets.token_urlsafe(48))
    return file.read_text("utf-8")


STATE = state_folder()
DB_ROLE = DbRole(os.environ.get("SOSACH_DB_ROLE", DbRole.WEB))
SECRET_KEY = _secret_key(STATE)
DEBUG = False
ALLOWED_HOSTS = os.environ.get("SOSACH_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

AUTH_USER_MODEL = "access.Officer"
INSTALLED_APPS = [
    "sosach.domain.audit.apps.AuditConfig",
    "sosach.domain.places.apps.PlacesConfig",
    "sosach.domain.access.apps.AccessConfig",
    "sosach.domain.provenance.apps.ProvenanceConfig",
    "sosach.domain.population.apps.PopulationConfig",
    "sosach.domain.vehicles.apps.VehiclesConfig",
    "sosach.domain.licences.apps.LicencesConfig",
]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "sosach.site.urls"
DATABASES = {"default": connection_settings(DB_ROLE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
