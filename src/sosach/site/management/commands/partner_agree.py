"""`sosach partner agree`: takes in an agreement with everything by which the partner is known."""

import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.exchange.operations.partners import register_key, take_in_agreement
from sosach.domain.exchange.rules.agreements import Proof
from sosach.site.management.administrator import administrator
from sosach.site.management.partner_files import jwk_of
from sosach.site.management.site_command import SiteCommand


class Command(SiteCommand):
    """The whole file in one transaction."""

    def carry_out(self, *, lang: str, file: Path) -> None:
        """Take it in, and say what holds now."""
        told = _read(file)
        partner, at = told["partner"], datetime.now(UTC)
        key = str(partner["key"])
        with transaction.atomic():
            made = take_in_agreement(
                Order(administrator(), at),
                key=key,
                vi=str(partner["vi"]),
                en=str(partner["en"]),
                terms=told["agreement"] | {"state_body": partner["state_body"]},
            )
            for entry in told.get("key", []):
                order = Order(administrator(), at)
                register_key(order, partner=key, proof=Proof.SIGNATURE, name=str(entry["kid"]), jwk=jwk_of(entry))
            for proof in (Proof.CERTIFICATE, Proof.MEMBER):
                for name in told.get(str(proof), []):
                    register_key(Order(administrator(), at), partner=key, proof=proof, name=str(name))
        self.say(
            lang,
            vi=f"Đã ghi nhận thỏa thuận {made.number}, phiên bản {made.version}, với “{partner['vi']}”.",
            en=f"Agreement {made.number}, version {made.version}, with “{partner['en']}” was taken in.",
        )


def _read(file: Path) -> dict[str, Any]:
    """The file as data.

    Raises:
        SosachError: INPUT-01 it is not there; STATE-04 it is not what such a file is.
    """
    if not file.is_file():
        raise SosachError(ErrorCode.INPUT_MISSING, vi=f"Không có tệp {file}.", en=f"There is no file {file}.")
    try:
        text = file.read_text("utf-8")
        told: dict[str, Any] = json.loads(text) if file.suffix == ".json" else tomllib.loads(text)
        missing = {"key", "vi", "en", "state_body"} - told["partner"].keys()
        fits = not missing and isinstance(told["agreement"], dict)
        fits = fits and not told.keys() - {"partner", "agreement", "key", "certificate", "member"}
    except (ValueError, KeyError, AttributeError, TypeError):
        fits = False
    if not fits:
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE,
            vi="Tệp cần có [partner] (key, vi, en, state_body), [agreement] và khóa.",
            en="The file has [partner] (key, vi, en, state_body), [agreement] and keys.",
            hint_vi="Xem docs/howto/make-an-agreement.md.",
            hint_en="See docs/howto/make-an-agreement.md.",
        )
    return told
