"""Settings of Django, read from the environment; nothing secret stands here."""

import os
from pathlib import Path

from sosach.domain.access.rules.budgets import USUAL
from sosach.domain.audit.rules import Level
from sosach.domain.exchange.rules.protection import new_key
from sosach.site.databases import DbRole, connection_settings, is_embedded, state_folder
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
    "sosach.domain.idcards.apps.IdCardsConfig",
    "sosach.domain.declarations.apps.DeclarationsConfig",
    "sosach.domain.campaign.apps.CampaignConfig",
    "sosach.domain.exchange.apps.ExchangeConfig",
    "sosach.web.frame.apps.FrameConfig",
    "sosach.web.portal",
    "sosach.web.desk",
    "sosach.web.public",
]
MIDDLEWARE: list[str] = [
    "sosach.web.safety.safely",
    "sosach.web.frame.assets.Assets",
    "sosach.site.banner.DataKindHeader",
    "sosach.web.frame.framing.framed",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "sosach.web.frame.templatetags.frame"],
            "context_processors": ["django.template.context_processors.csrf", "sosach.web.frame.context.of_request"],
        },
    }
]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = None
PROCRASTINATE_IMPORT_PATHS = ["sosach.jobs.tasks"]
# Names records for callers of the API: changed, every reference they keep is void.
SOSACH_REFERENCE_KEY = os.environ.get("SOSACH_REFERENCE_KEY") or kept_secret(STATE / "reference.key")
SOSACH_RECEIPT_KEY = STATE / "receipt.key"  # signs receipts of declarations
SOSACH_NOTICE_KEY = STATE / "notice.key"  # signs notices to subscribers
# Opens what partners encrypt to this installation; its public part is published under /exchange/osia/keys.
SOSACH_MESSAGE_KEY = kept_secret(STATE / "message.key", new_key)
SOSACH_URL = os.environ.get("SOSACH_URL", "http://127.0.0.1:8000")  # under which others reach this installation
# Whether subscribers may be on this very machine: for tests and demonstrations.
SOSACH_NOTICES_TO_LOOPBACK = bool(os.environ.get("SOSACH_NOTICES_TO_LOOPBACK"))
# Province or nation, and the line between them: the province calls, the nation answers.
SOSACH_LEVEL = Level(os.environ.get("SOSACH_LEVEL", Level.PROVINCE))
SOSACH_PROVINCE = os.environ.get("SOSACH_PROVINCE", "")  # code of the province this installation is of
SOSACH_NATION_URL = os.environ.get("SOSACH_NATION_URL", "")  # https://host[:port]
SOSACH_NATION_AUTHORITY = os.environ.get("SOSACH_NATION_AUTHORITY", "")  # PEM file; "": authorities the system knows
SOSACH_LINK_KEY = STATE / "link.key"  # signs batches, receipts and calls to the other level
# Signs digital credentials: folder of the key and its certificates. Codes, tokens and places in status lists follow from the key.
SOSACH_TWINS = os.environ.get("SOSACH_TWINS", str(STATE / "twins"))
SOSACH_TWINS_PASSPHRASE = os.environ.get("SOSACH_TWINS_PASSPHRASE") or kept_secret(STATE / "twins.key")
SOSACH_TWINS_KEY = os.environ.get("SOSACH_TWINS_KEY", "twins")  # label of the key
SOSACH_TWINS_TOKEN = {  # PKCS#11: the key lies there instead, and the folder holds certificates only
    "module": os.environ.get("SOSACH_TWINS_TOKEN_MODULE", ""),
    "label": os.environ.get("SOSACH_TWINS_TOKEN_LABEL", ""),
    "pin": Path(os.environ["SOSACH_TWINS_TOKEN_PIN_FILE"]).read_text("utf-8").strip()
    if os.environ.get("SOSACH_TWINS_TOKEN_PIN_FILE")
    else "",
}
SOSACH_WALLET_KEY = os.environ.get("SOSACH_WALLET_KEY") or kept_secret(STATE / "wallet.key")
# Who we are in X-Road, and SHA-256 of the certificates of our own security servers, separated by commas.
SOSACH_XROAD = os.environ.get("SOSACH_XROAD", "VN/GOV/SOSACH/REGISTERS")
SOSACH_XROAD_SERVERS = [
    one.replace(":", "").strip().lower() for one in os.environ.get("SOSACH_XROAD_SERVERS", "").split(",") if one.strip()
]
SOSACH_CARD_KEYS = STATE / "card-keys"  # wrap the data keys of sealed pictures, where there is no token
SOSACH_CARD_PKI = os.environ.get(
    "SOSACH_CARD_PKI", str(STATE / "card-pki")
)  # the authority's house (`sosach card pki`)
SOSACH_CARD_PASSPHRASE = (
    Path(os.environ["SOSACH_CARD_PASSPHRASE_FILE"]).read_text("utf-8").strip()
    if os.environ.get("SOSACH_CARD_PASSPHRASE_FILE")
    else kept_secret(STATE / "card-pki.key")
)
SOSACH_CARD_TOKEN = {  # PKCS#11: neither signing nor wrapping keys ever leave it
    "module": os.environ.get("SOSACH_CARD_TOKEN_MODULE", ""),
    "label": os.environ.get("SOSACH_CARD_TOKEN_LABEL", ""),
    "pin": Path(os.environ["SOSACH_CARD_TOKEN_PIN_FILE"]).read_text("utf-8").strip()
    if os.environ.get("SOSACH_CARD_TOKEN_PIN_FILE")
    else "",
}
SOSACH_CARD_MATCHER = os.environ.get("SOSACH_CARD_MATCHER", "")  # name of a matcher elsewhere; "": our own engine
# Where the matcher “osia-abis” is (OSIA ABIS 1.6.0), file of the token it gave us, and from which score on it finds people alike.
SOSACH_ABIS = {
    "address": os.environ.get("SOSACH_ABIS_URL", ""),
    "token": os.environ.get("SOSACH_ABIS_TOKEN", ""),
    "threshold": float(os.environ.get("SOSACH_ABIS_THRESHOLD", "3500")),
}
SOSACH_CARD_QUALITY = os.environ.get("SOSACH_CARD_QUALITY", "")  # dotted name of a quality check; "": our own
SOSACH_LIMITS = USUAL  # what one account may ask
SOSACH_INSTALLATION = os.environ.get("SOSACH_INSTALLATION", "sosach")  # to whom partners address their tokens (`aud`)
SOSACH_DEMO = is_embedded()  # our own embedded server holds synthetic people only; there one may sign in as any of them
# Where citizens prove who they are (OpenID Connect): the place of VNeID. Without an issuer nobody can.
SOSACH_OIDC = {
    "issuer": os.environ.get("SOSACH_OIDC_ISSUER", ""),
    "client_id": os.environ.get("SOSACH_OIDC_CLIENT_ID", ""),
    "client_secret": os.environ.get("SOSACH_OIDC_CLIENT_SECRET", ""),
    "pin_claim": os.environ.get("SOSACH_OIDC_PIN_CLAIM", "pin"),
}
# Seals the secrets officers' one-time codes are made of: changed, every officer enrols anew.
SOSACH_SECOND_FACTOR_KEY = os.environ.get("SOSACH_SECOND_FACTOR_KEY") or kept_secret(STATE / "second-factor.key")

SESSION_ENGINE = "sosach.web.frame.sessions"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Browsers keep secure cookies from plain HTTP; the embedded server is for this machine, where there may be no TLS.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not is_embedded()
SESSION_COOKIE_NAME = "sosach_session" if is_embedded() else "__Host-sosach_session"
CSRF_COOKIE_NAME = "sosach_form" if is_embedded() else "__Host-sosach_form"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "sosach.web.frame.faults.forged"
SOSACH_BEHIND_TLS = bool(
    os.environ.get("SOSACH_BEHIND_TLS")
)  # a proxy of ours speaks TLS and sets these headers itself
if SOSACH_BEHIND_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
APPEND_SLASH = False
# What a form brings stays in memory: Django would write pictures of people from a certain size on into a file.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 40_000_000  # the largest form pages take (`web.safety.LARGEST_FORM`)
ROOT_URLCONF = "sosach.site.urls"
DATABASES = {"default": connection_settings(DB_ROLE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
