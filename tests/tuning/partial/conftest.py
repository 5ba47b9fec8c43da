"""These tests train small models of transformers: without it, and without torch, there is nothing to collect."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore_glob = [] if all(map(find_spec, ("torch", "transformers"))) else ["test_*.py"]
