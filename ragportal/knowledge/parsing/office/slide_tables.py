"""Tables and diagrams of slides."""

from ragportal.knowledge.parsing.building import one_line
from ragportal.knowledge.parsing.grid import Row
from ragportal.knowledge.parsing.office.slide_text import paragraph_text
from ragportal.knowledge.parsing.xml import Element, local_name

_ON = frozenset({"1", "true"})


def slide_table(table: Element) -> tuple[list[Row], bool]:
    """Rows with something in them, and whether the author set the first one apart as a header."""
    rows: list[Row] = []
    above: list[str] = []
    for element in table:
        if local_name(element) != "tr":
            continue
        cells: list[str] = []
        for cell in element:
            if local_name(cell) == "tc":
                is_below = cell.get("vMerge") in _ON and len(cells) < len(above)
                cells.append(above[len(cells)] if is_below else _cell_text(cell))
        above = cells
        if any(cells):
            rows.append(Row(tuple(cells)))
    properties = next((child for child in table if local_name(child) == "tblPr"), None)
    stated = properties is not None and properties.get("firstRow") in _ON
    return rows, stated


def diagram_texts(data: Element) -> list[str]:
    """What the parts of a SmartArt diagram say, in their order."""
    texts = []
    for point in data.iter():
        if local_name(point) == "pt" and point.get("type") in {None, "node", "asst"}:
            paragraphs = (element for element in point.iter() if local_name(element) == "p")
            texts.append(one_line(" ".join(map(paragraph_text, paragraphs))))
    return list(filter(None, texts))


def _cell_text(cell: Element) -> str:
    paragraphs = (element for element in cell.iter() if local_name(element) == "p")
    return one_line(" ".join(map(paragraph_text, paragraphs)))
