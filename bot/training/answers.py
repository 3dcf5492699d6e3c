"""What the assistant says: every response with what is wrong with it, looked at before it is saved, and changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.errors import NotFoundError
from bot.identity.staff import Staff
from bot.municipality.model import Municipality
from bot.municipality.readability import lix, words_of
from bot.privacy.masking import mask
from bot.training import domain_lines, readable, spoken
from bot.training.domain_lines import DOMAIN, Response
from bot.training.edits import Edits, Kind
from bot.training.files import Files, Texts
from bot.training.links import Links
from bot.training.readable import MEANINGS, Problem
from bot.training.refusals import Changed, Unusable
from bot.training.scalars import clean
from bot.training.spoken import Spoken

LONGEST = 1500  # signs of one text
MOST_TEXTS = 5


@dataclass(frozen=True, kw_only=True)
class Looked:
    """How texts read: ``shown`` with everything filled in; ``lix`` and ``words`` of the hardest and the longest."""

    shown: tuple[str, ...]
    lix: float
    words: int
    problems: tuple[Problem, ...]
    links: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A response as it stands. ``used_by``: intents that may lead to it. ``places``: what the robot can fill in."""

    response: Response
    used_by: tuple[str, ...]
    places: frozenset[str]
    looked: Looked
    edit: int | None = None


@lru_cache(maxsize=4)
def _responses(domain: str) -> Mapping[str, Response]:
    return domain_lines.responses(domain)


def _said_by(files: Texts) -> Mapping[str, tuple[str, str]]:
    return _answers_of(tuple((path, text) for path, text in files.items() if path.startswith("data/stories/")))


@lru_cache(maxsize=4)
def _answers_of(stories: tuple[tuple[str, str], ...]) -> Mapping[str, tuple[str, str]]:
    return domain_lines.answers_of(dict(stories))


