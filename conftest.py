"""Sets Django up for every test and doctest; where tests need a database, `tests/conftest.py` starts one."""

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import django
import pytest
from hypothesis import settings

# The same examples in every run, and none fails for taking long; `--hypothesis-profile=searching` draws new ones.
settings.load_profile("ci")
settings.register_profile("searching", settings(), derandomize=False)

# Words by which some machines ask every program for colours: tests compare what is printed.
for word in ("FORCE_COLOR", "PY_COLORS", "GITHUB_ACTIONS", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
    os.environ.pop(word, None)

# A folder of this run, told to the workers; in it a state for each: what is still running in one would hold the seals of the other back.
RUN = os.environ.setdefault("SOSACH_TESTS_RUN", str(os.getpid()))
FOLDER = Path(tempfile.gettempdir()) / f"sosach-tests-{RUN}"
STATE = FOLDER / os.environ.get("PYTEST_XDIST_WORKER", "alone")
STATE.mkdir(parents=True, exist_ok=True)
for reached in (FOLDER, STATE):
    reached.chmod(0o711)  # by the account of the database
os.environ["SOSACH_STATE"] = str(STATE)
os.environ["DJANGO_SETTINGS_MODULE"] = "sosach.site.settings"
os.environ["SOSACH_TESTS"] = "1"  # the databases of tests are fast, and thrown away
os.environ.setdefault("SOSACH_SECRET_KEY", "tests-only")

django.setup()

# The web process asks the database when it starts; nothing in it is a doctest.
collect_ignore = ["src/sosach/site/wsgi.py"]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing of the run behind; its workers are gone by now."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(FOLDER, ignore_errors=True)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_pycollect_makeitem(collector: pytest.Module | pytest.Class, obj: object) -> Generator[None, object, object]:
    """Collect no heavy test where none is wanted: what some of them would ask is made when they are collected, in seconds."""
    made = yield
    marks = {mark.name for mark in getattr(obj, "pytestmark", [])}
    return None if collector.config.option.markexpr == "not heavy" and "heavy" in marks else made
