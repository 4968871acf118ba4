"""The command line: `sosach …`."""
