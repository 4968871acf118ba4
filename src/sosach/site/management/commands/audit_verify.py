"""`sosach audit verify`: the whole log against its seals, the keys and the witnesses."""

import sys
import time
from pathlib import Path

from sosach.cli.installation import show
from sosach.domain.audit.queries.keys import PublicKeys, witnessed
from sosach.domain.audit.queries.verification import verify
from sosach.domain.audit.rules.sealing import Fault
from sosach.site.management.site_command import SiteCommand
from sosach.site.signing import public_keys, witness_files

SHOWN = 50
HEADINGS = {"vi": ("Sai lệch", "Lô", "Vị trí", "Mục"), "en": ("Fault", "Batch", "Place", "Event")}
WORDS = {
    Fault.CHANGED: "bị sửa",
    Fault.MISSING: "bị xóa",
    Fault.ADDED: "bị chèn thêm",
    Fault.ORDER: "đổi thứ tự",
    Fault.LEAVES: "danh sách băm sai",
    Fault.SEAL: "niêm phong sai",
    Fault.GAP: "đứt đoạn",
    Fault.SIGNATURE: "chữ ký sai",
    Fault.WITNESS: "khác nhân chứng",
    Fault.TRUNCATED: "bị cắt cuối",
    Fault.STRAY: "ngoài mọi lô",
}


class Command(SiteCommand):
    """Exit code 1 when anything is wrong."""

    def carry_out(self, *, lang: str, keys: list[str], witnesses: list[Path]) -> None:
        """Verify, and name every fault."""
        started = time.monotonic()
        files = [file for file in witness_files(witnesses) if witnesses or file.is_file()]
        seen = verify(PublicKeys(public_keys(keys)), witnessed(files))
        seconds = time.monotonic() - started
        if seen.findings:
            rows = [
                (
                    WORDS[finding.fault] if lang == "vi" else finding.fault,
                    finding.batch,
                    finding.place,
                    finding.event_id,
                )
                for finding in seen.findings[:SHOWN]
            ]
            show(HEADINGS[lang], rows)
        self.say(
            lang,
            vi=f"{seen.events} mục trong {seen.batches} lô, {len(files)} nhân chứng, {seconds:.1f} s: "
            f"{len(seen.findings)} sai lệch; {seen.unsealed} mục chưa niêm phong.",
            en=f"{seen.events} events in {seen.batches} batches, {len(files)} witnesses, {seconds:.1f} s: "
            f"{len(seen.findings)} faults; {seen.unsealed} events not sealed yet.",
        )
        if seen.findings:
            sys.exit(1)
