"""From bytes to a message: opened, understood, of the sender that proved itself, signed by its key, not seen before."""

from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from joserfc.jwk import OKPKey
from pydantic import BaseModel, ValidationError

from sosach.domain.exchange.queries.partners import Caller, standing_of
from sosach.domain.exchange.rules.calls import signed_by, timely
from sosach.domain.exchange.rules.dci import ALGORITHM, VERSION, RejectedError, Signature, read_signature, signing_text
from sosach.web.exchange.bodies import read_json
from sosach.web.exchange.dci.shapes import CallbackEnvelope, Envelope

Message = TypeVar("Message", bound=BaseModel)
BAD = "err.request.bad"
# Of the other answers the interface describes the header as that of a request.
_WITH_STATUS = frozenset({"on-search", "notify", "txn-on-status"})


def opened(request: HttpRequest) -> dict[str, Any]:
    """The message in a request: its body, or a file in JSON sent as a form.

    Raises:
        RejectedError: it is no object in JSON.
    """
    try:
        if request.content_type == "multipart/form-data":
            sent = request.FILES.get("fileName")
            body = sent.read() if sent is not None else b""
        else:
            body = request.body
        told = read_json(body)
    except (ValueError, MultiPartParserError):
        told = None
    if not isinstance(told, dict):
        raise RejectedError(BAD, "The message is no object in JSON.")
    return told


def understood(told: dict[str, Any], message: type[Message], *, action: str) -> Envelope[Message]:
    """The message, when it is one of the interface.

    Raises:
        RejectedError: it is not, or cannot be read here.
    """
    if _encrypted(told):
        raise RejectedError("err.encryption.invalid", "No key for encryption was agreed; the line itself is encrypted.")
    try:
        found = Envelope[message].model_validate(told)  # type: ignore[valid-type] # the type is chosen by the address
    except ValidationError as wrong:
        raise _not_as_described(wrong) from None
    _right(found.header.version, found.header.action, action)
    if found.header.total_count != found.message.count:  # type: ignore[attr-defined] # every message counts its requests
        raise RejectedError(BAD, "rjct.total_count.invalid: the header counts other requests than there are.")
    return found


def understood_answer(told: dict[str, Any], *, action: str) -> CallbackEnvelope:
    """An answer or notice of somebody else, when it is one of the interface.

    Raises:
        RejectedError: it is not.
    """
    try:
        found = CallbackEnvelope.model_validate(told)
    except ValidationError as wrong:
        raise _not_as_described(wrong) from None
    _right(found.header.version, found.header.action, action)
    if found.header.status is None and action in _WITH_STATUS:
        raise RejectedError(BAD, "Not as the interface describes it: header.status")
    return found


def require_sender(told: dict[str, Any], request: HttpRequest, caller: Caller) -> None:
    """Refuse a message of another sender than the one that proved itself, of another time, or with a signature that does not hold.

    Raises:
        RejectedError: `err.sender_id.invalid`, `err.signature.invalid`, or a moment that is not now.
    """
    header = told["header"]
    if header.get("sender_id", caller.partner) != caller.partner:
        raise RejectedError("err.sender_id.invalid", "The sender in the header is not the one that proved itself.")
    if header.get("receiver_id") and header["receiver_id"] != settings.SOSACH_INSTALLATION:
        raise RejectedError("err.receiver_id.invalid", "The message is for another receiver.")
    if told.get("signature") is not None and not _holds(told, request, caller):
        raise RejectedError("err.signature.invalid", "The signature does not hold.")


def require_timely(found: Envelope[Any], request: HttpRequest) -> None:
    """Refuse a message of another time.

    Raises:
        RejectedError: it is not of now, as far as clocks agree.
    """
    if not timely(found.header.message_ts, request.sosach_at):
        raise RejectedError(BAD, "rjct.message_ts.invalid: the message is not of now.")


def _holds(told: dict[str, Any], request: HttpRequest, caller: Caller) -> bool:
    try:
        signature = read_signature(str(told["signature"]))
    except ValueError:
        return False
    standing = standing_of(caller.partner, at=request.sosach_at)
    key = standing.keys.get(signature.key_id) if standing is not None else None
    if key is None or signature.sender != caller.partner or not signature.covers(request.sosach_at):
        return False
    text = signing_text(told["header"], told.get("message"), created=signature.created, expires=signature.expires)
    return _signed(key, signature, text)


def _signed(key: Any, signature: Signature, text: bytes) -> bool:
    if signature.algorithm != ALGORITHM or key.get("kty") != "OKP":
        return False
    public = OKPKey.import_key(dict(key)).public_key
    return signed_by(public.public_bytes_raw(), signature.value, text)


def _encrypted(told: dict[str, Any]) -> bool:
    header, message = told.get("header"), told.get("message")
    said = isinstance(header, dict) and header.get("is_msg_encrypted") is True
    return said or (isinstance(message, dict) and "ciphertext" in message)


def _right(version: str, told: str, action: str) -> None:
    if version != VERSION:
        raise RejectedError("err.version.not_supported", f"Messages of version {VERSION} are taken.")
    if told != action:
        raise RejectedError(BAD, f"rjct.action.invalid: this address takes {action}.")


def _not_as_described(wrong: ValidationError) -> RejectedError:
    # where a fault is; what stood there is not said back
    places = sorted({".".join(str(part) for part in fault["loc"]) for fault in wrong.errors()})
    return RejectedError(BAD, f"Not as the interface describes it: {', '.join(places)}"[:999])
