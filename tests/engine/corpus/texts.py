"""Broken text files: encodings, dialects, headings, ragged rows, quotes, stray bytes, cuts and flipped bytes."""

import csv
import gzip
import random
from collections.abc import Iterator
from itertools import product

from tests.engine.corpus.cases import (
    ANY_REFUSAL,
    COLUMNS,
    EMPTY,
    TABLES,
    UNREADABLE,
    VEHICLE_HEADINGS,
    Case,
    Row,
    all_cells,
    encode,
    file,
    render,
    text_case,
    vehicles,
)

from sosach.base.registers import Register

VEHICLE_COLUMNS = TABLES[Register.VEHICLES][2]
BASE = vehicles(30)
PLAIN = [tuple(cell.replace(",", " ") for cell in row) for row in BASE]  # no cell needs quotes
TEXT = render([VEHICLE_HEADINGS, *PLAIN])


def _lines() -> list[str]:
    return TEXT.splitlines()


def encodings() -> Iterator[Case]:
    """Every encoding with every delimiter, each register."""
    names = ("utf-8", "utf-8-sig", "utf-16-le-bom", "utf-16-be-bom", "utf-16-le", "utf-16-be", "utf-32-le-bom", "cp1258", "tcvn3", "viscii")  # fmt: skip
    for encoding, delimiter in product(names, (",", ";", "\t", "|")):
        cells = [tuple(cell.replace("|", "/") for cell in row) for row in BASE]
        lower = encoding == "tcvn3"  # its capitals with tones are the small letters of another font
        table = [tuple(cell.lower() if lower and not cell.isascii() else cell for cell in row) for row in cells]
        text = render([VEHICLE_HEADINGS, *table], delimiter=delimiter)
        content = encode(text, encoding)
        label = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "pipe"}[delimiter]
        yield text_case(
            f"encoding/{encoding}/{label}", content, rows=30, clean=True, cells=_tcvn3_safe(table, encoding)
        )
    for register, encoding in product(
        (Register.POPULATION, Register.LICENCES), ("utf-8-sig", "utf-16-le-bom", "cp1258", "viscii")
    ):
        headings, make, columns = TABLES[register]
        rows = make(30)
        content = encode(render([headings, *rows], delimiter=";"), encoding)
        yield text_case(f"encoding/{register}/{encoding}", content, register=register, rows=30, clean=True, cells=all_cells(rows, columns))  # fmt: skip


def _tcvn3_safe(table: list[Row], encoding: str) -> dict[tuple[int, str], str | None]:
    cells = all_cells(table, VEHICLE_COLUMNS)
    return {
        place: cell
        for place, cell in cells.items()
        if encoding != "tcvn3" or cell is None or cell.isascii() or cell.islower()
    }


