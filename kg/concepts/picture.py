"""Draw who leads to whom: boxes in layers, from the widest structure down, and labelled arrows between them.

Ours, because there are some fifteen boxes: a graph library (networkx) has no such layout of its own, and
those that have one (Graphviz, dagre) need another program on the server. The steps are those of Sugiyama,
Tagawa and Toda (1981): layers by longest path, waypoints for long arrows, an order with few crossings,
then places. Lengths are pixels at full size.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from textwrap import wrap

from kg.concepts.names import Ref

NAME, WORDS, RELATION = 16, 13, 13.5
"""Sizes of the letters of an acronym or name, of the words under an acronym, of a relation."""
_LINE, _PAD, _GAP, _BELOW, _MARGIN = 26, 14, 26, 68, 8
"""Height of a name; room inside a box on each side, between two boxes, below a layer, around the picture."""
_LETTERS = 26
"""Letters of a line of the words under an acronym."""
_LABEL, _HEAD = 20, 9
"""Height of a label, length of an arrowhead."""
_SWEEPS = 12
"""Times that the order and the places are bettered: no picture of ours changes after six."""


@dataclass(frozen=True, slots=True)
class Link:
    """What relates one structure to others, and the texts that say so."""

    origin: Ref
    relation: Ref
    targets: tuple[Ref, ...]
    texts: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """One structure in a box: its acronym or name, the words under it; *y*: baseline of each."""

    ref: Ref
    y: float
    words: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A box that names one structure, or several that are reached in the same way and lead nowhere."""

    names: tuple[Name, ...]
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Where its words are centred."""
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a relation, under the box that it starts from; *x* is its middle, *y* its baseline."""

    relation: Ref
    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Arrow:
    """The way of an arrow, as SVG path data; *tip*: its head."""

    relation: Ref
    path: str
    tip: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What to draw, arrows first."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    labels: tuple[Label, ...]
    arrows: tuple[Arrow, ...]


@dataclass(eq=False, slots=True)
class _Node:
    """A box, or a waypoint of a long arrow (no names), while it is being placed."""

    refs: tuple[Ref, ...] = ()
    words: tuple[str, ...] = ()
    width: float = 10
    room: float = 10
    height: float = 0
    layer: int = 0
    x: float = 0
    above: list[_Node] = field(default_factory=list)
    below: list[_Node] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class _Way:
    """An arrow: from a box, through waypoints, to a box."""

    relation: Ref
    nodes: list[_Node]


def draw(links: Sequence[Link]) -> Picture | None:
    """Return the picture of *links*; None where there is nothing to draw."""
    if not links:
        return None
    ways = _ways(links)
    layers = _layers(ways)
    _order(layers)
    _place(layers)
    return _drawn(layers, ways)


def text_width(text: str, size: float) -> float:
    """Return about how wide *text* is at *size* pixels: capitals are wider, and nothing measures fonts here."""
    return sum(0.66 if c.isupper() else 0.5 for c in text) * size


def _ways(links: Sequence[Link]) -> list[_Way]:
    """Return an arrow for each target; targets that only one link names, and lead nowhere, share a box."""
    origins = {link.origin for link in links}
    named = [ref for link in links for ref in link.targets]
    nodes: dict[Ref, _Node] = {}

    def node(*refs: Ref) -> _Node:
        if refs[0] not in nodes:
            nodes.update(dict.fromkeys(refs, _node(refs, links)))
        return nodes[refs[0]]

    ways = []
    for link in links:
        ends = [ref for ref in link.targets if named.count(ref) == 1 and ref not in origins]
        if len(ends) < 2:
            ends = []
        units = [(ref,) for ref in link.targets if ref not in ends] + (
            [tuple(ends)] if ends else []
        )
        ways += [_Way(link.relation, [node(link.origin), node(*refs)]) for refs in units]
    return ways


def _node(refs: tuple[Ref, ...], links: Sequence[Link]) -> _Node:
    """Return the box of *refs*: alone, an acronym has its words under it."""
    words = tuple(wrap(refs[0].label, _LETTERS)) if len(refs) == 1 and refs[0].acronym else ()
    wide = [text_width(ref.acronym or ref.label, NAME) for ref in refs]
    wide += [text_width(line, WORDS) for line in words]
    labels = [_label_width(link.relation) for link in links if link.origin == refs[0]]
    width = max(wide) + 2 * _PAD
    height = _LINE * len(refs) + (WORDS + 2) * len(words) + _PAD / 2
    return _Node(refs, words, width, max(width, sum(labels)), height)


def _label_width(relation: Ref) -> float:
    return text_width(relation.label, RELATION) + 12


def _layers(ways: list[_Way]) -> list[list[_Node]]:
    """Put every node below all those that lead to it, waypoints on long ways; return the layers."""
    nodes = list(dict.fromkeys(node for way in ways for node in way.nodes))
    for _ in nodes:  # as many times as the longest way has steps; a circle stops there too
        for way in ways:
            start, end = way.nodes
            end.layer = min(max(end.layer, start.layer + 1), len(nodes))
    for way in ways:
        start, end = way.nodes
        steps = [_Node(layer=layer) for layer in range(start.layer + 1, end.layer)]
        way.nodes[1:1] = steps
        for upper, lower in pairwise(way.nodes):
            upper.below.append(lower)
            lower.above.append(upper)
        nodes += steps
    return [
        [node for node in nodes if node.layer == layer]
        for layer in sorted({node.layer for node in nodes})
    ]


