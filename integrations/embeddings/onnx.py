"""An embedding model in this process, on onnxruntime: no server, no network."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from integrations.embeddings.base import ModelMissing, TextTooLong
from integrations.embeddings.catalogue import ONNX_FILE, TOKENIZER_FILE, ModelSpec, known_model
from integrations.embeddings.model_folder import describe, verify

# Attention needs memory with the square of the length, so a batch is bounded by padded tokens as well as by
# texts. Larger ones are slower on a processor: their states leave the cache (tests/bench/bench_embedder.py).
_BATCH_TEXTS = 16
_BATCH_TOKENS = 512
_SLAB_TEXTS = 1024


def open_embedder(
    *, model: str = "", models_dir: Path | str = "", folder: Path | str | None = None, threads: int = 1
) -> "OnnxEmbedder":
    """The embedder that the settings describe: `folder` (of your own, with model.json) wins over `model`.

    Quick, as weights are loaded at first use. Raises ModelMissing for an unknown name or an unusable folder.
    """
    if folder:
        spec, found = describe(Path(folder))
        return OnnxEmbedder(Path(folder), spec, found, threads=threads)
    known = known_model(model)
    return OnnxEmbedder(Path(models_dir) / known.spec.name, known.spec, dict(known.checksums), threads=threads)


class OnnxEmbedder:
    """Satisfies the Embedder port. `checksums`: sha256 by file name, compared when the model is loaded.

    One session serves all threads: with one intra-op thread each call computes in its caller's thread, so a
    question never waits for a bulk call. Load it after a fork, not before.
    """

    def __init__(self, folder: Path, spec: ModelSpec, checksums: dict[str, str], *, threads: int = 1) -> None:
        self.model_id = spec.identity(checksums)
        self.dimension = spec.dimension
        self.window = spec.window
        self.languages = spec.languages
        self._folder = folder
        self._spec = spec
        self._checksums = checksums
        self._threads = threads
        self._loading = Lock()
        self._tokenizer: Tokenizer | None = None
        self._session: onnxruntime.InferenceSession | None = None

    @property
    def special_tokens(self) -> int:
        """Markers and the document prefix, which the model sees with each passage."""
        return len(self._load_tokenizer().encode(self._spec.document_prefix).ids)

    def token_offsets(self, text: str) -> list[tuple[int, int]]:
        return self._load_tokenizer().encode(text, add_special_tokens=False).offsets

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _SLAB_TEXTS):
            encoded = [self._encode_document(text) for text in texts[start : start + _SLAB_TEXTS]]
            for batch in _batches(encoded):
                vectors[[start + position for position in batch]] = self._run([encoded[i] for i in batch])
        return vectors

    def embed_question(self, text: str) -> NDArray[np.float32]:
        tokenizer = self._load_tokenizer()
        ids = tokenizer.encode(self._spec.question_prefix + text).ids
        if len(ids) > self.window:
            closing = _closing_markers(tokenizer)
            ids = ids[: self.window - closing] + ids[len(ids) - closing :]
        vector: NDArray[np.float32] = self._run([ids])[0]
        return vector

    def _encode_document(self, text: str) -> list[int]:
        ids: list[int] = self._load_tokenizer().encode(self._spec.document_prefix + text).ids
        if len(ids) > self.window:
            raise TextTooLong(f"A passage has {len(ids)} tokens, {self._spec.name} sees {self.window}.")
        return ids

    def _run(self, batch: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Vectors of encoded texts, shape (len(batch), dimension), L2-normalised."""
        session = self._load_session()
        length = max(len(ids) for ids in batch)
        ids = np.zeros((len(batch), length), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        wanted = {declared.name for declared in session.get_inputs()}
        states = session.run(None, {name: feed for name, feed in feeds.items() if name in wanted})[0]
        pooled = states[:, 0] if self._spec.pooling == "cls" else _mean(states, mask)
        normalised: NDArray[np.float32] = pooled / np.linalg.norm(pooled, axis=1, keepdims=True).clip(1e-12)
        return normalised

    def _load_tokenizer(self) -> Tokenizer:
        if self._tokenizer is None:
            self._load()
        assert self._tokenizer is not None  # noqa: S101 - for the type checker: _load sets it or raises
        return self._tokenizer

    def _load_session(self) -> onnxruntime.InferenceSession:
        if self._session is None:
            self._load()
        return self._session

    def _load(self) -> None:
        """Verify and open both files, once however many threads ask."""
        with self._loading:
            if self._session is not None:
                return
            verify(self._folder, self._checksums)
            try:
                self._tokenizer = _open_tokenizer(self._folder / TOKENIZER_FILE)
                self._session = _open_session(self._folder / ONNX_FILE, self._threads)
            except Exception as error:  # both libraries raise plain Exceptions of their own
                raise ModelMissing(f"The embedding model in {self._folder} cannot be opened: {error}") from error


def _open_tokenizer(file: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _open_session(file: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def _mean(states: NDArray[np.float32], mask: NDArray[np.int64]) -> NDArray[np.float32]:
    weights = mask[:, :, None].astype(np.float32)
    mean: NDArray[np.float32] = (states * weights).sum(axis=1) / weights.sum(axis=1)
    return mean


def _batches(encoded: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Positions of `encoded` in batches of similar length, each within the bounds."""
    batch: list[int] = []
    for position in sorted(range(len(encoded)), key=lambda index: len(encoded[index])):
        padded = len(encoded[position]) * (len(batch) + 1)
        if batch and (len(batch) == _BATCH_TEXTS or padded > _BATCH_TOKENS):
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


def _closing_markers(tokenizer: Tokenizer) -> int:
    """How many special tokens stand at the end of each text ([SEP])."""
    marks = tokenizer.encode("a").special_tokens_mask
    return next((count for count, mark in enumerate(reversed(marks)) if not mark), 0)
