"""How a message leaves the house: TLS proved for the name, nothing endless, nothing followed."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sosach.domain.audit.operations.keys import FileKey
from sosach.domain.exchange.operations.delivering import Outcome, Parcel
from sosach.jobs import deliveries
from sosach.jobs.deliveries import Sender

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def certificate(folder: Path, name: str) -> Path:
    """A certificate that vouches for itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    alternative: x509.GeneralName = x509.DNSName(name) if name[0].isalpha() else x509.IPAddress(ip_address(name))
    made = (
        x509.CertificateBuilder()
        .subject_name(names)
        .issuer_name(names)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    text = serialization.Encoding.PEM
    private = key.private_bytes(text, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + made.public_bytes(text))
    return file


@contextmanager
def listening(answer: Callable[[socket.socket], object], certified: Path | None = None) -> Iterator[int]:
    """Somebody who takes one call; its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line, _ = server.accept()
            with line:
                try:
                    if certified is not None:
                        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                        context.load_cert_chain(certified)
                        line = context.wrap_socket(line, server_side=True)
                    heard = b""
                    while not heard.endswith(b"{}") and (part := line.recv(65536)):
                        heard += part
                    answer(line)
                    line.close()
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


@pytest.fixture
def sender(tmp_path: Path) -> Sender:
    """Of an installation that may call its own machine."""
    return Sender(FileKey(tmp_path / "key"), "https://so.example.vn", loopback=True)


def sent(sender: Sender, address: str) -> Outcome:
    return sender.send(Parcel(uuid4(), uuid4(), address, "Notification", uuid4(), b"{}"))


@pytest.mark.parametrize(
    ("trusted", "named", "error"),
    [("127.0.0.1", "127.0.0.1", ""), ("localhost", "127.0.0.1", "tls"), ("", "127.0.0.1", "tls")],
    ids=["proved", "another's certificate", "nobody's certificate"],
)
def test_tls_is_proved_for_the_name(
    trusted: str, named: str, error: str, sender: Sender, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = certificate(tmp_path, trusted or named)
    monkeypatch.setenv("SSL_CERT_FILE", str(file if trusted else certificate(tmp_path, "khac.example.vn")))
    with listening(lambda line: line.sendall(OK), file) as port:
        assert sent(sender, f"https://{named}:{port}/tin").error == error


def test_an_answer_that_drips_is_cut(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "WHOLE_SECONDS", 0.3)

    def drips(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n")
        for _ in range(6_000):  # two minutes, unless the line is cut
            line.sendall(b"x")
            time.sleep(0.02)

    with listening(drips) as port:
        started = time.monotonic()
        outcome = sent(sender, f"http://127.0.0.1:{port}/tin")
        assert (outcome.error, outcome.silent) == ("time-out", True)
        assert time.monotonic() - started < 60


def test_silence_is_a_time_out_and_a_closed_door_a_refusal(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "STEP_SECONDS", 0.2)
    with listening(lambda line: line.recv(1)) as port:  # silent until the caller gives up
        assert sent(sender, f"http://127.0.0.1:{port}/tin").error == "time-out"
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # nobody else gets it, nobody listens
        assert sent(sender, f"http://127.0.0.1:{closed.getsockname()[1]}/tin").error == "refused"


@pytest.mark.parametrize(
    ("answer", "error", "silent"),
    [
        (b"HTTP/1.1 204 No Content\r\n\r\n", "", False),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "status-302", False),
        (b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", "status-410", False),
        (b"HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n", "status-503", True),
        (b"rubbish\r\n\r\n", "cut", True),
        (b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 200 + b"\r\n", "cut", True),
        (b"", "cut", True),
    ],
)
def test_whatever_is_answered_is_an_outcome(answer: bytes, error: str, silent: bool, sender: Sender) -> None:  # noqa: FBT001 - a column of the table
    with listening(lambda line: line.sendall(answer)) as port:
        outcome = sent(sender, f"http://127.0.0.1:{port}/tin")
    assert (outcome.error, outcome.silent) == (error, silent)
    assert (outcome.wait or timedelta()).seconds == (7 if b"Retry-After" in answer else 0)
