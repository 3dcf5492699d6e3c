"""A new intent with its examples, its title and its answer, made in one change: it is whole, or it is not there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import SettingsError
from bot.identity.staff import Staff
from bot.privacy.masking import mask
from bot.training import domain_lines, intents, nlu_lines, spoken
from bot.training.answers import Answers
from bot.training.candidates import Refused
from bot.training.corpus import FOLDER, Corpus
from bot.training.domain_lines import DOMAIN, RULES, SAYS_ITS_RESPONSE
from bot.training.edits import Edit, Edits, Kind
from bot.training.examples import Examples
from bot.training.files import Files, Texts
from bot.training.intents import LONGEST_TITLE, NAME, Intent
from bot.training.refusals import TrainingRefusal, Unusable
from bot.training.scalars import clean
from bot.training.spoken import Spoken

FEWEST = 2  # examples: one to learn from and one to measure with, where the data are dealt in two
_LONGEST_ABOUT = 200  # signs
# Rasa's own intents, and the names of actions that are no intent's.
_TAKEN = frozenset({"restart", "back", "session_start", "out_of_scope", "nlu_fallback", "fallback", "svar"})
# The file for what belongs nowhere else: where citizens find their way.
_FILE = f"{FOLDER}find_vej.yml"
_LETTERS = {"æ": "ae", "ø": "oe", "å": "aa", "ß": "ss"}


class BadExamples(TrainingRefusal):
    """Some of the examples can't be used; ``refused`` says which and why."""

    code = "examples"

    def __init__(self, refused: Sequence[Refused]) -> None:
        n = len(refused)
        some = "Et af eksemplerne kan ikke bruges." if n == 1 else f"{n} af eksemplerne kan ikke bruges."
        super().__init__(f"{n} texts are no examples", staff=f"{some} Ret teksten, og prøv igen.")
        self.refused = tuple(refused)


class Taken(TrainingRefusal):
    """There is one of that name or title already."""

    code = "duplicate"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is written for a new intent. ``name`` may be empty: then the ``title`` gives it."""

    name: str
    title: str
    about: str
    answer: str
    examples: Sequence[str]
    confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class Made:
    """A new intent, and the change that made it."""

    intent: Intent
    response: str
    examples: int
    edit: Edit


class NewIntents:
    """Makes intents. Methods block while the disk and the database work."""

    def __init__(
        self, files: Files, edits: Edits, examples: Examples, answers: Answers, *, code: Spoken | None = None
    ) -> None:
        self._files = files
        self._edits = edits
        self._examples = examples
        self._answers = answers
        self._code = code or spoken.read()

    def make(self, staff: Staff, wanted: Wanted) -> Made:
        """Make it: examples, intent, response, rule and title, all of them in one change.

        Raises Unusable, Taken and BadExamples with what is to be written otherwise; then nothing is changed.
        """
        title, about = _title(wanted.title), clean(wanted.about, lines=False)
        if not about or len(about) > _LONGEST_ABOUT:
            raise Unusable(
                "an intent without words", staff=f"Skriv med højst {_LONGEST_ABOUT} tegn, hvad borgeren vil."
            )
        if mask(f"{title}\n{about}") != f"{title}\n{about}":
            raise Unusable(
                "a number like a CPR number", staff="Der står et CPR-nummer i titlen eller under den. Slet det."
            )
        given = wanted.name.strip()
        if given and not NAME.fullmatch(given):
            raise Unusable("no name of an intent", staff="Navnet skal være små bogstaver fra a til z, tal og _.")
        name = given or self._free_name(title, self._files.read())
        made: dict[str, Any] = {}

        def run(files: Texts) -> Texts:
            self._look(name, title, files)
            raws, refused = self._examples.texts_checked(
                wanted.examples, intent=name, confirmed=wanted.confirmed, corpus=Corpus.of(files)
            )
            if refused:
                raise BadExamples(refused)
            if len(raws) < FEWEST:
                raise Unusable("too few examples", staff=f"Skriv mindst {FEWEST} eksempler på, hvad borgeren skriver.")
            response = f"utter_{name}"
            texts = self._answers.checked(response, [wanted.answer])
            intent = Intent(name=name, title=title, about=about)
            made.update(intent=intent, response=response, examples=len(raws))
            path = _FILE if _FILE in files else next(path for path in files if path.startswith(FOLDER))
            domain = domain_lines.with_response(domain_lines.with_intent(files[DOMAIN], name), response, texts)
            if SAYS_ITS_RESPONSE not in domain_lines.actions(domain):
                raise domain_lines.Unreadable(DOMAIN)
            return {
                **files,
                path: nlu_lines.with_intent(files[path], name, about=about, examples=raws),
                DOMAIN: domain,
                RULES: domain_lines.with_rule(
                    files[RULES], title=f"Svar på »{title}«", intent=name, action=SAYS_ITS_RESPONSE
                ),
                intents.FILE: intents.with_intent(files[intents.FILE], intent),
            }

        edit = self._edits.change(staff, Kind.INTENT, name, run, text=f"Lavede hensigten »{title}«")
        return Made(edit=edit, **made)

    def _free_name(self, title: str, files: Texts) -> str:
        """A name for ``title`` that nothing has yet."""
        name = name_of(title)
        tries = [name, *(f"{name}_{number}" for number in range(2, 100))]
        taken = self._taken(files)
        return next((each for each in tries if each not in taken), name)

    def _look(self, name: str, title: str, files: Texts) -> None:
        """Raise Taken when there is one of that name or title already."""
        try:
            known = intents.read(files.get(intents.FILE, ""))
        except SettingsError as error:
            raise Unusable("the titles can't be read", staff=error.log) from error
        same = next((one for one in known.values() if one.title.casefold() == title.casefold()), None)
        if same is not None:
            raise Taken("the title is taken", staff=f"Der er allerede en hensigt, der hedder »{same.title}«.")
        if name in self._taken(files):
            raise Taken("the name is taken", staff=f"Navnet {name} er optaget. Vælg et andet.")

    def _taken(self, files: Texts) -> frozenset[str]:
        domain = files[DOMAIN]
        of_responses = (name.removeprefix("utter_") for name in domain_lines.responses(domain))
        of_actions = (name.removeprefix("action_") for name in domain_lines.actions(domain))
        known = (domain_lines.intents(domain), Corpus.of(files).intents, domain_lines.answers_of(files))
        return _TAKEN.union(*known, of_responses, of_actions, self._code.own, intents.read(files.get(intents.FILE, "")))


def name_of(title: str) -> str:
    """What an intent with this title is called in the files: "Pris på pas?" as pris_paa_pas."""
    spelt = "".join(_LETTERS.get(letter, letter) for letter in title.lower())
    plain = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:50].strip("_")
    return name if NAME.fullmatch(name) else f"hensigt_{name}".strip("_")


def _title(text: str) -> str:
    title = clean(text, lines=False)
    if not title or len(title) > LONGEST_TITLE or not re.search(r"[^\W\d_]", title):
        raise Unusable(
            "no title",
            staff=f"Skriv en titel på højst {LONGEST_TITLE} tegn: den står på knappen, når robotten spørger.",
        )
    return title[0].upper() + title[1:]
