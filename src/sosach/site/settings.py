"""Settings of Django, read from the environment; nothing secret stands here."""

import os

from sosach.domain.access.rules.budgets import USUAL
from sosach.site.databases import DbRole, connection_settings, state_folder
from sosach.site.secret_files import kept_secret

STATE = state_folder()
DB_ROLE = DbRole(os.environ.get("SOSACH_DB_ROLE", DbRole.WEB))
SECRET_KEY = os.environ.get("SOSACH_SECRET_KEY") or kept_secret(STATE / "secret.key")  # signs sessions
DEBUG = False
ALLOWED_HOSTS = os.environ.get("SOSACH_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

AUTH_USER_MODEL = "access.Officer"
INSTALLED_APPS = [
    "procrastinate.contrib.django",
    "sosach.site.apps.SiteConfig",
    "sosach.domain.audit.apps.AuditConfig",
    "sosach.domain.places.apps.PlacesConfig",
    "sosach.domain.access.apps.AccessConfig",
    "sosach.domain.provenance.apps.ProvenanceConfig",
    "sosach.domain.population.apps.PopulationConfig",
    "sosach.domain.vehicles.apps.VehiclesConfig",
    "sosach.domain.licences.apps.LicencesConfig",
    "sosach.domain.campaign.apps.CampaignConfig",
]
MIDDLEWARE: list[str] = ["sosach.web.safety.safely", "sosach.site.banner.DataKindHeader"]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = None
PROCRASTINATE_IMPORT_PATHS = ["sosach.jobs.tasks"]
# Names records for callers of the API: changed, every reference they keep is void.
SOSACH_REFERENCE_KEY = os.environ.get("SOSACH_REFERENCE_KEY") or kept_secret(STATE / "reference.key")
SOSACH_LIMITS = USUAL  # what one account may ask
APPEND_SLASH = False
ROOT_URLCONF = "sosach.site.urls"
DATABASES = {"default": connection_settings(DB_ROLE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
