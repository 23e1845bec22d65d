"""Charts of Office files as the tables that they draw."""

from dataclasses import dataclass, field

from ragportal.knowledge.parsing.building import TextBuilder, one_line
from ragportal.knowledge.parsing.grid import Row, add_rows
from ragportal.knowledge.parsing.xml import Element, attribute, local_name

_MOST_POINTS = 10_000
_CATEGORIES = ("cat", "xVal")
_VALUES = ("val", "yVal")


@dataclass(slots=True)
class _Series:
    name: str = ""
    categories: dict[int, str] = field(default_factory=dict)
    values: dict[int, str] = field(default_factory=dict)


def add_chart(builder: TextBuilder, chart: Element) -> None:
    """Its title as a paragraph; its values as rows, a column for each series."""
    titles = [element for element in chart.iter() if local_name(element) == "title"]
    if titles and local_name(_parent(titles[0])) == "chart":
        builder.add("paragraph", one_line(_written(titles[0])))
    series = [_read(element) for element in chart.iter() if local_name(element) == "ser"]
    places = sorted({place for one in series for place in one.values})[:_MOST_POINTS]
    if not places:
        return
    labels = {place: label for one in reversed(series) for place, label in one.categories.items()}
    names = Row(("", *(one.name or f"#{number}" for number, one in enumerate(series, 1))))
    rows = [Row((labels.get(place, ""), *(one.values.get(place, "") for one in series))) for place in places]
    add_rows(builder, [names, *rows], header=1)


def _read(element: Element) -> _Series:
    series = _Series()
    for child in element:
        name = local_name(child)
        if name == "tx":
            series.name = one_line(" ".join(_points(child).values()) or _written(child))
        elif name in _CATEGORIES:
            series.categories = _points(child)
        elif name in _VALUES:
            series.values = {place: _rounded(value) for place, value in _points(child).items()}
    return series


def _points(element: Element) -> dict[int, str]:
    """The cached values by their places; of several levels of categories the outer ones come first."""
    levels = [level for level in element.iter() if local_name(level) == "lvl"] or [element]
    points: dict[int, str] = {}
    for level in reversed(levels):
        for point in level.iter():
            place = attribute(point, "idx") or ""
            if local_name(point) == "pt" and place.isdecimal() and len(place) < 7:
                text = one_line("".join(child.text or "" for child in point if local_name(child) == "v"))
                points[int(place)] = " ".join(filter(None, (points.get(int(place), ""), text)))
    return points


def _written(element: Element) -> str:
    return "".join(
        (child.text or "") if local_name(child) in {"t", "v"} else " "
        for child in element.iter()
        if local_name(child) in {"t", "v", "p"}
    )


def _rounded(value: str) -> str:
    """Without the digits that only binary arithmetic has: 0.30000000000000004 is 0.3."""
    try:
        return f"{float(value):.12g}" if len(value) > 12 else value
    except ValueError:
        return value


def _parent(element: Element) -> Element:
    parent = element.getparent()
    return element if parent is None else parent
