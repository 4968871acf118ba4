"""A message of X-Road as its provider sees it: who asks for whom, what binds the answer to the question, and how faults are told."""

import base64
import hashlib
import re
from dataclasses import dataclass
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse

from sosach.web.exchange.xroad.identifiers import Party, read_last_party, read_party

ID, REQUEST_ID, HASH = "X-Road-Id", "X-Road-Request-Id", "X-Road-Request-Hash"
CLIENT, SERVICE, ERROR = "X-Road-Client", "X-Road-Service", "X-Road-Error"
USER, ISSUE, REPRESENTED = "X-Road-UserId", "X-Road-Issue", "X-Road-Represented-Party"
MEDIA_TYPE = "application/json;charset=utf-8"
LONGEST_TARGET = 2000  # PR-REST 4.2: what clients can be expected to send in an address
# Between neighbours only, or telling where somebody sits: not part of the message.
NOT_PASSED_ON = frozenset(
    {
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer"),
        *("transfer-encoding", "upgrade", "host", "user-agent", "server", "expect", "content-length"),
        # of our own proxy
        *(
            "x-client-certificate-sha256",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-proto",
            "forwarded",
            "via",
        ),
    }
)
# Known by the path between security server and us, or to be made by us: what the asker says of it is nothing.
_OWN = frozenset({HASH.lower(), REQUEST_ID.lower()})
_TOLD = re.compile(r"[\x21-\x7e]{1,128}")


class Fault(Exception):  # noqa: N818 - the word of the protocol
    """Something X-Road itself refuses: told in its own form, apart from answers of the service.

    Attributes:
        kind: `Client.…` where the asker is at fault, `Server.ServerProxy.…` otherwise.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message

    @property
    def status(self) -> int:
        """400 where the asker is at fault, else 500 (PR-REST 4.6)."""
        return 400 if self.kind.startswith("Client.") else 500


@dataclass(frozen=True, slots=True)
class Message:
    """One request.

    Attributes:
        id: of the message, as the asker or its security server gave it; made here where nobody did.
        request_id: of this very request, made here.
        hash: binds the answer to the question.
        client: who asks.
        service: code of the service.
        path: what follows the code, with its slash; "" for nothing.
        user: whose action it began with; "" where it is not said.
        issue: document or application it belongs to; "" where it is not said.
        represented: on whose behalf the client asks; None for its own.
    """

    id: str
    request_id: str
    hash: str
    client: Party
    service: str
    path: str
    user: str = ""
    issue: str = ""
    represented: Party | None = None


def read_message(request: HttpRequest, *, own: Party, named: str) -> Message:
    """The message in a request.

    Args:
        request: as it came from the security server.
        own: who we are.
        named: what follows the version of the protocol in the address: provider, service, path.

    Raises:
        Fault: the message is not one of the protocol, or is for somebody else.
    """
    if len(request.get_full_path()) > LONGEST_TARGET:
        raise Fault("Client.BadRequest", "The address is too long; send what is long in the body.")
    service, path = _addressed(named, own)
    return Message(
        id=told_in(request, ID) or str(uuid4()),
        request_id=str(uuid4()),
        hash=request_hash(request),
        client=client_named(request),
        service=service,
        path=path,
        user=told_in(request, USER),
        issue=told_in(request, ISSUE),
        represented=_represented(request),
    )


def _addressed(named: str, own: Party) -> tuple[str, str]:
    """Code of the service and the path behind it."""
    parts = named.split("/")
    provider, rest = tuple(parts[: len(own.parts)]), parts[len(own.parts) :]
    if len(parts) <= len(own.parts):
        raise Fault("Client.BadRequest", "The address names no service of a provider.")
    if provider != own.parts:
        raise Fault("Server.ServerProxy.UnknownMember", "The provider in the address is not the one here.")
    if not rest[0]:
        raise Fault("Client.BadRequest", "The address names no service.")
    return rest[0], "".join(f"/{part}" for part in rest[1:])


def client_named(request: HttpRequest) -> Party:
    """Who asks, as the header says.

    Raises:
        Fault: it says nothing that could be a client.
    """
    told = request.headers.get(CLIENT, "")
    if not told:
        raise Fault("Client.BadRequest", f"{CLIENT} is missing.")
    try:
        return read_last_party(told)
    except ValueError as wrong:
        raise Fault("Client.BadRequest", f"{CLIENT}: {wrong}.") from None


def _represented(request: HttpRequest) -> Party | None:
    """A party as X-Road writes it: class and code, with or without the instance before them."""
    told = request.headers.get(REPRESENTED, "").strip()
    if not told:
        return None
    try:
        return read_party(told) if told.count("/") > 1 else Party("", *read_party(f"-/{told}").parts[1:])
    except ValueError as wrong:
        raise Fault("Client.BadRequest", f"{REPRESENTED}: {wrong}.") from None


def told_in(request: HttpRequest, header: str) -> str:
    """What a header says; "" where there is none.

    Raises:
        Fault: it is too long, or holds other characters than it may.
    """
    told: str = request.headers.get(header, "").strip()
    if told and not _TOLD.fullmatch(told):
        raise Fault("Client.BadRequest", f"{header} is longer than 128 characters or holds others than ASCII.")
    return told


def request_hash(request: HttpRequest) -> str:
    """Base64 of SHA-512(SHA-512(headers) + SHA-512(body)); without a body of SHA-512(headers).

    Headers are the first line (`METHOD path?query`) and every header that is passed on and not empty, `name:value` with the name in
    small letters, in the order of names, each ended by CR LF: whoever asked can make the same and see that this answer is to it.
    """
    lines = [f"{request.method} {request.get_full_path()}"]
    passed = {name.lower(): value for name, value in request.headers.items()}
    kept = passed.keys() - NOT_PASSED_ON - _OWN
    # a server tells an empty value where nothing was sent
    lines += [f"{name}:{passed[name]}" for name in sorted(kept) if passed[name]]
    headers = "".join(f"{line}\r\n" for line in lines).encode()
    content = request.body
    digest = hashlib.sha512(headers).digest()
    if content:
        digest = hashlib.sha512(digest + hashlib.sha512(content).digest()).digest()
    return base64.b64encode(digest).decode()


def of_service(answer: HttpResponse, message: Message, *, own: Party) -> HttpResponse:
    """What the service answered, with what X-Road adds to it; status and body stay as they are."""
    answer[ID], answer[REQUEST_ID], answer[HASH] = message.id, message.request_id, message.hash
    answer[CLIENT], answer[SERVICE] = str(message.client), f"{own}/{message.service}"
    return answer


def of_fault(fault: Fault) -> HttpResponse:
    """What X-Road itself refused; `detail` is the number under which the log has it."""
    told = {"type": fault.kind, "message": fault.message, "detail": str(uuid4())}
    answer = JsonResponse(told, status=fault.status, content_type=MEDIA_TYPE)
    answer[ERROR] = fault.kind
    return answer
