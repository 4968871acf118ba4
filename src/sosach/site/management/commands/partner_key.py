"""`sosach partner key`: by what a partner is known, added or ended."""

from datetime import UTC, datetime
from pathlib import Path

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.exchange.operations.partners import end_key, register_key
from sosach.domain.exchange.rules.agreements import Proof
from sosach.site.management.administrator import administrator
from sosach.site.management.partner_files import from_file
from sosach.site.management.site_command import SiteCommand


class Command(SiteCommand):
    """One change at a time."""

    def carry_out(self, *, lang: str, partner: str, file: Path | None, known: dict[str, str], end: str) -> None:
        """Add or end a key; `known` has the name by kind of proof.

        Raises:
            SosachError: STATE-04, nothing or several things were asked for, or a key without its name.
        """
        order = Order(administrator(), datetime.now(UTC))
        wanted = {Proof(proof): name for proof, name in known.items() if name}
        if len(wanted) + bool(end) != 1 or (file is None) is (Proof.SIGNATURE in wanted):
            raise SosachError(
                ErrorCode.INPUT_INCOMPLETE,
                vi="Chọn đúng một: --add TỆP --name TÊN, --certificate, --member hoặc --end.",
                en="One of: --add FILE --name NAME, --certificate, --member or --end.",
            )
        if end:
            end_key(order, partner=partner, name=end)
            self.say(lang, vi=f"Đã hủy khóa “{end}”.", en=f"Key “{end}” ended.")
            return
        ((proof, name),) = wanted.items()
        told = register_key(order, partner=partner, proof=proof, name=name, jwk=from_file(file) if file else None)
        self.say(lang, vi=f"Đã đăng ký “{told}”.", en=f"“{told}” is registered.")
