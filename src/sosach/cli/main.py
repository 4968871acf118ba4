"""The `sosach` program: its commands, and errors told as sentences instead of tracebacks."""

import os
import sys
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from sosach import __version__
from sosach.base.errors import SosachError

EXIT_ERROR = 2
EXIT_INTERRUPTED = 130


class Place(NamedTuple):
    """A command or a group of commands: what the list of all says of it, and where it is.

    Attributes:
        where: a module of `sosach.cli`, and the name in it.
        help: the first paragraph of the help there, told here without looking.
        hidden: left out of the list.
    """

    where: str
    help: str
    hidden: bool = False

    def load(self, name: str) -> Any:
        """The command itself, as typer makes it of what is in the module."""
        module, _, attribute = self.where.partition(":")
        found = getattr(import_module(f"sosach.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            return typer.main.get_group(found)
        alone = typer.Typer(add_completion=False, rich_markup_mode=None)
        alone.command(name)(found)
        return typer.main.get_command(alone)


PLACES = {
    "clean": Place(
        "clean:clean_command",
        "Làm sạch: đối chiếu xe, giấy phép lái xe với dân cư; ghi kết luận, danh sách việc và báo cáo.",
    ),
    "explain": Place("explain:explain", "Vì sao một bản ghi có kết quả như vậy / Why one record got its result."),
    "checks": Place("checks:checks", "Danh mục các kiểm tra / The catalogue of checks."),
    "synth": Place(
        "synth:synth", "Tạo các sổ đăng ký giả định (không ai có thật), có lỗi được gieo và đáp án kèm theo."
    ),
    "demo": Place(
        "demo:demo_command",
        "Trình diễn: tạo dữ liệu giả của một tỉnh (Thanh Hóa), làm sạch, nạp vào sổ và chỉ chỗ xem.",
    ),
    "demo-card": Place(
        "demo_card:demo_card",
        "Trình diễn một thẻ căn cước: hồ sơ, thu nhận, phê duyệt, sản xuất chip ảo, đọc lại, kiểm tra, trả thẻ. / One ID card, from application to hand.",
    ),
    "demo-two-levels": Place(
        "two_levels:demo_two_levels",
        "Trình diễn hai cấp: một tỉnh và cấp quốc gia / A province and the nation, both running here.",
    ),
    "import": Place(
        "imports:import_command",
        "Nhập kết quả làm sạch vào sổ đăng ký; nhập lại không đổi gì / Take a run in; twice changes nothing.",
    ),
    "serve": Place("serve:serve", "Phục vụ trang và API / Serve pages and API; on this machine only, unless told."),
    "work": Place("work:work", "Việc nền và việc theo lịch / Background and scheduled work."),
    "demo-accounts": Place(
        "officer:demo_accounts", "Tài khoản thử cho trình diễn / Accounts to try a demonstration with.", hidden=True
    ),
    "demo-campaign": Place(
        "demo_registers:demo_campaign",
        "Chiến dịch thử đã chạy ba tuần / A campaign to try a demonstration with, three weeks old.",
        hidden=True,
    ),
    "demo-cards": Place(
        "demo_registers:demo_cards",
        "Thẻ căn cước thử ở nhiều trạng thái / ID cards in different states, to try a demonstration with.",
        hidden=True,
    ),
    "demo-company": Place(
        "demo_registers:demo_company",
        "Bạn đồng hành của buổi trình diễn / What goes on beside a demonstration that is served.",
        hidden=True,
    ),
    "demo-act": Place(
        "two_levels:demo_act",
        "Một việc của buổi trình diễn hai cấp / One act of the demonstration of two levels.",
        hidden=True,
    ),
    "version": Place("main:version", "Phiên bản / Version."),
    "db": Place("db:db", "Cơ sở dữ liệu / The database"),
    "officer": Place("officer:officer", "Tài khoản cán bộ / Accounts of officers"),
    "pin": Place("pin:pin", "Số định danh cá nhân / Personal identification numbers"),
    "audit": Place("audit:audit", "Nhật ký bằng chứng / The evidence log"),
    "partner": Place("partner:partner", "Đối tác chia sẻ dữ liệu / Partners"),
    "link": Place("link:link", "Kết nối hai cấp / The line between two levels"),
    "survey": Place("survey:survey", "Phiếu thu thập nhập hai lần / Survey cards keyed twice"),
    "card": Place("card:card", "Thẻ căn cước / ID cards"),
}


class Commands(TyperGroup):
    """All commands; one is imported when it is called, since an engine weighs a second and most need none."""

    def __init__(self, **given: Any) -> None:
        named = {name: TyperCommand(name, help=it.help, hidden=it.hidden) for name, it in PLACES.items()}
        super().__init__(**given | {"commands": named})

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of a name, with everything it imports."""
        del ctx
        return PLACES[cmd_name].load(cmd_name) if cmd_name in PLACES else None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Lists the commands by what is known of them here."""
        TyperGroup(commands=dict(self.commands)).format_commands(ctx, formatter)


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Sổ sạch: làm cho dữ liệu đăng ký đúng, đủ, sạch, sống. / Keeps registers correct, complete, clean and live.",
)


@app.callback()
def commands() -> None:
    """Nothing before the command."""


def version() -> None:
    """Phiên bản / Version."""
    typer.echo(__version__)


def run() -> None:
    """Entry point: runs a command; a known error becomes a sentence on standard error and exit code 2."""
    try:
        app()
    except SosachError as error:
        lang = "en" if "en" in (os.environ.get("SOSACH_LANG"), _option(sys.argv)) else "vi"
        typer.echo(error.text(lang), err=True)
        sys.exit(EXIT_ERROR)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        sys.exit(0)


def _option(arguments: list[str]) -> str:
    """The value of `--lang` among the arguments."""
    for place, argument in enumerate(arguments):
        if argument == "--lang" and place + 1 < len(arguments):
            return arguments[place + 1]
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    return ""