def dialects() -> Iterator[Case]:
    """Delimiters, quoting, line ends, with and without a last line end: all are sound files."""
    styles = {"minimal": csv.QUOTE_MINIMAL, "all": csv.QUOTE_ALL}
    for delimiter, (style, quoting), newline, ended in product((",", ";", "\t", "|"), styles.items(), ("\n", "\r\n", "\r"), (True, False)):  # fmt: skip
        text = render([VEHICLE_HEADINGS, *BASE], delimiter=delimiter, quoting=quoting, newline=newline)
        text = text if ended else text.removesuffix(newline)
        name = f"dialect/{ord(delimiter)}/{style}/{newline.encode().hex()}/{'ended' if ended else 'open'}"
        yield text_case(name, text, rows=30, clean=True, cells=all_cells(BASE, VEHICLE_COLUMNS))
    single = "\n".join(",".join(f"'{cell}'" for cell in row) for row in [VEHICLE_HEADINGS, *BASE]) + "\n"
    yield text_case("dialect/single quotes", single, rows=30, clean=True, cells=all_cells(BASE, VEHICLE_COLUMNS))
    quoted = [(*row[:5], 'Ông "Tư" An', *row[6:]) for row in BASE]
    lines = (",".join('"' + cell.replace('"', '\\"') + '"' for cell in row) for row in [VEHICLE_HEADINGS, *quoted])
    yield text_case(
        "dialect/backslash", "\n".join(lines) + "\n", rows=30, clean=True, cells=all_cells(quoted, VEHICLE_COLUMNS)
    )
    yield text_case("dialect/doubled quotes", render([VEHICLE_HEADINGS, *quoted]), rows=30, clean=True, cells=all_cells(quoted, VEHICLE_COLUMNS))  # fmt: skip
    broken = [(*row[:8], row[8].replace(", ", "\n"), row[9]) for row in BASE]
    yield text_case("dialect/cells over lines", render([VEHICLE_HEADINGS, *broken]), rows=30, clean=True, cells=all_cells(broken, VEHICLE_COLUMNS))  # fmt: skip
    odd = [(*row[:4], ";;", "0\n0", ";;;", ";;", row[8], row[9]) for row in BASE]
    yield text_case("dialect/delimiters in cells over lines", render([VEHICLE_HEADINGS, *odd], delimiter=";"), rows=30, clean=True, cells=all_cells(odd, VEHICLE_COLUMNS))  # fmt: skip
    yield text_case(
        "dialect/sep line", "sep=;\n" + render([VEHICLE_HEADINGS, *BASE], delimiter=";"), rows=30, clean=True
    )
    tail = "\n".join(line + "," for line in _lines()) + "\n"
    yield text_case("dialect/trailing delimiter", tail, rows=30, clean=True, cells=all_cells(PLAIN, VEHICLE_COLUMNS))
    one = "Biển số\n" + "\n".join(row[0] for row in BASE) + "\n"
    yield text_case("dialect/one column", one, rows=30, cells={(29, "plate"): BASE[29][0]})


def ragged() -> Iterator[Case]:
    """Rows with too few or too many cells, at every kind of place."""
    for place in (1, 2, 15, 29, 30):
        for missing in (1, 4, 8):
            lines = _lines()
            lines[place] = ",".join(lines[place].split(",")[:-missing])
            yield text_case(f"ragged/few/{place}/{missing}", "\n".join(lines), rows=30, findings=frozenset({"SRC-01"}), cells={(place - 1, "plate"): PLAIN[place - 1][0]})  # fmt: skip
        for extra in (1, 3):
            lines = _lines()
            lines[place] += ",thừa" * extra
            yield text_case(f"ragged/many/{place}/{extra}", "\n".join(lines), rows=30, findings=frozenset({"SRC-02"}), cells={(place - 1, "registered_on"): PLAIN[place - 1][9]})  # fmt: skip
        for cut in (9, 40):
            lines = _lines()
            lines[place : place + 1] = [lines[place][:cut], lines[place][cut:]]
            yield text_case(
                f"ragged/in two/{place}/{cut}",
                "\n".join(lines),
                rows=31,
                findings=frozenset({"SRC-04" if cut > 10 else "SRC-01"}),
            )
    lines = _lines()
    lines[1:] = [line if at % 3 else line + ",x" for at, line in enumerate(lines[1:])]
    yield text_case("ragged/every third", "\n".join(lines), rows=30, findings=frozenset({"SRC-02"}))


def quotes() -> Iterator[Case]:
    """Quotes that do not match: one broken row must not swallow the next."""
    for place, at in product((1, 10, 29, 30), (0, 3, 5, 8)):
        rows = [list(row) for row in PLAIN]
        rows[place - 1][at] = '"' + rows[place - 1][at]
        lines = [_lines()[0], *(",".join(row) for row in rows)]
        yield text_case(f"quotes/open/{place}/{at}", "\n".join(lines) + "\n", rows=30, findings=frozenset({"SRC-03"}), cells={(29, "brand"): "HONDA"})  # fmt: skip
    for kind, cell in {"inside": 'Ông "Tư" An', "inch": '5" x 6"', "after": '"An" Văn'}.items():
        rows = [list(row) for row in PLAIN]
        rows[7][5] = cell
        lines = [_lines()[0], *(",".join(row) for row in rows)]
        yield text_case(f"quotes/{kind}", "\n".join(lines) + "\n", rows=30, cells={(8, "owner_name"): PLAIN[8][5]})
    rows = [list(row) for row in PLAIN]
    rows[3][5], rows[20][5] = '"An', 'An"'
    yield text_case("quotes/far apart", "\n".join([_lines()[0], *(",".join(row) for row in rows)]), rows=30, findings=frozenset({"SRC-03"}))  # fmt: skip


