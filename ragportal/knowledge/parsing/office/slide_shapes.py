"""The shapes of a slide in the order in which they are read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ragportal.knowledge.parsing.building import one_line
from ragportal.knowledge.parsing.office.placement import Box, reading_order
from ragportal.knowledge.parsing.office.slide_text import read_lines
from ragportal.knowledge.parsing.xml import Element, attribute, local_name

_SHAPES = frozenset({"sp", "graphicFrame", "cxnSp", "contentPart"})
_FURNITURE = frozenset({"dt", "ftr", "sldNum", "hdr", "sldImg"})
_TITLES = frozenset({"title", "ctrTitle"})
_BODIES = frozenset({"body", "obj", ""})
_OPEN = 1_000_000_000.0


@dataclass(frozen=True, slots=True)
class Shape:
    """`placeholder`: its type ("" = content), or None for a free shape. `styles`: list styles it inherits."""

    element: Element
    placeholder: str | None
    styles: tuple[Element, ...] = field(default=(), repr=False)

    @property
    def is_title(self) -> bool:
        return self.placeholder in _TITLES

    def title(self) -> str:
        """Its text on one line."""
        body = self.body()
        return "" if body is None else one_line(" ".join(line.text for line in read_lines(body, ())))

    def body(self) -> Element | None:
        """Its text."""
        return next((child for child in self.element if local_name(child) == "txBody"), None)


Frame = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a layout or master gives a placeholder."""

    kind: str
    index: str
    frame: Frame | None
    styles: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Inherited:
    """What a slide takes from its layout (first) and its master. `text_styles`: the master's, by name."""

    patterns: tuple[Pattern, ...] = ()
    text_styles: Mapping[str, Element] = field(default_factory=dict)

    def of(self, kind: str, index: str) -> tuple[Frame | None, tuple[Element, ...]]:
        """Frame and list styles of a placeholder."""
        matching = [pattern for pattern in self.patterns if _matches(pattern, kind, index)]
        name = "titleStyle" if kind in _TITLES else "bodyStyle" if kind in _BODIES else "otherStyle"
        general = [self.text_styles[name]] if name in self.text_styles else []
        styles = (style for pattern in matching for style in pattern.styles)
        return next((pattern.frame for pattern in matching if pattern.frame), None), (*styles, *general)


def ordered_shapes(tree: Element, inherited: Inherited) -> list[Shape]:
    """Without footers, dates and slide numbers; shapes without a place come last."""
    found: list[tuple[Shape, Frame | None]] = []
    for element, frame in _walk(tree, (1.0, 1.0, 0.0, 0.0)):
        kind, index = placeholder_of(element)
        if kind in _FURNITURE:
            continue
        usual, styles = inherited.of(kind, index) if kind is not None else (None, ())
        found.append((Shape(element, kind, styles), frame or usual))
    boxes = [Box(number, *frame) for number, (_, frame) in enumerate(found) if frame]
    free = [number for number, (_, frame) in enumerate(found) if not frame]
    return [found[number][0] for number in (*reading_order(boxes), *free)]


def patterns_of(tree: Element) -> list[Pattern]:
    """The placeholders of a layout or master."""
    patterns = []
    for element, frame in _walk(tree, (1.0, 1.0, 0.0, 0.0)):
        kind, index = placeholder_of(element)
        if kind is not None:
            bodies = (child for child in element if local_name(child) == "txBody")
            styles = tuple(style for body in bodies for style in body if local_name(style) == "lstStyle")
            patterns.append(Pattern(kind, index, frame, styles))
    return patterns


def placeholder_of(element: Element) -> tuple[str | None, str]:
    """Type and index of a placeholder; (None, "") of a free shape."""
    for properties in element:
        if local_name(properties).startswith("nv"):
            for child in properties.iter():
                if local_name(child) == "ph":
                    return child.get("type") or "", child.get("idx") or ""
    return None, ""


def _matches(pattern: Pattern, kind: str, index: str) -> bool:
    if index and pattern.index == index:
        return True
    same = pattern.kind == kind or {pattern.kind, kind} <= _TITLES or {pattern.kind, kind} <= _BODIES
    return same and not (index and pattern.index and kind not in _BODIES)


def _walk(tree: Element, scale: Frame) -> Iterator[tuple[Element, Frame | None]]:
    """Shapes with their frames on the slide (left, top, width, height); groups are opened.

    `scale`: factors and offsets from the coordinates in this tree to those of the slide.
    """
    for child in tree:
        name = local_name(child)
        if name in _SHAPES and not _is_hidden(child):
            yield child, _scaled(_frame(child), scale)
        elif name == "grpSp" and not _is_hidden(child):
            yield from _walk(child, _inner_scale(child, scale))
        elif name == "AlternateContent":
            for choice in list(child)[:1]:
                yield from _walk(choice, scale)


def _is_hidden(element: Element) -> bool:
    properties = (inner for child in element if local_name(child).startswith("nv") for inner in child)
    return any(local_name(inner) == "cNvPr" and inner.get("hidden") in {"1", "true"} for inner in properties)


def _transform(element: Element) -> Element | None:
    for child in element:
        if local_name(child) == "xfrm":
            return child
        if local_name(child) in {"spPr", "grpSpPr"}:
            return next((inner for inner in child if local_name(inner) == "xfrm"), None)
    return None


def _frame(element: Element) -> Frame | None:
    transform = _transform(element)
    return _read_frame(transform, "off", "ext") if transform is not None else None


def _read_frame(transform: Element, offset: str, extent: str) -> Frame | None:
    parts = {local_name(child): child for child in transform}
    if offset not in parts or extent not in parts:
        return None
    values = [attribute(parts[offset], "x"), attribute(parts[offset], "y")]
    values += [attribute(parts[extent], "cx"), attribute(parts[extent], "cy")]
    try:
        left, top, width, height = (max(-_OPEN, min(_OPEN, float(value or 0))) for value in values)
    except ValueError:
        return None
    return left, top, width, height


def _scaled(frame: Frame | None, scale: Frame) -> Frame | None:
    if frame is None:
        return None
    wide, high, right, down = scale
    return frame[0] * wide + right, frame[1] * high + down, frame[2] * wide, frame[3] * high


def _inner_scale(group: Element, scale: Frame) -> Frame:
    transform = _transform(group)
    outer = _scaled(_read_frame(transform, "off", "ext"), scale) if transform is not None else None
    inner = _read_frame(transform, "chOff", "chExt") if transform is not None else None
    if outer is None or inner is None:
        return scale
    wide = outer[2] / inner[2] if inner[2] else 1.0
    high = outer[3] / inner[3] if inner[3] else 1.0
    return wide, high, outer[0] - inner[0] * wide, outer[1] - inner[1] * high