def _order(layers: list[list[_Node]]) -> None:
    """Sort each layer by the middle of its neighbours', down then up, and keep the order with fewest crossings."""
    best, fewest = [list(layer) for layer in layers], _crossings(layers)
    for sweep in range(_SWEEPS):
        place = {node: i for layer in layers for i, node in enumerate(layer)}
        down = sweep % 2 == 0
        for layer in layers if down else reversed(layers):
            middle = {
                node: _mean([place[n] for n in (node.above if down else node.below)], place[node])
                for node in layer
            }
            layer.sort(key=middle.__getitem__)
            place.update((node, i) for i, node in enumerate(layer))
        if (crossings := _crossings(layers)) < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
    layers[:] = best


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _crossings(layers: list[list[_Node]]) -> int:
    count = 0
    for upper, lower in pairwise(layers):
        place = {node: i for i, node in enumerate(lower)}
        lines = [(i, place[b]) for i, node in enumerate(upper) for b in node.below if b in place]
        count += sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(lines, 2))
    return count


def _place(layers: list[list[_Node]]) -> None:
    """Bring each node over its neighbours as far as the others of its layer leave room."""
    for layer in layers:
        _spread(layer, [i * 120.0 for i in range(len(layer))])
    for _ in range(_SWEEPS):
        for layer in layers:
            _spread(
                layer, [_mean([n.x for n in node.above + node.below], node.x) for node in layer]
            )
    left = min(node.x - node.room / 2 for layer in layers for node in layer)
    for layer in layers:
        for node in layer:
            node.x += _MARGIN - left


def _spread(layer: list[_Node], wished: list[float]) -> None:
    """Place *layer* as near as can be to what is *wished*, keeping its order and the room between boxes."""
    rightward, leftward = list(wished), list(wished)
    rooms = [(a.room + b.room) / 2 + _GAP for a, b in pairwise(layer)]
    for i, room in enumerate(rooms):
        rightward[i + 1] = max(wished[i + 1], rightward[i] + room)
    for i, room in reversed(list(enumerate(rooms))):
        leftward[i] = min(wished[i], leftward[i + 1] - room)
    for node, right, left in zip(layer, rightward, leftward, strict=True):
        node.x = (right + left) / 2


def _drawn(layers: list[list[_Node]], ways: list[_Way]) -> Picture:
    tops, y = [], float(_MARGIN)
    for layer in layers:
        tops.append(y)
        y += max(node.height for node in layer) + _BELOW
    top = {node: tops[i] for i, layer in enumerate(layers) for node in layer}
    depth = {
        node: max(n.height for n in layer) for layer in layers for node in layer
    }  # of its layer: a waypoint passes beside the tallest box
    labels = _labels(ways, top)
    arrows = tuple(_arrow(way, ways, labels, top, depth) for way in ways)
    boxes = tuple(
        Box(_names(node, top[node]), node.x - node.width / 2, top[node], node.width, node.height)
        for layer in layers
        for node in layer
        if node.refs
    )
    right = max(node.x + node.room / 2 for layer in layers for node in layer)
    bottom = max(box.y + box.height for box in boxes)
    return Picture(right + _MARGIN, bottom + _MARGIN, boxes, tuple(labels.values()), arrows)


def _names(node: _Node, top: float) -> tuple[Name, ...]:
    first = top + _LINE - 5
    lines = ((word, first + (i + 1) * (WORDS + 2)) for i, word in enumerate(node.words))
    words = tuple(lines)
    return tuple(Name(ref, first + i * _LINE, words) for i, ref in enumerate(node.refs))


def _labels(ways: list[_Way], top: dict[_Node, float]) -> dict[tuple[_Node, Ref], Label]:
    """Return the label of each relation of each box, side by side under it."""
    grouped: dict[_Node, dict[Ref, list[float]]] = {}
    for way in ways:
        grouped.setdefault(way.nodes[0], {}).setdefault(way.relation, []).append(way.nodes[1].x)
    found = {}
    for node, relations in grouped.items():
        ordered = sorted(relations, key=lambda ref: _mean(relations[ref], 0))
        widths = [_label_width(ref) for ref in ordered]
        x = node.x - sum(widths) / 2
        for ref, width in zip(ordered, widths, strict=True):
            y = top[node] + node.height + _LABEL - 4
            found[node, ref] = Label(ref, x + width / 2, y, width)
            x += width
    return found


def _arrow(
    way: _Way,
    ways: Iterable[_Way],
    labels: dict[tuple[_Node, Ref], Label],
    top: dict[_Node, float],
    depth: dict[_Node, float],
) -> Arrow:
    """Return the curve from the label of *way* to the box at its end, where arrows arrive side by side."""
    start, *steps, end = way.nodes
    label = labels[start, way.relation]
    arriving = sorted((w for w in ways if w.nodes[-1] is end), key=lambda w: w.nodes[-2].x)
    share = (arriving.index(way) + 1) / (len(arriving) + 1)
    x, y = label.x, label.y + 5
    path = f"M{x:.0f} {y:.0f}"
    for step in steps:
        path += _curve(x, y, step.x, top[step]) + f"V{top[step] + depth[step]:.0f}"
        x, y = step.x, top[step] + depth[step]
    to = end.x + (share - 0.5) * (end.width - 20)
    tip = top[end]
    path += _curve(x, y, to, tip - _HEAD)
    return Arrow(way.relation, path, f"M{to:.0f} {tip:.0f}l-4.5 -{_HEAD}h9z")


def _curve(x: float, y: float, to_x: float, to_y: float) -> str:
    middle = (y + to_y) / 2
    return f"C{x:.0f} {middle:.0f} {to_x:.0f} {middle:.0f} {to_x:.0f} {to_y:.0f}"
