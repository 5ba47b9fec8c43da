"""Czech negation: a word or a negated verb that negates something about the scene or what is said of it.

Czech negates verbs with the prefix *ne-*, and many words merely begin with these letters (*nebe* sky, *nese* carries,
*nevěsta* bride). Negated verbs are therefore recognised by a closed list of irregular forms, by endings that only
verbs have, and by the stems of common verbs; negated adjectives are affixes, which the labelling standard excludes.
"""

from __future__ import annotations

from typing import Final

from tacit.captions.detect.lexer import Lexer, Rule, cue, guard, neighbour
from tacit.captions.detect.rules.cs.words import WORDS

_QUOTED: Final = r'[^"“”„«»\n]'
_CUES: Final = r"(?:ne|nen[íi]|bez|žádn[a-zýáéíě]*|nikdy|nikdo|nic|ani|ne(?:vstup|kuř|park|dotýk|ruš)[a-zuůáéíěť]*)"
_PREFIX: Final = "(?:pro|po|za|vy|od|do|na|při|pře|roz|ob|u|s|z|vz|pod)?"
_A_STEM: Final = (
    "bíh|mích|zpív|trv|řík|houp|kop|skáč|bývá?|bý|létáv|lít|klek|plat|stříl|vrac|přest|stav|říd|šlap|lap|hr|pláč|dých|mrk|mlask|znamen|hýb|vypad|dív|zůstáv|vším|db|děl|vním|použív|zd|koup|lét|pad|zabír|kouk|ček|říkáv|hled|hrab|volá?|poslouch|dotýk|účast|běh|"
    "utík|odpovíd|zakrýv|dá|pozn|zn|napad|sah|mách|objím|líb|pomáh|tleská?|usmív|namáh|sundav|zastav|pracov|záviz|snaž|skáč|"
    "vyhlíž|otáč|potřeb|zakr|necháv|otvír|zavír|spěch|vyzn|přest|obsah|načít|dosah|hodl"
)
_I_STEM: Final = (
    "v|vid|stoj|sed|lež|drž|mluv|nos|lí?b|daří?|běž|křič|svít|prš|sněž|kouř|hled|mysl|sm|mus|spí?|poj|plat|patř|let|zlob|slyš|rozum|"
    "vrát|vycház|vyhán|vchází|procház|překroč|zálež|řeš|cvič|tanč|bol|leskn|souhlas|pust|věř|tuš|učí|uč|jezd|jez|chod|vod|hod|chyt|"
    "tref|zúčastn|účastn|sklop|použ|stač|hrozí?|hroz|vad|zbýv|udrž|podař|dař|povol|dovol|toč|vař|vyskyt|opust|přicház|"
    "ztrat|zmín|zapadn|odpov|zobraz|bo|děs|děj"
)
_E_STEM: Final = (
    "stan|mel|ber|plav|tluč|ztrat|kop|láme|lám|hyn|tan|umř|zmiz|svlékn|oblékn|řež|krm|visn|zvedn|hne|hn|koupe|jd|jed|můž|mů[žz]|chc|pij|hraj|pláč|skáč|směj|lez|leze|spadn|zvlhn|zmokn|vejd|dosáhn|hýb|bud|ved|nes|kous|klesn|ukáž|najd|přijd|"
    "usn|mrzn|kape|teče|teč|roste|rost|padn|vezm|vyjd|stihn|dostan|vleze|žij|zastav|zastan|přepadn|říkn|řekn|píš|čte|čt|stán|doká[žz]"
)

