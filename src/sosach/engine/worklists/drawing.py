"""Draws rows of a work list: Arrow columns in, the XML of each row out, whole columns at a time."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sosach.base.registers import Register
from sosach.base.sheets import LINE_HEIGHT
from sosach.base.workbook import ROW_END, SheetTemplate, escape_text
from sosach.engine.worklists.sheets import COLUMNS, width_of
from sosach.vn.wording import ACTIONS, RESULTS, todo


def _table(marked: bytes) -> Any:
    """Tell for each byte whether it is one of the marked."""
    return np.isin(np.arange(256), np.frombuffer(marked, np.uint8))


def _chance(thousandths: int) -> str:
    """Write a probability as people read it: 998 is 99,8; below 90 % without a fraction."""
    if thousandths < 900 or thousandths % 10 == 0:
        return str(thousandths // 10)
    return f"{thousandths // 10},{thousandths % 10}"


_LONG: Final = 8_000  # characters of one text that are shown; Excel refuses a cell of more than 32,767
_TALLEST: Final = 15  # lines
_BYTES: Final = 1.3  # bytes of a letter of Vietnamese text, on average; counting bytes is faster than counting letters
_BLANK: Final = _table(b" \t\n")
# What needs escaping or is no character of XML begins so: `_x0041_` would be a letter to Excel, EF BF BE is U+FFFE.
_MARKS: Final = (b"&", b"<", b">", b"_", b"\xef")
_STRANGE: Final = _table(b"".join(_MARKS) + bytes(set(range(32)) - set(b"\t\n")))
_SURE: Final = pa.array([f" (độ tin cậy {_chance(chance)} %)" for chance in range(1001)] + [""])
_KINDS: Final = {Register.VEHICLES: "Chủ xe", Register.LICENCES: "Người có giấy phép"}
_PRESERVE: Final = ' xml:space="preserve"'


class RowDrawing:
    """Draws the rows of one register.

    Args:
        register: whose rows they are.
        sheet: the drawn sheet they go into.
        asks: texts of the column of questions, looked up by the number in `ask`.
        firsts: by number of a unit, how many rows stand before its first one.
    """

    def __init__(self, register: Register, sheet: SheetTemplate, *, asks: Sequence[str], firsts: Sequence[int]) -> None:
        self._columns = COLUMNS[register]
        self._sheet = sheet
        todos = [todo(key, register, "vi") for key in ACTIONS]
        self._lists = {"result": _closed([text["vi"] for text in RESULTS.values()]), "todo": _closed(todos)}
        self._lists["ask"] = _closed(asks)
        self._tall = {
            "todo": np.array([_lines(text, width_of("todo")) for text in ["", *todos]]),
            "ask": np.array([_lines(text, width_of("ask")) for text in ["", *asks]]),
        }
        self._kind = _KINDS.get(register)
        self._firsts = np.array(firsts, np.int64)

    def draw(self, batch: Any, before: int) -> Any:
        """Give the XML of the rows of a batch.

        Args:
            batch: the columns of `open_rows`.
            before: rows of the register that stand before it.
        """
        units = batch.column("unit").to_numpy()
        numbers = np.arange(before + 1, before + 1 + batch.num_rows) - self._firsts[units]
        number = self._sheet.cells[0]
        tall = np.ones(batch.num_rows, np.int64)
        pieces: list[Any] = [number.start, _texts(numbers), number.end]
        for index, (column, cell) in enumerate(zip(self._columns, self._sheet.cells[1:], strict=False)):
            start = cell.start
            if column.sql in self._lists:
                places = batch.column(column.sql).fill_null(-1).to_numpy().astype(np.int64) + 1
                text = self._lists[column.sql].take(pa.array(places))
                if column.sql in self._tall:
                    np.maximum(tall, self._tall[column.sql][places], out=tall)
            else:
                given = batch.column(f"c{index}")
                if column.sql == "proposal" and self._kind:
                    given = _lines_of(self._holders(batch), given)
                if column.look.wrap:
                    np.maximum(tall, _heights(given, column.look.width), out=tall)
                text, blank_edge = _ready(given)
                start = start if blank_edge else start.replace(_PRESERVE, "")
            pieces += (start, text, cell.end)
        heights = _texts(np.minimum(tall, _TALLEST) * LINE_HEIGHT)
        rest = "".join(cell.empty for cell in self._sheet.cells[len(self._columns) + 1 :]) + ROW_END
        return _joined(['<row ht="', heights, '">', *pieces, rest])

    def _holders(self, batch: Any) -> Any:
        """Say who each linked record belongs to, and how sure that is."""
        born = pc.binary_join_element_wise("sinh ", batch.column("born"), "")
        # A row of nothing but gaps would be left out of the result: the PIN is never one.
        named = (_null_if_empty(batch.column("name")), batch.column("pin").fill_null(""), born)
        own = pc.binary_join_element_wise(*named, ", ", null_handling="skip")
        who = pc.coalesce(batch.column("known"), own)
        sure = _SURE.take(batch.column("chance").fill_null(len(_SURE) - 1))
        linked = pc.is_valid(batch.column("pin"))
        return pc.if_else(linked, _joined([f"• {self._kind}: ", who, sure]), None)


def per_line(width: float) -> int:
    """Give the letters that find room in a line of a column, on average."""
    return round(width * 1.1)


def _closed(texts: Sequence[str]) -> Any:
    """Our own texts, escaped; the first one, of no number, is empty."""
    return pa.array(["", *map(escape_text, texts)])


def _lines(text: str, width: float) -> int:
    return sum(1 + len(line) // per_line(width) for line in text.split("\n"))


def _texts(numbers: Any) -> Any:
    return pc.cast(pa.array(numbers), pa.string())


def _joined(pieces: Sequence[Any]) -> Any:
    """Join texts and columns row by row; neighbouring texts become one first."""
    merged: list[Any] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    scalars = [pa.scalar(piece) if isinstance(piece, str) else piece for piece in merged]
    return pc.binary_join_element_wise(*scalars, "", null_handling="replace", null_replacement="")


def _lines_of(first: Any, rest: Any) -> Any:
    """Put one text below the other; where one of them is missing, the other stands alone."""
    return pc.coalesce(pc.binary_join_element_wise(first, rest, "\n"), first, rest)


def _null_if_empty(column: Any) -> Any:
    return pc.if_else(pc.equal(pc.binary_length(column), 0), None, column)


def _offsets(column: Any) -> Any:
    return np.frombuffer(column.buffers()[1], np.int32)[column.offset : column.offset + len(column) + 1]


def _content(column: Any, offsets: Any) -> Any:
    return np.frombuffer(column.buffers()[2] or b"", np.uint8)[offsets[0] : offsets[-1]]


def _heights(column: Any, width: float) -> Any:
    """Count the lines each text takes in a column of that width, about."""
    offsets = _offsets(column)
    heights = 1 + np.diff(offsets) // round(per_line(width) * _BYTES)
    breaks = np.flatnonzero(_content(column, offsets) == ord("\n"))
    return heights + np.bincount(_rows_of(breaks, offsets), minlength=len(column)) if breaks.size else heights


def _ready(column: Any) -> tuple[Any, bool]:
    """Give the texts as they stand in XML, and whether one of them begins or ends with a blank.

    Nearly always nothing has to be done: the bytes of the whole column are looked through for what may need escaping.
    """
    offsets = _offsets(column)
    content = _content(column, offsets)
    sizes = np.diff(offsets)
    filled = np.flatnonzero(sizes)
    edges = np.concatenate((offsets[filled], offsets[filled + 1] - 1)) - offsets[0]
    blank_edge = bool(_BLANK[content[edges]].any())
    strange = np.concatenate((_rows_of(_strange_places(content), offsets), np.flatnonzero(sizes > _LONG)))
    if strange.size:
        mask = np.zeros(len(column), np.bool_)
        mask[strange] = True
        texts = [escape_text(_cut(text)) for text in column.filter(pa.array(mask)).to_pylist()]
        column = pc.replace_with_mask(column, pa.array(mask), pa.array(texts, pa.string()))
    return column, blank_edge


def _strange_places(content: Any) -> Any:
    """Find the bytes that begin what may need escaping; most columns have none, which is seen at a glance."""
    text = content.tobytes()
    blanks = text.count(b"\n") + text.count(b"\t")
    if any(mark in text for mark in _MARKS) or np.count_nonzero(content < ord(" ")) != blanks:
        return np.flatnonzero(_STRANGE[content])
    return np.zeros(0, np.int64)


def _rows_of(places: Any, offsets: Any) -> Any:
    """Tell which text each place in the bytes of a column belongs to."""
    return np.searchsorted(offsets, places + offsets[0], side="right") - 1


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"
