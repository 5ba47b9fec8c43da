"""French temporal: the pictured moment related to what came before it or comes after."""

from __future__ import annotations

from typing import Final

from tacit.captions.detect.lexer import Lexer, Rule, cue, guard, neighbour
from tacit.captions.detect.rules.fr.words import WORDS

RULES: Final[tuple[Rule, ...]] = (
    # -- names, clock times, pursuit, front and style ----------------------------------------------------------------
    guard(
        "compound",
        "title",
        r"après-(?:midi|ski|rasage|shampo<p>|vente|guerre|soleil)|avant-(?:bras|garde|centre|scène|toit|poste|hier"
        r"|main|train|projet)|d'après|after effects|prêt-à-(?:porter|manger|monter|poster)|prêt à porter",
    ),
    guard(
        "clock",
        "clock",
        r"(?:avant|après|vers|depuis|jusqu'[aà]u?x?|dès) (?:<num> ?h<p>(?: \d+)?|(?:la |les |l')?(?:nuit|midi|minuit"
        r"|années?|jésus|j\.-c|noël)|(?:le )?\d[\d/.]*(?: <month>)?(?: \d{4})?|<month>(?: \d{4})?"
        r"|la tombée de la nuit|le coucher du soleil|le lever du soleil|l'aube|l'aurore)",
    ),
    guard(
        "front",
        "style",
        r"(?:à|vers|de|en|l'|par|roues?|portes?|sièges?|places?|pattes?|bras|partie|côté|face|siège|jambes?"
        r"|plus en) ?(?:l')?avant|l'avant|avant (?:gauche|droite?|du|de la (?:voiture|maison|scène))|mise en avant"
        r"|penchée?s? en avant",
    ),
    guard(
        "pursuit",
        "pursuit",
        r"(?:cour(?:t|ent|ant|ir)|saut(?:e|ent|ant)|cri(?:e|ent)|aboi(?:e|ent)|chass(?:e|ent|ant)|nag(?:e|ent)"
        r"|plong(?:e|ent)|bondi(?:t|ssent)|se lance(?:nt)?)(?: <w>){0,4} après|(?:va|vont) après",
    ),
    guard(
        "another",
        "style",
        r"encore (?:une?|plus|moins|d'autres|mieux|des|deux|trois|une fois)|pas encore vu|plus encore|et encore",
    ),
    guard("always", "style", r"pour toujours|depuis toujours|toujours (?:est-il|plus)"),
    guard(
        "then-place",
        "style",
        r"puis(?:que|qu)|jusqu'(?:à|au|aux|en|ici|où)(?: <w>)?|(?:une?|la|le|des|les|cette) suite",
    ),
    guard(
        "come-from",
        "style",
        r"(?:vient|viennent|venant|venue?s?) (?:de|d'|du|des) (?:la |l'|leur |son |sa )?(?:mer|terre|rivière|arrière"
        r"|intérieur|extérieur|guerre|verre|hiver|père|mère|frontière|ailleurs|dehors|derrière)",
    ),
    # -- before ------------------------------------------------------------------------------------------------------
    cue("before-after", "before", r"avant(?: ?[-/–&+] ?| et | ou )après"),
    cue(
        "before",
        "before",
        r"(?:juste |peu |bien |<num> <timeunit> )?avant (?:de|d|que|qu|<d><w>|<w>tion)|avant <event>|auparavant"
        r"|au préalable|à la veille de|d'avance|préalablement",
    ),
    # -- after -------------------------------------------------------------------------------------------------------
    cue(
        "after",
        "after",
        r"(?:juste |peu |<num> <timeunit> )?apr[èe]s(?: (?:avoir|être|que|qu|coup))?|à la suite (?:de|d|du)"
        r"|au lendemain|suite à|à l'issue (?:de|d|du)|depuis que|dès que|aussitôt|une fois (?:que|qu|<participle>)",
    ),
    # -- imminent ----------------------------------------------------------------------------------------------------
    cue(
        "about-to",
        "imminent",
        r"sur le point (?:de|d)|(?:s')?apprêt(?:e|ent|ant|er|ée?s?)(?: à| au| pour)?|(?:est|sont) à deux doigts"
        r"|en passe (?:de|d)|au bord (?:de|d') tomber|imminente?s?",
    ),
    guard(
        "go-fetch",
        "style",
        r"(?:va|vont) (?:chercher|faire (?:du|de la|des|les)|nager|se promener|pêcher|skier|surfer|camper|travailler"
        r"|patiner|se baigner|bien|vite|plutôt)|prépar<p> (?:à manger|(?:<d>)?(?:<w> )?(?:pizzas?|repas|nourriture"
        r"|plats?|aliments?|viande|poissons?|légumes|salades?|gâteaux?|cuisine))|à peine (?:vêtue?s?|habillée?s?"
        r"|visibles?|couverte?s?)|(?:fâch|énerv|cri)<p>(?: <w>)? après|(?:se )?(?:met|mettent|mettant) à (?:table"
        r"|genoux|genou|terre|l'eau|jour|la|terre)|en attendant|autres? encore",
    ),
    cue(
        "going-to",
        "imminent",
        r"(?:va|vont|allait|allaient)(?: (?:bientôt|peut-être|tenter de|probablement|sûrement))?(?: (?:se|lui|le|la"
        r"|les|leur|y))? <infinitive>|(?:va|vont) (?:s'|l')<infinitive>",
    ),
    cue(
        "prepare",
        "imminent",
        r"(?:se |s'|nous )prépar(?:e|ent|ant|er|ait|aient|és?|ée?s?)(?: (?:à|au|aux|pour|en vue))?|prépar(?:e|ent|ant"
        r"|er|ée?s?)(?: <w>){0,5} (?:pour|avant|en vue de) (?:<d>)?(?:<w> )?(?:<event>|<infinitive>)"
        r"|en préparation (?:de|d|pour)|(?:préparatifs|préparation) (?:de|d|du|pour|avant)"
        r"|se met(?:tent)? en position",
    ),
    cue(
        "ready",
        "imminent",
        r"prête?s?(?: (?:à|au|aux|pour|de|d))|(?:se (?:tien(?:t|nent)|tenant)|est|sont|tout|toute|semblent?"
        r"|se met(?:tent)?|déjà|presque|étant) prête?s?",
    ),
    cue("soon", "imminent", r"bientôt|sous peu|prochainement|à venir|prochaine?s? <event>"),
    cue(
        "begin",
        "imminent",
        r"(?:commenc|début)(?:e|ent|ant|er|é)(?: <w>)? (?:à|par)|se met(?:tent)? à|(?:commencent?|débutent?) (?:de|d)",
    ),
    # -- completed ---------------------------------------------------------------------------------------------------
    guard("just-place", "only", r"(?:est|sont) juste (?:au-dessus|au-dessous|dessus|dessous)"),
    cue(
        "just-done",
        "completed",
        r"(?:vien(?:t|nent)|venai(?:t|ent)|venant)(?: tout)?(?: juste| à peine)?(?: (?:de|d')(?: (?:se|lui|le|la|les"
        r"|leur|s'être))? ?<infinitive>| d'<infinitive>| de s'<infinitive>| d'être <w>)|à peine <participle>|(?:a|ont"
        r"|est|sont) (?:tout )?juste <participle>",
    ),
    cue("already", "completed", r"déjà"),
    cue(
        "recently",
        "completed",
        r"récemment|dernièrement|il y a (?:peu|(?:quelques|<num>) <timeunit>)|tout à l'heure|tout juste",
    ),
    cue(
        "finished",
        "completed",
        r"(?:a|ont|ayant|avoir|aient|eurent|viennent de|en ont)(?: (?:déjà|tout juste|presque))? (?:fini|terminé"
        r"|achevé)|ayant (?:été|eu|fait|pris|perdu|mis|vu|reçu|subi|fini|[a-zß-öø-ÿœ]{3,}ée?s?)|finissant de"
        r"|finissent de|termin(?:e|ent) (?:de|d)",
    ),
    # -- continuing --------------------------------------------------------------------------------------------------
    cue("no-longer", "continuing", r"(?:ne |n')(?:<w> ){1,3}plus|ne plus|pas encore"),
    cue("still", "continuing", r"encore|toujours|demeur(?:e|ent) encore"),
    cue("until", "continuing", r"jusqu'à ce (?:que|qu)"),
    # -- sequence ----------------------------------------------------------------------------------------------------
    cue("then", "sequence", r"puis|ensuite|par la suite|plus tard|finalement|enfin|finit par|finissent par|d'abord"),
    # -- neighbours --------------------------------------------------------------------------------------------------
    neighbour(
        "simultaneous",
        "simultaneous",
        r"en train (?:de|d)|pendant(?: (?:que|qu))?|tandis (?:que|qu)|alors (?:que|qu)|lors (?:de|d|du)|lorsque|quand"
        r"|au moment (?:de|où)|en même temps",
    ),
)

LEXER: Final = Lexer("temporal", RULES, WORDS, "fr.temporal", unicode=True)
