"""What a citizen may have meant, as buttons: one plain title for each intent that makes sense as a choice.

The titles stand in `data/hensigter.yml`, where those who train the assistant give a new intent its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.chat.turn import Question, payload

# Where something was asked, these may have been the answer.
REPLIES: Mapping[str, str] = {"bekraeft": "Ja", "afvis": "Nej"}
SOMETHING_ELSE: Mapping[str, str] = {"title": "Noget andet", "payload": "/afvis"}


def choice(
    intent: str, entities: Mapping[str, str], text: str = "", *, titles: Mapping[str, str]
) -> list[dict[str, str]]:
    """A button that asks ``intent`` in the citizen's own words, with what stood in them; none where it makes no sense.

    ``titles`` are those of the intents that may be chosen (`Turn.titles`).

    web keeps payloads sealed, as it does the words themselves, and they never reach the browser.
    """
    title = titles.get(intent)
    if title is None:
        return []
    kept = {name: value for name, value in entities.items() if name not in ("ogsaa", "besked")}
    if text:
        kept["besked"] = text
    return [{"title": title, "payload": payload(Question(intent=intent, entities=kept))}]
