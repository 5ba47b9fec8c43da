"""transformers asks for torchvision as soon as it is installed, even one that was built for another torch."""

from __future__ import annotations

from importlib.util import find_spec

if find_spec("torch") is not None:
    from tests.models.tiny_checkpoints import mend_torchvision

    mend_torchvision()
