"""A verified artefact, made ready to answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfoNotFoundError

from apps.chat.engines.base import Parse
from apps.chat.engines.embedded.artefact import sha256_of, unpack
from apps.chat.engines.embedded.dialogue import Dialogue
from apps.chat.engines.embedded.dialogue.utterance import is_payload, of_project, read_payload
from apps.chat.engines.embedded.errors import ArtefactError
from apps.chat.engines.embedded.hosts import ActionHost
from apps.chat.engines.embedded.nlu.entities import EntityFinder
from apps.chat.engines.embedded.nlu.pipeline import Nlu
from apps.chat.engines.embedded.nlu.semantic import FindEncoder, no_encoder
from apps.chat.engines.embedded.nlu.text import clean


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """Immutable and shared by all threads: swapping models is swapping one reference to this."""

    version: str
    sha256: str
    data_hash: str
    nlu: Nlu
    dialogue: Dialogue

    def parse(self, text: str) -> Parse:
        """The best guess even below the threshold; an intent payload as itself."""
        text = clean(text)
        if is_payload(text):
            project = self.dialogue.project
            return of_project(read_payload(text, set(project.intents)), project.entities)
        return self.nlu.parse(text)


def load(
    content: bytes, find_encoder: FindEncoder = no_encoder, hosts: Sequence[ActionHost] = ()
) -> LoadedModel:
    """`find_encoder` is asked only for a model trained with sentence vectors. Raises ArtefactError."""
    artefact = unpack(content)
    try:
        entities = EntityFinder(artefact.project)
        dialogue = Dialogue(artefact.project, hosts)
        nlu = Nlu(artefact.trained.ready(find_encoder), entities)
    except (re.error, ValueError, ZoneInfoNotFoundError) as error:
        raise ArtefactError(f"the model cannot be run: {error}") from error
    return LoadedModel(artefact.version, sha256_of(content), artefact.data_hash, nlu, dialogue)
