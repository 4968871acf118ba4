"""What every template knows of the request it answers."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from sosach.web.frame.language import chosen
from sosach.web.safety import MACHINES


def of_request(request: HttpRequest) -> dict[str, Any]:
    """`request` and `frame`: language, nonce, what kind of data there are, who is signed in, the page's own address."""
    return {
        "request": request,
        "frame": {
            "language": chosen(request),
            "nonce": getattr(request, "csp_nonce", ""),
            "synthetic": getattr(request, "sosach_data", "synthetic") == "synthetic",
            "demo": settings.SOSACH_DEMO,
            "here": request.get_full_path() if request.method == "GET" else request.path,
            "machines": MACHINES[0],
            "actor_name": request.session.get("name", "") if getattr(request, "actor", None) else "",
        },
    }
