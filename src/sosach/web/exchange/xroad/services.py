"""What other members may call: for each register, one service that tells values and answers yes or no, as the agreement lets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.exchange.operations.disclosing import Ask, confirm, disclose, find_by
from sosach.domain.exchange.rules.agreements import Agreement
from sosach.domain.exchange.rules.questions import QUESTIONS

SCOPE = "xroad"
# Codes the protocol keeps for itself (PR-MREST, PR-META): no service may take one.
RESERVED = frozenset(
    {
        *("listMethods", "allowedMethods", "getOpenAPI", "getWsdl", "listClients", "listCentralServices"),
        *("getSecurityServerMetrics", "getSecurityServerHealthData", "getSecurityServerOperationalData"),
    }
)


class Asked(BaseModel):
    """What both addresses of a service take: by what the record is found."""

    model_config = ConfigDict(extra="forbid")
    number: str = Field(min_length=1, max_length=64)


class AskedValues(Asked):
    """Values to be told; all of the agreement where none is named."""

    attributes: list[str] | None = Field(default=None, max_length=100)


class AskedQuestions(Asked):
    """Questions to be answered, and what is told with them."""

    questions: list[str] = Field(min_length=1, max_length=20)
    told: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Service:
    """A service.

    Attributes:
        code: of the service.
        register: it answers from.
        key: by which number its records are found.
        vi: what it is, Vietnamese.
        en: what it is, English.
    """

    code: str
    register: str
    key: str
    vi: str
    en: str

    def tells(self, agreement: Agreement) -> list[str]:
        """Values it tells under an agreement."""
        return sorted(agreement.may_tell(self.register))

    def answers(self, agreement: Agreement) -> list[str]:
        """Questions it answers under an agreement."""
        return [
            each.name
            for each in QUESTIONS.values()
            if each.register == self.register and each.name in agreement.questions
        ]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address of every service.

    Attributes:
        method: of HTTP.
        path: after the code of the service.
        body: what it takes.
        answer: what it does.
        open_to: what of it an agreement opens; nothing: it is closed.
    """

    method: str
    path: str
    body: type[Asked]
    answer: Callable[[Ask, Service, Any], dict[str, Any]]
    open_to: Callable[[Service, Agreement], list[str]]


def _tell(ask: Ask, service: Service, asked: AskedValues) -> dict[str, Any]:
    found = find_by(ask, register=service.register, key=service.key, value=asked.number)
    if found is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có bản ghi này.", en="There is no such record.")
    return disclose(ask, register=service.register, record_ids=[found], attributes=asked.attributes)[0]


def _check(ask: Ask, service: Service, asked: AskedQuestions) -> dict[str, Any]:
    found = find_by(ask, register=service.register, key=service.key, value=asked.number)
    of_others = [name for name in asked.questions if name in QUESTIONS and QUESTIONS[name].register != service.register]
    if of_others:
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE,
            vi="Câu hỏi thuộc dịch vụ khác.",
            en="A question belongs to another service.",
        )
    # a record that is not there answers as one that does not fit: nobody learns by it who is registered
    answers = {
        name: confirm(ask, register=service.register, record_id=found, question=name, told=asked.told)
        for name in dict.fromkeys(asked.questions)
    }
    return {"answers": answers}


SERVICES: Mapping[str, Service] = {
    each.code: each
    for each in (
        Service("person", "population", "pin", "Thông tin dân cư theo số định danh", "Persons by their PIN"),
        Service("vehicle", "vehicles", "plate", "Xe theo biển số", "Vehicles by their plate"),
        Service(
            "licence", "licences", "licence_number", "Giấy phép lái xe theo số", "Driving licences by their number"
        ),
    )
}
ENDPOINTS = (
    Endpoint("POST", "/attributes", AskedValues, _tell, Service.tells),
    Endpoint("POST", "/check", AskedQuestions, _check, Service.answers),
)


def open_endpoints(service: Service, agreement: Agreement) -> list[Endpoint]:
    """Addresses of a service an agreement opens."""
    return [each for each in ENDPOINTS if each.open_to(service, agreement)]
