"""Draw a neighbourhood as a fan: what leads to the notion on its left, what it leads to on its right.

Every name is written out, one a line, under the relation that joins it: nothing overlaps, however many
there are, and the picture reads in the order of the list. Lengths are pixels at full size.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap

from rdflib.namespace import SKOS

from kg.concepts.names import Ref
from kg.concepts.neighbourhood import Edge, Neighbourhood
from kg.concepts.picture import text_width
from kg.messages import Lang, say

TITLE, NAME, RELATION = 17, 14, 13
"""Sizes of the letters of the notion in the middle, of a neighbour, of a relation."""
_LINE, _APART, _REACH, _MARGIN = 22, 16, 120, 16
"""Height of a line; room between two groups, between a group and the middle, around the picture."""
_PAD, _GAP, _HEAD, _LETTERS = 16, 10, 9, 18
"""Room inside the middle box; between a bracket and its names; length of an arrowhead; letters of a line."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One name, and *words* after it where it binds no more or not yet; *y*: its baseline."""

    ref: Ref
    name: str
    words: str
    y: float


@dataclass(frozen=True, slots=True)
class Group:
    """The neighbours that one relation joins, in one direction; *outward*: away from the notion.

    *x*: where its words begin, or end on the left; *y*: baseline of *label*; *bracket*,
    *way*, *tip*: SVG path data. *binding*: one of them at least is in force, or has no date.
    """

    label: str
    outward: bool
    binding: bool
    x: float
    y: float
    neighbours: tuple[Neighbour, ...]
    bracket: str
    way: str
    tip: str


@dataclass(frozen=True, slots=True)
class Fan:
    """What to draw: the notion in its box, its name line by line with baselines, the groups around it."""

    width: float
    height: float
    x: float
    y: float
    box_width: float
    box_height: float
    lines: tuple[tuple[str, float], ...]
    groups: tuple[Group, ...]


def fan(around: Neighbourhood, lang: Lang) -> Fan:
    """Return the drawing of *around*, in words of *lang*."""
    sides: list[list[_Part]] = [[], []]
    for relation, outward, edges in around.relations:
        named = [_named(edge, around.centre, lang) for edge in edges]
        binding = any(edge.state in ("in-force", "undated") for edge in edges)
        sides[outward].append(_Part(_label(relation, outward, lang), outward, binding, named))
    widths = [max((part.width for part in side), default=0.0) for side in sides]
    heights = [sum(p.height for p in side) + _APART * max(0, len(side) - 1) for side in sides]
    names = wrap(around.centre.acronym or around.centre.label, _LETTERS)
    middle = max(text_width(line, TITLE) for line in names) + 2 * _PAD
    tall = max(len(names) * _LINE + _PAD, *(len(side) * 14 + _PAD for side in sides))
    height = max(tall, *heights)
    left = _MARGIN + (widths[0] + _REACH if sides[0] else 0)
    top = _MARGIN + (height - tall) / 2
    groups: list[Group] = []
    for side, outward, own in zip(sides, (False, True), heights, strict=True):
        x = left + middle + _REACH if outward else left - _REACH
        edge = left + middle if outward else left
        y = _MARGIN + (height - own) / 2
        for place, part in enumerate(side):
            start = top + tall * (place + 0.5) / len(side)
            groups.append(_group(part, x, y, (edge, start)))
            y += part.height + _APART
    first = top + (tall - len(names) * _LINE) / 2 + _LINE - 6
    return Fan(
        width=left + middle + (_REACH + widths[1] if sides[1] else 0) + _MARGIN,
        height=height + 2 * _MARGIN,
        x=left,
        y=top,
        box_width=middle,
        box_height=tall,
        lines=tuple((line, first + i * _LINE) for i, line in enumerate(names)),
        groups=tuple(groups),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """A group before it is placed: each neighbour with its name and the words after it."""

    label: str
    outward: bool
    binding: bool
    names: list[tuple[Ref, str, str]]

    @property
    def width(self) -> float:
        lines = [text_width(f"{name} {words}", NAME) for _, name, words in self.names]
        return max(text_width(self.label, RELATION), *lines) + _GAP

    @property
    def height(self) -> float:
        return (len(self.names) + 1) * _LINE


def _label(relation: Ref, outward: bool, lang: Lang) -> str:
    """Return the name of *relation*; that of the hierarchy depends on the direction."""
    if relation.iri == str(SKOS.broader):
        return say("concept.broader" if outward else "concept.narrower", lang)
    return (
        say("site.concept-related", lang) if relation.iri == str(SKOS.related) else relation.label
    )


def _named(edge: Edge, centre: Ref, lang: Lang) -> tuple[Ref, str, str]:
    ref = edge.beside(centre)
    name = f"{ref.label} ({ref.acronym})" if ref.acronym else ref.label
    words = say(f"site.state-{edge.state}", lang) if edge.state in ("past", "to-come") else ""
    return ref, name, words


def _group(part: _Part, x: float, y: float, end: tuple[float, float]) -> Group:
    """Return the group whose top is at *y*; its arrow begins or ends at *end*, on the box."""
    upper, lower = y + _LINE, y + part.height
    far = x, (upper + lower) / 2
    start, stop = (end, far) if part.outward else (far, end)
    turn = (start[0] + stop[0]) / 2
    return Group(
        label=part.label,
        outward=part.outward,
        binding=part.binding,
        x=x + (_GAP if part.outward else -_GAP),
        y=upper - 6,
        neighbours=tuple(
            Neighbour(*named, upper + (i + 1) * _LINE - 6) for i, named in enumerate(part.names)
        ),
        bracket=f"M{x:.0f} {upper:.0f}V{lower:.0f}",
        way=(
            f"M{start[0]:.0f} {start[1]:.0f}C{turn:.0f} {start[1]:.0f} {turn:.0f} {stop[1]:.0f} "
            f"{stop[0] - _HEAD:.0f} {stop[1]:.0f}"
        ),
        tip=f"M{stop[0]:.0f} {stop[1]:.0f}l-{_HEAD} -4.5v9z",
    )
