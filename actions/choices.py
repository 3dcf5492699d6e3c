"""What a citizen may have meant, as buttons: one plain title for each intent that makes sense as a choice."""

from __future__ import annotations

from collections.abc import Mapping

from bot.chat.turn import Question, payload

# Help in danger is never a button, and neither is what one does not choose: anger, thanks, a detail, nonsense.
TITLES: Mapping[str, str] = {
    "hvem_er_sagsbehandler": "Hvem har min sag?",
    "kontakt_sagsbehandler": "Få fat i min sagsbehandler",
    "skift_sagsbehandler": "Få en anden sagsbehandler",
    "sagsstatus": "Hvor langt er min sag?",
    "svartid": "Hvornår får jeg svar?",
    "mangler_i_sagen": "Mangler I noget fra mig?",
    "send_dokumentation": "Sende papirer til jer",
    "mine_sager": "Se alle mine sager",
    "forstaa_brev": "Forstå et brev fra jer",
    "afslag_begrundelse": "Hvorfor fik jeg nej?",
    "klage": "Klage over en afgørelse",
    "aktindsigt": "Se papirerne i min sag",
    "paa_vegne_af": "Spørge for en anden",
    "tal_med_menneske": "Tale med et menneske",
    "ring_mig_op": "Blive ringet op",
    "book_moede": "Aftale et møde",
    "mit_moede": "Hvornår er mit møde?",
    "flyt_moede": "Flytte et møde",
    "aflys_moede": "Aflyse et møde",
    "find_afdeling": "Finde den rette afdeling",
    "aabningstider": "Hvornår har I åbent?",
    "kontakt_kommunen": "Telefon, mail og adresse",
    "log_ind": "Logge ind",
    "hjaelp_digitalt": "Få hjælp uden computer",
    "mine_data": "Hvad gemmer I om mig?",
    "hvad_kan_du": "Hvad kan du hjælpe med?",
    "er_du_robot": "Er du en robot?",
}
# Where something was asked, these may have been the answer.
REPLIES: Mapping[str, str] = {"bekraeft": "Ja", "afvis": "Nej"}
SOMETHING_ELSE: Mapping[str, str] = {"title": "Noget andet", "payload": "/afvis"}


def choice(intent: str, entities: Mapping[str, str], text: str = "") -> list[dict[str, str]]:
    """A button that asks ``intent`` in the citizen's own words, with what stood in them; none where it makes no sense.

    web keeps payloads sealed, as it does the words themselves, and they never reach the browser.
    """
    title = TITLES.get(intent)
    if title is None:
        return []
    kept = {name: value for name, value in entities.items() if name not in ("ogsaa", "besked")}
    if text:
        kept["besked"] = text
    return [{"title": title, "payload": payload(Question(intent=intent, entities=kept))}]
