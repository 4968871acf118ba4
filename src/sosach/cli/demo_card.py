"""`sosach demo-card`: one ID card of a person nobody is, from the application to the hand of its holder, and what judges say of it."""

import os
import secrets
from pathlib import Path
from typing import Annotated

import typer

from sosach.chip.profiles import DEFAULT, profile_named
from sosach.cli.card_judges import Say, Told, judged
from sosach.cli.installation import Lang, apart, in_site
from sosach.synth import faces

_FINGERS = range(1, 11)
_WORDS = {
    "vi": {
        Say.ACCEPTS: "chấp nhận",
        Say.REFUSES: "KHÔNG CHẤP NHẬN",
        Say.ABSENT: "chưa hỏi: máy này không có chương trình",
        "judges": "Các bên kiểm tra nói về thẻ vừa đọc từ chip:",
        "elsewhere": "Chỉ hỏi trong bộ kiểm thử: Bouncy Castle, PKI.js (tests/judges); đầu đọc chip libeac3, libmrtd0 qua PC/SC (tests/readers).",
        "documents": "Tài liệu: {out} (card/ tệp trên chip, trust/ chứng thư và danh sách thu hồi, face.pdf mặt thẻ, verdicts.txt)",
    },
    "en": {
        Say.ACCEPTS: "accepts",
        Say.REFUSES: "REFUSES",
        Say.ABSENT: "not asked: this machine lacks the program",
        "judges": "What judges say of the card read off the chip:",
        "elsewhere": "Asked in the tests only: Bouncy Castle, PKI.js (tests/judges); chip readers libeac3, libmrtd0 over PC/SC (tests/readers).",
        "documents": "Documents: {out} (card/ files of the chip, trust/ certificate and revocation list, face.pdf, verdicts.txt)",
    },
}


def demo_card(
    out: Annotated[Path, typer.Option(help="Thư mục / folder")] = Path("demo-card"),
    profile: Annotated[str, typer.Option(help="Cấu hình thẻ / profile of the card")] = DEFAULT,
    lang: Lang = "vi",
) -> None:
    """Trình diễn một thẻ căn cước: hồ sơ, thu nhận, phê duyệt, sản xuất chip ảo, đọc lại, kiểm tra, trả thẻ. / One ID card, from application to hand."""
    profile_named(profile)
    out.mkdir(parents=True, exist_ok=True)
    os.environ["SOSACH_STATE"] = str((out / "state").resolve())  # a database of its own: nothing else is touched
    try:
        apart("db", "up", "--lang", lang)
        in_site("demo_card", role="jobs", lang=lang, out=str(out), shots=_shots(), profile=profile)
    finally:
        apart("db", "down", "--lang", lang)
    words = _WORDS[lang]
    told = list(judged(out / "card", out / "trust"))
    lines = [_line(each, lang) for each in told]
    (out / "verdicts.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for line in (words["judges"], *lines, words["elsewhere"], words["documents"].format(out=out)):
        typer.echo(line)
    if any(each.says is Say.REFUSES for each in told):
        raise typer.Exit(1)


def _shots() -> dict[str, bytes]:
    """Face and ten fingers of nobody, other ones every time: the register compares them with everybody's."""
    number = secrets.randbelow(10**9)
    fingers = {f"finger-{position}": faces.finger(number, position) for position in _FINGERS}
    return {"face": faces.face(number)} | fingers


def _line(told: Told, lang: str) -> str:
    words = f" ({told.words})" if told.words else ""
    return f"  {told.judge:<20} {_WORDS[lang][told.says]}{words}"
