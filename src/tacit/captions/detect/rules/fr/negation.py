"""French negation: a word that negates something about the scene or what is said of it."""

from __future__ import annotations

from typing import Final

from tacit.captions.detect.lexer import Lexer, Rule, cue, guard, neighbour
from tacit.captions.detect.rules.fr.words import WORDS

_QUOTED: Final = r'[^"“”„«»\n]'

RULES: Final[tuple[Rule, ...]] = (
    # -- signs, slogans, titles --------------------------------------------------------------------------------------
    guard(
        "quoted",
        "title",
        rf'[“«„]{_QUOTED}{{0,80}}?\b(?:pas|sans|jamais|rien|aucune?|ni|ne)\b{_QUOTED}{{0,80}}?["”»]',
        bounded=False,
    ),
    guard(
        "quoted-plain",
        "title",
        rf'[ :(]"{_QUOTED}{{0,80}}?\b(?:pas|sans|jamais|rien|aucune?|ni|ne)\b{_QUOTED}{{0,80}}?"',
        bounded=False,
    ),
    guard(
        "sign",
        "sign",
        r"(?:panneau|pancarte|affiche|t-shirt|inscription|enseigne|autocollant"
        r"|banderole)(?: <w>){0,4}[ :,\x22«“]{1,3}(?:ne(?: <w>)? pas|ne|pas|défense|sans|jamais)|(?:ne pas|défense de"
        r"|interdiction de) (?:fumer|entrer|toucher|stationner|déranger|nager|traverser)|non-?fumeurs?",
    ),
    # -- set phrases -------------------------------------------------------------------------------------------------
    guard(
        "step",
        "idiom",
        r"(?:une?|le|au|du|les|des|quelques|ses|leurs?|son|premiers?|grands?|petits?|même|chaque|deux|trois|à|ces|bon"
        r"|mauvais|de|faux|cent) pas|pas (?:à pas|de (?:deux|tir|danse|porte|vis|course|géant|côté|marche))"
        r"|pas-de-<w>",
    ),
    guard(
        "not-idiom",
        "idiom",
        r"non seulement|pas seulement|pas que|(?:venue?s?|sort(?:ie?s?|ant)) de nulle part|pourquoi pas|n'est-ce pas"
        r"|pas mal|n'importe(?: <w>)?|ou pas|que dalle|si ce n'est",
    ),
    guard("only", "idiom", r"(?:ne |n')(?:<w> ){1,2}(?:plus )?(?:que|qu)"),
    guard(
        "without-idiom",
        "idiom",
        r"sans (?:doute|fil|fils|abris?|domicile|contact|plomb|cesse|arrêt|frontières?|titre|précédent|faute|pareil"
        r"|souci|problème|compter)|sans-<w>",
    ),
    guard(
        "never-idiom",
        "idiom",
        r"à (?:tout )?jamais|si jamais|(?:plus|mieux|moins) que jamais|(?:de|pour|un) rien|rien (?:que|qu)"
        r"|mine de rien|ni (?:une|un) ni deux",
    ),
    # -- cues --------------------------------------------------------------------------------------------------------
    cue("no-longer", "never", r"(?:ne |n')(?:<w> ){1,3}plus|ne plus|pas encore"),
    cue("never", "never", r"(?:(?:ne |n')(?:<w> ){1,3}|ne )?jamais"),
    cue(
        "nobody",
        "pronoun",
        r"(?:ne |n')(?:<w> ){1,3}(?:personne|rien|nulle part)|personne (?:ne|n)|(?:ne )?rien|nulle part|ne rien",
    ),
    cue("none", "absence", r"(?:(?:ne |n')(?:<w> ){1,3})?aucune?s?"),
    cue("neither", "neither", r"ni"),
    cue("not", "clausal", r"(?:ne |n')(?:<w> ){1,4}(?:pas|point|guère)|ne (?:pas|point)"),
    cue("no", "absence", r"pas (?:de|d|du)"),
    cue("bare-not", "clausal", r"pas"),
    cue("without", "absence", r"sans"),
    cue(
        "lack",
        "absence",
        r"(?:absence|dépourvue?s?|dénuée?s?|privée?s?|démunie?s?|exempte?s?|manque|manquent) (?:de|d)|(?:il|lui"
        r"|leur) manque",
    ),
    cue(
        "not-adjective",
        "clausal",
        r"non (?:identifiée?s?|visibles?|terminée?s?|finie?s?|peinte?s?|pavée?s?|achevée?s?)|(?:d'autres|l'autre"
        r"|certaine?s?|les autres|mais) non",
    ),
    # -- neighbours --------------------------------------------------------------------------------------------------
    neighbour(
        "affix",
        "affix",
        r"non-<w>|in(?:connue?s?|achevée?s?|visibles?|habitée?s?|identifiée?s?|complète?s?)|torse nu|torses nus"
        r"|pieds nus",
    ),
    neighbour("empty", "empty", r"vides?|inoccupée?s?|abandonnée?s?|déserte?s?|manquante?s?"),
)

LEXER: Final = Lexer("negation", RULES, WORDS, "fr.negation", unicode=True)
