"""Near duplicates among many short texts: MinHash finds the few that may be some, an exact join decides.

Two texts are near duplicates when the Jaccard similarity of their sets of character trigrams reaches a threshold. A
text goes through three steps, each of which sees fewer:

1. *Trigrams that no item has.* If a text shares a Jaccard similarity of at least ``t`` with an item, at most a share
   ``1 - t`` of its distinct trigrams is absent from that item, and so from all items together. Counting trigrams that
   occur nowhere therefore loses nothing.
2. *MinHash* (Broder 1997, Compression and Complexity of Sequences, 21-29), by rensa: rows that share no band of a
   signature with any item are dropped. This step may lose a near duplicate, with the probability that `bands` gives.
3. *An exact join* of what is left: two sets with Jaccard similarity ``t`` or more share ``k`` of the
   ``n - ceil(t n) + k`` rarest members of each, unless they share fewer altogether (prefix filter: Chaudhuri, Ganti and
   Kaushik 2006, ICDE, 5; for ``k > 1`` Wang, Li and Feng 2012, SIGMOD, 85-96), and for such pairs the similarity is
   counted.

Step 3 alone would find everything and needs no MinHash. It is not enough for captions: trigrams are so common that
hundreds of items share a rare one with each caption (`benchmarks/overlap.py` measures both ways).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import polars as pl

from tacit.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

WIDTH: Final = 3
"""Characters of a shingle. Of one-word edits of captions at 0.8 it finds most; longer ones miss misspellings."""
SHORTEST: Final = 16
"""Bytes of a folded text, below which it matches exactly only: about four English words, or five Chinese letters."""
PERMUTATIONS: Final = 256
RECALL: Final = 0.99
"""Least probability that MinHash keeps a pair that is exactly as similar as the threshold."""
SEED: Final = 1
_SEEN_BITS: Final = 20
_COMMON: Final = 3
"""Rare trigrams that must be shared before a pair is looked at (``k`` above): of captions, more save nothing more."""
_BYTES: Final = 8 << 20
"""Text whose trigrams are held at a time, unless one text is longer."""
_PAIRS: Final = 2_000_000
"""Pairs looked at at a time; bounds memory at about 100 MiB."""
_MULTIPLIERS: Final = tuple(
    np.uint64(m) for m in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xBF58476D1CE4E5B9)
)
"""Odd constants of common 64-bit mixers (splitmix64, xxHash)."""
_TOLERANCE: Final = 1e-9


class Shingles(NamedTuple):
    """The trigrams of texts, one after the other.

    Attributes:
        hashes: A 64-bit hash of each occurrence; shape ``(occurrences,)``.
        offsets: Where each text's begin, and the end; shape ``(texts + 1,)``.
    """

    hashes: NDArray[np.uint64]
    offsets: NDArray[np.int64]

    @property
    def rows(self) -> NDArray[np.int64]:
        """The text of each occurrence; shape ``(occurrences,)``."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))


