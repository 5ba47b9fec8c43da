"""French spatial: one thing placed relative to another, to the frame or to the viewer, beyond bare dans/sur/à/chez."""

from __future__ import annotations

from typing import Final

from tacit.captions.detect.lexer import Lexer, Rule, cue, guard, neighbour
from tacit.captions.detect.rules.fr.words import WORDS

RULES: Final[tuple[Rule, ...]] = (
    # -- names, set phrases ------------------------------------------------------------------------------------------
    guard("brand", "brand", r"under armou?r|vingt mille lieues sous les mers|à côté de la plaque"),
    cue("under-slug", "projective", r"(?P<cue>sous)-(?:une?|les?|la|des)-<w>"),
    guard(
        "under-idiom",
        "idiom",
        r"sous-<w>|sous (?:les |le |la )?\d+|sous (?:la |une )?douche|sous (?:haute |bonne )?(?:protection|escorte"
        r"|scellés|séquestre|embargo|serment|hypnose|perfusion)|sous (?:<d>)?(?:pluie|neige|soleil|tempête|averse"
        r"|orage|grêle|yeux|regards?|applaudissements|nom|titre|forme|vide|licence|contrôle|pression|surveillance"
        r"|prétexte|tension|réserve|garantie|angle|couvert|alcool|emprise|influence|direction|chaleur|effet"
        r"|acclamations)|sous (?:un|une|le|la) (?:<w> )?(?:soleil|pluie|temps|angle|jour)",
    ),
    guard(
        "amount",
        "price",
        r"(?:près (?:de |d')|au-dessus de|au-dessous de|entre|autour de|aux alentours de"
        r"|en dessous de) ?(?:<num>)(?: (?:et|à) <num>)? ?(?:<timeunit>|euros|h|[$%]|personnes|mètres|degrés"
        r"|kilomètres|km)|\b(?:près (?:de |d')|autour (?:de |d')|aux alentours (?:de |d'))\d{2,}",
        bounded=False,
    ),
    guard(
        "between-time",
        "time",
        r"entre (?:<num>|<month>) ?(?:h |heures |ans )?et (?:<num>|<month>)(?: ?(?:<timeunit>|h))?|entre (?:les "
        r"|deux |ses )?(?:matchs|cours|prises|sets|manches|scènes)",
    ),
    guard(
        "enter",
        "idiom",
        r"(?:il|elle|qui|se|on|et|homme|femme|garçon|fille|personne|chien) entre (?:dans|en|par|sur|chez|au)"
        r"|entre (?:dans|en|chez|par|au|amis|amies|autres|temps|guillemets|copains|copines|collègues)|(?:match"
        r"|rencontre|finale|combat|différence|relation|jeu|partie|duel|bagarre|dispute|lutte|conversation|discussion"
        r"|accord)s?(?: <w>){0,3} entre",
    ),
    guard(
        "close",
        "idiom",
        r"(?:de|à peu|d'assez|de très|de plus|du plus) près|proches de l'effondrement|jongl<p>(?: <w>)? entre|(?:parl"
        r"|discut|jou|rient|rit|batt|bavard|chuchot|échang)<p>(?: <w>)? entre (?:eux|elles)|pile ou face|face cachée"
        r"|(?:faire|fait|font) face (?:à|aux|au) (?:<d>)?(?:crise|défis?|difficultés?|problèmes?|danger)|extrême(?:-"
        r"| )(?:droite|gauche)|droit devant|devant être|devant faire|(?:son|leur|ses|le|gros) derrière nu"
        r"|sens dessus dessous|ci-dessus|ci-dessous|bras dessus(?:,)? bras dessous",
    ),
    guard(
        "of-them",
        "idiom",
        r"d'entre (?:eux|elles|nous|vous)|pench<p>(?: <w>)? (?:sur|vers) (?:le|son|leur) (?:côté|flanc)",
    ),
    guard(
        "opponent",
        "idiom",
        r"(?:combat|match|victoire|gagn<p>|remport<p>|perd<p>|affront<p>|défaite|rencontre)(?: <w>){0,3} face (?:à|au"
        r"|aux)",
    ),
    guard(
        "look",
        "gaze",
        r"regard(?:e|ent|ant|er)(?: <w>)? (?:derrière|sous|par-dessus|au-dessus|devant|autour|à gauche|à droite|vers)"
        r"|donnant sur|vue sur",
    ),
    # -- motion ------------------------------------------------------------------------------------------------------
    neighbour(
        "pass-by",
        "path",
        r"pass(?:e|ent|ant|er|é|és|ée|ées|ait)(?: <w>)? (?:devant|à c[oô]té|près|à proximité)(?: (?:de|du|des|d))?",
    ),
    neighbour("run-around", "path", r"<run>(?: <w>){0,2} autour"),
    neighbour(
        "turn",
        "path",
        r"(?:vers|tourn(?:e|ent|ant) (?:à|sur)|vir(?:e|ent|ant) (?:à|sur)|pench<p> (?:à|vers)|bifurqu<p> (?:à"
        r"|vers)) (?:la |sa |leur )?(?:gauche|droite)",
    ),
    # -- projective --------------------------------------------------------------------------------------------------
    neighbour("front-part", "part", r"(?:le|du|au|sur le) (?:devant|derrière|dessous) (?:de|du|des|d)"),
    cue("in-front-of", "projective", r"devant|au-devant|au devant"),
    cue("behind", "projective", r"derri[èe]re"),
    cue(
        "above",
        "projective",
        r"(?:au|par|là)[- ]dessus(?: (?:de|du|des|d))?|pench(?:ée?s?|e|ent|ant)(?: <w>)? sur|sur le dessus (?:de|du"
        r"|des|d)|surplomb(?:e|ent|ant)",
    ),
    cue(
        "below",
        "projective",
        r"sous|(?:en|au|là|par)[- ]dessous(?: (?:de|du|des|d))?|en contrebas(?: (?:de|du|des|d))?|dessous",
    ),
    cue(
        "left-of",
        "projective",
        r"(?:à|sur) (?:la |sa |leur |son )?(?:gauche|droite)(?: (?:de|du|des|d))?|à la (?:gauche|droite) (?:de|du|des"
        r"|d)",
    ),
    # -- proximity ---------------------------------------------------------------------------------------------------
    cue(
        "next-to",
        "proximity",
        r"(?:juste |tout )?[àa] c[ôo]t[ée]s?(?: (?:de|du|des|d))?|aux côtés (?:de|du|des|d)|à (?:ses|leurs|son"
        r"|leur) côtés?|côte[- ]à[- ]côte|auprès (?:de|du|des|d)",
    ),
    cue(
        "near",
        "proximity",
        r"(?:tout |très |plus |juste |assez )?près (?:de|du|des|d)|(?:tout|très) près|à proximité(?: (?:de|du|des|d"
        r"|immédiate))?|proches? (?:de|du|des|d)|non loin(?: (?:de|du|des|d))?|aux (?:abords|alentours) (?:de|du|des"
        r"|d)|voisine?s? (?:de|du|des|d)|au large (?:de|du|des|d)|à quelques (?:mètres|pas) (?:de|du|des|d)"
        r"|loin (?:de|du|des|d) (?:la|le|l|lui|elle|eux)|éloignée?s? (?:de|du|des|d)",
    ),
    # -- topological -------------------------------------------------------------------------------------------------
    guard(
        "end-time",
        "time",
        r"(?:au (?:milieu|bout|cœur)|à la fin|au début|au fond) (?:de |d'|du |des )(?:<d>)?(?:nuit|journée|<timeunit>"
        r"|match|course|hiver|été|automne|printemps|saut|action|concert|spectacle|histoire)",
    ),
    cue("between", "topological", r"entre|parmi|au milieu(?: (?:de|du|des|d))?|au beau milieu|en plein milieu"),
    cue("around", "topological", r"(?:tout )?autour (?:de|du|des|d)"),
    neighbour("about", "landmarkless", r"(?:tout )?autour|alentour"),
    cue(
        "surrounded",
        "topological",
        r"entour(?:ée?s?|ant|e|ent)|encercl(?:ée?s?|ant|ent)|cernée?s?|bordée?s? (?:de|d|par)|flanquée?s?"
        r"|encadrée?s? (?:de|par|d)",
    ),
    cue(
        "inside",
        "topological",
        r"à l'(?:intérieur|extérieur) (?:de|du|des|d)|en dehors (?:de|du|des|d)|au dehors (?:de|du|des|d)"
        r"|au sein (?:de|du|des|d)|dans l'enceinte|à l'ombre (?:de|du|des|d)",
    ),
    cue(
        "leaning",
        "topological",
        r"(?:s')?(?:appuy|adoss|accoud)(?:ée?s?|e|ent|ant)(?: <w>){0,2} (?:contre|sur|à|au|aux)|(?:s')?appui(?:e"
        r"|ent)(?: <w>){0,2} (?:contre|sur|à|au)|adossée?s?|en appui (?:sur|contre)",
    ),
    cue("against", "topological", r"(?P<cue>contre) (?:<d>)?(?:<w> )?<scene>|<posture>(?: <w>)? contre"),
    guard("versus", "idiom", r"contre"),
    cue("along-static", "topological", r"<posture>(?: <w>){0,3} le long (?:de|du|des|d)"),
    cue("beyond", "topological", r"au-delà (?:de|du|des|d)|en travers (?:de|du|des|d)"),
    # -- orientation -------------------------------------------------------------------------------------------------
    cue(
        "facing",
        "orientation",
        r"face (?:à|au|aux)(?: face)?|en face(?: (?:à|au|aux|de|du|des|d))?|(?:fait|font|faisant|faire) face(?: (?:à"
        r"|au|aux))?|vis-à-vis|opposée?s? (?:à|au|de|du|d)|en vis-à-vis|l'une? (?:en )?face (?:de|à) l'autre"
        r"|tournant le dos|tourn(?:e|ent) le dos|dos à(?: dos)?|dos (?:tournée?|au)|tournée?s? vers",
    ),
    # -- the frame and regions ---------------------------------------------------------------------------------------
    cue(
        "ground",
        "frame",
        r"(?:à l'|en |au |dans l'|d')?(?:arri[èe]re[ -]?(?:plan|fond)|avant[ -]plan|premier[ -]plan|second[ -]plan"
        r"|deuxième[ -]plan)|en (?:toile de )?fond|dans le fond|au fond(?: (?:de|du|des|d))?|(?:comme"
        r"|pour) (?:toile de )?fond",
    ),
    cue("distance", "frame", r"au loin|dans le lointain|à (?:l'horizon|distance)"),
    cue(
        "side",
        "frame",
        r"(?:sur|de|du|d'|des|à|au) (?:le |la |les |un |une |chaque |deux |l'autre |les deux |chacun des |ce |son "
        r"|leur )?(?:autre )?côtés?(?: (?:de|du|des|d|gauche|droite?|opposé))?|d'un côté|de part et d'autre",
    ),
    cue(
        "edge",
        "frame",
        r"(?:au|sur le|près du|aux|sur les|le) (?:<w> )?bords? (?:de|du|des|d)|en bord (?:de|d)|en bordure (?:de|du"
        r"|des|d)|au bout (?:de|du|des|d)|à l'(?:extrémité|angle|entrée|orée) (?:de|du|des|d)|au (?:bord"
        r"|rebord) (?:de|du|des|d)|sur le (?:bord|rebord)",
    ),
    cue(
        "corner",
        "frame",
        r"(?:au|dans (?:un|le)|à un|en|sur un|à chaque) (?:<w> )?coin(?: (?:de|du|des|d))?|(?:au"
        r"|en plein) centre(?: (?:de|du|des|d))?|au cœur (?:de|du|des|d)",
    ),
    cue(
        "top-bottom",
        "frame",
        r"(?:en|tout en|au) (?:haut|bas|sommet|pied|faîte) (?:de|du|des|d)|en (?:haut|bas) à (?:gauche|droite)"
        r"|tout en haut|au sommet",
    ),
    # -- neighbours --------------------------------------------------------------------------------------------------
    neighbour("part", "part", r"à l'(?:avant|arrière)(?: (?:de|du|des|d))?|sur le (?:devant|dessus)"),
    neighbour(
        "path",
        "path",
        r"le long (?:de|du|des|d)|à travers|vers|en direction (?:de|du|des|d)|jusqu'(?:à|au|aux)|hors (?:de|du|des|d)",
    ),
    neighbour(
        "landmarkless",
        "landmarkless",
        r"à l'(?:intérieur|extérieur)|dehors|dedans|en (?:haut|bas|extérieur|intérieur|plein air)|dessus|ailleurs"
        r"|partout",
    ),
)

LEXER: Final = Lexer("spatial", RULES, WORDS, "fr.spatial", unicode=True)