def bytes_inside() -> Iterator[Case]:
    """Stray bytes in a sound file."""
    strays = {
        "nul": (b"\0", "SRC-06"),
        "ff": (b"\xff", "SRC-05"),
        "half letter": (b"\xe1\xbb", "SRC-05"),
        "tcvn3 word": (b"Nguy\xd4n", "SRC-05"),
        "carriage return": (b"\r", "SRC-06"),
        "ctrl-z": (b"\x1a", "SRC-06"),
    }
    for (name, (stray, code)), place in product(strays.items(), (1, 14, 30)):
        lines = [line.encode() for line in _lines()]
        cells = lines[place].split(b",")
        cells[5] = cells[5][:3] + stray + cells[5][3:]
        lines[place] = b",".join(cells)
        yield text_case(f"bytes/{name}/{place}", b"\n".join(lines) + b"\n", rows=30, findings=frozenset({code}), cells={(29, "brand"): "HONDA"})  # fmt: skip
    joined = "\n".join(_lines())
    harmless = {"form feed": "\x0c", "line separator": "\u2028", "next line": "\x85", "no-break space": "\xa0", "zero width": "\u200b", "bom": "\ufeff", "vertical tab": "\x0b"}  # fmt: skip
    for name, char in harmless.items():
        yield text_case(
            f"bytes/{name}", joined.replace("Số 7 ", f"Số 7{char} "), rows=30, cells={(7, "brand"): "HONDA"}
        )
    yield text_case("bytes/ctrl-z at the end", joined + "\n\x1a", rows=30, clean=True)
    yield text_case("bytes/mixed line ends", joined.replace("\n", "\r\n", 9), rows=30, clean=True)
    yield text_case(
        "bytes/mixed with returns", joined.replace("\n", "\r", 9).replace("\r", "\n", 1), rows=30, clean=True
    )
    for name, blank in {
        "empty": "",
        "spaces": "   ",
        "delimiters": "," * 9,
        "quotes": ",".join(['""'] * 10),
        "crlf": "\r",
        "tabs": "\t\t",
    }.items():
        lines = _lines()
        lines[12:12] = [blank, blank]
        yield text_case(f"bytes/blank {name}", "\n".join([*lines, blank, blank]) + "\n", rows=30, clean=True)
    for size in (70_000, 3_000_000):
        lines = _lines()
        lines[5] = lines[5].replace("Số 4 ", "Số 4 " + "x" * size)
        codes = frozenset({"SRC-07"}) if size > 2**20 else frozenset()
        yield text_case(f"bytes/long cell {size}", "\n".join(lines), rows=30, findings=codes)
    yield text_case("bytes/long line without end", (_lines()[0] + "\n").encode() + b"A" * 20_000_000, rows=1, findings=frozenset({"SRC-01", "SRC-07"}))  # fmt: skip


