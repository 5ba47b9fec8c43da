"""What was written and deleted and not yet committed, for engines on servers that know no transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.dialogue.engines.asked import checked_passages
from tacit.dialogue.engines.vectors import wrong_dimensions

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from tacit.dialogue.records import Passage


class Pending:
    """Changes in a form that does not depend on their order: deletions first, then writing.

    Attributes:
        documents: Documents whose passages go.
        ids: Passages that go: written, then deleted with their document; an older one may be on the server.
        passages: What is written, by id, with its vector if it has one.

    Example:
        >>> from tacit.dialogue.records import Passage
        >>> pending = Pending()
        >>> pending.write([Passage("a", "Old.", document="x"), Passage("b", "B.", document="y")], None)
        >>> pending.delete(["x"])
        >>> pending.write([Passage("c", "New.", document="x")], None)
        >>> sorted(pending.documents), sorted(pending.ids), sorted(pending.passages)
        (['x'], ['a'], ['b', 'c'])
    """

    def __init__(self) -> None:
        self.documents: set[str] = set()
        self.ids: set[str] = set()
        self.passages: dict[str, tuple[Passage, NDArray[np.float32] | None]] = {}

    def __bool__(self) -> bool:
        """Whether anything is to be done."""
        return bool(self.documents or self.ids or self.passages)

    def write(self, passages: Sequence[Passage], vectors: NDArray[np.float32] | None) -> None:
        """Add passages, with their vectors in the same order."""
        for at, passage in enumerate(passages):
            self.passages[passage.id] = passage, None if vectors is None else vectors[at]

    def delete(self, documents: Collection[str]) -> None:
        """Take out all passages of these documents, written here or before."""
        self.documents |= set(documents)
        for name in [name for name, (passage, _) in self.passages.items() if passage.document in documents]:
            del self.passages[name]
            self.ids.add(name)


class PendingEngine:
    """What engines on servers share: changes are held here until `commit`, and vectors have to fit those kept.

    Attributes:
        _pending: What was written and deleted since the last commit.
        _dimensions: Of the vectors that are kept; ``None`` if none are.
    """

    _pending: Pending
    _dimensions: int | None

    def write(self, passages: Sequence[Passage], vectors: NDArray[np.float32] | None = None) -> None:
        """Add passages; one whose id is there already is replaced. Held here until `commit`.

        Args:
            passages: What to add.
            vectors: Shape (passages, dimensions), unit length.

        Raises:
            UsageError: If the vectors do not fit the passages or those kept.
            DataError: If an id is empty or too long.
        """
        checked_passages(passages, vectors, self._dimensions is not None)
        if vectors is not None and vectors.shape[1] != self._dimensions:
            raise wrong_dimensions(self._dimensions or 0, vectors.shape[1])
        self._pending.write(passages, vectors)

    def delete(self, documents: Collection[str]) -> None:
        """Take out all passages of these documents. Held here until `commit`."""
        self._pending.delete(documents)
