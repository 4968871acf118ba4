"""`sosach synth`: write synthetic registers with planted errors and the truth beside them."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from sosach.cli.progress import grouped
from sosach.synth import FORMATS, Summary, SynthPlan, generate

_NAMES = {
    "population": "Dân cư",
    "vehicles": "Xe",
    "licences": "Giấy phép lái xe",
    "links": "Đáp án: chủ của từng bản ghi",
    "planted": "Đáp án: lỗi đã gieo",
    "duplicates": "Đáp án: bản ghi trùng",
}


def synth(
    out: Annotated[Path, typer.Option("--out", help="Thư mục kết quả", file_okay=False)],
    persons: Annotated[int, typer.Option("--persons", min=10, help="Số người trong sổ dân cư")] = 100_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Hạt giống: cùng số, cùng tệp")] = 1,
    vehicles_per_person: Annotated[
        float, typer.Option("--vehicles-per-person", min=0, help="Số xe trên đầu người")
    ] = 0.9,
    licences_per_person: Annotated[
        float, typer.Option("--licences-per-person", min=0, max=1, help="Số giấy phép lái xe trên đầu người")
    ] = 0.6,
    province: Annotated[
        list[str] | None, typer.Option("--province", help="Mã tỉnh hiện nay (01), có thể lặp lại; mặc định cả nước")
    ] = None,
    formats: Annotated[
        str, typer.Option("--formats", help=f"Định dạng: {', '.join(FORMATS)}, cách nhau bằng dấu phẩy")
    ] = "parquet,csv",
    dirt: Annotated[float, typer.Option("--dirt", min=0, help="Hệ số tỷ lệ lỗi được gieo; 0 là sạch")] = 1.0,
) -> None:
    """Tạo các sổ đăng ký giả định (không ai có thật), có lỗi được gieo và đáp án kèm theo."""
    try:
        plan = SynthPlan(
            persons=persons,
            out=out,
            seed=seed,
            vehicles_per_person=vehicles_per_person,
            licences_per_person=licences_per_person,
            provinces=tuple(province or ()),
            formats=tuple(name.strip() for name in formats.split(",") if name.strip()),
            dirt=dirt,
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    _tell(_generated(plan), out)


def _generated(plan: SynthPlan) -> Summary:
    """Generate, with the file being made shown on the terminal."""
    with Console(stderr=True).status("Đang tạo dữ liệu giả định …") as status:
        try:
            return generate(plan, told=lambda file, share: status.update(f"Đang ghi {file} … {share:.0%}"))
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error


def _tell(summary: Summary, out: Path) -> None:
    """Print what was made and where it is."""
    for name, rows in summary.rows.items():
        typer.echo(f"{_NAMES[name]:<28} {grouped(rows, 'vi'):>12}")
    for path in (*summary.files, out / "truth"):
        typer.echo(path)