def bands(threshold: float) -> tuple[int, int]:
    """How many bands of how many rows keep pairs at the threshold, with as few others as possible.

    A pair with similarity ``s`` shares one of ``b`` bands of ``r`` rows with probability ``1 - (1 - s**r)**b``
    (Leskovec, Rajaraman and Ullman 2014, Mining of Massive Datasets, section 3.4.2). Longer bands keep fewer pairs;
    these are the longest that keep `RECALL` of those at the threshold.

    Args:
        threshold: Jaccard similarity, above 0 and below 1.

    Example:
        >>> bands(0.8), round(1 - (1 - 0.8**8) ** 32, 4)
        ((32, 8), 0.9972)
    """
    rows = max(r for r in range(1, 33) if r == 1 or 1 - (1 - threshold**r) ** (PERMUTATIONS // r) >= RECALL)
    return PERMUTATIONS // rows, rows


def shingles(texts: pl.Series) -> Shingles:
    """The hashed trigrams of each text, repeats included.

    Args:
        texts: Strings without nulls and without NUL characters.

    Example:
        >>> found = shingles(pl.Series(["abcd", "ab", "bcd"]))
        >>> found.offsets.tolist(), bool(found.hashes[1] == found.hashes[2])
        ([0, 2, 2, 3], True)
    """
    joined = "\0".join([*texts.to_list(), "\0"])
    letters = np.frombuffer(joined.encode("utf-32-le"), dtype="<u4")
    ends = letters == 0
    first, second, third, last = _MULTIPLIERS
    hashes = letters[:-2] * first
    hashes += letters[1:-1] * second
    hashes += letters[2:] * third
    hashes ^= hashes >> np.uint64(29)
    hashes *= last
    hashes ^= hashes >> np.uint64(32)
    whole = ~(ends[:-2] | ends[1:-1] | ends[2:])
    sizes = np.maximum(texts.str.len_chars().to_numpy().astype(np.int64) - (WIDTH - 1), 0)
    return Shingles(hashes[whole], np.concatenate([[0], np.cumsum(sizes)]))


class NearIndex:
    """Items against which texts are held.

    Args:
        items: Folded texts, none shorter than `SHORTEST`.
        threshold: Jaccard similarity from which two texts are near duplicates, above 0 and below 1.

    Raises:
        MissingExtraError: If rensa is not installed.
    """

    def __init__(self, items: pl.Series, threshold: float) -> None:
        self._threshold = threshold
        self._bands, _ = bands(threshold)
        found = shingles(items)
        self._vocabulary, counts = np.unique(found.hashes, return_counts=True)
        self._rank = np.empty(len(counts), dtype=np.int64)
        self._rank[np.argsort(counts, kind="stable")] = np.arange(len(counts))
        self._seen = np.zeros(1 << _SEEN_BITS, dtype=np.bool_)
        self._seen[_slot(self._vocabulary)] = True
        self._sets, self._sizes = self._as_sets(found)
        self._starts = _prefix(self._sets, self._sizes, self._sizes, threshold).T.tocsr()
        self._lsh = _minhash().RMinHashLSH(threshold, self._bands * bands(threshold)[1], self._bands)
        signatures = self._sign(found)
        # Rows are flagged when they meet two keys, for rensa takes one to be the row itself: so each item has two.
        for copy in range(2):
            self._lsh.insert_matrix(signatures, copy * len(items))

    def best(self, texts: pl.Series) -> pl.DataFrame:
        """The most similar item of each text that has one.

        Args:
            texts: Folded texts without nulls, none shorter than `SHORTEST`.

        Returns:
            ``row`` (UInt32, in `texts`), ``similarity`` (Float64) and ``at`` (UInt32, in the items), one line per text
            with a near duplicate, by ``row``. Of equally similar items the first.
        """
        parts = [_pairs([], [], [])]
        for part in _cuts(np.cumsum(texts.str.len_bytes().to_numpy()), _BYTES):
            left = np.arange(part.start, part.stop)
            for keep in (self._may_share, self._meets):
                left = left[keep(shingles(texts.gather(left)))] if len(left) else left
            parts += [self._join(left[piece], found) for piece, found in self._pieces(texts.gather(left))]
        found = pl.concat(parts).sort("row", "similarity", "at", descending=[False, True, False])
        return found.unique("row", keep="first", maintain_order=True)

    def _may_share(self, found: Shingles) -> NDArray[np.bool_]:
        """Whether few enough distinct trigrams are unknown. Each sets one of 64 bits, so there are at least as many."""
        marks = np.uint64(1) << (found.hashes & np.uint64(63))
        marks[self._seen[_slot(found.hashes)]] = 0
        absent = np.bitwise_count(np.bitwise_or.reduceat(marks, found.offsets[:-1]))
        # There are at most as many distinct trigrams as there are occurrences.
        return np.asarray(absent <= (1 - self._threshold) * np.diff(found.offsets) + _TOLERANCE)

    def _meets(self, found: Shingles) -> NDArray[np.bool_]:
        """Whether a text shares a band with an item."""
        return np.asarray(self._lsh.query_duplicate_flags_matrix(self._sign(found)), dtype=np.bool_)

    def _sign(self, found: Shingles) -> Any:  # noqa: ANN401 - rensa has no types
        permutations = self._bands * bands(self._threshold)[1]
        make = _minhash().RMinHash.digest_matrix_from_flat_token_hashes
        return make(found.hashes, found.offsets.astype(np.uint64), permutations, SEED)

    def _as_sets(self, found: Shingles) -> tuple[csr_array, NDArray[np.int64]]:
        """Which known trigrams each text has, rarest first, and how many distinct ones altogether."""
        from scipy.sparse import csr_array

        rows, hashes = found.rows, found.hashes
        order = np.lexsort((hashes, rows))
        rows, hashes = rows[order], hashes[order]
        new = np.ones(len(rows), dtype=np.bool_)
        new[1:] = (rows[1:] != rows[:-1]) | (hashes[1:] != hashes[:-1])
        rows, hashes = rows[new], hashes[new]
        height = len(found.offsets) - 1
        at = np.minimum(np.searchsorted(self._vocabulary, hashes), len(self._vocabulary) - 1)
        known = self._vocabulary[at] == hashes
        shape = (height, len(self._vocabulary))
        ones = np.ones(int(known.sum()), dtype=np.int32)
        sets = csr_array((ones, (rows[known], self._rank[at[known]])), shape=shape)
        sets.sort_indices()
        return sets, np.bincount(rows, minlength=height)

    def _pieces(self, texts: pl.Series) -> Iterator[tuple[slice, tuple[csr_array, NDArray[np.int64]]]]:
        """Cut texts so that each piece has a bounded number of items to look at."""
        sets, sizes = self._as_sets(shingles(texts))
        postings = np.diff(self._starts.indptr)
        work = np.cumsum(_prefix(sets, sizes, np.diff(sets.indptr), self._threshold) @ postings)
        for part in _cuts(work, _PAIRS):
            yield part, (sets[part], sizes[part])

    def _join(self, rows: NDArray[np.int64], texts: tuple[csr_array, NDArray[np.int64]]) -> pl.DataFrame:
        sets, sizes = texts
        met = (_prefix(sets, sizes, np.diff(sets.indptr), self._threshold) @ self._starts).tocoo()
        n, m = sizes[met.row], self._sizes[met.col]
        least = self._threshold * np.maximum(n, m) - _TOLERANCE  # Members that a similar pair shares.
        near = (np.minimum(n, m) >= least) & (met.data >= np.minimum(_COMMON, least))
        text, item, n, m = met.row[near], met.col[near], n[near], m[near]
        shared = np.asarray(sets[text].multiply(self._sets[item]).sum(axis=1)).ravel()
        similarity = shared / (n + m - shared)
        enough = similarity >= self._threshold - _TOLERANCE
        return _pairs(rows[text[enough]], similarity[enough], item[enough])


def _prefix(sets: csr_array, sizes: NDArray[np.int64], known: NDArray[np.int64], threshold: float) -> csr_array:
    """The rarest members of each set, of which a similar set shares `_COMMON`. Unknown ones are the rarest of all."""
    wanted = sizes - np.ceil(threshold * sizes - _TOLERANCE).astype(np.int64) + _COMMON - (sizes - known)
    rows = np.repeat(np.arange(len(sizes)), known)
    place = np.arange(len(rows)) - sets.indptr[rows]
    cut = sets.copy()
    cut.data = (place < wanted[rows]).astype(np.int32)
    cut.eliminate_zeros()
    return cut


def _cuts(work: NDArray[Any], most: int) -> Iterator[slice]:
    """Consecutive slices with at most so much work each, or one row; `work` is what all rows up to each one take."""
    start = 0
    while start < len(work):
        done = work[start - 1] if start else 0
        stop = max(int(np.searchsorted(work, done + most, side="right")), start + 1)
        yield slice(start, stop)
        start = stop


def _slot(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return hashes >> np.uint64(64 - _SEEN_BITS)


def _pairs(rows: Any, similarity: Any, items: Any) -> pl.DataFrame:  # noqa: ANN401 - anything array-like
    columns = {"row": rows, "similarity": similarity, "at": items}
    return pl.DataFrame(columns, schema={"row": pl.UInt32, "similarity": pl.Float64, "at": pl.UInt32}, strict=False)


def _minhash() -> Any:  # noqa: ANN401 - rensa has no types
    try:
        import rensa
    except ImportError:
        raise MissingExtraError("Finding near duplicates", "overlap") from None
    return rensa
