"""The API for machines, version 1: look-ups, procedures, history, bulk jobs, described by OpenAPI 3.1."""
