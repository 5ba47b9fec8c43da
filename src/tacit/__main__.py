"""``python -m tacit`` is the same as ``tacit``."""

from tacit.cli.main import run

if __name__ == "__main__":
    run()