def cuts() -> Iterator[Case]:
    """Files cut off at many places: the lines that are there count."""
    content = TEXT.encode()
    top = content.index(b"\n") + 1
    for offset in range(top + 7, len(content), (len(content) - top) // 25):
        rows = sum(1 for line in content[top:offset].split(b"\n") if line.strip())
        yield text_case(f"cut/{offset}", content[:offset], rows=rows)
    packed = gzip.compress(content, mtime=0)
    yield Case("gzip/sound", file("a.csv.gz", packed), rows=30, clean=True)
    yield Case("gzip/two members", file("a.csv.gz", gzip.compress(content[:top], mtime=0) + gzip.compress(content[top:], mtime=0)), rows=30)  # fmt: skip
    yield Case("gzip/named csv", file("a.csv", packed), rows=30)
    for offset in range(12, len(packed), len(packed) // 8):
        yield Case(f"gzip/cut/{offset}", file("a.csv.gz", packed[:offset]), errors=ANY_REFUSAL)


def flips() -> Iterator[Case]:
    """Single bytes overwritten at random places: as many rows as lines that hold something."""
    chance = random.Random(20261122)
    content = TEXT.encode()
    top = content.index(b"\n") + 1
    for number in range(60):
        damaged = bytearray(content)
        for _ in range(chance.choice((1, 3, 20))):
            damaged[chance.randrange(top, len(damaged))] = chance.choice(b"\0\xff\xc3\x80,;A\n\x1b\t")
        rows = sum(1 for line in bytes(damaged)[top:].split(b"\n") if line.strip(b", \t\0\x1a"))
        yield text_case(f"flip/{number}", bytes(damaged), rows=rows)


def refused() -> Iterator[Case]:
    """What is no table at all, under the names of tables."""
    chance = random.Random(7)
    junk = bytes(chance.randrange(256) for _ in range(5_000))
    contents: dict[str, tuple[bytes, frozenset[object]]] = {
        "jpeg": (b"\xff\xd8\xff\xe0" + junk, UNREADABLE),
        "png": (b"\x89PNG\r\n\x1a\n" + junk, UNREADABLE),
        "gif": (b"GIF89a" + junk, UNREADABLE),
        "pdf": (b"%PDF-1.7\n" + junk, UNREADABLE),
        "rar": (b"Rar!\x1a\x07\x00" + junk, UNREADABLE),
        "7z": (b"7z\xbc\xaf\x27\x1c" + junk, UNREADABLE),
        "sqlite": (b"SQLite format 3\0" + junk, UNREADABLE),
        "exe": (b"MZ\x90\0" + junk, UNREADABLE),
        "rtf": (b"{\\rtf1 abc}", UNREADABLE),
        "html": ("<html><table><tr><td>Biển số</td></tr></table></html>".encode(), UNREADABLE),
        "xml": (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', UNREADABLE),
        "bzip2": (b"BZh91AY" + junk, UNREADABLE),
        "random": (b"\x01\x02" + junk, UNREADABLE),
        "zeros": (bytes(10_000), UNREADABLE),
        "nothing": (b"", EMPTY),
        "spaces": (b"   \n \n", ANY_REFUSAL),
        "line ends": (b"\n\n\n\r\n", ANY_REFUSAL),
        "only bom": (b"\xef\xbb\xbf", ANY_REFUSAL),
        "heading only": (_lines()[0].encode(), EMPTY),
        "heading and blanks": ((_lines()[0] + "\n\n  \n,,,\n").encode(), EMPTY),
        "no heading": ("\n".join(_lines()[1:]).encode(), COLUMNS),
        "foreign headings": (b"alpha,beta,gamma\n1,2,3\n", COLUMNS),
        "no key column": ("Loại xe,Màu sơn,Địa chỉ\nMô tô,Đỏ,Hà Nội\n".encode(), COLUMNS),
        "prose": ("Kính gửi đồng chí\nĐề nghị xem lại danh sách.\n".encode(), COLUMNS),
        "json": (b'[{"plate": "29A1-12345"}]', COLUMNS),
    }
    for (name, (content, errors)), suffix in product(contents.items(), (".csv", ".xlsx")):
        yield Case(f"refused/{name}{suffix}", file(f"a{suffix}", content), errors=errors)  # type: ignore[arg-type] # codes


def texts() -> Iterator[Case]:
    """All broken text files."""
    for family in (encodings, dialects, ragged, quotes, bytes_inside, cuts, flips, refused):
        yield from family()
