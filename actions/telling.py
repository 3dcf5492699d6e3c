"""What can be told of a case, piece by piece: which it is, its state, what to do, what comes next, whom to contact.

Every answer about a case gives state, what to do, what comes next and whom to contact: the card beside
the words holds them all, so the words answer what was asked, say what the citizen must do, and say
unasked what has changed the matter: that it is decided, or late.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from actions.card import case_card
from actions.naming import in_words
from actions.turn import Turn
from bot.cases.answer_time import ExpectedAnswer, expected_answer
from bot.cases.case import Case, HandlerKind, Role, Sensitivity, State, Todo
from bot.handoff.rules import Trigger
from bot.municipality.contact import contact_for
from bot.municipality.danish import date_words

Piece = Callable[[Turn, Case], None]
_STATE_ONLY = (Sensitivity.SENSITIVE, Sensitivity.VIP)


def only_state(case: Case) -> bool:
    """True when nothing beyond the state of the case may be told here: its data are sensitive."""
    return case.sensitivity in _STATE_ONLY


def tell(turn: Turn, case: Case, pieces: Sequence[Piece]) -> None:
    """Tell the pieces that answer the question, and what nobody should have to ask for, with the case's card."""
    answer = expected(turn, case)
    late = answer is not None and answer.overdue
    pieces = list(pieces)
    also = turn.carry(if_alike=True, only=_PIECES)
    for piece in _PIECES[also.intent] if also else ():
        if not {piece, _SAME.get(piece)} & set(pieces):
            pieces.append(piece)
    if turn.has_several_cases or case.my_role is Role.REPRESENTATIVE:
        which(turn, case)
    if not case.state.is_open and not {state, status} & set(pieces):
        state(turn, case)
    over = case.state in (State.CLOSED, State.REJECTED) and not case.todos
    for piece in pieces:
        if not (over and piece is upcoming and todos in pieces):  # nothing to do, nothing to come: one sentence
            piece(turn, case)
    # What nobody asked for is said once of each case, and not at every turn: the card shows it all the same.
    told = turn.before.case == case.ref and turn.before.question is not None
    if not told and not {todos, missing} & set(pieces):
        todos(turn, case)
    if late and not told and upcoming not in pieces:
        upcoming(turn, case)
    if not turn.show_card(case, case_card(case, turn.municipality, turn.parts.today)):
        for piece in (state, contact):  # what the card would have shown of this one
            if not {piece, _SAYS_MORE.get(piece)} & set(pieces):
                piece(turn, case)
    if late and (not told or upcoming in pieces):
        overdue(turn, case)


def overdue(turn: Turn, case: Case) -> None:
    """Offer a human when the published or promised deadline has passed; nothing when it has not."""
    answer = expected(turn, case)
    if answer is not None and answer.overdue:
        which_one = f"en sag hos {turn.municipality.department(case.department).name}"
        number = which_one if case.about_a_child else f"sag {case.number}"
        turn.hand_off(Trigger.OVERDUE, f"Svaret i {number} er forsinket.", case=case)


def which(turn: Turn, case: Case) -> None:
    """Which case it is, and that one is asked as a representative if so."""
    as_representative = case.my_role is Role.REPRESENTATIVE
    turn.say("utter_om_sagen_repraesentant" if as_representative else "utter_om_sagen", case=in_words(turn, case))


def state(turn: Turn, case: Case) -> None:
    """The state, one of five; never what was decided."""
    turn.say(f"utter_tilstand_{case.state.value}")


def status(turn: Turn, case: Case) -> None:
    """The state, and while the case is open what the caseworker wrote of it and what happened last."""
    state(turn, case)
    # Once it is decided the same texts might tell the outcome: that is the letter's to say.
    if not case.state.is_open or only_state(case):
        return
    written = (case.status_text or "").strip().rstrip(".")
    if written:
        turn.say("utter_status_tekst", status=written)
    if case.events:
        last = max(case.events, key=lambda event: event.on)
        happened = last.text.strip().rstrip(".")
        if happened.casefold() != written.casefold():  # caseworkers often write the same in both places
            turn.say("utter_seneste", on=date_words(last.on), event=happened)


