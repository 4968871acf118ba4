"""Protected parts of a message (OSIA 7.1): what was hashed and signed is proved, what was encrypted is opened.

A block stands in the object it protects; its paths begin there (`$`). Of a whole object, the blocks themselves are not hashed.
Algorithms are JWE and JWS in compact form; PKCS#7 is not taken, and nothing is fetched from elsewhere.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jwk import ECKey

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.exchange.rules.canonical import canonical, narrowed, paths_of, places
from sosach.domain.exchange.rules.tokens import KINDS, Allowed

HASHES: Mapping[str, str] = {"SHA256": "sha256", "SHA384": "sha384", "SHA512": "sha512"}
# RFC 7518: a key agreed with ours for this one message. No compression: a small text could become a large one.
ALGORITHMS: Final = ("ECDH-ES", "ECDH-ES+A256KW", "A128GCM", "A256GCM")
BLOCKS: Final = ("encryption", "integrity")
# Members that hold a picture or a file in base64, and members that say where one is.
EMBEDDED, REFERRED = frozenset({"image", "template", "data"}), frozenset({"imageRef", "templateRef", "dataRef"})
_CARRIERS = ("$", "$.biometricData[*]", "$.documentData[*]", "$.documentData[*].parts[*]")
Fetch = Callable[[str], bytes]


class _Registry(JWERegistry):
    """The same, for pictures: a message is never larger than the server takes."""

    max_ciphertext_length = 4_000_000


@dataclass(frozen=True, slots=True)
class Keys:
    """With what blocks are proved and opened.

    Attributes:
        own: our private key, as JWK.
        theirs: public keys the sender signs with, by their names.
        fetch: the file an address of ours stands for; raises SosachError where there is none.
    """

    own: Mapping[str, Any]
    theirs: Mapping[str, Mapping[str, Any]]
    fetch: Fetch


def new_key() -> str:
    """A key for messages to us, as JWK."""
    return json.dumps(
        ECKey.generate_key("P-256", {"use": "enc", "alg": "ECDH-ES+A256KW"}, auto_kid=True).as_dict(private=True)
    )


def public_part(own: Mapping[str, Any]) -> dict[str, Any]:
    """What others need of our key to write to us."""
    return dict(ECKey.import_key(dict(own)).as_dict(private=False))


def opened(body: Any, keys: Keys) -> Any:
    """A body as it was before it was encrypted, once everything that was said about it is proved.

    Blocks about integrity stay, those about encryption have done their work and go.

    Raises:
        SosachError: REQUEST-01, a block is wrong, a hash or signature does not hold, something cannot be opened.
    """
    if not isinstance(body, dict) or not _protected(body):
        return body
    found = deepcopy(body)
    for holder in _carriers(found):
        _prove(holder, keys, encrypted=True)
    while pending := [holder for holder in _carriers(found) if "encryption" in holder]:
        _open(pending[0], keys)  # of an outer one first: inner ones may have been encrypted with it
    for holder in _carriers(found):
        _prove(holder, keys, encrypted=False)
    return found


def opened_file(content: bytes, keys: Keys) -> bytes:
    """A file that was encrypted to us.

    Raises:
        SosachError: REQUEST-01.
    """
    try:
        return _decrypted(content.decode("ascii"), keys)
    except UnicodeDecodeError:
        raise _wrong("Không giải mã được.", "Something is not encrypted to the key of this installation.") from None


def _protected(body: dict[str, Any]) -> bool:
    return any(name in holder for holder in _carriers(body) for name in BLOCKS)


def _carriers(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Objects that may hold blocks, the outermost first."""
    yield body
    for scope in _CARRIERS[1:]:
        for holder, key in places(body, paths_of(scope)[0]):
            if isinstance(holder[key], dict):
                yield holder[key]


def _open(holder: dict[str, Any], keys: Keys) -> None:
    """Open what one block names."""
    block = holder.pop("encryption")
    if not isinstance(block, dict) or block.get("type") != "JWE" or not isinstance(block.get("scope"), str):
        raise _wrong("Chỉ nhận mã hóa dạng JWE.", "Only JWE is opened here, with the paths of what was encrypted.")
    for node, key in _nodes(holder, block["scope"]):
        told = node[key]
        if key in REFERRED:
            opened_file(keys.fetch(str(told)), keys)  # it stays where it is, but it has to be what the block says
        elif not isinstance(told, str):
            raise _wrong("Phần mã hóa phải là chữ.", "An encrypted part is a text.")
        else:
            node[key] = _restored(key, _decrypted(told, keys))


