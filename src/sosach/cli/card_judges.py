"""What others say of the card of a demonstration: our own verifier, and programs nobody here wrote, where they are installed."""

import hashlib
import re
import shutil
import subprocess  # nosec B404 - fixed programs, without a shell
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from sosach.chip.der import DerError, whole
from sosach.chip.files.card import CardFiles
from sosach.chip.files.folder import read_card
from sosach.chip.files.sod import TAG, read, read_lds
from sosach.chip.verifying.evidence import Trust
from sosach.chip.verifying.verdict import verify

_SECONDS = 60


class Say(StrEnum):
    """What a judge can say."""

    ACCEPTS = "accepts"
    REFUSES = "refuses"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Told:
    """One judge's word.

    Attributes:
        judge: who.
        says: what.
        words: why, or what is missing.
    """

    judge: str
    says: Say
    words: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What judges are given.

    Attributes:
        files: read off the chip.
        sod: EF.SOD without its outer tag, which no standard of messages knows.
        authority: certificate to trust, PEM.
        folder: for what a judge writes.
    """

    files: CardFiles
    sod: Path
    authority: Path
    folder: Path


def judged(card: Path, trust: Path) -> Iterator[Told]:
    """The word of every judge on the card in a folder.

    Args:
        card: files as `chip.files.folder` keeps them.
        trust: holds `csca.cer` and `revoked.crl`, in DER.
    """
    files = read_card(card)
    certificate, revoked = (trust / "csca.cer").read_bytes(), (trust / "revoked.crl").read_bytes()
    verdict = verify(files, Trust((certificate,), (revoked,), datetime.now(UTC)))
    yield Told("sosach card verify", _word(yes=verdict.genuine), ", ".join(verdict.faults))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        case = Case(files, folder / "sod.cms", folder / "csca.pem", folder)
        case.sod.write_bytes(whole(files.sod, TAG).body)
        read_certificate = x509.load_der_x509_certificate(certificate)
        case.authority.write_bytes(read_certificate.public_bytes(Encoding.PEM))
        for title, program, judge in _JUDGES:
            if shutil.which(program) is None:
                yield Told(title, Say.ABSENT, program)
            else:
                yield judge(case)


def _openssl(case: Case) -> Told:
    """Signature and path; what it found signed is then compared with the groups."""
    out = case.folder / "lds.der"
    done = _run(
        "openssl", "cms", "-verify", "-inform", "DER", "-in", str(case.sod), "-CAfile", str(case.authority),
        "-purpose", "any", "-x509_strict", "-out", str(out),
    )  # fmt: skip
    if done.returncode or "CMS Verification successful" not in done.stderr:
        return Told("OpenSSL", Say.REFUSES, _last(done.stderr))
    return Told("OpenSSL", _word(yes=_same_groups(case.files, out.read_bytes())))


def _gnutls(case: Case) -> Told:
    out = case.folder / "gnutls.der"
    done = _run(
        "certtool", "--p7-verify", "--inder", "--infile", str(case.sod), "--load-ca-certificate", str(case.authority),
        "--p7-show-data", "--outfile", str(out),
    )  # fmt: skip
    if done.returncode or not re.search(r"^\s*Signature status: ok$", done.stdout + done.stderr, re.MULTILINE):
        return Told("GnuTLS", Say.REFUSES, _last(done.stdout + done.stderr))
    return Told("GnuTLS", _word(yes=_same_groups(case.files, out.read_bytes())))


def _nss(case: Case) -> Told:
    """It does not show what was signed, so that is read from the same file by ourselves."""
    base = f"sql:{case.folder}"
    _run("certutil", "-N", "-d", base, "--empty-password")
    _run("certutil", "-A", "-d", base, "-n", "csca", "-t", "C,C,C", "-a", "-i", str(case.authority))
    done = _run("cmsutil", "-D", "-d", base, "-i", str(case.sod), "-h", "0", "-n")
    states = re.findall(r"signer\d+\.status=(\w+);", done.stdout)
    if states != ["GoodSignature"]:
        return Told("NSS", Say.REFUSES, ", ".join(states) or _last(done.stderr))
    return Told("NSS", _word(yes=_same_groups(case.files, read(case.files.sod).content)))


_JUDGES: tuple[tuple[str, str, Callable[[Case], Told]], ...] = (
    ("OpenSSL", "openssl", _openssl),
    ("GnuTLS", "certtool", _gnutls),
    ("NSS", "cmsutil", _nss),
)


def _same_groups(files: CardFiles, content: bytes) -> bool:
    """Whether the groups read are those whose digests were signed; fingerprints no reader may read are left out."""
    try:
        said = read_lds(content)
    except DerError:
        return False
    found = {number: hashlib.new(said.digest, group).digest() for number, group in files.groups.items()}
    withheld = {3} - found.keys()
    return found == {number: digest for number, digest in said.hashes.items() if number not in withheld}


def _run(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - fixed programs  # nosec B603
        command, capture_output=True, text=True, errors="replace", check=False, timeout=_SECONDS
    )


def _word(*, yes: bool) -> Say:
    return Say.ACCEPTS if yes else Say.REFUSES


def _last(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1][:200]
