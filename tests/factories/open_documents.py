"""OpenDocument files written by hand."""

from tests.factories.zips import zipped

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office", "text": "text", "table": "table", "style": "style", "draw": "drawing",
        "svg": "svg-compatible", "fo": "xsl-fo-compatible", "presentation": "presentation", "meta": "meta",
        "xlink": "xlink",
    }.items()
)  # fmt: skip
_TYPES = {"text": "text", "spreadsheet": "spreadsheet", "presentation": "presentation"}


def tag(name: str, *inner: str, **attributes: str) -> str:
    """An element: `tag("text:p", "words", text__style_name="P")`."""
    stated = "".join(f' {key.replace("__", ":").replace("_", "-")}="{value}"' for key, value in attributes.items())
    return f"<{name}{stated}>{''.join(inner)}</{name}>"


def open_document(kind: str, body: str, styles: str = "", **parts: str) -> bytes:
    """A text, spreadsheet or presentation with this XML as its body; `parts`: further members by name."""
    content = (
        f"<office:document-content {_NAMESPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    members = {"mimetype": f"application/vnd.oasis.opendocument.{_TYPES[kind]}", "content.xml": content}
    return zipped({**members, **{name.replace("__", "/"): text for name, text in parts.items()}})


def whole(name: str, inner: str) -> str:
    """A part of its own with the namespaces of the format."""
    return f"<office:{name} {_NAMESPACES}>{inner}</office:{name}>"
