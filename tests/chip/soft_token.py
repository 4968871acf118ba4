"""A SoftHSM token of a test's own: made in a folder, gone with it, and the library told to forget it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sosach.chip.signing import Token
from sosach.chip.signing import token as token_module

PIN = "1234"
LIBRARY = next(
    (
        path
        for path in map(Path, ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so"))
        if path.exists()
    ),
    Path("/nowhere.so"),
)
NEEDED = pytest.mark.skipif(
    token_module.pkcs11 is None or not LIBRARY.exists() or shutil.which("softhsm2-util") is None,
    reason="python-pkcs11 or SoftHSM 2 is not installed",
)


@contextmanager
def soft_token(folder: Path, label: str = "card") -> Iterator[Token]:
    """A token, logged in. The library reads where tokens lie once, so it is closed before and after."""
    (folder / "tokens").mkdir(parents=True)
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "4321"]
    subprocess.run(command, check=True, capture_output=True)
    library = token_module.pkcs11.lib(str(LIBRARY))
    library.finalize()
    try:
        token = Token(module=LIBRARY, label=label, pin=PIN)
        yield token
        token.close()
    finally:
        token_module.opened_token.cache_clear()
        library = token_module.pkcs11.lib(str(LIBRARY))
        library.finalize()
        os.environ.pop("SOFTHSM2_CONF")
        if before is not None:
            os.environ["SOFTHSM2_CONF"] = before
