"""The own account, and whether the service is there."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from ninja import Router

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.rules.purposes import purposes
from sosach.web.api.contract import answered
from sosach.web.api.showing import Shown

router = Router(tags=["Account"])


class Account(Shown):
    """Who the key stands for and what it may do."""

    kind: str
    account: str
    level: str
    unit: str
    scopes: list[str]


class PurposeShown(Shown):
    """A reason to look at people's data."""

    code: str
    vi: str
    en: str
    legal: str
    case: bool


class Purposes(Shown):
    """The closed list."""

    purposes: list[PurposeShown]


class Health(Shown):
    """Whether it is there."""

    status: str


@router.get("/account", response=Account, operation_id="Account", summary="Whom the key stands for, and its scopes")
def account(request: HttpRequest) -> HttpResponse:
    """The first thing to ask with a new key."""
    actor = request.auth
    told = {"kind": actor.kind, "account": actor.key, "level": actor.level, "unit": actor.unit}
    return answered({**told, "scopes": sorted(actor.roles)})


@router.get("/purposes", response=Purposes, operation_id="Purposes", summary="What one may look for")
def list_purposes(request: HttpRequest) -> HttpResponse:
    """The values of `X-Sosach-Purpose`; where `case` is true, `X-Sosach-Case` has to be sent, too."""
    del request  # the same for everybody
    told = [
        {"code": one.code, "vi": one.vi, "en": one.en, "legal": one.legal, "case": one.case}
        for one in purposes().values()
    ]
    return answered({"purposes": told})


@router.get("/health", auth=None, response=Health, operation_id="Health", summary="The process is there")
def health(request: HttpRequest) -> HttpResponse:
    """Asks nothing of the database."""
    del request  # whoever asks
    return answered({"status": "ok"})


@router.get("/ready", auth=None, response=Health, operation_id="Ready", summary="The database answers, too")
def ready(request: HttpRequest) -> HttpResponse:
    """503 while it does not."""
    del request  # whoever asks
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        if cursor.fetchone() != (1,):
            raise SosachError(ErrorCode.DATABASE_DOWN, vi="Cơ sở dữ liệu lỗi.", en="The database gives nonsense.")
    return answered({"status": "ok"})
