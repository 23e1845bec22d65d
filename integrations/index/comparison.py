"""The words in which an index reports that it differs from the database."""

from collections.abc import Iterable, Iterator, Mapping

Key = tuple[int, int]  # (document, version)


def by_version(expected: Iterable[tuple[int, int, int]]) -> dict[Key, int]:
    """(document, version, rule) as a mapping (document, version) -> rule."""
    return {(document, version): rule for document, version, rule in expected}


def rule_differences(held: Mapping[Key, int], wanted: Mapping[Key, int]) -> Iterator[str]:
    """A sentence for each version that is missing, left over, or under another rule, in ascending order."""
    for document, version in sorted(held.keys() | wanted.keys()):
        name = f"Version {version} of document {document}"
        found, rule = held.get((document, version)), wanted.get((document, version))
        if found is None:
            yield f"{name} is missing in the index."
        elif rule is None:
            yield f"{name} is in the index but should not be."
        elif found != rule:
            yield f"{name} is under access rule {found} in the index, not {rule}."
