"""Items of lists, each with the item or paragraph that it needs."""

from ragportal.knowledge.parsing.building import TextBuilder

BULLET = "-"


class ListWriter:
    """Adds items to a builder. `leave` is called before anything that is not part of the list."""

    def __init__(self, builder: TextBuilder) -> None:
        self._builder = builder
        self._lead: int | None = None
        self._parents: list[tuple[int, int | None]] = []  # depth and block of the items that enclose the next

    def add(self, text: str, depth: int, marker: str = BULLET) -> None:
        """An item; those of greater `depth` that follow are within it."""
        if not text.strip():
            return
        if not self._parents:
            self._lead = self._builder.lead_in()
        while self._parents and self._parents[-1][0] >= depth:
            self._parents.pop()
        leader = self._parents[-1][1] if self._parents else self._lead
        level = len(self._parents) + 1
        index = self._builder.add("list_item", text, level=level, leader=leader, marker=marker)
        self._parents.append((depth, index))

    def leave(self) -> None:
        """The list has ended."""
        self._parents.clear()
