"""`sosach clean`: exports in, decisions, work lists and a report out."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from sosach.base.decisions import Decision, ResultClass
from sosach.base.registers import Register
from sosach.cli.language import Lang
from sosach.cli.progress import Bars, grouped
from sosach.engine.clean import Run, clean, plan_text
from sosach.engine.settings import Settings
from sosach.engine.summary import Summary, summarise


def clean_command(
    population: Annotated[Path | None, typer.Option(help="Dữ liệu dân cư: tệp hoặc thư mục CSV, XLSX, Parquet")] = None,
    vehicles: Annotated[Path | None, typer.Option(help="Dữ liệu đăng ký xe")] = None,
    licences: Annotated[Path | None, typer.Option(help="Dữ liệu giấy phép lái xe")] = None,
    out: Annotated[Path, typer.Option(help="Thư mục kết quả")] = Path("sosach-out"),
    mapping: Annotated[Path | None, typer.Option(help="Tệp ánh xạ tiêu đề cột khi không tự nhận ra")] = None,
    as_of: Annotated[
        datetime | None, typer.Option(help="Ngày tính tuổi, thời hạn (YYYY-MM-DD)", formats=["%Y-%m-%d"])
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Chỉ in kế hoạch, không chạy")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Giữ mọi bảng trung gian trong OUT/.sosach")] = False,
    memory_mb: Annotated[
        int | None, typer.Option(help="Bộ nhớ cho DuckDB, MB; quá mức thì ghi tạm ra đĩa", min=256)
    ] = None,
    threads: Annotated[int | None, typer.Option(help="Số luồng", min=1)] = None,
    lang: Lang = "vi",
) -> None:
    """Làm sạch: đối chiếu xe, giấy phép lái xe với dân cư; ghi kết luận, danh sách việc và báo cáo."""
    given = {Register.POPULATION: population, Register.VEHICLES: vehicles, Register.LICENCES: licences}
    limits = {"memory_mb": memory_mb, "threads": threads}
    settings = Settings(
        inputs={register: path for register, path in given.items() if path is not None},
        out=out,
        as_of=as_of.date() if as_of else today(),
        mapping=mapping,
        keep=keep,
        **{name: limit for name, limit in limits.items() if limit is not None},
    )
    if explain:
        typer.echo(plan_text(settings, lang))
        return
    tell(run_cleaning(settings, lang), lang)


def today() -> date:
    """The day on the clock; read here, at the edge, and nowhere below."""
    return datetime.now().astimezone().date()


def run_cleaning(settings: Settings, lang: str) -> Run:
    """Clean with progress on standard error."""
    with Bars(Console(stderr=True), lang) as bars:
        return clean(settings, watcher=bars, lang=lang)


_HEADS = {
    "vi": ("", "Bản ghi", "Gắn được", "Cần chọn", "Không thấy", "Trùng khớp", "Sai lệch", "Không có TT", "Chưa đủ ĐK"),
    "en": ("", "Records", "Linked", "To choose", "Nobody", "Match", "Discrepancy", "No information", "Not eligible"),
}
_NAMES = {
    "vi": {Register.POPULATION: "Dân cư", Register.VEHICLES: "Xe", Register.LICENCES: "GPLX"},
    "en": {Register.POPULATION: "Population", Register.VEHICLES: "Vehicles", Register.LICENCES: "Licences"},
}


def tell(run: Run, lang: str) -> None:
    """Print what came out and where it is."""
    console = Console()
    table = Table(box=None, pad_edge=False)
    for number, head in enumerate(_HEADS[lang]):
        table.add_column(head, justify="left" if number == 0 else "right")
    for summary in summarise(run.out):
        table.add_row(_NAMES[lang][summary.register], *(grouped(number, lang) for number in _numbers(summary)))
    console.print(table)
    took = f"{run.manifest['seconds']:.1f} s, {run.manifest['peak_mb']} MB"
    report, lists = run.out / "report.html", run.out / "worklists"
    lines = {
        "vi": (f"Xong trong {took}.", f"Báo cáo: {report}", f"Danh sách việc: {lists}"),
        "en": (f"Done in {took}.", f"Report: {report}", f"Work lists: {lists}"),
    }[lang]
    for line in lines:
        console.print(line, soft_wrap=True, highlight=False)


def _numbers(summary: Summary) -> tuple[int, ...]:
    return (
        summary.rows,
        *(summary.decisions.get(decision, 0) for decision in Decision),
        *(summary.results.get(result, 0) for result in ResultClass),
    )
