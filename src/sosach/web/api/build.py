"""Puts the API together: routers, identity, errors, description."""

import math
from typing import Any

from django.core.exceptions import ValidationError as Unfit
from django.db import DataError
from django.db import Error as DatabaseFailure
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations.budgets import BudgetSpentError
from sosach.web.api import account, declarations, jobs, licences, persons, records, units, vehicles
from sosach.web.api.contract import MissesCharged
from sosach.web.api.description import INTRODUCTION, LocalPage, asset, complete
from sosach.web.api.identity import Key
from sosach.web.problems import of_database, of_error, of_validation, problem
from sosach.web.safety import own_fault, unknown_address


class Api(NinjaAPI):
    """The API with a description that says all it may answer."""

    def __init__(self, **options: Any) -> None:
        self._described: dict[str | None, OpenAPISchema] = {}
        super().__init__(**options)

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        """The description; made once, since anybody may ask for it."""
        if path_prefix not in self._described:
            made = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
            self._described[path_prefix] = complete(made)
        return self._described[path_prefix]


api = Api(
    title="Sổ sạch / Sosach",
    version="1",
    description=INTRODUCTION,
    docs=LocalPage(),
    auth=Key(),
    urls_namespace="api-1",
)
for router in (
    declarations.router,  # first, since addresses are tried in order and most requests of a campaign are for it
    account.router,
    units.router,
    persons.router,
    vehicles.router,
    licences.router,
    records.router,
    jobs.router,
):
    api.add_router("", router)


@api.exception_handler(SosachError)
def refused(request: HttpRequest, error: SosachError) -> HttpResponse:
    """What the domain refused."""
    response = of_error(request, error)
    if isinstance(error, BudgetSpentError):
        response["Retry-After"] = str(math.ceil(error.wait.total_seconds()))
    return response


@api.exception_handler(ValidationError)
def not_as_described(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Fields that are not as described; of what lies out of reach nobody is told even that."""
    opening = getattr(request, "sosach_opening", None)
    if opening is not None:
        try:
            with MissesCharged(request):
                opening.reach(request)
        except SosachError as out_of_reach:
            return refused(request, out_of_reach)
    return of_validation(request, error.errors)


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Nobody is known by the key, or there is none."""
    del error  # says nothing more
    text = "Nobody is known by this key.", "Khóa không hợp lệ."
    response = problem(request, 401, ErrorCode.ACCESS_UNKNOWN, *text)
    response["WWW-Authenticate"] = 'Bearer realm="sosach"'
    return response


@api.exception_handler(HttpError)
def malformed(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that is not JSON."""
    return problem(
        request, error.status_code, ErrorCode.REQUEST_INVALID, "The body is not JSON.", "Nội dung không phải JSON."
    )


@api.exception_handler(DatabaseFailure)
def database(request: HttpRequest, failure: DatabaseFailure) -> HttpResponse:
    """What the database refused."""
    return of_database(request, failure)


@api.exception_handler(Unfit)
def unfit(request: HttpRequest, error: Unfit) -> HttpResponse:
    """A value its column cannot hold; what it was is not said back."""
    del error
    return of_database(request, DataError())


@api.exception_handler(Http404)
def nothing(request: HttpRequest, error: Http404) -> HttpResponse:
    """Nothing at this address."""
    return unknown_address(request, error)


addresses: list[URLPattern | URLResolver] = [
    path("docs/assets/<str:name>", asset),
    path("", api.urls),
]
__all__ = ["addresses", "api", "own_fault", "unknown_address"]
