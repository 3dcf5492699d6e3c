"""Finds the caseworker's name."""

from __future__ import annotations

from rasa.engine.recipes.default_recipe import DefaultV1Recipe

from bot.danish.names import find_names
from bot.nlu.entities.extractor import Entity, Extractor, entity


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class NameExtractor(Extractor):
    """`sagsbehandlernavn`: known by where it stands, so that rare names are found like common ones.

    It is not trained: a list would favour the names on it. It has no config keys.
    """

    def find(self, text: str) -> list[Entity]:
        """The names of caseworkers in ``text``."""
        return [entity("sagsbehandlernavn", name.start, name.end, name.shown) for name in find_names(text)]
