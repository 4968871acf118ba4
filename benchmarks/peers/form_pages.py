"""Peer of the collection forms: the same page drawn by ReportLab, two forms with a QR code each; prints JSON with its seconds.

    python benchmarks/peers/form_pages.py PAGES

ReportLab is no dependency of ours; `benchmarks/forms.py --peer PYTHON` runs this with an interpreter that has it.
"""

import io
import json
import sys
import time

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

LABELS = 19
LINES = 17
SQUARES = 16


def half(page: Canvas, top: float, number: int) -> None:
    """As many words, lines, boxes and codes as one of our forms has."""
    page.setFont("Times-Bold", 12)
    page.drawCentredString(105 * mm, top - 16 * mm, "PHIEU THU THAP THONG TIN PHUONG TIEN")
    page.setFont("Times-Roman", 8)
    for line in range(LABELS):
        column, row = divmod(line, 10)
        left, below = (13 + column * 95) * mm, top - (36 + row * 8.7) * mm
        page.drawString(left, below, f"{line + 1}. Noi dung can ke khai:")
        page.setFont("Times-Bold", 9.5)
        page.drawString(left + 34 * mm, below, f"Gia tri {number} {line}")
        page.setFont("Times-Roman", 8)
    page.setDash(1, 2)
    for line in range(LINES):
        column, row = divmod(line, 9)
        below = top - (41 + row * 8.7) * mm
        page.line((16 + column * 95) * mm, below, (100 + column * 95) * mm, below)
    page.setDash()
    for square in range(SQUARES):
        page.rect((16 + square % 8 * 20) * mm, top - (90 + square // 8 * 8) * mm, 2.7 * mm, 2.7 * mm)
    code = QrCodeWidget(f"S1-ABCDEFGHIJKLMNOPQRSTUVWXYZ{number:06}", barLevel="M")
    x0, y0, x1, y1 = code.getBounds()
    drawing = Drawing(25 * mm, 25 * mm, transform=[25 * mm / (x1 - x0), 0, 0, 25 * mm / (y1 - y0), 0, 0])
    drawing.add(code)
    renderPDF.draw(drawing, page, 172 * mm, top - 27 * mm)


def main() -> None:
    """Draw the pages."""
    pages = int(sys.argv[1])
    start, cpu = time.perf_counter(), time.process_time()
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=A4)
    for page in range(pages):
        half(canvas, 290 * mm, 2 * page)
        half(canvas, 145 * mm, 2 * page + 1)
        canvas.showPage()
    canvas.save()
    print(
        json.dumps(
            {"seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu, "bytes": len(written.getvalue())}
        )
    )


if __name__ == "__main__":
    main()
