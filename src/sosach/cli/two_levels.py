"""`sosach demo-two-levels`: a province and the nation on one machine, each with its own database, and what travels between them."""

import json
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from sosach.cli.installation import in_site
from sosach.cli.language import Lang
from sosach.cli.sides import Side

START_SECONDS, FOLLOW_SECONDS = 300, 300  # machines may be slow; usually it is seconds
DAY = "2026-11-20"


def demo_two_levels(
    out: Annotated[Path, typer.Option(help="Thư mục")] = Path("demo-two-levels"),
    persons: Annotated[int, typer.Option(help="Số người ở tỉnh", min=300)] = 1_500,
    province: Annotated[str, typer.Option(help="Mã tỉnh")] = "38",
    serve: Annotated[bool, typer.Option("--serve", help="Phục vụ cho đến khi dừng / serve until stopped")] = False,
    port: Annotated[int, typer.Option(help="Cổng đầu tiên / first port", min=1, max=65534)] = 8000,
    lang: Lang = "vi",
) -> None:
    """Trình diễn hai cấp: một tỉnh và cấp quốc gia / A province and the nation, both running here."""
    show = Show(
        lang, Side("province", out / "province", port, _settings("province", province, port)), _nation(out, port)
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # what was begun ends with us
    try:
        show.prepare(persons=persons, province=province)
        show.upload(province)
        show.story()
        show.reconcile()
        show.places()
        if serve:
            show.say("Dừng: Ctrl+C", "Stop: Ctrl+C")
            signal.pause()
    finally:
        show.end()


def _settings(level: str, province: str, port: int) -> dict[str, str]:
    return {
        "SOSACH_LEVEL": level,
        "SOSACH_PROVINCE": province,
        "SOSACH_NATION_URL": f"http://127.0.0.1:{port + 1}",
    }


def _nation(out: Path, port: int) -> Side:
    return Side("nation", out / "nation", port + 1, _settings("nation", "", port))


class Show:
    """What the demonstration does, one thing after the other."""

    def __init__(self, lang: str, province: Side, nation: Side) -> None:
        self.lang, self.province, self.nation = lang, province, nation

    def say(self, vi: str, en: str) -> None:
        """A line on standard output, at once."""
        typer.echo(vi if self.lang == "vi" else en)
        sys.stdout.flush()

    def prepare(self, *, persons: int, province: str) -> None:
        """Both databases, the registers of the province, keys exchanged, processes running."""
        self.say(
            f"Tỉnh {province}: tạo {persons} người giả định, làm sạch, nạp vào sổ …",
            f"Province {province}: making {persons} synthetic persons, cleaning, loading …",
        )
        self.nation.begin("prepare", "db", "up")
        files = str(self.province.folder / "files")
        logins = self.province.run(
            *("demo", "--out", files, "--persons", str(persons), "--province", province, "--lang", self.lang)
        )
        if self.nation.begun.pop("prepare").wait() != 0:
            self.nation.run("db", "up")  # says why it cannot
        (self.province.folder / "logins.txt").write_text(logins, "utf-8")
        keys = {side: side.run("link", "key").split()[-1] for side in (self.province, self.nation)}
        self.province.run("link", "open", "nation", "--key", keys[self.nation])
        self.nation.run("link", "open", province, "--key", keys[self.province])
        for side in (self.nation, self.province):
            side.begin_web()
        self._await("web", START_SECONDS, lambda: self.nation.answers() and self.province.answers())

    def upload(self, province: str) -> None:
        """Everything the province has, for the first time."""
        self.say("", "")
        self.say("1. Tải lên lần đầu:", "1. The first upload:")
        typer.echo(self.province.run("link", "push", "--lang", self.lang).splitlines()[-1])
        logins = self.nation.run("demo-accounts", province, "--lang", self.lang)
        (self.nation.folder / "logins.txt").write_text(logins, "utf-8")
        for side in (self.nation, self.province):
            side.begin_work()
            side.begin("seal", "audit", "seal", "--forever")

    def story(self) -> None:
        """A change that goes up, a death that comes down, a conflict, a refusal."""
        picked = self._act(self.province, "pick")
        self.say("", "")
        self.say("2. Tỉnh đổi tên một công dân theo quyết định hộ tịch:", "2. The province changes a name by decision:")
        self._act(self.province, "rename", picked["renamed"], "Nguyễn Thị Sao Mai")
        self._await(
            "rename",
            FOLLOW_SECONDS,
            lambda: self._person(self.nation, picked["renamed"])["name"] == "Nguyễn Thị Sao Mai",
        )
        self.say("   → cấp quốc gia: Nguyễn Thị Sao Mai", "   → at the nation: Nguyễn Thị Sao Mai")
        self._death(picked["owner"])
        self._conflict(picked["disputed"])
        self._refusal(picked["refused"])

    def _death(self, pin: str) -> None:
        self.say(
            "3. Cấp quốc gia đăng ký khai tử một chủ xe:",
            "3. The nation registers the death of somebody who owns vehicles:",
        )
        self._act(self.nation, "die", pin, DAY)
        self._await(
            "death",
            FOLLOW_SECONDS,
            lambda: (found := self._person(self.province, pin))["life_status"] == "deceased" and found["inherited"] > 0,
        )
        count = self._person(self.province, pin)["inherited"]
        self.say(
            f"   → tại tỉnh: đã chết; {count} xe được đề xuất “thừa kế”",
            f"   → at the province: deceased; “inherited” proposed for {count} of the vehicles",
        )

    def _conflict(self, pin: str) -> None:
        self.say("4. Hai cấp cùng đổi tên một người, mỗi bên một khác:", "4. Both change one name, each otherwise:")
        self._act(self.nation, "rename", pin, "Trần Thị Hoài Thu")
        self._act(self.province, "rename", pin, "Trần Thị Hoài Thương")
        self._settled("conflict", pin)

    def _refusal(self, pin: str) -> None:
        self.say(
            "5. Cấp quốc gia ghi nhận một người đã chuyển đi tỉnh khác, tỉnh vẫn sửa hồ sơ của người ấy:",
            "5. The nation has somebody moved to another province, and the province still changes the record:",
        )
        self._act(self.nation, "move", pin)
        self._act(self.province, "rename", pin, "Lê Thị Minh Nguyệt")
        self._settled("refused", pin)

    def _settled(self, state: str, pin: str) -> None:
        """Wait until a record of somebody is open work, and say why."""
        self._await(state, FOLLOW_SECONDS, lambda: self._open(state, pin) is not None)
        work = self._open(state, pin) or {}
        for name, (here, there) in work["fields"].items():
            self.say(
                f"   → {name}: tỉnh “{here}”, quốc gia “{there}”", f"   → {name}: province “{here}”, nation “{there}”"
            )
        if work["code"]:
            self.say(f"   → {work['code']}: {work['vi']}", f"   → {work['code']}: {work['en']}")
        self.say("   → nằm trên bàn làm việc của xã", "   → lies on the desk of the commune")

    def reconcile(self) -> None:
        """What was sent and what became of it, from both sides."""
        self.say("", "")
        self.say("6. Đối soát hai bên:", "6. Both sides compared:")
        told = self.province.run("link", "reconcile", "nation", "--lang", self.lang)
        (self.province.folder / "reconciliation.txt").write_text(told, "utf-8")
        total, difference = told.splitlines()[-2:]
        names = ("đã gửi", "cập nhật", "có sẵn", "từ chối", "xung đột", "còn chờ", "bên kia nhận")
        english = ("sent", "applied", "present", "refused", "conflict", "open", "received there")
        counts = total.split("\t")[2:]
        listed = [
            f"{name} {count}" for name, count in zip(names if self.lang == "vi" else english, counts, strict=False)
        ]
        typer.echo(f"   {', '.join(listed)}\n   {difference}")

    def places(self) -> None:
        """Where to look."""
        for side, vi, en in ((self.province, "Tỉnh", "Province"), (self.nation, "Cấp quốc gia", "Nation")):
            self.say("", "")
            self.say(f"{vi}: {side.address}dung-thu/", f"{en}: {side.address}dung-thu/")
            typer.echo((side.folder / "logins.txt").read_text("utf-8"), nl=False)

    def end(self) -> None:
        """End all that was begun."""
        for side in (self.province, self.nation):
            side.end()

    def _act(self, side: Side, what: str, *told: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(side.run("demo-act", what, *told))
        return found

    def _person(self, side: Side, pin: str) -> dict[str, Any]:
        return self._act(side, "person", pin)

    def _open(self, state: str, pin: str) -> dict[str, Any] | None:
        found = self._act(self.province, "open", state, pin)
        return found or None

    def _await(self, what: str, seconds: float, holds: Callable[[], bool]) -> None:
        """Wait until something holds.

        Raises:
            typer.Exit: it does not come.
        """
        until = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > until:
                self.say(f"Không thấy: {what}", f"Did not come: {what}")
                raise typer.Exit(1)
            time.sleep(1)


def demo_act(
    what: Annotated[str, typer.Argument()], told: Annotated[list[str] | None, typer.Argument()] = None
) -> None:
    """Một việc của buổi trình diễn hai cấp / One act of the demonstration of two levels."""
    in_site("demo_act", role="jobs", lang="vi", what=what, told=told or [])
