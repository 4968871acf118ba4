"""The authority's house: certificates, lists and the log of ceremonies in one folder, keys beside it or in a token.

Files are named after the label of their key: `card-csca-1.cer`, `card-csca-2-link.cer`, `card-ds-7.cer`, `card-mls-1.cer`,
`card-csca-1-crl-4.crl`, `master-list-2.ml`, `issuer.json`, `ceremonies.jsonl`. Nothing in it is secret but `keys/`.
"""

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from cryptography import x509

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.pki.authority import Authority
from sosach.chip.pki.ceremony import CeremonyLog
from sosach.chip.pki.names import Issuer
from sosach.chip.signing.keeping import Keys
from sosach.chip.signing.public_keys import key_id_of_certificate, spki_of_certificate

CSCA, SIGNER, LISTER, TWINS = "card-csca", "card-ds", "card-mls", "card-twins"
ISSUER, LOG = "issuer.json", "ceremonies.jsonl"
PUBLIC = (".cer", ".crl", ".ml")
REVOCATION, BETWEEN = "revocation", "; "
_NUMBER = re.compile(r"-(\d+)\.[a-z]+$")


class House:
    """One authority's folder and keys."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        self.folder = folder
        self.keys = keys
        self.log = CeremonyLog(folder / LOG)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other ceremonies out; the lock ends with the process."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield

    @property
    def issuer(self) -> Issuer:
        """Who issues here.

        Raises:
            SosachError: STATE-01 the house was never founded.
        """
        told = json.loads(self.read(ISSUER))
        return Issuer(**told | {"revocations": tuple(told["revocations"])})

    def settle(self, issuer: Issuer) -> None:
        """Write down who issues, at the foundation; one that broke off may have done so before."""
        (self.folder / ISSUER).unlink(missing_ok=True)
        self.write(ISSUER, json.dumps(asdict(issuer), ensure_ascii=False, indent=2).encode())

    def labels(self, kind: str) -> list[str]:
        """Labels of the certificates of a kind, oldest first."""
        found = self.folder.glob(f"{kind}-*.cer")
        numbers = sorted(int(match[1]) for file in found if (match := _NUMBER.search(file.name)))
        return [f"{kind}-{number}" for number in numbers]

    def next_label(self, kind: str) -> str:
        """A label nothing bears yet, neither a certificate nor a key that a broken-off ceremony left."""
        number = len(self.labels(kind)) + 1
        while self.keys.holds(f"{kind}-{number}") or (self.folder / f"{kind}-{number}.cer").exists():
            number += 1
        return f"{kind}-{number}"

    def next_file(self, prefix: str, ending: str) -> tuple[str, int]:
        """Name and number of the next list of a kind: a number that was ever told is never told again, though its file is gone."""
        told = [line.facts.get("file", "") for line in self.log.read()]
        number = max(
            (_number(name) for name in [*told, *self.lists(prefix, ending)] if _is(name, prefix, ending)), default=0
        )
        return f"{prefix}-{number + 1}{ending}", number + 1

    def lists(self, prefix: str, ending: str) -> list[str]:
        """Names of the lists of a kind that are there, oldest first."""
        return sorted((file.name for file in self.folder.glob(f"{prefix}-*{ending}")), key=_number)

    def condemned(self) -> list[str]:
        """Labels a ceremony revoked: they stay so, also when a list that says it is lost."""
        told = [line.facts.get("revoked", "") for line in self.log.read() if line.facts.get("ceremony") == REVOCATION]
        return list(dict.fromkeys(label for text in told for label in text.split(BETWEEN) if label))

    def certificate(self, label: str) -> bytes:
        """The certificate of a key, in DER.

        Raises:
            SosachError: STATE-01 there is none.
        """
        return self.read(f"{label}.cer")

    def authority(self, label: str = "") -> Authority:
        """An authority ready to sign; the newest without a label.

        Raises:
            SosachError: STATE-01 the house was never founded; KEY-01 its key does not open.
        """
        label = label or self.newest(CSCA)
        return Authority(self.certificate(label), self.keys.open(label))

    def newest(self, kind: str) -> str:
        """The newest label of a kind.

        Raises:
            SosachError: STATE-01 there is none.
        """
        labels = self.labels(kind)
        if not labels:
            raise _missing(kind)
        return labels[-1]

    def read(self, name: str) -> bytes:
        """A file of the house.

        Raises:
            SosachError: STATE-01 there is none of that name.
        """
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError as failure:
            raise _missing(name) from failure

    def write(self, name: str, content: bytes) -> None:
        """Write a new file: whole and on disk, or not at all; never over another.

        Raises:
            FileExistsError: there is one of that name.
        """
        draft = self.folder / f".{name}.{os.getpid()}"
        with draft.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        try:
            (self.folder / name).hardlink_to(draft)
        finally:
            draft.unlink()

    def faults(self) -> list[str]:
        """What is wrong in the house: the chain of the log, its seals, and files the log does not name as they are."""
        authorities = [self.certificate(label) for label in self.labels(CSCA)]
        found = self.log.faults({key_id_of_certificate(one): spki_of_certificate(one) for one in authorities})
        named = {line.facts["file"]: line.facts["sha256"] for line in self.log.read() if "file" in line.facts}
        there = {
            file.name: hashlib.sha256(file.read_bytes()).hexdigest()
            for file in self.folder.iterdir()
            if file.suffix in PUBLIC
        }
        found += [f"{name}: the log does not name it" for name in sorted(there.keys() - named.keys())]
        found += [f"{name}: missing" for name in sorted(named.keys() - there.keys())]
        same = there.keys() & named.keys()
        return found + [f"{name}: altered" for name in sorted(same) if there[name] != named[name]]

    def publish(self, name: str, content: bytes, *, at: datetime) -> None:
        """Name a file in the log with its fingerprint, then write it."""
        self.log.add("publish", {"file": name, "sha256": hashlib.sha256(content).hexdigest()}, at=at)
        self.write(name, content)


def _is(name: str, prefix: str, ending: str) -> bool:
    return name.startswith(f"{prefix}-") and name.endswith(ending)


def _number(name: str) -> int:
    found = _NUMBER.search(name)
    return int(found[1]) if found else 0


def serial_of(certificate: bytes) -> int:
    """Serial number of a certificate."""
    return x509.load_der_x509_certificate(certificate).serial_number


def _missing(what: str) -> SosachError:
    return SosachError(
        ErrorCode.NOT_FOUND,
        vi=f"Thư mục CSCA không có {what}",
        en=f"The authority's folder holds no {what}",
        hint_vi="Họp nghi thức khóa trước: sosach card pki ceremony",
        hint_en="Hold a key ceremony first: sosach card pki ceremony",
    )
