"""`sosach serve`: the web of an installation."""

import multiprocessing
import os
from pathlib import Path
from typing import Annotated

import typer
from granian.constants import Interfaces
from granian.server import Server

from sosach.cli.installation import SETTINGS, Lang, apart

BACKLOG = 1024
REFUSING = 8  # threads beyond the places: somebody has to be free to say that there is none
TARGET = "sosach.site.wsgi:application"


def serve(
    host: Annotated[str, typer.Option(help="Địa chỉ / address")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Cổng / port", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Số tiến trình / processes", min=1)] = 1,
    threads: Annotated[
        int, typer.Option(help="Yêu cầu xử lý cùng lúc mỗi tiến trình / requests each works on at once", min=4)
    ] = 24,
    certificate: Annotated[Path | None, typer.Option(help="Chứng thư TLS (PEM)")] = None,
    key: Annotated[Path | None, typer.Option(help="Khóa TLS (PEM)")] = None,
    prepare: Annotated[bool, typer.Option(help="Cập nhật cơ sở dữ liệu trước / bring the database up to date")] = True,
    lang: Lang = "vi",
) -> None:
    """Phục vụ trang và API / Serve pages and API; on this machine only, unless told."""
    if (certificate is None) != (key is None):
        raise typer.BadParameter("--certificate + --key")
    if host not in {"127.0.0.1", "::1", "localhost"} and certificate is None:
        warning = {"vi": "Cảnh báo: không có TLS ngoài máy này.", "en": "Warning: no TLS beyond this machine."}
        typer.echo(warning[lang], err=True)
    if prepare:
        apart("db", "up", "--lang", lang)
    run_server(host=host, port=port, workers=workers, threads=threads, tls=(certificate, key))


def run_server(
    *, host: str, port: int, workers: int = 1, threads: int = 24, tls: tuple[Path | None, Path | None] = (None, None)
) -> None:
    """Serve until stopped; every process connects as the role of the web."""
    os.environ["SOSACH_DB_ROLE"] = "web"
    os.environ["SOSACH_PLACES"] = str(threads)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    # a forked worker would go on as the role this process spoke to the database as before, not as the one of the web
    multiprocessing.set_start_method("spawn", force=True)
    Server(
        TARGET,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads + REFUSING,
        backlog=BACKLOG,
        backpressure=BACKLOG,  # more than connections kept alive, or they would stall each other
        respawn_failed_workers=True,
        ssl_cert=tls[0],
        ssl_key=tls[1],
        log_access=False,
    ).serve()
