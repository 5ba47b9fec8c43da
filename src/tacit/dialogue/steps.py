"""The steps of a turn, made of an index and of what else there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.dialogue.conversation import Steps
from tacit.errors import UsageError
from tacit.io.places import shown

if TYPE_CHECKING:
    from pathlib import Path

    from tacit.dialogue.index.api import Index
    from tacit.dialogue.protocols import Answerer, Resolver, Retriever, Verifier
    from tacit.models.endpoint.chat import ChatEndpoint
    from tacit.models.endpoint.http import Patience


def open_index(folder: str | Path, dense: str | None = None) -> Index:
    """Open an index, with the model that made its vectors if it is to be searched by them.

    Which model that was stands in the index, but is never loaded on the word of a file: it has to be named.

    Args:
        folder: What `tacit index` made.
        dense: Address of the model; see `tacit.dialogue.engines.embedders.load_embedder`.

    Raises:
        UsageError: If the address is none, or another model made the vectors.
        DataError: If there is no index, or the model cannot be loaded.
        MissingExtraError: If a package is missing.
    """
    from tacit.dialogue.index.api import Index

    if dense is None:
        return Index.open(folder)
    from tacit.dialogue.engines.embedders import load_embedder

    return Index.open(folder, embedder=load_embedder(dense))


def make_steps(
    index: Index,
    *,
    model: str | None = None,
    rewrite: bool = False,
    verify: str | None = None,
    risk: float | None = None,
    patience: Patience | None = None,
) -> Steps:
    """The steps of a turn. Without a model none is asked; with one it writes the answers.

    Args:
        index: An open index. If it was opened with an embedder, retrieval is by terms and vectors.
        model: Address of who writes answers: ``endpoint:MODEL@http://HOST:PORT/v1``.
        rewrite: Whether the model also rewrites turns into standalone questions.
        verify: Who checks that passages hold the answer: ``nli:FOLDER`` or ``endpoint:MODEL@URL``.
        risk: Largest share of answered turns that should have been declined.
        patience: How long and how often endpoints are asked; by default as befits long runs, not waiting people.

    Raises:
        UsageError: If an address is none, something asked for needs a model, or the risk cannot be reached.
        MissingExtraError: If a package is missing.
    """
    from tacit.dialogue.compress.extractive import ExtractiveCompressor
    from tacit.dialogue.compress.whole import WholePassages
    from tacit.dialogue.decide.decider import CalibratedDecider

    if rewrite and model is None:
        raise UsageError("To rewrite turns a model is needed: name its address.")
    writer = None if model is None else _endpoint(model, patience)
    return Steps(
        _resolver(writer if rewrite else None),
        _retriever(index),
        CalibratedDecider(risk, _verifier(verify, patience)),
        WholePassages() if writer is None else ExtractiveCompressor(),
        _answerer(writer),
    )


def _endpoint(address: str, patience: Patience | None) -> ChatEndpoint:
    from tacit.models.endpoint.chat import ChatEndpoint

    return ChatEndpoint(address, patience=patience)


def _resolver(writer: ChatEndpoint | None) -> Resolver:
    if writer is None:
        from tacit.dialogue.resolve.weighted import WeightedHistory

        return WeightedHistory()
    from tacit.dialogue.resolve.rewriter import Rewriter

    return Rewriter(writer)


def _retriever(index: Index) -> Retriever:
    if index.embedder is None:
        from tacit.dialogue.retrieve.lexical import LexicalRetriever

        return LexicalRetriever(index.engine)
    from tacit.dialogue.retrieve.hybrid import HybridRetriever

    return HybridRetriever(index.engine, index.embedder)


def _verifier(address: str | None, patience: Patience | None) -> Verifier | None:
    if address is None:
        return None
    kind, _, place = address.partition(":")
    if kind == "nli" and place:
        from tacit.dialogue.decide.verifiers.nli import NliVerifier

        return NliVerifier(place)
    if kind != "endpoint":
        raise UsageError(
            f"{shown(address)} names no verifier; these are nli:FOLDER, a cross-encoder on this machine, and "
            "endpoint:MODEL@http://HOST:PORT/v1."
        )
    from tacit.dialogue.decide.verifiers.endpoint import EndpointVerifier

    return EndpointVerifier(_endpoint(address, patience))


def _answerer(writer: ChatEndpoint | None) -> Answerer:
    if writer is None:
        from tacit.dialogue.answer.extractive import ExtractiveAnswerer

        return ExtractiveAnswerer()
    from tacit.dialogue.answer.generated import GeneratedAnswerer

    return GeneratedAnswerer(writer)
