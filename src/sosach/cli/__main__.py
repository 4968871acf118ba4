"""`python -m sosach.cli`: the `sosach` program where it is not on the path."""

from sosach.cli.main import run

if __name__ == "__main__":
    run()
