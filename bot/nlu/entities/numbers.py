"""Finds case numbers, phone numbers and mail addresses."""

from __future__ import annotations

import re

from rasa.engine.recipes.default_recipe import DefaultV1Recipe

from bot.cases.numbers import whole_numbers
from bot.municipality.phones import find_phones
from bot.nlu.entities.extractor import Entity, Extractor, entity

_EMAIL = re.compile(
    r"(?<![\w.+@-])[\w.+-]{1,64}@[a-zA-Z0-9æøåÆØÅ-]{1,63}(?:\.[a-zA-Z0-9æøåÆØÅ-]{1,63}){0,4}\.[a-zA-Z]{2,24}(?![\w@])"
)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class NumberExtractor(Extractor):
    """`sagsnummer`, `telefon` and `email`, each in one way to write it.

    A case number is given as "27.36.04-G01-12-26" however it was typed, and only when all of it is there: nothing is
    guessed. A phone number has eight digits without spaces, or begins with + when it is from abroad; digits of a case
    number are none. It has no config keys.
    """

    def find(self, text: str) -> list[Entity]:
        """The numbers and addresses in ``text``; where two overlap the first of them is meant."""
        found = [entity("sagsnummer", start, end, number) for number, start, end in whole_numbers(text)]
        rest = text
        for number in found:
            rest = rest[: number["start"]] + "\n" * (number["end"] - number["start"]) + rest[number["end"] :]
        found += [entity("email", *match.span(), match[0].lower()) for match in _EMAIL.finditer(text)]
        found += [
            entity("telefon", phone.start, phone.end, phone.shown.replace(" ", "")) for phone in find_phones(rest)
        ]
        return found
