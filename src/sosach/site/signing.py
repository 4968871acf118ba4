"""The sealing key of this installation and its witnesses: a file of the demo, or a token that never lets it go."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.audit.operations.keys import FileKey, FileWitness
from sosach.site.databases import state_folder
from sosach.site.token_key import MODULE, TokenKey

WITNESSES = "SOSACH_WITNESSES"  # files, separated as in PATH; on other machines, kept by others


def key_file() -> Path:
    """Where the demo's key lies; a production keeps it in a token."""
    return state_folder() / "seal.key"


def public_file() -> Path:
    """The public keys the log was ever signed with, one per line: hexadecimal."""
    return state_folder() / "seal.pub"


def signer(environ: Mapping[str, str] = os.environ) -> FileKey | TokenKey:
    """The key of this installation, in a token where one is named; its public half is noted in the state folder.

    Raises:
        SosachError: DB-03, the token cannot be used.
    """
    key = TokenKey(environ) if MODULE in environ else FileKey(key_file())
    known = public_file()
    line = key.public_key.hex()
    if not known.is_file() or line not in known.read_text("ascii").split():
        with known.open("a", encoding="ascii") as stream:
            stream.write(line + "\n")
    return key


def public_keys(told: Sequence[str]) -> list[bytes]:
    """The keys to verify with: those told, else those this installation noted.

    Raises:
        SosachError: INPUT-01 there are none, STATE-04 one is no key.
    """
    lines = list(told)
    if not lines:
        if not public_file().is_file():
            raise SosachError(
                ErrorCode.INPUT_MISSING,
                vi="Chưa có khóa công khai nào: nhật ký chưa từng được niêm phong ở đây.",
                en="There is no public key: the log was never sealed here.",
                hint_vi="Nêu khóa bằng --key, hoặc chạy `sosach audit seal`.",
                hint_en="Tell it with --key, or run `sosach audit seal`.",
            )
        lines = public_file().read_text("ascii").split()
    try:
        keys = [bytes.fromhex(line) for line in lines]
    except ValueError:
        keys = [b""]
    if any(len(key) != 32 for key in keys):
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE,
            vi="Khóa công khai là 64 chữ số hex.",
            en="A public key is 64 hexadecimal digits.",
        )
    return keys


def witness_files(told: Sequence[Path], environ: Mapping[str, str] = os.environ) -> list[Path]:
    """The files of the witnesses: those told, else those of the environment, else one in the state folder."""
    if told:
        return list(told)
    if named := environ.get(WITNESSES):
        return [Path(file) for file in named.split(os.pathsep)]
    return [state_folder() / "witness.txt"]


def witnesses(told: Sequence[Path]) -> list[FileWitness]:
    """Whoever keeps the checkpoints."""
    return [FileWitness(file) for file in witness_files(told)]
