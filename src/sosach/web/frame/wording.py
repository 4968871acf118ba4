"""The English of the pages: texts marked in templates and code, kept beside it in `.po` files, compiled without other programs.

`python -m sosach.web.frame.wording` writes new texts into the files, without English; drops what no page says any more; compiles.
"""

import ast
import re
import struct
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from django.utils.translation.template import templatize

PACKAGES = ("sosach.web.frame", "sosach.web.portal", "sosach.web.desk", "sosach.web.public")
PLACE = ("locale", "en", "LC_MESSAGES")
HEADER = (
    "Project-Id-Version: sosach\nLanguage: en\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
)
_LITERAL = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*{_LITERAL}(?:\s*,\s*{_LITERAL})?(?:\s*,\s*{_LITERAL})?")
_IN_CODE = {
    "_": "gettext",
    "gettext": "gettext",
    "gettext_lazy": "gettext",
    "ngettext": "ngettext",
    "ngettext_lazy": "ngettext",
    "pgettext": "pgettext",
    "pgettext_lazy": "pgettext",
}
_LINE = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr(?:\[(\d)\])?)?\s*"(.*)"\s*$')


@dataclass(frozen=True, slots=True, order=True)
class Text:
    """A text as pages say it in Vietnamese.

    Attributes:
        text: the text, for one thing.
        plural: for several things; "" where it does not count.
        context: what tells it from the same words elsewhere; "" as a rule.
    """

    text: str
    plural: str = ""
    context: str = ""


def folder_of(package: str) -> Path:
    """Where a package lies."""
    return Path(str(resources.files(package)))


def po_file(package: str) -> Path:
    """The English of a package."""
    return folder_of(package).joinpath(*PLACE, "django.po")


def marked(package: str) -> dict[Text, list[str]]:
    """Every marked text of a package, with the files that say it."""
    folder, found = folder_of(package), dict[Text, list[str]]()
    for path in sorted(folder.rglob("*")):
        if path.suffix not in {".html", ".txt", ".py"} or "__pycache__" in path.parts:
            continue
        content = path.read_text("utf-8")
        texts = _in_code(ast.parse(content)) if path.suffix == ".py" else _in_template(content)
        for text in texts:
            places = found.setdefault(text, [])
            if (name := path.relative_to(folder).as_posix()) not in places:
                places.append(name)
    return found


def _in_template(content: str) -> Iterator[Text]:
    for call in _CALL.finditer(templatize(content)):
        name = "gettext" if call[1] == "_" else call[1]
        yield _text(name, [ast.literal_eval(one) for one in call.groups()[1:] if one])


def _in_code(tree: ast.AST) -> Iterator[Text]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in _IN_CODE:
            continue
        told = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        if told:
            yield _text(_IN_CODE[node.func.id], told)


def _text(function: str, told: list[str]) -> Text:
    context = told.pop(0) if "pgettext" in function else ""
    plural = told[1] if function.startswith("n") and len(told) > 1 else ""
    return Text(told[0], plural, context)


def read_po(content: str) -> dict[Text, list[str]]:
    """What a file says: text → its English (two forms where it counts)."""
    found: dict[Text, list[str]] = {}
    for block in re.split(r"\n\s*\n", content):
        fields: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            match = _LINE.match(line)
            if match is None:
                continue
            name = match[1] or name
            fields[name] = fields.get(name, "") + _unquoted(match[3])
        if fields.get("msgid"):
            english = [fields[one] for one in sorted(fields) if one.startswith("msgstr")]
            found[Text(fields["msgid"], fields.get("msgid_plural", ""), fields.get("msgctxt", ""))] = english
    return found


def po_text(entries: dict[Text, list[str]], places: dict[Text, list[str]]) -> str:
    """The file that says it, texts in the order of the alphabet."""
    lines = ['msgid ""', 'msgstr ""', *(_quoted(line) for line in HEADER.splitlines(keepends=True))]
    for text in sorted(entries):
        lines += ["", f"#: {' '.join(places[text])}"]
        lines += [f"msgctxt {_quoted(text.context)}"] if text.context else []
        lines.append(f"msgid {_quoted(text.text)}")
        if text.plural:
            lines.append(f"msgid_plural {_quoted(text.plural)}")
            lines += [f"msgstr[{at}] {_quoted(one)}" for at, one in enumerate(entries[text])]
        else:
            lines.append(f"msgstr {_quoted(entries[text][0])}")
    return "\n".join(lines) + "\n"


def mo_bytes(entries: dict[Text, list[str]]) -> bytes:
    """The same as gettext reads it: a sorted table of texts, a table of their English."""
    pairs = [("", HEADER)]
    for text, english in entries.items():
        if all(english):
            key = f"{text.context}\x04{text.text}" if text.context else text.text
            pairs.append((f"{key}\0{text.plural}" if text.plural else key, "\0".join(english)))
    pairs.sort(key=lambda pair: pair[0].encode())
    keys, values = ([pair[side].encode() + b"\0" for pair in pairs] for side in (0, 1))
    start = 7 * 4
    at = start + 16 * len(pairs)
    tables = []
    for texts in (keys, values):
        for one in texts:
            tables.append(struct.pack("<II", len(one) - 1, at))
            at += len(one)
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), start, start + 8 * len(pairs), 0, 0)
    return head + b"".join(tables) + b"".join(keys) + b"".join(values)


def brought_up_to_date(package: str) -> tuple[str, bytes, list[Text]]:
    """What the files of a package should hold, and the texts that have no English yet."""
    places, file = marked(package), po_file(package)
    known = read_po(file.read_text("utf-8")) if file.is_file() else {}
    entries = {text: known.get(text) or ["", ""][: 2 if text.plural else 1] for text in places}
    return po_text(entries, places), mo_bytes(entries), [text for text, english in entries.items() if not all(english)]


def main(packages: Iterable[str] = PACKAGES) -> None:
    """Bring every package up to date, and name the texts that have no English yet."""
    for package in packages:
        text, compiled, without = brought_up_to_date(package)
        file = po_file(package)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.with_suffix(".mo").write_bytes(compiled)
        for one in without:
            sys.stdout.write(f"no English yet: {po_file(package)}: {one.text!r}\n")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", lambda one: {"n": "\n", "t": "\t"}.get(one[1], one[1]), text)


if __name__ == "__main__":
    main()
