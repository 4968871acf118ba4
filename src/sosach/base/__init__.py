"""The words every other room shares: registers and their columns, checks, findings, decisions, errors."""
