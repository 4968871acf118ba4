"""`sosach card pki …`: key ceremonies, document signers, revocation lists, master lists, and what the authority's folder holds."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.pki.ceremony import SHOWN, Present
from sosach.chip.pki.house import CSCA, LISTER, SIGNER, TWINS, House
from sosach.chip.pki.names import SYNTHETIC, Issuer
from sosach.chip.pki.opening import KeyPlace, open_house, secret_in
from sosach.chip.pki.periods import signs_until
from sosach.chip.pki.steps import (
    add_signer,
    add_twin_signer,
    current_revocations,
    found_authority,
    issue_master_list,
    issue_revocations,
)
from sosach.chip.signing.keeping import FileKeys, Keys, TokenKeys
from sosach.chip.signing.ports import KeyKind
from sosach.cli.installation import Lang, show

TWIN_KEY, TWIN_FILES = "twins", ("chain.pem", "root.pem")  # as the portal looks for them in SOSACH_TWINS

pki = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Khóa ký thẻ và chứng thư / Keys and certificates")

Leader = Annotated[str, typer.Option(help="Người chủ trì / who leads")]
Custodian = Annotated[str, typer.Option(help="Người giữ khóa / who holds the token or passphrase")]
Witness = Annotated[list[str], typer.Option(help="Người chứng kiến, nêu nhiều lần / a witness, repeatable")]
Kind = Annotated[KeyKind, typer.Option(help="Loại khóa / kind of key")]


@pki.callback()
def place(  # nosec B107 - a label of a device, not a password
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Option(envvar="SOSACH_CARD_PKI", help="Thư mục chứng thư, nhật ký / the folder")
    ] = None,
    passphrase_file: Annotated[
        Path | None, typer.Option(envvar="SOSACH_CARD_PASSPHRASE_FILE", help="Tệp mật khẩu khóa / of keys in files")
    ] = None,
    module: Annotated[
        Path | None, typer.Option(envvar="SOSACH_CARD_TOKEN_MODULE", help="Thư viện PKCS#11 / library of a token")
    ] = None,
    token: Annotated[str, typer.Option(envvar="SOSACH_CARD_TOKEN_LABEL", help="Tên thiết bị / its label")] = "",
    pin_file: Annotated[
        Path | None, typer.Option(envvar="SOSACH_CARD_TOKEN_PIN_FILE", help="Tệp mã PIN / file of its PIN")
    ] = None,
) -> None:
    """Khóa ký thẻ và chứng thư / Keys and certificates of cards."""
    where = KeyPlace(passphrase_file=passphrase_file, module=module, label=token, pin_file=pin_file)
    context.obj = (folder, where)


def _house(context: typer.Context) -> House:
    """The house of the command; asked for here, so that `--help` of a step needs no folder.

    Raises:
        BadParameter: no folder is named.
        SosachError: KEY-01 its keys cannot be reached.
    """
    return open_house(_folder(context), context.obj[1])


def _folder(context: typer.Context) -> Path:
    folder: Path | None = context.obj[0]
    if folder is None:
        raise typer.BadParameter("nêu --folder hoặc SOSACH_CARD_PKI / name --folder or SOSACH_CARD_PKI")
    return folder


@pki.command("ceremony")
def ceremony(
    context: typer.Context,
    leader: Leader,
    custodian: Custodian,
    witness: Witness,
    kind: Kind = KeyKind.P384,
    issuer: Annotated[Path | None, typer.Option(help="Cơ quan cấp, JSON; trống: giả định / who issues")] = None,
    lang: Lang = "vi",
) -> None:
    """Nghi thức tạo khóa CSCA, hoặc thế hệ kế tiếp kèm chứng thư nối / Make an authority, or its next generation."""
    present = Present(leader=leader, custodian=custodian, witnesses=tuple(witness))

    def ask(name: str, fingerprint: str) -> str:
        shown = " ".join(fingerprint[begin : begin + SHOWN] for begin in range(0, len(fingerprint), SHOWN))
        words = {
            "vi": f"SHA-256 của chứng thư: {shown}\n{name}, gõ {SHOWN} ký tự đầu",
            "en": f"SHA-256 of the certificate: {shown}\n{name}, type the first {SHOWN} characters",
        }
        return str(typer.prompt(words[lang]))

    house, who = _house(context), _issuer(issuer)
    typer.echo(found_authority(house, present, kind=kind, issuer=who, at=_now(), confirm=ask))


@pki.command("signer")
def signer(
    context: typer.Context, leader: Leader, custodian: Custodian, witness: Witness, kind: Kind = KeyKind.P256
) -> None:
    """Tạo khóa ký giấy tờ: 100.000 thẻ hoặc 3 tháng / Make a document signer: 100,000 cards or three months."""
    present = Present(leader=leader, custodian=custodian, witnesses=tuple(witness))
    typer.echo(add_signer(_house(context), present, kind=kind, at=_now()))


@pki.command("twins")
def twins(
    context: typer.Context,
    leader: Leader,
    custodian: Custodian,
    witness: Witness,
    out: Annotated[Path, typer.Option(help="Thư mục khóa của cổng / folder of the portal's key (SOSACH_TWINS)")],
    out_passphrase_file: Annotated[
        Path | None, typer.Option(help="Tệp mật khẩu của khóa trong tệp / passphrase of a key in a file")
    ] = None,
    out_token: Annotated[
        tuple[Path, str, Path] | None,
        typer.Option(
            metavar="MODULE LABEL PIN_FILE",
            help="Khóa nằm trong thiết bị PKCS#11 này / the key lies in this token",
        ),
    ] = None,
    out_key: Annotated[str, typer.Option(help="Nhãn khóa / label of the key (SOSACH_TWINS_KEY)")] = TWIN_KEY,
) -> None:
    """Tạo khóa ký giấy tờ điện tử (mdoc, SD-JWT VC) / Make who signs digital credentials."""
    present = Present(leader=leader, custodian=custodian, witnesses=tuple(witness))
    keys = _twin_keys(out, out_passphrase_file, out_token)
    chain = add_twin_signer(_house(context), present, keys=keys, label=out_key, at=_now())
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, certificate in zip(TWIN_FILES, chain, strict=True):
        (out / name).write_bytes(x509.load_der_x509_certificate(certificate).public_bytes(Encoding.PEM))
        typer.echo(out / name)


@pki.command("crl")
def crl(
    context: typer.Context,
    leader: Leader,
    custodian: Custodian,
    witness: Witness,
    revoke: Annotated[list[str], typer.Option(help="Thu hồi khóa ký này, ví dụ card-ds-3 / revoke this signer")] = [],  # noqa: B006 - typer's way
) -> None:
    """Phát hành danh sách thu hồi, ít nhất 90 ngày một lần / Issue revocation lists, at least every 90 days."""
    present = Present(leader=leader, custodian=custodian, witnesses=tuple(witness))
    for name in issue_revocations(_house(context), present, revoke=revoke, at=_now()):
        typer.echo(name)


@pki.command("master-list")
def master_list(context: typer.Context, leader: Leader, custodian: Custodian, witness: Witness) -> None:
    """Phát hành danh sách CSCA (master list) / Issue a master list."""
    present = Present(leader=leader, custodian=custodian, witnesses=tuple(witness))
    typer.echo(issue_master_list(_house(context), present, at=_now()))


@pki.command("show")
def shown(context: typer.Context, lang: Lang = "vi") -> None:
    """Khóa, thời hạn, danh sách; mã thoát 1 nếu nhật ký hoặc tệp sai / What there is; exit code 1 on any fault."""
    folder = _folder(context)
    house = House(folder, FileKeys(folder, passphrase=b""))  # opens none
    headings = {"vi": ("Nhãn", "Ký đến", "Hết hạn", "Số hiệu"), "en": ("Label", "Signs until", "Ends", "Serial")}
    show(headings[lang], [_row(house, label) for kind in (CSCA, SIGNER, LISTER, TWINS) for label in house.labels(kind)])
    for found in current_revocations(house):
        until = x509.load_der_x509_crl(found).next_update_utc
        typer.echo({"vi": "Danh sách thu hồi có hiệu lực đến", "en": "Revocation list holds until"}[lang] + f" {until}")
    faults = house.faults()
    for fault in faults:
        typer.echo(fault, err=True)
    if faults:
        raise typer.Exit(1)


def _twin_keys(out: Path, passphrase_file: Path | None, token: tuple[Path, str, Path] | None) -> Keys:
    """Where the key of digital credentials is to lie.

    Raises:
        SosachError: STATE-04 nothing is named, or both; KEY-01 it does not open.
    """
    if token is not None and passphrase_file is None:
        module, label, pin_file = token
        return TokenKeys(KeyPlace(module=module, label=label, pin_file=pin_file).token_session())
    if passphrase_file is not None and token is None:
        return FileKeys(out, passphrase=secret_in(passphrase_file).encode())
    raise SosachError(
        ErrorCode.INPUT_INCOMPLETE,
        vi="Nêu --out-passphrase-file hoặc --out-token, một trong hai",
        en="Name --out-passphrase-file or --out-token, one of them",
    )


def _row(house: House, label: str) -> tuple[str, str, str, str]:
    certificate = house.certificate(label)
    read = x509.load_der_x509_certificate(certificate)
    # whole bytes, as other programs print them
    serial = f"{read.serial_number:x}"
    serial = serial.zfill(len(serial) + len(serial) % 2)
    return (label, f"{signs_until(certificate):%F}", f"{read.not_valid_after_utc:%F}", serial)


def _issuer(file: Path | None) -> Issuer:
    """Who issues, from a file; without one the synthetic issuer nobody takes for real.

    Raises:
        SosachError: INPUT-01 no such file; STATE-04 it does not say what it should.
    """
    if file is None:
        return SYNTHETIC
    if not file.is_file():
        raise SosachError(ErrorCode.INPUT_MISSING, vi=f"Không có tệp {file}", en=f"There is no file {file}")
    try:
        told = json.loads(file.read_text("utf-8"))
        return Issuer(**told | {"revocations": tuple(told["revocations"])})
    except (ValueError, TypeError, KeyError) as failure:
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE,
            vi=f"{file.name} cần organisation, common_name, email, page, revocations",
            en=f"{file.name} needs organisation, common_name, email, page, revocations",
        ) from failure


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
