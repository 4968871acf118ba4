"""`sosach card …`: verify cards; keys and certificates stand in modules of their own."""

import warnings
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.files.folder import cards_in, read_card
from sosach.chip.verifying.evidence import Trust
from sosach.chip.verifying.verdict import Rule, Verdict, verify
from sosach.chip.verifying.wording import fault
from sosach.cli.card_keys import keys
from sosach.cli.card_pki import pki
from sosach.cli.installation import Lang

card = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Thẻ căn cước / ID cards")
card.add_typer(pki, name="pki")
card.add_typer(keys, name="keys")

_CERTIFICATES = frozenset({".cer", ".crt", ".der", ".pem"})
_LISTS = frozenset({".crl"})
_PEM = b"-----BEGIN"
_REFUSED = 1
_WORDS = {
    "vi": {
        "genuine": "TỆP THẬT",
        "refused": "KHÔNG CHẤP NHẬN",
        "chip": "chưa thử ở đây: chip có phải bản gốc không (bản sao cũng có đúng các tệp này)",
        "register": "chưa hỏi ở đây: sổ đăng ký có còn tính thẻ này không",
        "total": "{count} thẻ: {genuine} tệp thật, {refused} không chấp nhận",
    },
    "en": {
        "genuine": "GENUINE FILES",
        "refused": "REFUSED",
        "chip": "not tried here: whether the chip is the one that was made (a copy has these very files)",
        "register": "not asked here: whether the register still counts the card",
        "total": "{count} cards: {genuine} with genuine files, {refused} refused",
    },
}


@card.command("verify")
def verify_command(
    place: Annotated[Path, typer.Argument(metavar="FILE|FOLDER", help="Thẻ, hoặc thư mục nhiều thẻ / card or cards")],
    trust: Annotated[
        list[Path], typer.Option(help="Chứng thư CSCA, hoặc thư mục (kèm danh sách thu hồi) / authorities, or a folder")
    ],
    crl: Annotated[list[Path], typer.Option(help="Danh sách thu hồi / revocation lists")] = [],  # noqa: B006 - typer's way
    at: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="Thời điểm (UTC) / the moment")
    ] = None,
    lang: Lang = "vi",
) -> None:
    """Kiểm tra tệp của thẻ; mã thoát 1 nếu có thẻ không chấp nhận / Verify the files of cards; exit code 1 when one is refused."""
    moment = at.replace(tzinfo=UTC) if at else datetime.now(UTC)
    believed = Trust(tuple(_certificates(trust)), tuple(_lists([*trust, *crl])), moment)
    refused, places = 0, cards_in(place)
    for each in places:
        with (
            warnings.catch_warnings()
        ):  # what the library only warns of is not shown to be right, and no line for people
            warnings.simplefilter("error", UserWarning)
            verdict = verify(read_card(each), believed)
        refused += not verdict.genuine
        for line in _told(each.name, verdict, lang):
            typer.echo(line)
    if len(places) > 1:
        typer.echo(_WORDS[lang]["total"].format(count=len(places), genuine=len(places) - refused, refused=refused))
    if refused:
        raise typer.Exit(_REFUSED)


def _told(name: str, verdict: Verdict, lang: str) -> Iterator[str]:
    words = _WORDS[lang]
    yield f"{name}: {words['genuine' if verdict.genuine else 'refused']}"
    for rule in verdict.faults:
        yield f"  {rule:<17} {fault(rule, lang)}"
    if verdict.genuine:
        for asked, rule in (("chip", Rule.CHIP_ANSWERED), ("register", Rule.IN_FORCE)):
            if rule in verdict.unasked:
                yield f"  {words[asked]}"


def _files(places: Iterable[Path], endings: frozenset[str]) -> Iterator[Path]:
    """Files that were named, and those with an ending in the folders that were named.

    Raises:
        SosachError: INPUT-01 there is no such place.
    """
    for place in places:
        if not place.exists():
            raise SosachError(ErrorCode.INPUT_MISSING, vi=f"Không có {place}", en=f"There is no {place}")
        if place.is_dir():
            yield from sorted(file for file in place.iterdir() if file.suffix in endings)
        elif place.suffix in endings:
            yield place


def _certificates(places: Iterable[Path]) -> Iterator[bytes]:
    for file in _files(places, _CERTIFICATES):
        content = file.read_bytes()
        try:
            if content.startswith(_PEM):
                for read in x509.load_pem_x509_certificates(content):
                    yield read.public_bytes(Encoding.DER)
            else:
                yield x509.load_der_x509_certificate(content).public_bytes(Encoding.DER)
        except ValueError as failure:
            raise _unreadable(file) from failure


def _lists(places: Iterable[Path]) -> Iterator[bytes]:
    for file in _files(places, _LISTS):
        content = file.read_bytes()
        try:
            read = x509.load_pem_x509_crl(content) if content.startswith(_PEM) else x509.load_der_x509_crl(content)
        except ValueError as failure:
            raise _unreadable(file) from failure
        yield read.public_bytes(Encoding.DER)


def _unreadable(file: Path) -> SosachError:
    return SosachError(
        ErrorCode.INPUT_UNREADABLE,
        vi=f"{file.name} không phải chứng thư hoặc danh sách thu hồi",
        en=f"{file.name} is no certificate, or no revocation list",
        hint_vi="Dùng tệp DER hoặc PEM: .cer, .crt, .der, .pem; danh sách thu hồi: .crl.",
        hint_en="Use DER or PEM: .cer, .crt, .der, .pem; revocation lists: .crl.",
    )
