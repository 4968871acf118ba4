"""Collection forms, codes, photos and workbooks: pages, pictures and rows a second, forms beside a peer in the same run.

.venv/bin/python benchmarks/forms.py                            # 1,000 pages, three rounds
.venv/bin/python benchmarks/forms.py --peer PYTHON              # PYTHON: an interpreter that has ReportLab
"""

import argparse
import io
import json
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from sosach.base.images import PhotoJail
from sosach.base.registers import Register
from sosach.domain.campaign.rules.forms import FilledForm, FormHead, Layout, draw_forms
from sosach.domain.campaign.rules.sheets import Column, ListRow, read_list, write_list

KEY = b"key of the benchmark" * 2
HEAD = FormHead(1, "Chiến dịch làm sạch dữ liệu", "Công an tỉnh Thanh Hóa", "Công an xã Triệu Lộc", "24/11/2025")
PEER = Path(__file__).parent / "peers" / "form_pages.py"
PHOTOS = 20
ROWS = 5_000


def form(number: int) -> FilledForm:
    """A vehicle or a licence with every field filled that registers fill."""
    person = {
        "owner_name": f"Nguyễn Thị Hồng Nhung {number % 97}",
        "owner_id": f"038199{number:06}",
        "owner_dob": "05/03/1999",
        "owner_sex": "Nữ",
        "owner_phone": "0912345678",
        "perm_addr": "Số 12, thôn Phú Lộc, xã Triệu Lộc, tỉnh Thanh Hóa",
        "residential_group": "Thôn Phú Lộc",
    }
    vehicle = {
        "plate": f"36B1-{number:05}",
        "kind": "mô tô",
        "brand_model": "HONDA WAVE ALPHA",
        "colour": "Đen bạc",
        "year": "2015",
        "status": "đang sử dụng",
    }
    licence = {"licence_no": f"380085{number:06}", "class": "A1", "issue_date": "02/04/2010", "issue_place": "Sở GTVT"}
    register = Register.LICENCES if number % 4 == 0 else Register.VEHICLES
    told = person | (licence if register is Register.LICENCES else vehicle)
    return FilledForm(number + 1, register, told, "Số định danh không khớp", f"household {number // 2}")


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds by the wall and of the processor, all threads; on a machine that others use as well they differ."""

    wall: float
    cpu: float


def seconds(work: Callable[[], object], rounds: int) -> list[Took]:
    """What each round took."""
    taken = []
    for _ in range(rounds):
        start, cpu = time.perf_counter(), time.process_time()
        work()
        taken.append(Took(time.perf_counter() - start, time.process_time() - cpu))
    return taken


def told(name: str, count: int, unit: str, taken: list[Took]) -> Took:
    """Print a line; gives the median rates."""
    rates = [Took(count / each.wall, count / max(each.cpu, 1e-6)) for each in taken]
    middle = Took(statistics.median(rate.wall for rate in rates), statistics.median(rate.cpu for rate in rates))
    rounds = ", ".join(f"{rate.wall:.0f}" for rate in rates)
    print(f"{name:34} {middle.wall:8.0f} {unit}/s   {middle.cpu:8.0f} per second of processor   rounds {rounds}")
    return middle


def photo() -> bytes:
    """A photo of 12 million pixels, as phones take them."""
    picture = Image.effect_noise((1000, 750), 30).resize((4000, 3000)).convert("RGB")
    ImageDraw.Draw(picture).rectangle((400, 400, 3600, 2600), fill=(230, 228, 220))
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=88)
    return written.getvalue()


def forms_and_peer(pages: int, rounds: int, peer: str | None) -> None:
    """Both layouts, and the peer between the rounds."""
    forms = [form(number) for number in range(2 * pages)]
    draw_forms(HEAD, forms[:2], layout=Layout.TWO_PER_PAGE, key=KEY)  # draws what all forms share, once for an office
    taken: dict[str, list[Took]] = {}
    for _ in range(rounds):
        for layout in Layout:
            work = seconds(lambda layout=layout: draw_forms(HEAD, forms, layout=layout, key=KEY), 1)
            taken.setdefault(f"forms, {layout}", []).extend(work)
        if peer is not None:
            output = subprocess.run([peer, str(PEER), str(pages)], check=True, capture_output=True).stdout
            cost = json.loads(output)
            taken.setdefault("ReportLab, two per page", []).append(Took(cost["seconds"], cost["cpu"]))
    rates = {name: told(name, pages, "pages", each) for name, each in taken.items()}
    if peer is not None:
        own, other = rates[f"forms, {Layout.TWO_PER_PAGE}"], rates["ReportLab, two per page"]
        print(
            f"{'beside the peer':34} {own.wall / other.wall:8.1f} times by the wall, {own.cpu / other.cpu:.1f} by processor"
        )


def pictures(rounds: int) -> None:
    """One photo after the other, each by a child of its own."""
    jail, content = PhotoJail(1), photo()
    jail.clean(content)
    for name, codes in (("photo of 12 million pixels", False), ("the same, codes looked for in vain", True)):
        taken, costs = [], []
        for _ in range(rounds * PHOTOS):
            start = time.perf_counter()
            _, cost = jail.clean_and_measure(content, codes=codes)
            taken.append(time.perf_counter() - start)
            costs += [cost] if cost is not None else []
        cpu = statistics.median(cost.cpu_seconds for cost in costs) * 1000
        most = max(cost.memory for cost in costs) >> 20
        print(f"{name:34} {statistics.median(taken) * 1000:8.0f} ms   {cpu:8.0f} ms of processor, {most} MiB at most")
    jail.close()


def workbooks(rounds: int) -> None:
    """Out and in again."""
    rows = [ListRow(case, 1, 0, (f"36B1-{case:05}",) * 9, dict.fromkeys(Column, "")) for case in range(1, ROWS + 1)]
    titles = ("Danh sách", "Công an xã Triệu Lộc")
    taken = seconds(lambda: write_list(rows, titles=titles, officers=(), campaign_id=1, key=KEY), rounds)
    told("rows written to a workbook", ROWS, "rows", taken)
    content = write_list(rows, titles=titles, officers=(), campaign_id=1, key=KEY)
    told("rows read back", ROWS, "rows", seconds(lambda: read_list(content, campaign_id=1, key=KEY), rounds))


def main() -> None:
    """Run all of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer", help="interpreter that has ReportLab")
    asked = parser.parse_args()
    forms_and_peer(asked.pages, asked.rounds, asked.peer)
    pictures(asked.rounds)
    workbooks(asked.rounds)


if __name__ == "__main__":
    main()
