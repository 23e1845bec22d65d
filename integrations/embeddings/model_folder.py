"""A model's files on disk: are they all there and unaltered, and what does a folder of your own say of itself."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from integrations.embeddings.base import ModelMissing
from integrations.embeddings.catalogue import ONNX_FILE, TOKENIZER_FILE, ModelSpec

DESCRIPTION_FILE = "model.json"
MARKER_FILE = "verified.json"

_EXAMPLE = '{"name": "my-model", "pooling": "mean", "window": 512, "dimension": 384}'


def file_checksum(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def checksums(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """The sha256 of each named file in `folder`. Raises ModelMissing if one is absent or unreadable.

    A marker beside the files remembers size, time and checksum, so that 30 MB are read again only
    after a file changed. Where the folder is read-only there is no marker, and all are read.
    """
    remembered = _read_marker(folder)
    found: dict[str, Any] = {}
    for name in names:
        try:
            status = (folder / name).stat()
            entry = {"size": status.st_size, "mtime_ns": status.st_mtime_ns}
            known = remembered.get(name, {})
            same = isinstance(known, dict) and {key: known.get(key) for key in entry} == entry
            found[name] = entry | {"sha256": known["sha256"] if same else file_checksum(folder / name)}
        except OSError as error:
            raise ModelMissing(
                f"The embedding model's file {folder / name} cannot be read ({error.strerror}). "
                "Run `manage.py fetch_models`, or correct the folder of your own model."
            ) from error
    if found != remembered:
        _write_marker(folder, found)
    return {name: entry["sha256"] for name, entry in found.items()}


def verify(folder: Path, expected: Mapping[str, str]) -> None:
    """Raise ModelMissing unless every expected file is there with the expected sha256."""
    for name, checksum in checksums(folder, expected).items():
        if checksum != expected[name]:
            raise ModelMissing(
                f"The embedding model's file {folder / name} was altered (its checksum is not the published one). "
                "It is not used; run `manage.py fetch_models` to replace it."
            )


def describe(folder: Path) -> tuple[ModelSpec, dict[str, str]]:
    """What a folder of your own says in model.json, and the checksums of its files. Raises ModelMissing."""
    try:
        description = json.loads((folder / DESCRIPTION_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelMissing(
            f"{folder / DESCRIPTION_FILE} cannot be read ({error}). A folder of your own needs {ONNX_FILE}, "
            f"{TOKENIZER_FILE} and {DESCRIPTION_FILE} such as {_EXAMPLE}."
        ) from error
    spec = _spec_from(description, folder)
    weights = sorted(path.name for path in folder.glob(f"{ONNX_FILE}*"))
    return spec, checksums(folder, {ONNX_FILE: None, TOKENIZER_FILE: None} | dict.fromkeys(weights))


def _spec_from(description: Any, folder: Path) -> ModelSpec:
    required: dict[str, type] = {"name": str, "pooling": str, "window": int, "dimension": int}
    optional: dict[str, type] = {"question_prefix": str, "document_prefix": str, "languages": list}
    expected = required | optional
    wrong = (
        [
            key
            for key in {*description, *required}
            if key not in expected or key not in description or not isinstance(description[key], expected[key])
        ]
        if isinstance(description, dict)
        else ["everything"]
    )
    if not wrong and description["pooling"] not in {"cls", "mean"}:
        wrong = ["pooling (cls or mean)"]
    if wrong:
        raise ModelMissing(
            f"{folder / DESCRIPTION_FILE} is wrong at: {', '.join(sorted(wrong))}. It looks like {_EXAMPLE}; "
            "further keys are question_prefix, document_prefix and languages (a list)."
        )
    return ModelSpec(**description | {"languages": frozenset(description.get("languages", ()))})


def _read_marker(folder: Path) -> dict[str, Any]:
    try:
        marker = json.loads((folder / MARKER_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return marker if isinstance(marker, dict) else {}


def _write_marker(folder: Path, found: Mapping[str, Any]) -> None:
    partial = folder / f"{MARKER_FILE}.new"
    try:
        partial.write_text(json.dumps(found), encoding="utf-8")
        partial.replace(folder / MARKER_FILE)
    except OSError:
        return  # a read-only or full folder: the checksums are merely computed again next time