class Answers:
    """The responses of the domain. Methods block while the disk works."""

    def __init__(
        self,
        files: Files,
        edits: Edits,
        links: Links,
        municipality: Municipality,
        *,
        code: Spoken | None = None,
    ) -> None:
        self._files = files
        self._edits = edits
        self._links = links
        self._code = code or spoken.read()
        self._facts = {
            "assistant": municipality.assistant,
            "municipality": municipality.name,
            "phone": municipality.phone,
            "email": municipality.email,
        }

    def rows(self, q: str = "") -> tuple[Answer, ...]:
        """The responses in the file's order; with ``q`` those with these words in their name, texts or buttons."""
        texts = self._files.read()
        wanted = q.casefold().split()
        return tuple(
            self._answer(response, texts)
            for response in _responses(texts[DOMAIN]).values()
            if all(word in _searched(response) for word in wanted)
        )

    def row(self, name: str) -> Answer:
        """One response. Raises NotFoundError."""
        texts = self._files.read()
        return self._answer(_known(texts, name), texts)

    def look(self, name: str, texts: Sequence[str]) -> Looked:
        """How ``texts`` would read in the response ``name``, which may be one that is not there yet."""
        files = self._files.read()
        response = _responses(files[DOMAIN]).get(name)
        return self._looked(name, tuple(clean(text) for text in texts), response)

    def change(self, staff: Staff, name: str, *, revision: str, texts: Sequence[str]) -> Answer:
        """Put other texts into a response.

        Raises Changed when it is no longer as ``revision`` says, Unusable for texts that can't be said, NotFoundError.
        """

        def run(files: Texts) -> Texts:
            response = _known(files, name)
            if response.revision != revision:
                raise Changed()
            made = self.checked(name, texts, response)
            return {**files, DOMAIN: domain_lines.with_texts(files[DOMAIN], name, made)}

        before = self.row(name).response
        edit = self._edits.change(staff, Kind.ANSWER, name, run, text=f"Rettede svaret {name}")
        after = self.row(name)
        # What was lost is told once, when it happens.
        lost = readable.gone(_places(before.texts), after.response.texts)
        looked = replace(after.looked, problems=(*after.looked.problems, *lost))
        return replace(after, looked=looked, edit=edit.id)

    def checked(self, name: str, texts: Sequence[str], response: Response | None = None) -> tuple[str, ...]:
        """``texts`` as they can be kept in the response ``name``. Raises Unusable for what can't be said."""
        made = tuple(clean(text) for text in texts)
        if not made or not all(made):
            raise Unusable("an empty answer", staff="Skriv et svar. Det må ikke være tomt.")
        if len(made) > MOST_TEXTS:
            raise Unusable("too many texts", staff=f"Et svar kan højst have {MOST_TEXTS} tekster.")
        if len(set(made)) < len(made):
            raise Unusable("the same text twice", staff="Den samme tekst står to gange. Slet den ene.")
        if any(len(text) > LONGEST for text in made):
            raise Unusable("an answer that is too long", staff=f"En tekst må højst være {LONGEST} tegn.")
        if any(mask(text) != text for text in made):
            raise Unusable("a number like a CPR number", staff="Der står et CPR-nummer i svaret. Slet det.")
        known = self._fillable(name, response)
        for text in made:
            for problem in _wrong_places(text, known):
                raise Unusable("a place that nothing fills", staff=problem.text)
        return made

    def _fillable(self, name: str, response: Response | None) -> frozenset[str]:
        return self._code.variables.get(name, frozenset()) | (_places(response.texts) if response else frozenset())

    def _answer(self, response: Response, files: Texts) -> Answer:
        return Answer(
            response=response,
            used_by=tuple(self._used_by(response.name, files)),
            places=self._fillable(response.name, response),
            looked=self._looked(response.name, response.texts, response, unused=not self.is_used(response.name, files)),
        )

    def _used_by(self, name: str, files: Texts) -> Iterator[str]:
        yield from self._code.intents_of(name)
        yield from (intent for intent, (_, said) in _said_by(files).items() if said == name)

    def is_used(self, name: str, files: Texts) -> bool:
        """Whether the code or a rule of ``files`` says it."""
        return name in self._code.responses or any(True for _ in self._used_by(name, files))

    def _looked(self, name: str, texts: Sequence[str], response: Response | None, *, unused: bool = False) -> Looked:
        shown = tuple(readable.filled(text, self._facts) for text in texts)
        links = tuple(dict.fromkeys(link for text in shown for link in readable.links(text)))
        return Looked(
            shown=shown,
            lix=max((lix(text) for text in shown), default=0.0),
            words=max((len(words_of(text)) for text in shown), default=0),
            problems=tuple(dict.fromkeys(self._problems(name, texts, links, response, unused=unused))),
            links=links,
        )

    def _problems(
        self, name: str, texts: Sequence[str], links: Iterable[str], response: Response | None, *, unused: bool
    ) -> Iterator[Problem]:
        buttons = bool(response and any(response.buttons))
        known = self._fillable(name, response)
        if not texts or not all(texts):
            yield Problem(code="empty", text="Der står ikke noget i svaret.")
        for text in texts:
            yield from _wrong_places(text, known)
            yield from readable.problems(text, buttons=buttons)
        if response is not None:
            yield from readable.gone(_places(response.texts), texts)
        for link in links:
            found = self._links.known(link)
            if found is not None and not found.ok:
                yield Problem(code="link", text=f"{link}: {found.text}")
        if len(texts) > 1:
            yield Problem(
                code="several",
                text=f"Svaret har {len(texts)} tekster. Hver borger får én af dem, så svaret er ikke altid det samme.",
            )
        if unused:
            yield Problem(code="unused", text="Robotten bruger aldrig det her svar.")


def _wrong_places(text: str, known: frozenset[str]) -> Iterator[Problem]:
    can = f"Her kan stå {', '.join(f'{{{name}}}' for name in sorted(known))}." if known else "Skriv teksten selv."
    for name in sorted(readable.places(text) - known):
        yield Problem(code="place", text=f"Robotten kan ikke udfylde {{{name}}} i det her svar. {can}")
    if readable.loose_braces(text):
        yield Problem(code="place", text=f"Krøllede parenteser er til det, robotten udfylder. {can}")


def _places(texts: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*(readable.places(text) for text in texts))


def _known(files: Texts, name: str) -> Response:
    response = _responses(files[DOMAIN]).get(name)
    if response is None:
        raise NotFoundError("no such response", staff="Det svar findes ikke (længere).")
    return response


def _searched(response: Response) -> str:
    titles = [button.title for buttons in response.buttons for button in buttons]
    return " ".join([response.name, *response.texts, *titles]).casefold()


def meaning_of(place: str) -> str:
    """What the robot fills in for ``place``, in Danish."""
    return MEANINGS.get(place, place)
