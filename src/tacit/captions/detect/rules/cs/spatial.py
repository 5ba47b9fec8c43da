"""Czech spatial: one thing placed relative to another, to the frame or to the viewer, beyond bare v/na/k/od."""

from __future__ import annotations

from typing import Final

from tacit.captions.detect.lexer import Lexer, Rule, cue, guard, neighbour
from tacit.captions.detect.rules.cs.words import WORDS

RULES: Final[tuple[Rule, ...]] = (
    # -- names, set phrases ------------------------------------------------------------------------------------------
    guard("brand", "brand", r"under armou?r|mezi námi"),
    # -- před: before an event, protection, flight -------------------------------------------------------------------
    guard(
        "before-time",
        "time",
        r"před (?:a|i|nebo) po|před (?:<adjective> ){0,2}<before_event>(?: mezi)?|před (?:<num> |několika |mnoha "
        r"|pár )?<timeunit>|před (?:tím|chvílí|lety|kristem|poledn<p>|setměním|půlnocí|\d+)|(?:západ|východ)em slunce"
        r"|(?:těsně|krátce|chvíli) před <instrumental>",
    ),
    guard(
        "protect",
        "idiom",
        r"(?:chrán|chrán[íi]|schov|ukr[ýy]|utík|utek|kryj|kryt|uhýb|prch|unik|varu|bráníc"
        r"|ochran)<p>(?: <w>){0,3} před|před(?:evším| nosem)",
    ),
    # -- za: time, hold by, pursue -----------------------------------------------------------------------------------
    guard(
        "by-accusative",
        "idiom",
        r"za (?:(?:<w>ou|svou|svoji|jeho|její|jejich|druhou|obě|oba) )?(?:ruku|ruce|provaz|lano|vodítko|krk|vlasy"
        r"|nohy|nohu|uši|ucho|rukáv<p>|prsty|rohy|ramena|volant|krk|ocas|límec|triko|pas|ruk<p>|tašku|hračku)"
        r"|za <w>ou <w>u",
    ),
    guard(
        "za-time",
        "time",
        r"za (?:jízdy|doby|bouřky|tmy|války|chůze|běhu|letu|soumraku|úsvitu|deště|dne|noci|pomoci|účelem"
        r"|slunečn<w> <w>|krásn<w> <w>|chladn<w> <w>|letní<p> <w>|bílého dne|denního světla|peníze|chvíli|okamžik"
        r"|časů|<w>(?:ání|ení|ění)|dobrodružstvím|prací|zábavou|odměnou|nákupy|jídlem|vzděláním|zvuků|asistence"
        r"|oblačn<w> <w>|zamračen<w> <w>|mír<p>|cenu|<num> (?:<timeunit>|korun|kč|euro?))",
    ),
    neighbour(
        "pursue",
        "path",
        r"(?:běž|běh|hon|žen|skáč|skoč|vrh|plav|utík|utíkaj|jd|rozb|pospích|let[íě]"
        r"|sprint)<p>(?: <w>){0,2} za (?:<w> ){0,2}(?:míč|míčk|frisbee|disk|hračk|balón|klac|talíř|puk|balon)<p>"
        r"|za (?:<w> ){0,2}(?:míčem|míčkem|frisbee|diskem|hračkou|klackem|balónem|balonem|pukem|létajícím talířem)",
    ),
    # -- nad, pod, mezi ----------------------------------------------------------------------------------------------
    guard(
        "state",
        "idiom",
        r"pod (?:ochranou|záštitou|patronátem|palbou|zámkem|parou|vlivem|názvem|dohledem|vedením|tlakem|dojmem|jménem"
        r"|podmínkou|heslem|záminkou|širým <w>|taktovkou|značkou|přísahou|kontrolou|pokličkou|stromeček)|nad ránem"
        r"|(?:přemýšl|zamýšl|zoufa|usmív|žasn|uvažuj|vítěz|zvítěz|vyhr)<p>(?: <w>){0,3} nad",
    ),
    guard(
        "amount",
        "price",
        r"(?:nad|pod|kolem|okolo|přes) (?:<num>)(?: (?:kč|korun|euro?|eur|let|lidí|procent|metrů))",
    ),
    guard(
        "between-time",
        "time",
        r"mezi (?:<num> a <num>(?: (?:<timeunit>|hodin<p>))?|zápasy|závody|koncerty|přednáškami|jídly|lekcemi)"
        r"|(?:zápas|souboj|boj|utkání|rozdíl|vztah|dohod|rozhovor|soutěž|duel|střet)<p>(?: <w>){0,2} mezi",
    ),
    # -- motion ------------------------------------------------------------------------------------------------------
    neighbour("run-around", "path", r"<run>(?: <w>){0,3} (?:kolem|okolo)"),
    guard("look-around", "gaze", r"(?:rozhlíž|dív|kouk|hled|pohlíž)<p>(?: <w>){0,2} (?:kolem|okolo|přes|za sebe)"),
    neighbour(
        "aside",
        "path",
        r"doleva|doprava|na (?:druhou|jednu|opačnou|levou|pravou) stranu|do (?:strany|stran)|stranou",
    ),
    guard("lie-on-side", "idiom", r"(?:lež|spí|spíc|leh)<p>(?: <w>){0,2} na boku|ruce v bok|z boku"),
    # -- projective --------------------------------------------------------------------------------------------------
    cue("in-front-of", "projective", r"před|vepředu před|přede"),
    cue(
        "behind",
        "projective",
        r"(?P<cue>za) (?:<adjective> ){0,3}(?:<instrumental>|stromy|diváky|stoly|lidmi|sloupy|domy|ploty|keři|vozy"
        r"|autobusy|horami|pulty|muži|hráči|závodníky|psy|koni|zády|rohem|<plural_y>)|zpoza",
    ),
    cue("above", "projective", r"nad|nade"),
    cue(
        "over-jump",
        "projective",
        r"(?:skáč|skák|skok|skoč|přeskak|přeskoč|sklán|naklán|nahýb|přehýb|předklán|převiš|přehozen|přeložen|viset"
        r"|vis[íe]|natažen|pnouc|vedouc|most|držel|letí|letíc|klečí)<p>(?: <w>){0,4} (?P<cue>přes)",
    ),
    cue(
        "over-thing",
        "projective",
        r"(?P<cue>přes) (?:<w> )?(?:rameno|ramena|hlavu|hlavy|oči|obličej|tvář|ústa|pusu|nos|plot|překážk[uy]"
        r"|zábradlí|kládu|tyč|laťku|zeď|zídku|hrudník|záda|klín|kolena|vlasy|uši)",
    ),
    cue("below", "projective", r"pode?"),
    cue(
        "left-of",
        "projective",
        r"(?:vlevo|vpravo|nalevo|napravo)(?: od)?|po (?:jeho|její|jejich)? ?(?:pravici|levici)",
    ),
    # -- proximity ---------------------------------------------------------------------------------------------------
    cue("next-to", "proximity", r"vedle|bok po boku|hned u|těsně u|po (?:jeho |jejím |jejich |svém )?boku"),
    guard(
        "u-at",
        "idiom",
        r"u (?:<w>(?:ho|é|ch|ně|ům|í) ){0,2}(?:stol(?:u|ů|ku|ků|ech|ečku)|stán(?:ku|ků)|bar(?:u|ů)|pult(?:u|ů)"
        r"|mikrofon(?:u|ů)|jídla|večeře|snídaně|oběda|svačiny|holiče|počítač(?:e|ů)|notebook(?:u|ů)|pokladny|kasy"
        r"|okénka|sporáku|dřezu|grilu|piva|kávy|kafe|čaje|stroj(?:e|ů)|lékaře|doktora|zubaře|soudu|úst|pusy|ucha"
        r"|nohou?|klavír(?:u|ů)|klavíru|piana|televize|umyvadla|linky|přechodu|zasedání|závodu|zápasu|<h>ání|západu"
        r"|východu|sebe|toho|příležitosti|práce|policie|babičky|kadeřníka|snídaně|nosu|prezentace|karet|táboráku"
        r"|přepážky|tabule|psacího stolu|bubnů|kulatých stolů|stojanu)",
    ),
    cue("by", "proximity", r"(?P<cue>u) <w>"),
    cue(
        "near",
        "proximity",
        r"(?:v (?:blízkosti|okolí|bezprostřední blízkosti|těsné blízkosti))|blízko|poblíž|nedaleko(?: od)?|opodál"
        r"|kousek (?:od|za|vedle)|(?:pár|několik) (?:metrů|kroků) od|daleko od|dál od|nablízku",
    ),
    # -- topological -------------------------------------------------------------------------------------------------
    guard(
        "end-time",
        "time",
        r"(?:na|ke) (?:konci|začátku|závěr) (?:<w> )?(?:dne|zápasu|závodu|hry|roku|představení|sezóny|koncertu"
        r"|století|týdne|měsíce|léta|zimy|války|akce|filmu|cvičení|tréninku|lekce|vystoupení|výletu|nebo)"
        r"|ve středu (?:ráno|večer|odpoledne|v|na|dne|\d<p>)|uprostřed (?:<w>(?:ho|é|ch) |své |své |jejich )?(?:noci"
        r"|léta|zimy|akce|skoku|hry|zápasu|pohybu|tance|práce|boje|závodu|výskoku|souboje|koncertu|představení|letu)",
    ),
    cue("between", "topological", r"mezi|uprostřed|prostřed|doprostřed|v prostředku|napůl mezi"),
    guard("bicycle", "idiom", r"(?:s|(?:se |s )?(?:svým|jeho|jejím|jejich|horským|jízdním|jedním|tím|<w>ým)) kolem"),
    neighbour(
        "about",
        "landmarkless",
        r"(?:kolem|okolo|dokola) (?:a|během|se|si|je|jsou|leží|stojí|sedí|v|ve|na|s|i|zatímco|od|po|do|z|má|mají"
        r"|nich je|jde|jdou)",
    ),
    cue("around", "topological", r"(?P<cue>kolem|okolo|dokola kolem|dokola) <w>"),
    cue(
        "surrounded",
        "topological",
        r"obklop(?:en|uj|i)<p>|obestav<p>|lemovan<p>|lemují|ohraničen<p>|obehnan<p>|obstoup<p>",
    ),
    cue("inside", "topological", r"uvnitř (?:<w>(?:u|y|e|ho|é|í|ů|i|a|ě|ch|ého|ších))|vně|mimo (?:<w>)|zevnitř <w>"),
    cue(
        "leaning",
        "topological",
        r"(?:op(?:í|ř)(?:r|en)<p>|opřel<p>|opřít|nakloněn<p>|přitisk<p>|přitlač<p>)(?: (?:se|si|je|svou|svůj"
        r"|<w>)){0,4} (?:o|na|k|ke)|opřen<p>",
    ),
    cue(
        "against",
        "topological",
        r"(?:tlač|tisk)<p>(?: <w>)? proti|proti (?:<w> ){0,2}(?:zdi|stěně|slunci|obloze|oknu|plotu|stromu|skále|nebi"
        r"|sloupu|světlu|pozadí|horizontu)",
    ),
    cue("along-static", "topological", r"<posture>(?: <w>){0,4} podél"),
    # -- orientation -------------------------------------------------------------------------------------------------
    guard(
        "play-against",
        "idiom",
        r"(?:hraj|hráč|boj|bojuj|závod|zápas|soupeř|utkán|soutěž|hrá|zápol)<p>(?: <w>){0,4} proti(?: sobě| <w>)?",
    ),
    cue(
        "opposite",
        "orientation",
        r"naproti(?: sobě)?|proti sobě|protějš<p>|tváří v tvář|čelem (?:k|ke|do|od)|zády (?:k|ke|směrem|do|ku)"
        r"|(?:otočen|natočen|obrácen)<p>(?: (?:čelem|zády))?(?: <w>)? (?:k|ke|od|do|zády|čelem|směrem)|(?:tváří"
        r"|obličejem|čelem) (?:k|ke)",
    ),
    # -- the frame and regions ---------------------------------------------------------------------------------------
    guard(
        "studio",
        "idiom",
        r"na (?:<w> )?(?:bílém|černém|modrém|šedém|barevném|zeleném|červeném|světlém|tmavém|průhledném|žlutém"
        r"|oranžovém|růžovém|hnědém|jednobarevném) pozadí",
    ),
    cue("ground", "frame", r"(?:v|na|do|ve|s|se) (?:<w> ){0,2}(?:pozadí|popředí|pozadím)|v pozadí"),
    cue("distance", "frame", r"v (?:dálce|dáli|dálavě)"),
    cue(
        "side",
        "frame",
        r"(?:na (?:<w> ){0,2}|z )stran(?:ě|ách)(?: <w>)?|po (?:jeho |její |jejich |obou |levé |pravé |každé |jedné "
        r"|druhé )?stran(?:ě|ách)|po (?:obou |všech )?stranách|na boku <w>|po obou <w>",
    ),
    cue(
        "edge",
        "frame",
        r"na (?:<w> )?(?:okraji|kraji|hraně|rozhraní|konci|úpatí|dně|začátku|pokraji)(?: <w>)?|v čele <w>|při okraji",
    ),
    cue("corner", "frame", r"(?:na|v) (?:<w> ){0,2}rohu|ve středu <w>|v (?:samém )?centru (?:dění|pozornosti|obrázku)"),
    cue(
        "top",
        "topological",
        r"na (?:<w> )?(?:vrchu|vrcholu|vrcholku|vršku|špičce|vrcholcích)|navrchu|nahoře na|nahoře v|dole (?:v|na|pod)",
    ),
    # -- neighbours --------------------------------------------------------------------------------------------------
    neighbour("part", "part", r"v (?:zadní|přední|horní|dolní|spodní) části|na (?:zadní|přední) části"),
    neighbour("path", "path", r"podél|přes|skrze?|směrem|kolem|okolo|proti|dolů|nahoru"),
    neighbour(
        "landmarkless",
        "landmarkless",
        r"venku|uvnitř|nahoře|dole|vzadu|vepředu|vpředu|zezadu|zepředu|dokola|všude|stranou",
    ),
)

LEXER: Final = Lexer("spatial", RULES, WORDS, "cs.spatial", unicode=True)