def todos(turn: Turn, case: Case) -> None:
    """What the citizen must do, or that it is nothing; not a word where the case system does not tell."""
    if case.todos_known or not case.state.is_open:
        _todos(turn, case, nothing="utter_goer_intet")


def missing(turn: Turn, case: Case) -> None:
    """The same as `todos`, in the words of somebody who asked whether anything is missing, and so is told who knows."""
    if case.todos_known or not case.state.is_open:
        _todos(turn, case, nothing="utter_mangler_intet")
    else:
        who = contact_for(case, turn.municipality)
        turn.say("utter_mangler_ved_ikke", phone=who.phone, hours=who.hours)


def _todos(turn: Turn, case: Case, *, nothing: str) -> None:
    if not case.state.is_open:
        # What is to be done after a decision would tell what the decision was.
        not_told = "utter_goer_ikke_mere" if case.todos_known else "utter_goer_maaske_brev"
        turn.say("utter_goer_brev" if case.todos else not_told)
    elif not case.todos:
        turn.say(nothing)
    else:
        turn.say("utter_goer", todos="\n".join(f"- {_todo(turn, todo)}" for todo in case.todos))
        if any(todo.due and todo.due < turn.parts.today for todo in case.todos):
            turn.say("utter_goer_for_sent")


def _todo(turn: Turn, todo: Todo) -> str:
    text = todo.text.strip().rstrip(".")
    if todo.due is None:
        return text
    word = "senest" if todo.due >= turn.parts.today else "fristen var"
    return f"{text} ({word} {date_words(todo.due)})"


def expected(turn: Turn, case: Case) -> ExpectedAnswer | None:
    """When an answer may be expected."""
    days = turn.municipality.deadline_days(case.kle)
    return expected_answer(case, deadline_days=days, today=turn.parts.today)


def upcoming(turn: Turn, case: Case) -> None:
    """What happens next, and when: always an estimate."""
    answer = expected(turn, case)
    if not case.state.is_open:
        turn.say("utter_naeste_afgjort" if case.state is State.DECIDED else "utter_naeste_lukket")
    elif answer is None:
        turn.say("utter_naeste_ukendt")
    elif answer.overdue:
        turn.say("utter_naeste_forsinket", on=date_words(answer.on))
    elif answer.how == "system":
        turn.say("utter_naeste_dato", on=date_words(answer.on))
    else:
        deadline = turn.municipality.deadline(case.kle)
        turn.say("utter_naeste_frist", on=date_words(answer.on), deadline=deadline.in_words if deadline else "")


def contact(turn: Turn, case: Case) -> None:
    """Whom to contact: the person, the team, or the department that answers when there is neither."""
    who = contact_for(case, turn.municipality)
    if who.kind is HandlerKind.PERSON:
        response = "utter_kontakt_person"
    elif who.kind is HandlerKind.TEAM:
        response = "utter_kontakt_team"
    else:
        response = "utter_kontakt_skjult" if who.hidden else "utter_kontakt_ingen"
    turn.say(response, name=who.name, department=who.department, phone=who.phone, hours=who.hours)


def email(turn: Turn, case: Case) -> None:
    """The mail address, with a warning against writing of private matters there."""
    turn.say("utter_kontakt_mail", email=contact_for(case, turn.municipality).email)


# What answers each of the questions that may be asked together, and what says the same in other words.
_PIECES: Mapping[str, Sequence[Piece]] = {
    "sagsstatus": (status, upcoming),
    "hvem_er_sagsbehandler": (contact,),
    "svartid": (upcoming,),
    "mangler_i_sagen": (missing,),
}
_SAME: Mapping[Piece, Piece] = {missing: todos, status: state}
_SAYS_MORE: Mapping[Piece, Piece] = {state: status}