def _nodes(holder: dict[str, Any], scope: str) -> Sequence[tuple[Any, Any]]:
    try:
        found = [place for path in paths_of(scope) for place in list(places(holder, path)) or [(None, None)]]
    except ValueError:
        found = []
    if not found or any(node is None for node, _ in found):
        raise _wrong("Đường dẫn trong khối bảo vệ không chỉ tới đâu.", "A path of a block names nothing.")
    return found


def _restored(key: Any, plain: bytes) -> Any:
    """What a decrypted node was: a file in base64, or a value of JSON."""
    if key in EMBEDDED:
        return base64.b64encode(plain).decode("ascii")
    try:
        return json.loads(plain, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise _wrong("Phần giải mã không phải JSON.", "What was encrypted is not JSON.") from None


def _decrypted(told: str, keys: Keys) -> bytes:
    try:
        key = ECKey.import_key(dict(keys.own))
        plain = jwe.decrypt_compact(told, key, registry=_Registry(algorithms=list(ALGORITHMS))).plaintext
    except (JoseError, ValueError, TypeError, KeyError):
        plain = None
    if plain is None:
        raise _wrong("Không giải mã được.", "Something is not encrypted to the key of this installation.")
    return plain


def _prove(holder: dict[str, Any], keys: Keys, *, encrypted: bool) -> None:
    """Prove what is said about one object, of its encrypted or its plain form."""
    blocks = holder.get("integrity", [])
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise _wrong("Khối toàn vẹn không đúng.", "A block about integrity is not as described.")
    for block in blocks:
        if block.get("encrypted", False) is encrypted:
            _prove_one(holder, block, keys)


def _prove_one(holder: dict[str, Any], block: Mapping[str, Any], keys: Keys) -> None:
    told, scope, kind = block.get("hash"), block.get("scope"), block.get("type", "NONE")
    if not isinstance(told, str) or not isinstance(scope, str) or block.get("alg") not in HASHES:
        raise _wrong("Thuật toán băm phải là SHA256, SHA384 hoặc SHA512.", "The hash is SHA256, SHA384 or SHA512.")
    if not any(
        hmac.compare_digest(told.encode("utf-8", "replace"), one) for one in _hashes(holder, block, scope, keys)
    ):
        raise _wrong("Mã băm không khớp.", "A hash does not hold.")
    if kind == "JWS":
        _prove_signature(told, str(block.get("signature", "")), keys)
    elif kind != "NONE" or "signatureRef" in block:
        raise _wrong("Chữ ký phải là JWS kèm trong khối.", "A signature is a JWS within its block.")


def _hashes(holder: dict[str, Any], block: Mapping[str, Any], scope: str, keys: Keys) -> list[bytes]:
    """The hash in the spellings there are: the standard does not say which one."""
    bare = {name: value for name, value in holder.items() if name not in BLOCKS}
    named = any(step in BLOCKS for path in _paths(scope) for step in path[:1])
    try:
        part = narrowed(holder if named else bare, _paths(scope))
        text = canonical(part)
    except (ValueError, RecursionError):
        raise _wrong("Đường dẫn trong khối bảo vệ không chỉ tới đâu.", "A path of a block names nothing.") from None
    digest = hashlib.new(HASHES[block["alg"]], text)
    if block.get("followRef", False):
        for address in _references(part):
            digest.update(keys.fetch(address))
    value = digest.digest()
    urlsafe = base64.urlsafe_b64encode(value)
    return [value.hex().encode(), value.hex().upper().encode(), base64.b64encode(value), urlsafe, urlsafe.rstrip(b"=")]


def _paths(scope: str) -> Any:
    try:
        return paths_of(scope)
    except ValueError:
        raise _wrong("Đường dẫn trong khối bảo vệ không đúng.", "A path of a block is none.") from None


def _references(value: Any) -> Iterator[str]:
    """Addresses of files a value refers to, in its own order."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            if name in REFERRED and isinstance(one, str):
                yield one
            else:
                yield from _references(one)
    elif isinstance(value, list):
        for one in value:
            yield from _references(one)


def _prove_signature(told: str, signature: str, keys: Keys) -> None:
    """Prove that one of the sender's keys signed a hash, as it is written in the block (RFC 7515, compact)."""
    for key in keys.theirs.values():
        kind, algorithms = KINDS[key["kty"], key["crv"]]
        try:
            found = jws.deserialize_compact(
                signature, kind.import_key(dict(key)), registry=Allowed(algorithms=algorithms)
            )
        except (JoseError, ValueError, TypeError, binascii.Error):
            continue
        if hmac.compare_digest(found.payload, told.encode("utf-8", "replace")):
            return
    raise _wrong("Chữ ký không đúng.", "A signature does not hold.")


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _wrong(vi: str, en: str) -> SosachError:
    return SosachError(ErrorCode.REQUEST_INVALID, vi=vi, en=en)
