"""Tell the clause that asks from those that only set the scene: "On a déposé notre projet, sous combien de temps…"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BREAK = re.compile(
    r"[,;:.!?…→()]+(?=\s|$)|\s[-(]\s?|\s\(|\n|\b(?:mais|car|but|because)\b", re.IGNORECASE
)
_ASKS_FR = re.compile(
    r"\b(?:quels?|quelles?|lequel|laquelle|lesquels|lesquelles|quoi|où|ou est|ou sont|quand|combien|comment"
    r"|pourquoi|qu'est|(?<!ce )(?<!vrai )que\b.{0,8}\b(?:dit|dis|pr[ée]voit|d[ée]finit|devien|vise|doit|peut|change))\b"
    r"|(?:^|[,:;.!])\W*(?:qui|que|qu)\b|\b(?:à|a|de|avec|par|pour|chez)\s+qui\b|\bqui\b(?=[^,]{0,30}\?$)|,\s*qui\b"
    r"|\bc'est\s+qui\b",
    re.IGNORECASE,
)
_ASKS_EN = re.compile(r"\b(?:what|which|who|whom|whose|where|when|how|why)\b", re.IGNORECASE)
_INVERTED = re.compile(
    r"\b(?!et\b)(?:est|sont|était|étaient|peut|peuvent|pouvait|doit|doivent|a|ont|faut|va|vont|fait|\w+e|\w+ent|\w+[iuf]?t)"
    r"(?:[- ]t)?[- ](?:il|elle|ils|elles|on|ce)\b|\best-ce qu|\b(?:puis|dois|suis|ai|pouvons|devons)-(?:je|nous)\b",
    re.IGNORECASE,
)
_VERB_FIRST = re.compile(
    r"\b(?:est|sont|était|étaient|peut|peuvent|pouvai(?:en)?t|doit|doivent|devai(?:en)?t|a|ont|avai(?:en)?t|faut|fallait)"
    r"(?:-t)?-(?:il|elle|ils|elles|on)\b",
    re.IGNORECASE,
)
_TELL = re.compile(r"\b(?:qui|que|quoi|qu'|lequel|laquelle|ou|où)\b|\bqu'", re.IGNORECASE)
_BOOL_FR = re.compile(
    r"\b(?:est|sont|peut|peuvent|peux|pouvons|doit|doivent|dois|devons|faut)\b|\b(?:puis|dois)-je\b",
    re.IGNORECASE,
)
_AUXILIARIES = r"(?:can|may|must|do|does|did|is|are|was|were|has|have|should|could|shall|will)\b"
_BOOL_EN = re.compile(rf"(?:^|[,:.;!]\s*){_AUXILIARIES}", re.IGNORECASE)
_AUXILIARY = re.compile(_AUXILIARIES, re.IGNORECASE)
_TELL_ME = re.compile(r"(?:can|could|will|do|may|would)\s+(?:you|i|we|anyone)\b", re.IGNORECASE)
_VERDICT = re.compile(
    r"\b(?:possibles?|possibilit[ée]s?|possibility|autoris[ée]e?s?|obligatoires?|permis\w*|l[ée]gal\w*|l[ée]gaux|interdite?s?|facultati\w+"
    r"|suffi\w*|conformes?|allowed|permitted|legal|compulsory|mandatory|required|forbidden|enough|compliant)\b[^?]*\?",
    re.IGNORECASE,
)
_CHOOSES = re.compile(
    r"^\W*(?:lequel|laquelle|lesquel(?:le)?s|which|who|quel(?:le)?s?|qui)\b.*\b(?:ou|or)\b"
    r"|^\W*(?:est-ce|c'est|(?:is|was) it) (?:plut[ôo]t )?(?:l[ea]s?\b|l'|une?\b|the\b|an?\b).*\b(?:ou|or)\b.*\b(?:qui|que|qu|that|which|who)\b",
    re.IGNORECASE,
)
"""Words that ask which of two: "laquelle est la plus large, la PTA ou la CPTS ?"."""
_ADJECTIVE = (
    r"(?:l[ée]ga(?:l|le|ux|les)|obligatoires?|possibles?|autoris[ée]e?s?|permis\w*|facultati\w+|juridiques?|interdite?s?"
    r"|compulsory|mandatory|required|allowed|permitted|forbidden|legal|optional|minim\w+)"
)
_HEAD = re.compile(
    rf"^(?:[^:?]{{1,40}}\s:)?\W*(?:(?:les?|la|l'|des?|the|any|all)\b\W*)?(?:{_ADJECTIVE}\s+)*"
    r"(?:missions?|t[âa]ches?|r[ôo]les?|[ée]l[ée]ments?|contenu|listes?|statuts?|financements?|aides?|conditions?"
    r"|d[ée]lais?|composition|membres?|crit[èe]res?|obligations?|formes?|pi[èe]ces?|documents?|[ée]tapes?|signataires?"
    r"|sanctions?|exceptions?|dur[ée]e|nombre|seuils?|montants?|mentions?|tasks?|duties|elements?|contents?|lists?|status"
    r"|funding|time limits?|deadlines?|members?|criteria|requirements?|forms?|steps?|signatories|penalties|number|amounts?)"
    rf"\b(?:\s+(?:et|and|ou|or)?\s*{_ADJECTIVE})*",
    re.IGNORECASE,
)
"""The noun that a question without a verb begins with, which it asks for: "missions obligatoires", "legal status"."""
_STATED = re.compile(
    r"^\W*(?:(?:les?|la|l'|une?|the|an?)\b\W*)?(?:[A-Z]{3,}s?\s+)+"
    r"(?:(?:est|sont|bien|toujours|encore|d[ée]j[àa]|vraiment|forc[ée]ment)\s+)?"
    r"(?:\w+[ée]e?s?|ouverte?s?|soumise?s?|tenue?s?|r[ée]gie?s?|d[ée]finie?s?|inscrite?s?|r[ée]unie?s?|open|\w+ed)"
    r"\b[^?:]*\?"
    r"|\b(?i:bien|vraiment|toujours|d[ée]j[àa])\s+\w+[ée]e?s?\s*\?"
)
"""A participle that is said of what is named, without its verb: "CPTS ouverte aux patients ?"."""
_STATED_EN = re.compile(
    r"^(?!.*\b(?:that|which|who)\b).*\b(?:can|may|must|should)\b.*\?\W*$", re.IGNORECASE
)
"""A statement with a question mark: "Only doctors may join a CPTS?"."""
_CUT = re.compile(r"\b(?:par|de|à|pour|avec|en|by|of|to|for|with|in)\s*\?", re.IGNORECASE)
"""The end of a question that leaves out what it asks for: "créée par ?"."""
_BARE = re.compile(
    r"^\W*(?:(?:et|and|donc|so|alors|maintenant|now|du coup)\W+)*(?:"
    r"(?:quel(?:le)? (?:article|texte|loi|d[ée]cret)|qu'est-ce qui|(?:which|what) (?:article|law|text|decree))"
    r" (?:nous |vous |me |le |l')?(?:y |en )?(?:autoris\w+|oblig\w+|permet\w*|interdi\w+|allows? (?:it|us|this|that|me))"
    r"|(?:est-ce )?(?:lequel|laquelle|lesquels|lesquelles|(?:par|de|en|avec|à) (?:quoi|qui)|which(?: one)?|by (?:what|whom))"
    r"(?:\W+(?:est|sont|c'est|est-ce|exactement|exactly|maintenant|now|au juste|is it|donc))*"
    r"|(?:en )?(?:a-t-(?:il|elle)|ont-(?:ils|elles)|avons-nous|a-t-on|ai-je)(?: bien| vraiment)? le droit"
    r"|(?:peut|peuvent|doit|doivent)-(?:il|elle|ils|elles|on) le faire"
    r"|(?:can|may|must) (?:it|they|we|i) (?:do (?:so|it|that)|really)"
    r"|(?:[cç]a|cela|il|elle|ils|elles|on) s'appelle(?:nt)? comment(?: maintenant)?"
    r"|comment (?:[cç]a|cela|il|elle|ils|elles) s'appelle(?:nt)?(?: maintenant)?"
    r"|c'est (?:quoi|qui|quel(?:le)? (?:structure|dispositif|[ée]quipe|organisation))(?: maintenant| d[ée]sormais)|what (?:is|are) (?:it|they) (?:called|named)(?: now)?"
    r"|(?:are we|is it) allowed to(?: do (?:so|it|that))?"
    rf"|(?:est-ce(?: que c'est)?|c'est|is (?:it|this|that)) (?:bien |vraiment |really )?{_ADJECTIVE}"
    r")\W*$",
    re.IGNORECASE,
)
"""A clause that asks nothing by itself: what it asks about stands in the scene."""
_TELLS = re.compile(
    r"\b(?:j'|je|on|nous|notre|nos|mon|ma|mes|moi|i|i'm|we|our|my|merci|thanks|bonjour|hello|hi|please|svp|stp"
    r"|silence radio)\b",
    re.IGNORECASE,
)
_AM = re.compile(
    r"\b(?:je suis|on est|nous sommes|i am|i'm|we are|we're|en tant qu\w*|comme|as an?)\b",
    re.IGNORECASE,
)
_I_AM = re.compile(r"\W*(?:je suis|i am|i'm|en tant qu\w*|as an?)\b[^\d]*$", re.IGNORECASE)
_FIRST = re.compile(r"\b(?:j'|je|on|nous|i|we)\b", re.IGNORECASE)
_RIGHT = re.compile(
    r"\b(?:ai|as|a|avons|avez|ont)(?:-t)?(?:-(?:je|tu|on|nous|vous|ils?|elles?))?(?: (?:bien|vraiment|aussi))? le droit\b"
    r"|\bam i\b",
    re.IGNORECASE,
)
"""Words by which a clause asks what one may do."""
_EITHER = re.compile(
    r",?\s*\b(?:oui ou non|yes or no|(?:ou|or) (?:pas|non|not|interdite?s?|ill[ée]gale?s?|facultati\w+|forbidden|illegal"
    r"|optional))\b",
    re.IGNORECASE,
)
"""The other side of what is asked: "autorisé ou pas", "legal or not"."""
_CHOICE = re.compile(
    r"(?=.*\b(?:ou|or)\b)(?=.*\b(?:tout le monde|tou(?:s|tes)|chacun|juste|seulement|uniquement|everyone|everybody|all|just"
    r"|only)\b)",
    re.IGNORECASE,
)
_WHO = re.compile(r"\W*(?:qui|who)\b", re.IGNORECASE)
_EXAMPLE = re.compile(r"\b(?:par ex|p\. ?ex|e\.g|for example|for instance|such as)", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b(?:si|if|sans|without|aucune?s?|seule?s?|only|uniquement|sauf|unless|que des|pas|not"
    r"|deux|two|trois|three|quatre|four|cinq|five|plusieurs)\b|\d",
    re.IGNORECASE,
)
_ONE = re.compile(r"\b(?:un|une|one)\b", re.IGNORECASE)
_WEIGHS = re.compile(
    r"\b(?:suffi\w*|assez|enough|conformes?|valables?|valid|combien|how many|manque\w*|missing|complian\w*|minim\w*)\b",
    re.IGNORECASE,
)
"""Words by which a question weighs a team told by its members: "one" is a number there."""
_WORK = (
    r"(?:devoir|m[ée]moire|th[èe]se|expos[ée]|dossier|note|r[ée]union|cours|oral|concours|examen|pr[ée]sentation"
    r"|diaporama|rapport|essay|thesis|report|assignment|paper|class|exam|meeting|briefing|presentation|memo)"
)
_PURPOSE = re.compile(
    rf"\W*(?:(?:c'est|it's|this is) )?(?:pour|for|dans le cadre d\w*)\W+(?:\w+ ){{0,2}}{_WORK}\b[^?]*$",
    re.IGNORECASE,
)
"""A clause that says what the answer is for."""
_FOR_WORK = re.compile(
    rf",?\s*\b(?:pour|for) (?:un|une|mon|ma|notre|a|an|my|our) {_WORK.replace('|dossier', '')}\b"
    r"(?: (?:de |d'|of |on |sur )?\w+){0,4}(?=\W*$)",
    re.IGNORECASE,
)
"""The end of a question that says what the answer is for."""
_REPORTED = re.compile(
    r"\W*(?:(?:un|une|mon|ma|notre|le|la|a|an|my|our|the) (?:avocate?|juriste|notaire|comptable|coll[èe]gue|confr[èe]re"
    r"|amie?|format(?:eur|rice)|consultante?|lawyer|solicitor|accountant|colleague|friend)|on|quelqu'un|someone|somebody)"
    r" (?:me |m'|nous |vous )?(?:a |ont |has |have )?(?:dit|assur|affirm|soutien|expliqu|told|says|said|claim)\w*"
    r"(?: us| me)? (?:que |qu'|that )"
    r"|\W*(?:j'ai|on a|nous avons|i(?:'ve| have)?|we(?:'ve| have)?) (?:entendu(?: dire)?|lu|appris|heard|read)"
    r" (?:que |qu'|that )",
    re.IGNORECASE,
)
"""Who says what comes next: "un avocat nous dit que", "j'ai lu que"."""
_TEXT = re.compile(
    r"\b(?:quel(?:le)?s?|which|what) (?:articles?|textes?|lois?|d[ée]crets?|provisions?|texts?|laws?|acts?|decrees?)\b",
    re.IGNORECASE,
)
_TOLD_OF_IT = re.compile(
    r"\s(?:avec|sur|par) lesquel(?:le)?s?\b[^?:;]*|\s(?:with|on|by) which\b[^?:;]*", re.IGNORECASE
)
"""What a question for a text tells of the thing that the text is about: "les schémas avec lesquels il est compatible"."""
_TELLING = r"(?:dire|indiquer|donner|expliquer|pr[ée]ciser|rappeler|citer|nommer|confirmer)"
_REQUEST = re.compile(
    r"\bil (?:me|nous) fau(?:t|drait)\b|\b(?:j'(?:ai|aurais)|nous (?:avons|aurions)) besoin\b"
    rf"|\b(?:(?:pouvez|pourriez)-vous|(?:peux|pourrais)-tu) (?:me |m'|nous ){_TELLING}\b"
    r"|\b(?:could|can|would) (?:you|someone|anyone|somebody) (?:please )?(?:(?:tell|give|show|remind) (?:me|us)|explain(?: to (?:me|us))?)\b"
    r"|\b(?:in|with) (?:plain|simple) (?:words?|terms?|english|language)\b|\ben (?:termes|mots) simples\b|(?<=\w)-moi\b|\b(?:i|we) need(?: to know)?\b",
    re.IGNORECASE,
)
"""Words that ask for an answer, whatever it is: no duty is asked about."""


@dataclass(frozen=True, slots=True)
class Clauses:
    """What of a question asks, and the stretches that only set the scene (characters, end excluded).

    *askers*: those of the scene that say who "je" is, where what is asked is about "je". *either*: the second of two
    answers that the question gives ("autorisé ou pas"), which is no part of what asks.
    """

    asking: str
    scene: tuple[tuple[int, int], ...]
    askers: tuple[tuple[int, int], ...] = ()
    either: tuple[int, int] | None = None


def clauses(text: str) -> Clauses:
    """Return the clauses of the tidy *text*.

    A clause sets the scene where another one asks and it speaks of the asker, or gives an example. One that
    sets a condition (a number, "si", "sans"…) is part of what is asked. So does one that proposes answers to "who".
    """
    found = _split(text)
    told = _REPORTED.match(text)
    if told is not None and found[0][1] > told.end():  # what is reported is no scene
        found[:1] = [told.span(), (told.end(), found[0][1])]
    proposed = [
        span for span in found[1:] if _WHO.match(text) and _CHOICE.match(text[slice(*span)])
    ]
    asks = [
        text[start:end].rstrip().endswith("?") or wonders(text[start:end]) for start, end in found
    ]
    scene = [
        (start, end)
        for (start, end), asking in zip(found, asks, strict=True)
        if (start, end) in proposed
        or (
            not asking
            and (
                _EXAMPLE.search(text[start:end])
                or (_TELLS.search(text[start:end]) and not _bounds(text[start:end], text))
                or _I_AM.match(text[start:end])
                or _PURPOSE.match(text[start:end])
            )
        )
    ]
    ends = [m.span() for m in (*_FOR_WORK.finditer(text), *_REQUEST.finditer(text))]
    ends += [told.span()] if told is not None else []
    ends += [m.span() for m in _TOLD_OF_IT.finditer(text) if _TEXT.search(text)]
    scene = [*scene, *(end for end in ends if not _inside(end, scene))] if any(asks) else ends
    scene.sort()
    second = _EITHER.search(text)
    either = second.span() if second is not None else None
    at, kept = 0, []
    for start, end in scene:
        kept.append(text[at:start])
        at = end
    asking = "".join([*kept, text[at:]]).lstrip(" ,;:.-")
    if _BARE.match(
        asking
    ):  # what is told is what is asked about: "… ; quel article nous y autorise ?"
        return Clauses(text, (told.span(),) if told is not None else ())
    first = _FIRST.search(asking) is not None
    askers = [span for span in scene if first and _AM.search(text[span[0] : span[1]])]
    return Clauses(_EITHER.sub("", asking), tuple(scene), tuple(askers), either)


def _bounds(clause: str, text: str) -> bool:
    """Say whether *clause* sets a condition to what *text* asks."""
    one = _WEIGHS.search(text) is not None and _ONE.search(clause) is not None
    return one or _CONDITION.search(clause) is not None


def _inside(span: tuple[int, int], scene: list[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in scene)


def wonders(text: str) -> bool:
    """Say whether *text* has the words or the order of a question."""
    return any(p.search(text) for p in (_ASKS_FR, _ASKS_EN, _INVERTED, _BOOL_EN, _RIGHT))


def wonders_before(text: str) -> bool:
    """Say whether *text*, which a verb follows, has the words of an open question: "quand" before "peut-il"."""
    return any(p.search(text) for p in (_ASKS_FR, _ASKS_EN)) or _TELL.search(text) is not None


def chooses(text: str) -> bool:
    """Say whether *text* asks which of two, where a yes or a no tells nothing."""
    return _CHOOSES.search(text) is not None


def closed(text: str, *, announced: bool, either: bool) -> bool:
    """Say whether *text* asks for yes or no; *announced*: it also names a kind of text, *either*: it gave both."""
    inverted = _VERB_FIRST.search(text)
    if inverted is not None and not wonders_before(text[: inverted.start()]):
        return True  # "pouvait-il, en 2010, être l'un de ceux entre lesquels…"
    if chooses(text) and not either:
        return False
    if _ASKS_EN.search(text) and not (_AUXILIARY.match(text) and not _TELL_ME.match(text)):
        return False
    if _BOOL_EN.search(text):
        return True
    if _ASKS_FR.search(text):
        return False
    if either or _INVERTED.search(text) or _RIGHT.search(text):
        return True
    if _BOOL_FR.search(text):
        return not announced
    head = _HEAD.match(text)
    said = text[head.end() :] if head is not None else text
    stated = head is None and (
        (_STATED.search(text) and not _CUT.search(text)) or _STATED_EN.match(text)
    )
    return not announced and bool(_VERDICT.search(said) or stated)


def _split(text: str) -> list[tuple[int, int]]:
    """Return the clauses, each with the mark that ends it."""
    found, at = [], 0
    for mark in _BREAK.finditer(text):
        if text[at : mark.start()].strip():
            found.append((at, mark.end()))
            at = mark.end()
    if text[at:].strip():
        found.append((at, len(text)))
    return found
