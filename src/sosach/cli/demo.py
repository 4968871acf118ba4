"""`sosach demo`: makes a synthetic province, cleans it and says where to look."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from sosach.base.registers import Register
from sosach.cli.clean import Lang, run_cleaning, tell
from sosach.engine.settings import Settings
from sosach.engine.summary import telling_record
from sosach.synth.generate import generate
from sosach.synth.plan import SynthPlan


def demo_command(
    out: Annotated[Path, typer.Option(help="Thư mục")] = Path("demo"),
    persons: Annotated[int, typer.Option(help="Số người", min=100)] = 100_000,
    seed: Annotated[int, typer.Option(help="Hạt giống: cùng số, cùng dữ liệu")] = 2026,
    province: Annotated[str, typer.Option(help="Mã tỉnh")] = "38",
    lang: Lang = "vi",
) -> None:
    """Trình diễn: tạo dữ liệu giả của một tỉnh (Thanh Hóa), làm sạch và chỉ chỗ xem báo cáo."""
    source = out / "input"
    plan = SynthPlan(persons=persons, out=source, seed=seed, provinces=(province,), formats=("csv",))
    typer.echo({"vi": f"Tạo {persons} người giả định …", "en": f"Making {persons} synthetic persons …"}[lang], err=True)
    generate(plan)
    inputs = {register: source / f"{register}.csv" for register in Register}
    result = out / "result"
    tell(run_cleaning(Settings(inputs=inputs, out=result, as_of=plan.as_of), lang), lang)
    record = telling_record(result, Register.VEHICLES)
    if record is not None:
        example = {"vi": "Vì sao một bản ghi được kết luận như vậy:", "en": "Why one record was judged as it was:"}[
            lang
        ]
        typer.echo(f"{example} {sys.argv[0]} explain vehicles {record} --in {result}")
