"""Public keys of partners as files have them: JWK, or PEM."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from sosach.base.errors import ErrorCode, SosachError


def jwk_of(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """The key of an entry: its `jwk`, or its `pem`.

    Raises:
        SosachError: STATE-04, it has neither.
    """
    jwk = entry.get("jwk")
    return jwk if isinstance(jwk, Mapping) else from_pem(str(entry.get("pem", "")))


def from_file(file: Path) -> Mapping[str, Any]:
    """The key in a file.

    Raises:
        SosachError: INPUT-01 there is no such file; STATE-04 it holds no key we take.
    """
    if not file.is_file():
        raise SosachError(ErrorCode.INPUT_MISSING, vi=f"Không có tệp {file}.", en=f"There is no file {file}.")
    text = file.read_text("utf-8")
    if not text.lstrip().startswith("{"):
        return from_pem(text)
    try:
        return dict(json.loads(text))
    except ValueError:
        raise _no_key() from None


def from_pem(text: str) -> Mapping[str, Any]:
    """The public key of a PEM.

    Raises:
        SosachError: STATE-04, it is none we take.
    """
    for kind in (OKPKey, ECKey):
        try:
            return kind.import_key(text).as_dict(private=False)
        except (JoseError, ValueError, TypeError):
            continue
    raise _no_key()


def _no_key() -> SosachError:
    return SosachError(
        ErrorCode.INPUT_INCOMPLETE,
        vi="Cần khóa công khai Ed25519 hoặc P-256, dạng JWK hoặc PEM.",
        en="A public key is needed, Ed25519 or P-256, as JWK or PEM.",
    )
