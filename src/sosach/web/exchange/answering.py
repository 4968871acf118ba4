"""Views for programs that speak a published standard: right methods, refusals as problems, nothing of a page."""

import math
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest
from django.db import Error as DatabaseFailure
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations.budgets import BudgetSpentError
from sosach.web.problems import of_database, of_error, problem

View = Callable[..., HttpResponse]
Refusing = Callable[[HttpRequest, SosachError], HttpResponse]


def refused(request: HttpRequest, error: SosachError) -> HttpResponse:
    """What was refused, as a problem; with the time to come again, or how to show who one is."""
    return with_signs(of_error(request, error), error)


def with_signs(response: HttpResponse, error: SosachError) -> HttpResponse:
    """A refusal with the headers every standard gives it."""
    if isinstance(error, BudgetSpentError):
        response["Retry-After"] = str(math.ceil(error.wait.total_seconds()))
    if error.code is ErrorCode.ACCESS_UNKNOWN:
        response["WWW-Authenticate"] = 'Bearer realm="sosach"'
    return response


def answering(*methods: str, refusing: Refusing = refused) -> Callable[[View], View]:
    """A view for programs.

    Args:
        methods: of HTTP it answers; every other gets 405 with these in `Allow`.
        refusing: how the standard tells what was refused.
    """

    def guard(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def answered(request: HttpRequest, **named: Any) -> HttpResponse:
            if request.method not in methods:
                response = problem(
                    request, 405, ErrorCode.REQUEST_INVALID, "Not this way.", "Không dùng phương thức này."
                )
                response["Allow"] = ", ".join(methods)
                return response
            try:
                return view(request, **named)
            except SosachError as error:
                return refusing(request, error)
            except BadRequest as wrong:
                return problem(request, 400, ErrorCode.REQUEST_INVALID, str(wrong), str(wrong))
            except DatabaseFailure as failure:
                return of_database(request, failure)

        return answered

    return guard
