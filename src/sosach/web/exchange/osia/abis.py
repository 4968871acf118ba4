"""Where a biometric matcher (OSIA ABIS 1.6.0) brings its answers: the address itself is the secret it was given with the question."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.exchange.operations.matching import Said, take_call_back
from sosach.web.exchange.bodies import read_json
from sosach.web.exchange.osia.answers import done, malformed, refusing
from sosach.web.frame import clock

LONGEST_TASK = 200
_FAULT = "application/error+json"


@csrf_exempt
def take(request: HttpRequest, secret: UUID) -> HttpResponse:
    """An answer: of what was put in, or of whom looks alike, or that it failed."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})

    def answer() -> HttpResponse:
        at = request.sosach_at = clock.now()
        transaction, task = request.GET.get("transactionId", ""), request.GET.get("taskId", "")
        if not transaction or not 0 < len(task) <= LONGEST_TASK or "\x00" in transaction + task:
            raise malformed("Thiếu transactionId hoặc taskId.", "transactionId or taskId is missing.")
        said = _said(request, task)
        threshold = settings.SOSACH_ABIS["threshold"]
        take_call_back(at, secret=secret, transaction=transaction, said=said, threshold=threshold)
        return done(204)

    return refusing(request, answer)


def _said(request: HttpRequest, task: str) -> Said:
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    try:
        told: Any = read_json(request.body) if request.body else {}
    except ValueError:
        raise malformed("Nội dung không phải JSON.", "The body is not JSON.") from None
    if kind == _FAULT:
        code = told.get("code") if isinstance(told, dict) else None
        return Said(task=task, error=f"error-{code}" if isinstance(code, int) else "error")
    if kind != "application/json":
        raise SosachError(
            ErrorCode.REQUEST_INVALID, vi="Nội dung phải là application/json.", en="The body must be application/json."
        )
    return Said(task=task, answer=told)


urlpatterns = [path("v1/answers/<uuid:secret>", take)]
