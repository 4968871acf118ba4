"""The reference page of agreements: everything a partner may be told, asked or let do, by the names agreements use."""

from importlib import import_module

from sosach.domain.exchange.rules.agreements import LENDABLE, REGISTERS
from sosach.domain.exchange.rules.questions import QUESTIONS
from sosach.domain.exchange.rules.topics import TOPICS

_HEAD = """# Thỏa thuận chia sẻ / Agreements

*This page is generated (`make docs`); do not edit it by hand.*

Danh mục kín những gì một thỏa thuận có thể nêu. Không có tên trong thỏa thuận thì không được cung cấp.
The closed lists an agreement chooses from; what it does not name is not told. How to make one: [make an agreement](../howto/make-an-agreement.md).
Purposes: [rights](rights.md).
"""
_NUMBERS = {
    "population": ("`pin` (or the partner's own number)", "`old_number`"),
    "vehicles": ("`plate`", "`chassis_number`"),
    "licences": ("`licence_number`", "`holder` (as `pin`)"),
}


def agreements_page() -> str:
    """The whole page, Markdown."""
    roles = ", ".join(f"`{role}`" for role in sorted(LENDABLE))
    return "\n".join(
        [
            _HEAD,
            *map(_register, REGISTERS),
            _questions(),
            _topics(),
            "## Thủ tục được giao / Roles that may be lent",
            "",
            roles,
            "",
        ]
    )


def _register(register: str) -> str:
    # rooms of the domain can be opened once Django knows the tables
    attributes_of = import_module("sosach.domain.exchange.queries.attributes").attributes_of
    rows = [f"| `{name}` | {one.sensitivity} |" for name, one in sorted(attributes_of(register).items())]
    head = [f"## {register}", "", f"Tra cứu bằng / searched by: {', '.join(_NUMBERS[register])}.", ""]
    return "\n".join([*head, "| Attribute | Class |", "|---|---|", *rows, ""])


def _topics() -> str:
    rows = [f"| `{each.name}` | {each.register} | {each.vi} | {each.en} |" for each in TOPICS]
    head = [
        "## Chủ đề nhận tin / Topics to subscribe to",
        "",
        "Notices say what happened and to which record; how to get them: [subscribe](../howto/subscribe.md).",
        "",
    ]
    return "\n".join([*head, "| Topic | Register | Nội dung | What is told |", "|---|---|---|---|", *rows, ""])


def _questions() -> str:
    rows = [
        f"| `{each.name}` | {each.register} | {', '.join(f'`{one}`' for one in each.told) or '–'} | {each.vi} | {each.en} "
        f"| {'yes' if each.guess else 'no'} |"
        for each in QUESTIONS.values()
    ]
    head = [
        "## Câu hỏi có/không / Questions for yes or no",
        "",
        "`matches` compares what was told, attribute by attribute,",
    ]
    head += ["as far as the agreement's `attributes` and `matches` let.", ""]
    table = [
        "| Question | Register | Told with it | Câu hỏi | Question | A no is charged |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *table, *rows, ""])
