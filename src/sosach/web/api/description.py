"""The description of the API: OpenAPI 3.1 as the routes give it, with the errors every address may answer, and its page."""

import json
import re
from functools import cache
from importlib import resources
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase
from ninja.openapi.schema import OpenAPISchema

from sosach.base.errors import ErrorCode
from sosach.web.problems import MEDIA_TYPE, STATUS

ASSETS = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui-init.js": "text/javascript",
    "favicon.svg": "image/svg+xml",
}
# the page alone runs scripts, its own; the widget it shows sets styles itself
PAGE_RULES = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="docs/assets/favicon.svg"><link rel="stylesheet" href="docs/assets/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script type="application/json" id="swagger-settings">{settings}</script>
<script src="docs/assets/swagger-ui-bundle.js"></script><script src="docs/assets/swagger-ui-init.js"></script>
</body>
</html>
"""
INTRODUCTION = """
Registers of people, vehicles and driving licences. **Synthetic data only** while `X-Sosach-Data` says `synthetic`.

1. **Key.** `Authorization: Bearer <key>`, as an administrator gave it to your program; `GET /account` says what it may do.
2. **Purpose.** Every look at people's data says why: `X-Sosach-Purpose` (`GET /purposes`), and `X-Sosach-Case` where the purpose needs
   a case. The person can read who looked and why. Sensitive items your scopes and purpose do not open stand as
   `{"withheld": "sensitive"}`: they are there, and not for you.
3. **Numbers and names go into bodies**, never into addresses. Records are named by references (UUIDs that mean nothing elsewhere).
4. **Every act has a key of yours**: `Idempotency-Key`, made before the first try. Same key and body: the same answer, done once. Same
   key, other body: 409 `REQUEST-02`. What was refused is not kept: mend it and send it again.
5. **Errors** are `application/problem+json` with a stable `code`; `Accept-Language: vi` gives Vietnamese. What lies outside your territory is
   answered as if it did not exist.
