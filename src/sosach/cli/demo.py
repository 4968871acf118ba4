"""`sosach demo`: makes a synthetic province, cleans it, takes it into the registers and says where to look."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import pyarrow.compute as pc
import pyarrow.parquet as pq
import typer
from django.db import connections

from sosach.base.registers import Register
from sosach.cli.clean import run_cleaning, tell
from sosach.cli.installation import after, beside, company, in_site
from sosach.cli.language import Lang
from sosach.cli.serve import run_server
from sosach.engine.settings import Settings
from sosach.engine.summary import telling_record
from sosach.synth.generate import generate
from sosach.synth.plan import SynthPlan

ORIGIN = "synthetic"


def demo_command(
    out: Annotated[Path, typer.Option(help="Thư mục")] = Path("demo"),
    persons: Annotated[int, typer.Option(help="Số người", min=100)] = 100_000,
    seed: Annotated[int, typer.Option(help="Hạt giống: cùng số, cùng dữ liệu")] = 2026,
    province: Annotated[str, typer.Option(help="Mã tỉnh")] = "38",
    database: Annotated[bool, typer.Option(help="Nạp vào sổ đăng ký / load the registers of record")] = True,
    serve: Annotated[bool, typer.Option("--serve", help="Phục vụ API sau đó / serve the API afterwards")] = False,
    port: Annotated[int, typer.Option(help="Cổng / port", min=1, max=65535)] = 8000,
    lang: Lang = "vi",
) -> None:
    """Trình diễn: tạo dữ liệu giả của một tỉnh (Thanh Hóa), làm sạch, nạp vào sổ và chỉ chỗ xem."""
    # the server needs no more than a moment now and then: it starts while the files are made and cleaned
    starting = beside("db", "up", "--lang", lang) if database or serve else None
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
    if starting is None:
        return
    after(starting)
    place = _into_the_registers(result, province, lang)
    if serve:
        _serve(port, place, lang)
    else:
        _lay_out(place)
        typer.echo({"vi": "Phục vụ API", "en": "To serve the API"}[lang] + f": {sys.argv[0]} serve")


def _into_the_registers(result: Path, province: str, lang: str) -> Sequence[str]:
    """Load what was cleaned, and make accounts to try it with meanwhile; where they work, as the commands that follow take it."""
    place = (province, "--commune", _most_vehicles(result, province), "--lang", lang)
    accounts = beside("demo-accounts", *place)
    try:
        nobody = dict.fromkeys(("province", "officer", "password"), "")
        in_site("import_run", role="jobs", folder=result, origin=ORIGIN, real=False, lang=lang, **nobody)
    finally:
        after(accounts, err=False)
        connections.close_all()  # what comes now speaks as other roles
    return place


def _lay_out(place: Sequence[str]) -> None:
    """A campaign that has run for a while, and cards meanwhile."""
    campaign, cards = beside("demo-campaign", *place), beside("demo-cards", *place)
    try:
        after(campaign, err=False)
    finally:
        after(cards, err=False)


def _serve(port: int, place: Sequence[str], lang: str) -> None:
    """Serve at once; campaign and cards are laid out while somebody looks for the page to open."""
    address = f"http://127.0.0.1:{port}/"
    lines = {
        "vi": (
            f"Mở: {address}",
            f"Vào thử: {address}dung-thu/",
            f"API: {address}api/v1/docs",
            "Chiến dịch và thẻ căn cước thử đang được dựng, chừng nửa phút nữa thì xong.",
            "Dừng: Ctrl+C",
        ),
        "en": (
            f"Open: {address}",
            f"Try as anyone: {address}dung-thu/",
            f"API: {address}api/v1/docs",
            "The campaign and the cards are being laid out: half a minute more.",
            "Stop: Ctrl+C",
        ),
    }
    for line in lines[lang]:
        typer.echo(line)
    sys.stdout.flush()
    with company(("demo-company", *place)):
        run_server(host="127.0.0.1", port=port)


def _most_vehicles(result: Path, province: str) -> str:
    """The commune of the province with the most vehicles, where the accounts work; "" when there are none."""
    rows = pq.read_table(result / "vehicles.parquet", columns=["commune_code", "province_code"])
    rows = rows.filter(pc.and_(pc.equal(rows["province_code"], province), pc.is_valid(rows["commune_code"])))
    counted = {each["values"]: each["counts"] for each in pc.value_counts(rows["commune_code"]).to_pylist()}
    return min(counted, key=lambda code: (-counted[code], code), default="")
