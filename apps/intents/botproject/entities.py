"""Checks that each entity can be found, by the embedded engine and by Rasa alike."""

from apps.intents.botproject.domain import Domain
from apps.intents.botproject.findings import NOWHERE, Findings
from apps.intents.botproject.nlu import Nlu


def check_entities(nlu: Nlu, domain: Domain, components: set[str], found: Findings) -> None:
    annotated = _annotated(nlu)
    patterned = nlu.regexes.keys() | nlu.lookups.keys()
    for entity in sorted(annotated - patterned):
        found.unsupported(
            entity,
            "Solo los ejemplos anotados la encontrarían; añade un «regex» o un «lookup» con su nombre.",
            domain.places.get(("entities", entity), NOWHERE),
        )
    for entity in sorted(annotated - set(domain.entities)):
        found.warning(entity, "La entidad se anota en ejemplos y no está en el dominio; declárala.")
    for entity in sorted((patterned & set(domain.entities)) - annotated):
        message = "Rasa solo busca la entidad si algún ejemplo la anota; anota dos ejemplos."
        found.warning(entity, message, domain.places["entities", entity])
    _check_components(nlu, bool(patterned & set(domain.entities)), components, found)


def _annotated(nlu: Nlu) -> set[str]:
    return {
        span.entity
        for intent in nlu.intents.values()
        for example in intent.examples
        for span in example.entities
    }


def _check_components(nlu: Nlu, has_patterns: bool, components: set[str], found: Findings) -> None:
    """What the embedded engine always does, Rasa does only with these components."""
    if not components:
        return
    if has_patterns and "RegexEntityExtractor" not in components:
        found.warning("config", "Añade RegexEntityExtractor: sin él Rasa no busca las entidades por patrón.")
    if nlu.synonyms and "EntitySynonymMapper" not in components:
        found.warning("config", "Añade EntitySynonymMapper: sin él Rasa no aplica los sinónimos.")
