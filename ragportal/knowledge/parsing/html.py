"""HTML to blocks: what a reader sees of a page, in reading order."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree, html

from ragportal.knowledge.parsing.building import TextBuilder, clean, one_line
from ragportal.knowledge.parsing.decoding import decode
from ragportal.knowledge.parsing.document import BlockKind, ParsedDocument, ParsingFailed
from ragportal.knowledge.parsing.tables import TableRows, is_layout, table_rows

MOST_NESTED = 200

_DROPPED = frozenset(
    {"script", "style", "template", "noscript", "head", "nav", "iframe", "object", "embed", "svg", "math", "canvas"}
    | {"audio", "video", "dialog", "button", "select", "input", "textarea", "datalist", "map"}
)
_BLOCKS = frozenset(
    {"html", "body", "main", "article", "section", "div", "p", "header", "footer", "aside", "figure", "figcaption"}
    | {"address", "details", "summary", "form", "fieldset", "legend", "dl", "hr", "center"}
    | {"td", "th", "tr", "tbody", "thead", "tfoot", "caption"}
)
_HEADINGS: Mapping[str, int] = {f"h{level}": level for level in range(1, 7)}
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def parse_html(body: bytes, charset: str) -> ParsedDocument:
    """A page. Its title is the first heading of level 1, else what `<title>` says."""
    return parse_markup(decode(body, charset))


def parse_markup(markup: str) -> ParsedDocument:
    """Blocks of HTML text. No entity or reference is ever fetched. Raises ParsingFailed if it is too deeply nested."""
    root = _tree(markup)
    if root is None:
        return ParsedDocument("", "", ())
    walker = _Walker()
    walker.walk(_readable_part(root))
    blocks = tuple(walker.builder.blocks)
    text = walker.builder.text
    first = next(
        (text[block.start : block.end] for block in blocks if block.kind == "heading" and block.level == 1), ""
    )
    return ParsedDocument(first or one_line(root.findtext(".//title") or ""), text, blocks)


def _tree(markup: str) -> html.HtmlElement | None:
    if not markup.strip():
        return None
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(markup.encode("utf-8", errors="replace"), parser=parser)
    except etree.ParserError:
        return None  # nothing but comments or white space
    if any("depth" in str(entry.message).lower() for entry in parser.error_log):
        raise _too_deep()
    return root


def _too_deep() -> ParsingFailed:
    return ParsingFailed(f"The page is nested more than {MOST_NESTED} levels deep, so that it cannot be read safely.")


def _readable_part(root: html.HtmlElement) -> html.HtmlElement:
    """The one `<main>` where the page names it, so that headers, menus and footers stay out."""
    mains = root.xpath("//main | //*[@role='main']")
    return mains[0] if len(mains) == 1 and mains[0].text_content().strip() else root


@dataclass(slots=True)
class _Item:
    """The list item being read; `index` is its block once it has text."""

    level: int
    leader: int | None
    marker: str
    index: int | None = None


class _Walker:
    """Goes through the elements once, collecting inline text until a block begins or ends."""

    def __init__(self) -> None:
        self.builder = TextBuilder()
        self._inline: list[str] = []
        self._kind: BlockKind = "paragraph"
        self._item: _Item | None = None
        self._depth = 0
        self._handlers: dict[str, Callable[[html.HtmlElement], None]] = {
            "pre": self._code,
            "blockquote": self._quote,
            "ul": self._list,
            "ol": self._list,
            "dd": self._definition,
            "dt": self._term,
            "table": self._table,
            **dict.fromkeys(_HEADINGS, self._heading),
        }

    def walk(self, element: html.HtmlElement) -> None:
        self._visit(element)
        self._flush()

    def _visit(self, element: html.HtmlElement) -> None:
        tag = element.tag if isinstance(element.tag, str) else ""
        handler = self._handlers.get(tag)
        if _is_dropped(element, tag):
            return
        if handler or tag in _BLOCKS:
            self._flush()
            (handler or self._children)(element)
            self._flush()
        elif tag == "img":
            self._inline.append(f" {element.get('alt') or ''} ")
        elif tag == "br":
            self._inline.append("\n")
        else:
            self._children(element)

    def _children(self, element: html.HtmlElement) -> None:
        self._depth += 1
        if self._depth > MOST_NESTED:
            raise _too_deep()
        self._collect(element.text)
        for child in element:
            self._visit(child)
            self._collect(child.tail)
        self._depth -= 1

    def _collect(self, text: str | None) -> None:
        if text:
            self._inline.append(re.sub(r"\s+", " ", text))

    def _flush(self) -> None:
        """What was collected becomes a block; in a list item the first is the item, others continue it."""
        text = "\n".join(filter(None, map(one_line, "".join(self._inline).split("\n"))))
        self._inline.clear()
        if not text:
            return
        item = self._item
        if item is None:
            self.builder.add(self._kind, text)
        elif item.index is None:
            item.index = self.builder.add("list_item", text, level=item.level, leader=item.leader, marker=item.marker)
        else:
            self.builder.add(self._kind, text, leader=item.index)

    def _heading(self, element: html.HtmlElement) -> None:
        self.builder.add("heading", visible_text(element), level=_HEADINGS[str(element.tag)])

    def _code(self, element: html.HtmlElement) -> None:
        leader = self._item.index if self._item else None
        self.builder.add("code", clean("".join(element.itertext())).expandtabs(4), leader=leader)

    def _quote(self, element: html.HtmlElement) -> None:
        outer, self._kind = self._kind, "quote"
        self._children(element)
        self._flush()
        self._kind = outer

    def _list(self, element: html.HtmlElement) -> None:
        outer = self._item
        level = outer.level + 1 if outer else 1
        leader = (outer.leader if outer.index is None else outer.index) if outer else self.builder.lead_in()
        markers = _markers(element)
        for child in element:
            if child.tag == "li":
                self._read_item(child, _Item(level, leader, next(markers)))
            else:
                self._visit(child)
                self._flush()

    def _read_item(self, element: html.HtmlElement, item: _Item) -> None:
        if _is_dropped(element, "li"):
            return
        outer, self._item = self._item, item
        self._children(element)
        self._flush()
        self._item = outer

    def _term(self, element: html.HtmlElement) -> None:
        self.builder.add("paragraph", visible_text(element))

    def _definition(self, element: html.HtmlElement) -> None:
        self._read_item(element, _Item(1, self.builder.lead_in(), ""))

    def _table(self, element: html.HtmlElement) -> None:
        if is_layout(element):
            self._children(element)
            return
        rows: TableRows = table_rows(element, visible_text)
        if rows.caption:
            self.builder.add("paragraph", rows.caption)
        header = self.builder.add("table_header", rows.header) if rows.header else None
        for row in rows.rows:
            self.builder.add("table_row", row, leader=header)


def visible_text(element: html.HtmlElement) -> str:
    """The text of an element on one line, without its hidden parts."""
    return one_line("".join(_visible_parts(element, 0)))


def _visible_parts(element: html.HtmlElement, depth: int) -> Iterator[str]:
    if depth > MOST_NESTED:
        raise _too_deep()
    yield element.text or ""
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag == "img":
            yield f" {child.get('alt') or ''} "
        elif not _is_dropped(child, tag):
            apart = " " if tag in _BLOCKS or tag in {"br", "li", "ul", "ol", "pre", "table"} else ""
            yield apart
            yield from _visible_parts(child, depth + 1)
            yield apart
        yield child.tail or ""


def _is_dropped(element: html.HtmlElement, tag: str) -> bool:
    return (
        not tag
        or tag in _DROPPED
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(_HIDDEN_STYLE.search(element.get("style") or ""))
    )


def _markers(element: html.HtmlElement) -> Iterator[str]:
    ordered = element.tag == "ol"
    start = element.get("start") or "1"
    number = int(start) if start.isdecimal() and len(start) < 7 else 1
    while True:
        yield f"{number}." if ordered else "-"
        number += 1
