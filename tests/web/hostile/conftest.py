"""What the journeys have for a browser, for hostile input as well."""

from tests.journeys.conftest import browser, served, site, visit

__all__ = ["browser", "served", "site", "visit"]
