"""One page of each kind, for the tests that hold for all of them."""

from __future__ import annotations

from urllib.parse import urlencode

from kg.messages import Lang

ASKED: dict[str, dict[Lang, str]] = {
    "answer": {
        "fr": "Combien de généralistes faut-il dans une MSP ?",
        "en": "How many general practitioners must a MSP have?",
    },
    "refusal": {
        "fr": "Quel est le salaire d’un coordinateur de CPTS ?",
        "en": "What is the salary of a CPTS coordinator?",
    },
    "answer on a disagreement": {
        "fr": "Sur quoi les sources sont-elles en désaccord à propos des CPTS ?",
        "en": "On what do the sources disagree about the CPTS?",
    },
}
"""Kinds of pages that answer a question → that question."""

PATHS = {
    "home": "/",
    "concepts": "/concepts",
    "concept": "/concept/CommunauteProfessionnelleTerritorialeDeSante",
    "historic concept": "/concept/PlateformeTerritorialeDAppui",
    "class of the model": "/concept/Affirmation",
    "texts": "/textes",
    "texts, filtered": "/textes?rang=loi&etat=in-force",
    "texts by year": "/textes?par=annee",
    "text": "/texte/csp/l6323-3",
    "differences": "/texte/csp/l6323-3/differences?de=2009-07-23&a=2011-08-12",
    "text of a day": "/texte/csp/l6323-3/2015-01-01",
    "law": "/texte/loi/2019-774",
    "instruction": "/texte/instruction/2019-218",
    "rules": "/regles",
    "rules, filtered": "/regles?concept=MSP&par=rang",
    "rule": "/regle/MSP-SIGNATURES",
    "sources": "/sources",
    "source": "/source/003-kit-elus-doubs",
    "disagreements": "/desaccords",
    "disagreement": "/desaccord/nombre-de-missions-cpts",
    "thing": "/vocabulaire/rang/loi",
    "territory": "/vocabulaire/territoire/departement/53",
    "ontology": "/ontologie",
    "module of the ontology": "/ontologie/textes",
    "search": "/recherche",
    "search with results": "/recherche?q=CDS",
    "search without a result": "/recherche?q=zzzzqqqq",
    "question": "/question",
    "SPARQL": "/sparql",
    "validation": "/validation",
    "validation gone": "/validation/" + 43 * "a",
    "changes": "/changements",
    "changes of a concept": "/changements?concept=CentreDeSante",
    "comparator": "/comparer",
    "comparison": "/comparer?concept=MaisonDeSante&concept=CentreDeSante",
    "usage": "/usage",
    "dump": "/dump",
    "not found": "/concept/Nope",
    "bad day": "/textes?date=2019-02-30",
}
"""Kinds of pages → the path of one."""

ERRORS = {"validation gone", "not found", "bad day"}
KINDS = [*PATHS, *ASKED]


def path_of(kind: str, lang: Lang) -> str:
    """Return the path and query of the page of *kind* in *lang*."""
    if kind in ASKED:
        return "/question?" + urlencode({"q": ASKED[kind][lang], "lang": lang})
    path = PATHS[kind]
    return f"{path}{'&' if '?' in path else '?'}lang={lang}"
