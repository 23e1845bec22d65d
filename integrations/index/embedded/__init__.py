"""The embedded index; `integrations.index.embedded.EmbeddedIndex` is the name settings use.

    <folder>/lock                      held by the one writer
    <folder>/current.json              which generation is searched, of which model
    <folder>/generation-<n>/state      the commit point: how many rows count, which versions are valid
    <folder>/generation-<n>/tables-<m>/{vectors,chunks,versions,rules}
    <folder>/generation-<n>/text/      tantivy

A batch is written to the tables, then to the text index, then `state` is replaced: only that makes it count.
A search takes the state, then the text index, and drops what the state does not know. Do not cut files of a
folder that a process has open: they are memory-mapped. `rebuild` is always safe.
"""

from integrations.index.embedded.index import EmbeddedIndex

__all__ = ["EmbeddedIndex"]
