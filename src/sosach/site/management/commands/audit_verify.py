"""`sosach audit verify`: the whole log against its seals, the keys and the witnesses."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from sosach.cli.installation import show
from sosach.domain.audit.queries.keys import PublicKeys, witnessed
from sosach.domain.audit.queries.verification import Verified, is_sealed, verify
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
    Fault.LATE: "quá hạn niêm phong",
}


class Command(SiteCommand):
    """Exit code 1 when anything is wrong."""

    def carry_out(self, *, lang: str, keys: list[str], witnesses: list[Path]) -> None:
        """Verify, and name every fault."""
        started = time.monotonic()
        files = [file for file in witness_files(witnesses) if witnesses or file.is_file()]
        # before the first seal there is no key yet, and no signature that would need one
        known = public_keys(keys) if keys or is_sealed() else []
        seen = verify(PublicKeys(known), witnessed(files), at=datetime.now(UTC))
        seconds = time.monotonic() - started
        self._show_findings(lang, seen)
        if seen.batches == 0:
            self._say_unsealed(lang, seen)
        self.say(
            lang,
            vi=f"{seen.events} mục trong {seen.batches} lô, {len(files)} nhân chứng, {seconds:.1f} s: "
            f"{len(seen.findings)} sai lệch; {seen.unsealed} mục chưa niêm phong.",
            en=f"{seen.events} events in {seen.batches} batches, {len(files)} witnesses, {seconds:.1f} s: "
            f"{len(seen.findings)} faults; {seen.unsealed} events not sealed yet.",
        )
        if seen.late:
            self.say(
                lang,
                vi=f"{seen.late} mục lẽ ra đã được niêm phong: tiến trình niêm phong không chạy? `sosach audit seal --forever`",
                en=f"{seen.late} events should have been sealed: does the sealer run? `sosach audit seal --forever`",
            )
        if seen.findings:
            sys.exit(1)

    def _show_findings(self, lang: str, seen: Verified) -> None:
        if not seen.findings:
            return
        words = WORDS if lang == "vi" else {}
        rows = [
            (words.get(finding.fault, finding.fault), finding.batch, finding.place, finding.event_id)
            for finding in seen.findings[:SHOWN]
        ]
        show(HEADINGS[lang], rows)

    def _say_unsealed(self, lang: str, seen: Verified) -> None:
        if seen.unsealed == 0:
            self.say(
                lang,
                vi="Nhật ký chưa có gì để kiểm tra: chưa có mục nào, chưa có niêm phong nào.",
                en="There is nothing to verify yet: the log holds no event and no seal.",
            )
            return
        self.say(
            lang,
            vi="Chưa có gì được niêm phong. `sosach audit seal --forever` niêm phong mỗi giây những gì đã ghi xong; "
            "trước đó chưa gì bảo vệ các mục này.",
            en="Nothing is sealed yet. `sosach audit seal --forever` seals every second what has been written; "
            "until then nothing protects these events.",
        )
