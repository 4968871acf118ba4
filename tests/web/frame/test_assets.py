"""Our own files: named after their content, compressed, kept for ever; a first load is light and asks nobody else."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import pytest
from django.test import Client

from sosach.web.frame import assets
from sosach.web.frame.wording import PACKAGES, folder_of

LIMIT = 150 * 1024  # of a first load, compressed
AIM = 60 * 1024
LINK = re.compile(r'(?:src|href)="(/static/[^"]+)"')
FORBIDDEN = re.compile(r"\sstyle=|\son[a-z]+=|javascript:|<style|<script(?![^>]*\bsrc=)", re.IGNORECASE)
TEMPLATES = sorted(path for package in PACKAGES for path in folder_of(package).rglob("*.html"))


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("path", ["/", "/dang-nhap/can-bo/", "/frame/"])
def test_a_first_load_is_light(path: str) -> None:
    client = Client()
    page = client.get(path)
    total = len(brotli.compress(page.content))
    links = set(LINK.findall(page.content.decode()))
    assert links >= {assets.address("frame.css"), assets.address("frame.js"), assets.address("favicon.svg")}
    for link in links:
        total += len(b"".join(client.get(link, headers={"accept-encoding": "br"}).streaming_content))
    print(f"{path}: {total / 1024:.1f} KB compressed")  # noqa: T201 - the figure
    assert total < AIM < LIMIT


def test_a_file_is_kept_for_ever_and_sent_compressed() -> None:
    response = Client().get(assets.address("frame.css"), headers={"accept-encoding": "br"})
    assert response.headers["Content-Encoding"] == "br"
    assert response.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert response.headers["Content-Type"] == 'text/css; charset="utf-8"'
    assert "Access-Control-Allow-Origin" not in response.headers
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    content = b"".join(response.streaming_content)
    assert brotli.decompress(content) == assets.sources()["frame.css"]


def test_other_content_has_another_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(assets, "sources", lambda: {"a.css": b"p {}"})
    assets.lay_out(tmp_path)
    monkeypatch.setattr(assets, "sources", lambda: {"a.css": b"q {}"})
    assets.lay_out(tmp_path)
    assets.lay_out(tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == 6
    assert all(re.fullmatch(r"a\.[0-9a-f]{12}\.css(\.br|\.gz)?", name) for name in names)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_styles_or_acts_inside_itself_or_asks_elsewhere(path: Path) -> None:
    content = path.read_text("utf-8")
    assert not FORBIDDEN.search(content)
    assert not [link for link in re.findall(r'(?:src|href|action)="([^"{]+)', content) if urlsplit(link).netloc]
    scripts = re.findall(r"<(?:script|link rel=\"stylesheet\")[^>]*>", content)
    assert not [one for one in scripts if 'nonce="{{ frame.nonce }}"' not in one]


def test_style_sheet_and_script_ask_nobody_else() -> None:
    for name in ("frame.css", "frame.js"):
        content = assets.sources()[name].decode()
        assert "http" not in content
        assert "@import" not in content
