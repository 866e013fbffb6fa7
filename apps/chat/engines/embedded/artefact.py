"""A trained model as one file: a zip of JSON and plain arrays that is verified before it is believed.

Nothing in it can run: arrays are read with `allow_pickle=False`. The file must be byte for byte the one that
the active pointer names (SHA-256), of this format, and consistent in itself.
"""

import hashlib
import io
import json
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from apps.chat.engines.embedded.codec import decode
from apps.chat.engines.embedded.errors import ArtefactError
from apps.chat.engines.embedded.nlu.calibrated import CalibratedModel
from apps.chat.engines.embedded.nlu.linear import ANALYSERS, Block, Floats, LinearModel
from apps.chat.engines.embedded.nlu.semantic import SemanticPart
from apps.chat.engines.pointer import VERSION_NAME
from apps.chat.engines.project import BotProject

LINEAR, SEMANTIC = 1, 2
"""Formats: the second adds hyperplanes over sentence vectors. Both are read."""
MAX_BYTES = 256 * 2**20
"""Of the file, and of what it unpacks to."""
_TEXTS = ("manifest.json", "project.json", "vocabulary.json")
_ARRAYS = ("weights", "bias", "idf")
_SEMANTIC_ARRAYS = ("semantic_weights", "semantic_bias")
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, MemoryError, RuntimeError),
    *(AttributeError, KeyError, TypeError, ValueError),
)
_ANY_DAY = (2020, 1, 1, 0, 0, 0)
"""Stamped on every entry, so that the same content is the same bytes."""


@dataclass(frozen=True, slots=True)
class Artefact:
    """What a model file holds."""

    version: str
    data_hash: str
    project: BotProject
    trained: CalibratedModel


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def pack(artefact: Artefact) -> bytes:
    """The file's bytes."""
    model = artefact.trained.model
    vocabulary = {block.name: list(block.known) for block in model.blocks}
    idf = [value for block in model.blocks for _, value in block.known.values()]
    content = {
        "manifest.json": json.dumps(_manifest(artefact), ensure_ascii=False, indent=1).encode(),
        "project.json": artefact.project.to_json().encode(),
        "vocabulary.json": json.dumps(vocabulary, ensure_ascii=False).encode(),
        "weights.npy": _npy(model.weights),
        "bias.npy": _npy(model.bias),
        "idf.npy": _npy(np.asarray(idf, dtype=np.float32)),
    }
    if part := artefact.trained.semantic:
        content |= {"semantic_weights.npy": _npy(part.weights), "semantic_bias.npy": _npy(part.bias)}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in content.items():
            archive.writestr(zipfile.ZipInfo(name, _ANY_DAY), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _manifest(artefact: Artefact) -> dict[str, Any]:
    trained, part = artefact.trained, artefact.trained.semantic
    calibration = ("encoder", "temperature", "threshold")
    return {
        "format": SEMANTIC if part else LINEAR,
        "version": artefact.version,
        "data_hash": artefact.data_hash,
        "intents": trained.model.intents,
        "unseen_idf": {block.name: block.unseen_idf for block in trained.model.blocks},
        "temperature": trained.temperature,
        "threshold": trained.threshold,
        "figures": dict(trained.figures),
        **({"semantic": {name: getattr(part, name) for name in calibration}} if part else {}),
    }


def unpack(content: bytes) -> Artefact:
    """Raises ArtefactError for anything that is not a whole, consistent model of this format."""
    try:
        return _unpack(content)
    except _UNREADABLE as error:
        raise ArtefactError(f"unreadable model file: {type(error).__name__}: {error}") from error


def _unpack(content: bytes) -> Artefact:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
            raise ArtefactError("the model file unpacks to too much")
        manifest, project, vocabulary = (json.loads(archive.read(name)) for name in _TEXTS)
        if manifest["format"] not in (LINEAR, SEMANTIC):
            raise ArtefactError(f"format {manifest['format']!r} is none that is known here")
        weights, bias, idf = (_array(archive.read(f"{name}.npy")) for name in _ARRAYS)
        part = _semantic(manifest, archive) if manifest["format"] == SEMANTIC else None
    trained = CalibratedModel(
        model=_model(manifest, vocabulary, weights, bias, idf),
        temperature=float(manifest["temperature"]),
        threshold=float(manifest["threshold"]),
        figures=dict(manifest["figures"]),
        semantic=part,
    )
    names = str(manifest["version"]), str(manifest["data_hash"])
    artefact = Artefact(*names, project=decode(BotProject, project), trained=trained)
    _verify(artefact)
    return artefact


def _model(manifest: Any, vocabulary: Any, weights: Floats, bias: Floats, idf: Floats) -> LinearModel:
    intents = tuple(manifest["intents"])
    grams = sum(len(terms) for terms in vocabulary.values())
    columns = len(intents) + 1
    if weights.shape != (grams, columns) or bias.shape != (columns,) or idf.shape != (grams,):
        raise ArtefactError("vocabulary, intents and arrays do not fit together")
    blocks, first_row = [], 0
    for name, terms in vocabulary.items():
        if name not in ANALYSERS:
            raise ArtefactError(f"unknown features {name!r}")
        values = idf[first_row : first_row + len(terms)]
        blocks.append(Block.of(name, terms, values, first_row, float(manifest["unseen_idf"][name])))
        first_row += len(terms)
    return LinearModel(intents, tuple(blocks), weights, bias)


def _semantic(manifest: Any, archive: zipfile.ZipFile) -> SemanticPart:
    weights, bias = (_array(archive.read(f"{name}.npy")) for name in _SEMANTIC_ARRAYS)
    columns = len(manifest["intents"]) + 1
    if weights.ndim != 2 or weights.shape[1] != columns or bias.shape != (columns,):
        raise ArtefactError("intents and arrays of the semantic part do not fit together")
    part = manifest["semantic"]
    return SemanticPart(
        str(part["encoder"]), weights, bias, float(part["temperature"]), float(part["threshold"])
    )


def _verify(artefact: Artefact) -> None:
    trained, model = artefact.trained, artefact.trained.model
    if not VERSION_NAME.fullmatch(artefact.version):
        raise ArtefactError("the version has no valid name")
    if sum(len(block.known) for block in model.blocks) != len(model.weights):
        raise ArtefactError("a gram stands twice in the vocabulary")
    if not set(model.intents) <= set(artefact.project.intents):
        raise ArtefactError("the model knows intents that its project does not")
    for planes in (model, trained.semantic):
        if planes and not (np.isfinite(planes.weights).all() and np.isfinite(planes.bias).all()):
            raise ArtefactError("the weights are not finite")
    for calibration in (trained, trained.semantic):
        if calibration and not (calibration.temperature > 0 and 0 <= calibration.threshold <= 1):
            raise ArtefactError("temperature or threshold out of range")


def _npy(array: Floats) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


def _array(content: bytes) -> Floats:
    array = np.load(io.BytesIO(content), allow_pickle=False)
    if not isinstance(array, np.ndarray) or array.dtype != np.float32:
        raise ArtefactError("an array is not of 32-bit floats")
    return array
