"""The package of a job and the report on it: signed by who sends it, records encrypted to the machine alone.

A package is text: the first line is the signed sheet of the job (JWS, RFC 7515), every further line one card, encrypted to
the machine (JWE, RFC 7516). The sheet names the SHA-256 of each of those lines, so one signature covers them all, in order.
A report is a single signed line; it holds no data of a person. Why: docs/decisions/0025-packages-of-jobs.md.
"""

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jwk import ECKey

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.files.card import COM, GROUP, LARGEST, SOD
from sosach.chip.line.envelopes import kind_of_key, proved, signed
from sosach.chip.line.sheet import CardRecord, CardResult, ChipSecrets, JobSheet, Outcome, ProductionReport
from sosach.chip.signing.ports import KeyKind, Signer

PACKAGE_KIND, REPORT_KIND, CARD_KIND = "sosach-job+jws", "sosach-report+jws", "sosach-card+jwe"
_TO_THE_MACHINE = {"alg": "ECDH-ES", "enc": "A256GCM", "typ": CARD_KIND}
LONGEST = 200  # of a text in a report
_NEEDED = (COM, SOD, GROUP + 1)


class _Cards(JWERegistry):
    """The one way cards are encrypted; the library's own limit of 64 kB is less than a card with good pictures needs."""

    max_ciphertext_length = 2_000_000


_ENCRYPTION = _Cards(algorithms=["ECDH-ES", "A256GCM"])


def require_machine_keys(*, transport: bytes, report: bytes) -> None:
    """Refuse keys of a machine (SubjectPublicKeyInfo DER) to which nothing can be encrypted, or by which no report be proved.

    Raises:
        SosachError: STATE-04.
    """
    kind_of_key(report)
    if kind_of_key(transport) is not KeyKind.P256:
        raise _unfit("packages are encrypted to keys on P-256", "khóa nhận gói phải là P-256")


def pack(job: JobSheet, records: Sequence[CardRecord], *, issuer: Signer, machine_key: bytes) -> bytes:
    """The package of a job; `machine_key` is the machine's public key (P-256, SubjectPublicKeyInfo DER).

    Raises:
        SosachError: STATE-04, the sheet counts otherwise than there are records, a serial stands twice, a card is not
            whole, or a file does not fit a chip.
    """
    if not all(record.files.get(needed) for record in records for needed in _NEEDED):
        raise _unfit("a card lacks EF.COM, EF.SOD or DG1", "có thẻ thiếu EF.COM, EF.SOD hoặc DG1")
    if any(len(content) > LARGEST for record in records for content in record.files.values()):
        raise _unfit("a file is larger than a chip holds", "có tệp lớn hơn sức chứa của chip")
    if job.count != len(records) or len({record.serial for record in records}) != len(records):
        raise _unfit("the sheet and the records do not agree", "phiếu công việc và các bản ghi không khớp nhau")
    public = load_der_public_key(machine_key).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    key = ECKey.import_key(public)
    lines = [jwe.encrypt_compact(_TO_THE_MACHINE, _of_record(record), key, registry=_ENCRYPTION) for record in records]
    sheet = asdict(job) | {"created": job.created.isoformat(), "cards": [_digest(line.encode()) for line in lines]}
    return b"\n".join([signed(sheet, kind=PACKAGE_KIND, signer=issuer), *(line.encode() for line in lines)]) + b"\n"


def unpack(package: bytes, *, issuer_key: bytes, private_key: bytes) -> tuple[JobSheet, tuple[CardRecord, ...]]:
    """The job and its records, once everything is proved; `issuer_key` SubjectPublicKeyInfo DER, `private_key` PKCS #8 DER.

    Raises:
        SosachError: STATE-04, not a package, not signed by this issuer, not for this machine, or not whole.
    """
    first, *lines = package.removesuffix(b"\n").split(b"\n")
    sheet = proved(first, kind=PACKAGE_KIND, public_key=issuer_key)
    if sheet.get("cards") != [_digest(line) for line in lines]:
        raise _unfit(
            "its cards are not those the sheet names", "các thẻ trong gói không phải là những thẻ ghi trên phiếu"
        )
    pem = load_der_private_key(private_key, None).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key = ECKey.import_key(pem)
    try:
        job = JobSheet(
            job_id=sheet["job_id"],
            created=datetime.fromisoformat(sheet["created"]),
            profile=sheet["profile"],
            count=sheet["count"],
            signer_id=sheet["signer_id"],
        )
        records = tuple(
            _record(jwe.decrypt_compact(line, key, registry=_ENCRYPTION).plaintext or b"") for line in lines
        )
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        raise _unfit("it is not for this machine, or damaged", "gói không dành cho máy này hoặc đã hỏng") from None
    if job.count != len(records):
        raise _unfit("the sheet counts other cards", "số thẻ trên phiếu không đúng")
    return job, records


def write_report(report: ProductionReport, *, machine: Signer) -> bytes:
    """The report as the machine sends it."""
    return signed(asdict(report) | {"finished": report.finished.isoformat()}, kind=REPORT_KIND, signer=machine) + b"\n"


def read_report(text: bytes, *, machine_key: bytes) -> ProductionReport:
    """The report, once its signature is proved; `machine_key` SubjectPublicKeyInfo DER.

    Raises:
        SosachError: STATE-04, not a report, or not signed by this machine.
    """
    told = proved(text.removesuffix(b"\n"), kind=REPORT_KIND, public_key=machine_key)
    try:
        return ProductionReport(
            report_id=_text(told["report_id"]),
            job_id=_text(told["job_id"]),
            package_digest=_text(told["package_digest"]),
            machine_id=_text(told["machine_id"]),
            finished=datetime.fromisoformat(told["finished"]),
            results=tuple(map(_result, told["results"])),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _unfit("it is not a report", "đây không phải là báo cáo sản xuất") from None


def package_digest(package: bytes) -> str:
    """By which a report names the package it worked from: SHA-256, hexadecimal."""
    return _digest(package)


def _of_record(record: CardRecord) -> bytes:
    told = {
        "serial": record.serial,
        "card_reference": record.card_reference,
        "files": {f"{identifier:04X}": b64encode(content).decode() for identifier, content in record.files.items()},
        "active": b64encode(record.secrets.active).decode(),
        "agreement": b64encode(record.secrets.agreement).decode(),
        "can": record.secrets.can,
        "printed": dict(record.printed),
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _record(plain: bytes) -> CardRecord:
    told: Mapping[str, Any] = json.loads(plain)
    return CardRecord(
        serial=told["serial"],
        card_reference=told["card_reference"],
        files={int(identifier, 16): b64decode(content) for identifier, content in told["files"].items()},
        secrets=ChipSecrets(b64decode(told["active"]), b64decode(told["agreement"]), told["can"]),
        printed=told["printed"],
    )


def _result(told: Mapping[str, Any]) -> CardResult:
    texts = {name: _text(value) for name, value in told.items()}
    return CardResult(**texts | {"outcome": Outcome(texts["outcome"])})  # type: ignore[arg-type] # one of them is the outcome


def _text(value: object) -> str:
    """A short text: a machine that is broken, or not ours any more, may sign anything.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(value, str) or len(value) > LONGEST:
        raise TypeError("not a short text")
    return value


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _unfit(en: str, vi: str) -> SosachError:
    return SosachError(ErrorCode.INPUT_INCOMPLETE, vi=f"Gói dữ liệu bị từ chối: {vi}.", en=f"Refused: {en}.")