6. **Budgets.** 429 with `Retry-After` when you ask too much, or too often for what does not exist. Many numbers: one bulk job.
7. **503 `AUDIT-01`**: the evidence log cannot be written, so nothing is shown or done. Try again.
8. **503 `SERVER-02`** with `Retry-After`: more is asked than can be done. Nothing was read; come again then, with the same key.
"""
_MEANINGS = {
    400: "The body is not JSON",
    401: "No account is known by the key",
    403: "The account has no role for this",
    404: "No such record within reach",
    409: "The state of the record, or an earlier request, forbids it",
    413: "The body is too large",
    415: "The body is not declared as JSON",
    422: "The request is not as described, or its values contradict the law or each other",
    429: "The budget of the account is used up; see Retry-After",
    503: "Evidence log or database out of reach, or too many at once (see Retry-After): nothing was done or shown",
}


class LocalPage(DocsBase):
    """The page of the description, with assets of our own server only."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        """The page."""
        del request  # the same for everybody
        settings = {
            "url": self.get_openapi_url(api, kwargs),
            "layout": "BaseLayout",
            "deepLinking": True,
            "validatorUrl": None,
            "docExpansion": "list",
            "tryItOutEnabled": True,
        }
        page = PAGE.format(title=api.title, settings=json.dumps(settings))
        return HttpResponse(page, headers={"Content-Security-Policy": PAGE_RULES})


def asset(request: HttpRequest, name: str) -> HttpResponse:
    """A file of the page, from the package that draws it."""
    del request  # the same for everybody
    if name not in ASSETS:
        raise Http404
    return HttpResponse(_file(name), content_type=ASSETS[name], headers={"Cache-Control": "public, max-age=86400"})


@cache
def _file(name: str) -> bytes:
    content = (resources.files("ninja") / "static" / "ninja" / name).read_bytes()
    return content.replace(b"//# sourceMappingURL", b"//")


def complete(schema: OpenAPISchema) -> OpenAPISchema:
    """Add to the description what the routes do not say of themselves: problems, limits, headers of answers."""
    schemas = schema["components"]["schemas"]
    for name, told in schemas.items():
        if not name.endswith(("Shown", "Receipt", "Page")):
            _exemplify(told.get("properties", {}))
    schemas["Problem"] = _PROBLEM
    for operations in schema["paths"].values():
        for operation in operations.values():
            _complete_operation(operation)
    return schema


# What the page proposes to send; without it the page makes nonsense of the patterns. Invented, like everybody in the examples.
EXAMPLES = {
    "message_id": "KS-000017",
    "full_name": "Nguyễn Văn Thử",
    "name": "nguyen van thu",
    "birth_date": "2026-11-20",
    "sex": "M",
    "commune_code": "00004",
    "province_code": "01",
    "pin": "001226000017",
    "number": "001226000017",
    "old_number": "012345678",
    "plate": "30K-000.10",
    "chassis_number": "RLHZZ1234ZY100001",
    "engine_number": "JA39E-1234511",
    "brand": "TOYOTA",
    "model": "VIOS",
    "address": "số 7, phố Thử",
    "birth_place": "Hà Nội",
    "hometown": "Hà Nội",
    "ethnicity": "Kinh",
    "nationality": "VNM",
    "died_on": "2026-11-21",
    "reason": "theo hồ sơ HS-1",
    "series": "30K",
    "numbers": "001226000017",
}


def _exemplify(properties: dict[str, Any]) -> None:
    """Give fields of text an example that is as described."""
    for name, told in properties.items():
        inner = told.get("items") if told.get("type") == "array" else None
        text: dict[str, Any] = inner or next(
            (one for one in told.get("anyOf", [told]) if one.get("type") == "string"), {}
        )
        example = EXAMPLES.get(name, "thử")
        if name == "cursor":
            told["examples"] = [None]  # the first page
        if (
            text.get("type") != "string"
            or name == "cursor"
            or {"enum", "const", "format", "default"} & (text.keys() | told.keys())
        ):
            continue
        if re.search(text.get("pattern", ""), example):
            told["examples"] = [[example] if inner else example]


def _complete_operation(operation: dict[str, Any]) -> None:
    for told in operation.get("parameters", ()):
        if told["name"] == "Idempotency-Key":
            # a key stands for one act: every address proposes another
            told["example"] = f"try-{operation['operationId'][:50]}-0001"
        if told["name"] == "X-Sosach-Case":
            told["example"] = "HS-1"
    statuses = {503}
    if operation.get("security"):
        statuses |= {401, 403, 404, 409, 422, 429}
    if "requestBody" in operation:
        statuses |= {400, 413, 415}
    for status in sorted(statuses):
        content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        headers = {"Retry-After": {"schema": {"type": "integer"}}} if status in {429, 503} else {}
        operation["responses"][status] = {"description": _MEANINGS[status], "content": content} | (
            {"headers": headers} if headers else {}
        )


_PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "An error (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "code", "request"],
    "properties": {
        "type": {"type": "string", "description": "Names the kind of error: `urn:sosach:error:` and the code."},
        "title": {"type": "string", "description": "What is wrong, in English or Vietnamese (Accept-Language)."},
        "status": {"type": "integer"},
        "code": {
            "type": "string",
            "enum": sorted({*map(str, STATUS), str(ErrorCode.SERVER_FAULT)}),
            "description": "Stable code; program against this.",
        },
        "request": {"type": "string", "description": "Id of the request; tell it when you ask for help."},
        "hint": {"type": "string", "description": "What to do about it."},
        "check": {"type": "string", "description": "VALUE-01: code of the check the value fails."},
        "errors": {
            "type": "array",
            "description": "REQUEST-01: the fields that are not as described. STATE-04: the answers of a declaration to mend.",
            "items": {
                "type": "object",
                "required": ["field", "kind", "message"],
                "properties": {
                    "field": {"type": "string"},
                    "kind": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}
