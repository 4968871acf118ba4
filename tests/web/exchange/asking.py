"""One address for the tests of agreements: it asks through the same doors as every standard, and shows all that comes out."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from sosach.domain.exchange.operations.disclosing import Ask, confirm, disclose, find_by
from sosach.web.exchange.answering import answering
from sosach.web.exchange.identity import caller_of
from sosach.web.exchange.showing import told


@answering("POST")
def ask(request: HttpRequest) -> HttpResponse:
    """Search, disclose or confirm, as the body says."""
    asked: dict[str, Any] = json.loads(request.body)
    ask = Ask(caller_of(request, scope=asked.pop("scope", "registers")), request.sosach_at)
    verb = {"disclose": disclose, "confirm": confirm, "find": find_by}[asked.pop("verb")]
    found = verb(ask, **asked)
    return HttpResponse(json.dumps(told(found), ensure_ascii=False), content_type="application/json")


urlpatterns: list[URLPattern] = [path("exchange/test", ask)]
