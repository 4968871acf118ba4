"""The line to the nation: encrypted under a certificate that holds, to one address, past no proxy, and bounded in what it reads."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from tests.jobs.levels.hostile import Clock, Hostile

from sosach.base.errors import SosachError
from sosach.domain.audit.operations.keys import FileKey
from sosach.jobs import line as lines
from sosach.jobs.line import Line, LineError

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
Make = Callable[..., Line]


class Echo:
    """Says which room was asked for."""

    def answer(self, method: str, room: str, query: Mapping[str, str], body: bytes, at: datetime) -> tuple[int, bytes]:
        del query, at
        return 200, f"{method} {room} {len(body)}".encode()


@pytest.fixture
def nation(tmp_path: Path) -> Iterator[Hostile]:
    """One that does everything right."""
    mine, theirs = FileKey(tmp_path / "mine.key"), FileKey(tmp_path / "theirs.key")
    made = Hostile(Echo(), theirs, mine.public_key, Clock(AT), seed=1, share=0.0)
    yield made
    made.close()


@pytest.fixture
def line(nation: Hostile, tmp_path: Path) -> Make:
    """A line to it."""

    def made(address: str = "", authority: str = "", peer: bytes = b"") -> Line:
        mine, key = FileKey(tmp_path / "mine.key"), peer or FileKey(tmp_path / "theirs.key").public_key
        return Line(address or nation.address, "38", mine, key, nation.clock, authority=authority, seconds=2)

    return made


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate for this machine that nobody but its owner vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / f"{name}.pem", folder / f"{name}.key"
    files[0].write_bytes(made.public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files


def test_it_says_what_it_was_told(line: Make) -> None:
    assert line().get("state") == b"GET state 0"
    assert line().post("batches", b"12345") == b"POST batches 5"


@pytest.mark.parametrize(
    "address",
    [
        "http://quoc-gia.example",
        "https://",
        "ftp://localhost",
        "https://a:b@localhost",
        "https://localhost/x",
        "",
        "localhost",
    ],
)
def test_nothing_is_sent_in_the_clear_or_to_something_else(line: Make, address: str) -> None:
    with pytest.raises(SosachError, match="STATE-04"):
        Line(address, "38", line().signer, bytes(32), lambda: AT)


def test_a_certificate_has_to_hold(nation: Hostile, line: Make, tmp_path: Path) -> None:
    known, other = certificate(tmp_path, "known"), certificate(tmp_path, "other")
    nation.speak_tls(*known)
    assert line(nation.address, authority=str(known[0])).get("state") == b"GET state 0"
    for authority in ("", str(other[0])):
        with pytest.raises(LineError, match="unreached"):
            line(nation.address, authority=authority).get("state")
    with pytest.raises(LineError, match="unreached"):  # the certificate names another machine
        line(nation.address.replace("localhost", "127.0.0.1"), authority=str(known[0])).get("state")


def test_proxies_of_the_surroundings_are_not_asked(line: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert line().get("state") == b"GET state 0"


def test_an_answer_is_believed_from_one_key_and_within_one_size(line: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LineError, match="unsigned"):
        line(peer=bytes(32)).get("state")
    monkeypatch.setattr(lines, "LARGEST_ANSWER", 5)
    with pytest.raises(LineError, match="cut"):
        line().get("state")


def test_nobody_is_followed_elsewhere(nation: Hostile, line: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nation, "fault", lambda: "moved")
    with pytest.raises(LineError, match="unsigned"):
        line().get("state")
    assert (nation.done["moved"], nation.done["elsewhere"]) == (1, 0)