RULES: Final[tuple[Rule, ...]] = (
    # -- signs, slogans, titles --------------------------------------------------------------------------------------
    guard("quoted", "title", rf'[“„«]{_QUOTED}{{0,80}}?\b{_CUES}\b{_QUOTED}{{0,80}}?["“”»]', bounded=False),
    guard("quoted-plain", "title", rf'[ :(]"{_QUOTED}{{0,80}}?\b{_CUES}\b{_QUOTED}{{0,80}}?"', bounded=False),
    guard(
        "sign",
        "sign",
        r"(?:cedul|značk|nápis|tabul|plakát|tričk|transparent|banner)<p>(?: <w>){0,3}[ :,\x22„“]{1,3}(?:ne|nev<w>"
        r"|nep<w>|nek<w>|bez|žádn<w>)|zákaz(?:u|em)?(?: <w>)?|(?:nekouřit|nevstupovat|neparkovat|nedotýkat|nerušit"
        r"|nekrmit)|nekuřá<p>",
    ),
    # -- set phrases, and words that merely begin with ne- -----------------------------------------------------------
    guard(
        "idiom",
        "idiom",
        r"ne(?:jen|jenom) že|nejen(?:om)?(?: že)?|ne jenom|ne zrovna|proč ne|a?no i ne|že ne|že jo|bez (?:ohledu"
        r"|problémů|problému|pochyby|přestání|přestávky|domova|přístřeší|názvu|dechu)|ani ne|nic moc|nemluvě o"
        r"|nemohou dočkat|nemůže dočkat|nemůžou dočkat|nicotn<p>",
    ),
    guard(
        "word",
        "idiom",
        r"nech(?:á|ají|al[aioy]?|ávají|ává|ávat|at|án<p>|ť|me)|nenávid<p>|nepřátel<p>|neděl(?:e|i|í|ní<p>)|neutrál<p>"
        r"|neutral|nemluv(?:ně|ňat|ňata|něte<p>)|neviňát<p>|neš[ťt]ast<p>|nes(?:e|eme|l[aioy]?|ou|ouc|oucí<p>"
        r"|en[aoy]?|eni|t)|nemocn<p>|nevěst<p>|nerv<p>|netopýr<p>|neděl|nehod<p>|nejd(?:él|ál)<p>|nevolnost|nepál<p>"
        r"|nemal[aioy]?",
    ),
    # -- cues --------------------------------------------------------------------------------------------------------
    cue("no-longer", "never", r"(?:už|již|ještě|dosud) (?:<verb>|ne)|nikdy více"),
    cue("never", "never", r"nikdy"),
    cue("nobody", "pronoun", r"nikdo|nikoho|nikomu|nikým|nikom|nic|ničeho|ničemu|ničím|nikde|nikam|odnikud|nijak"),
    cue("neither", "neither", r"ani"),
    cue("none", "absence", r"žádn(?:ý|á|é|ého|ém|ému|ou|ých|ým|ými|í)"),
    cue("without", "absence", r"bez|beze"),
    cue(
        "lack",
        "absence",
        r"(?:chyb(?:í|ěl[aoiy]?|ějí)|postrád(?:á|ají|al[aioy]?|ající<p>)|nedostat(?:ek|ku|kem)|nepřítomnost<p>)",
    ),
    cue("not", "clausal", r"<verb>|ne|nikoliv?|nelze|nebýt"),
    # -- neighbours --------------------------------------------------------------------------------------------------
    neighbour(
        "affix",
        "affix",
        r"ne(?:znám|obvykl|dokončen|dodělan|zpevněn|identifikovan|viditeln|viděn|zletil|promokav|šťastn|formáln|hybn"
        r"|udržovan|uklizen|určit|osvětlen|otevřen|upraven|rovn|zvykl|spokojen|dostavěn|namalovan|omítnut|zastřešen"
        r"|kryt|pořádn|alkoholick|perliv)<p>|bez(?:domov|drát|hlav|barv|vous|nad)<p>",
    ),
    neighbour("empty", "empty", r"prázdn<p>|opuštěn<p>|chybějící<p>|neobsazen<p>|liduprázdn<p>"),
)

_VERB: Final = (
    "není|nejsou|nejsem|nejsi|nejsme|nejste|nebyl[aioy]?|nebude|nebudou|nebudu|nebudeme|nemá|nemají|nemám|nemáme|nemáš|neměl[aioy]?|"
    "nemoh(?:ou|l[aioy]?)|nemůžou|nemůžu|nechtě(?:jí|l[aioy]?)|nechce|nechci|nevědí|nevím|nevíme|neznám|nejí|nejedí|nešel|nešl[aioy]|nesmějí|"
    "nejez|nespal[aioy]?|nemaj[íi]c[íe]?<p>|"
    f"ne{_PREFIX}(?:(?:{_A_STEM})á(?:m|me|š|te)?|(?:{_I_STEM})í(?:m|me|š|te)?|(?:{_E_STEM})(?:e|eme|ou|u|ete|eš))|"
    "ne[a-záčďéěíňóřšťúůýž]{2,}(?:há|chá|[aceiouyáéíýěrlnj]ká|dá|bá|pá|zá|ává|ívá)|"
    "ne[a-záčďéěíňóřšťúůýž]{2,}(?:uje|ují|ujeme|ujíc|ají|ejí|ějí|ovat|nout|ívat|ávat)|"
    "ne[a-záčďéěíňóřšťúůýž]{2,}(?:al|il|el|ěl|nul|dl|kl|zl|hl|tl|ál|yl)[aioy]?|"
    "ne(?:vid|sed|stá|lež|děl|mluv|pad|hýb|spadn|být|hr|js|mys|slyš|ruš|kouř|vstoup|použ|dot)(?:ět|it|at|t|nout|ít|ět|ovat)"
)

LEXER: Final = Lexer("negation", RULES, WORDS | {"verb": _VERB}, "cs.negation", unicode=True)
