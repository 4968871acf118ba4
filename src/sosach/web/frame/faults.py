"""What a page says when something is refused, missing or broken: plainly, with what to do next, in the reader's language."""

import logging
import math
import sys

from django.db import DataError, IntegrityError
from django.db import Error as DatabaseFailure
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from sosach.base.errors import ErrorCode, InvalidValueError, SosachError
from sosach.domain.access.operations.budgets import BudgetSpentError
from sosach.web import safety
from sosach.web.frame.language import of_error
from sosach.web.problems import NOWHERE, STATUS, story

_LOG = logging.getLogger("sosach.web")


def error_page(request: HttpRequest, error: SosachError) -> HttpResponse:
    """What the domain refused, as a page."""
    status = STATUS.get(error.code, 500)
    sentence, hint = of_error(error)
    code = error.code
    if status == 404:  # a record of another territory is, to the outside, no record
        code, (en, vi), hint = ErrorCode.NOT_FOUND, NOWHERE, ""
        sentence = of_error(SosachError(code, vi=vi, en=en))[0]
    elif isinstance(error, InvalidValueError):
        sentence = _("Một giá trị không đạt kiểm tra %(check)s.") % {"check": error.check}
    response = _page(request, status, code, sentence, hint)
    if isinstance(error, BudgetSpentError):
        response["Retry-After"] = str(math.ceil(error.wait.total_seconds()))
    return response


def database_page(request: HttpRequest, failure: DatabaseFailure) -> HttpResponse:
    """What the database refused: a constraint is a conflict, all else means it is not there for us."""
    if isinstance(failure, IntegrityError):
        sentence = _("Hồ sơ vừa có người khác thay đổi, hoặc dữ liệu mâu thuẫn với nhau.")
        return _page(request, 409, ErrorCode.CONFLICT, sentence, _("Mở lại trang để xem dữ liệu mới nhất."))
    if isinstance(failure, DataError):
        return _page(request, 422, ErrorCode.INPUT_INCOMPLETE, _("Một giá trị quá dài hoặc không hợp lệ."), "")
    # the kind of failure only: messages of the server may quote values
    _LOG.error("request %s: %s", getattr(request, "sosach_id", ""), type(failure).__name__)
    sentence = _("Hiện không truy cập được cơ sở dữ liệu. Không có gì bị mất.")
    response = _page(request, 503, ErrorCode.DATABASE_DOWN, sentence, _("Thử lại sau ít phút."))
    response["Retry-After"] = "5"
    return response


def unknown_address(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """There is nothing at this address: a problem for machines, a page for people."""
    if _is_machine(request):
        return safety.unknown_address(request, exception)
    return _page(request, 404, ErrorCode.NOT_FOUND, _("Không có trang này."), _("Kiểm tra địa chỉ, hoặc về trang đầu."))


def own_fault(request: HttpRequest) -> HttpResponse:
    """A defect of ours: the log has the story under the id of the request, the reader the id alone."""
    if _is_machine(request):
        return safety.own_fault(request)
    failure = sys.exc_info()[1]
    if isinstance(failure, DatabaseFailure):
        return database_page(request, failure)
    _LOG.error("request %s failed: %s", getattr(request, "sosach_id", ""), story(failure))
    sentence = _("Máy chủ gặp lỗi; không có gì được thực hiện.")
    return _page(request, 500, ErrorCode.SERVER_FAULT, sentence, _("Thử lại; nếu vẫn lỗi, báo mã yêu cầu ở dưới."))


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that does not come from a page of ours, or from one that is too old."""
    del reason  # for developers
    sentence = _("Biểu mẫu đã hết hạn hoặc không được mở từ trang này.")
    return _page(request, 403, ErrorCode.REQUEST_INVALID, sentence, _("Mở lại trang rồi gửi lại."))


def too_large(request: HttpRequest) -> HttpResponse:
    """More was sent than any form of ours takes."""
    sentence = _("Nội dung gửi lên quá lớn.")
    return _page(request, 413, ErrorCode.REQUEST_INVALID, sentence, _("Gửi ít ảnh hơn mỗi lần, hoặc ảnh nhỏ hơn."))


def _is_machine(request: HttpRequest) -> bool:
    return bool(request.path_info.startswith(safety.MACHINES))


def _page(request: HttpRequest, status: int, code: ErrorCode, sentence: str, hint: str) -> HttpResponse:
    told = {"status": status, "code": str(code), "sentence": sentence, "hint": hint}
    return render(request, "frame/fault.html", told, status=status)
