"""Sets Django up for every test and doctest; where tests need a database, `tests/conftest.py` starts one."""

import os
import tempfile
from pathlib import Path

import django

# One folder for all workers of a run: whoever is first starts the server there.
STATE = Path(tempfile.gettempdir()) / f"sosach-tests-{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"
os.environ["SOSACH_STATE"] = str(STATE)
os.environ["DJANGO_SETTINGS_MODULE"] = "sosach.site.settings"
os.environ["SOSACH_TESTS"] = "1"  # the databases of tests are fast, and thrown away
os.environ.setdefault("SOSACH_SECRET_KEY", "tests-only")

django.setup()
