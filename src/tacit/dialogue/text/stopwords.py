"""Words that say nothing of what is asked for: those of grammar, and those of talking to an assistant.

The longer list is worth .015 of recall over a search engine's own (docs/methods.md).
"""

from typing import Final

_GRAMMAR: Final = """
a about above after again against all am an and any are aren as at be because been before being below between both but
by can cannot could couldn d did didn do does doesn doing don down during each few for from further had hadn has hasn
have haven having he her here hers herself him himself his how i if in into is isn it its itself just let ll m me more
most mustn my myself no nor not now o of off on once only or other ought our ours ourselves out over own re s same
shan she should shouldn so some such t than that the their theirs them themselves then there these they this those
through to too under until up ve very was wasn we were weren what when where which while who whom whose why will with
won would wouldn you your yours yourself yourselves
"""
_TALKING: Final = """
also anything details else example examples explain find get give go goes going good got happen happened happens hello
help hi information know like look made make many mean much need ok okay please really said say see something sure
talk tell thank thanks thing things think understand use used using want way well yeah yes
"""

STOPWORDS: Final[frozenset[str]] = frozenset((_GRAMMAR + _TALKING).split())
"""English, in lower case, as they stand before stemming."""

_QUALIFYING: Final = """
a above all also an any anything both each example few good he her his i it its just least made many more most much my
no one only other our own really same she so some such sure that the their these they thing this those very we what
which who you your
"""
QUALIFIERS: Final[frozenset[str]] = frozenset(_QUALIFYING.split())
"""Those that stand before a noun, or in the place of one, without being a name: "the same option"."""
