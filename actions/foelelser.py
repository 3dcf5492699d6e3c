"""How the citizen feels: help in danger at once, and anger met calmly."""

from __future__ import annotations

import re

from actions.menneske import hand_over, wants_a_human
from actions.session import Answer
from actions.turn import URGENT, Turn
from bot.danish.spelling import find, fold, words_of
from bot.handoff.rules import Trigger

# Whole phrases: "jeg vil bare sove og ikke vågne" is no question of a bed.
_NO_ROOF = (
    "hjemløs",
    "sted at sove",
    "sove i nat",
    "sove på gaden",
    "tag over hovedet",
    "bor på gaden",
    "smidt ud",
    "sat ud",
    "sted at bo",
    "sted at være",
    "sted jeg kan være",
    "overnatte",
    "herberg",
)
_A_CHILD = ("barn", "børn", "datter", "søn", "pige", "dreng", "baby", "lillebror", "lillesøster")
_AN_ADULT_AT_HOME = r"(?:far|mor|foraeldre|papfar|papmor|stedfar|stedmor)"
# All of these are searched for in folded text: æ, ø and å are written ae, oe and aa.
_OF_OWN_HAND = re.compile(r"(?:slaa|slaar|slog|goer\w*|goere|skaer\w*|haenge) (?:\w+ )*?(?:mig|sig) selv\b(?: ihjel)?")
_SUICIDE = re.compile(
    r"\bdoe\b|\bdoed\b(?= i)|selvmord|suicid|ikke leve|at leve|\bmit (?:eget )?liv\b|livet er|ende paa (?:det|mit)"
    r"|selv ihjel|\bskaerer i\b|vaere her (?:mere|laengere)|haenge mig|\bpiller|vaek fra det hele|uden mig|er sort"
    r"|holde det ud|orker ikke|kan ikke mere|goere det forbi|ved mig selv|ved sig selv|ikke vaagne"
)
_VIOLENCE = re.compile(
    r"\bsla(?:ar|a|s)\b|\bslog\b|\bslaaet\b|\bbanke[rt]\b|\bbanket\b|\btruer\b|\btruet\b|\bkniv\b|pistol|kvaelertag"
    r"|voldtag|voldtaeg|\bvold\b|voldelig|bange for min|toer ikke (?:gaa|vaere|tage|komme) hjem|gaa hjem|roerer ved"
    r"|overfald|doeren (?:op|ind)|misbrug|goer ting ved|flygtet fra|krisecenter|stalk"
)
_I_AM_A_CHILD = re.compile(
    r"\bjeg er (?:kun )?(?:[5-9]|1[0-7])\b(?: aar)?(?! uger| dage| maaneder)"
    rf"|\bmin(?:e)? {_AN_ADULT_AT_HOME} (?:slaar|har slaaet|slog|roerer|banker|goer ting|drikker|raaber)"
)
# Somebody else's: a neighbour's child, or one that is known from work.
_SOMEBODY_ELSES = re.compile(
    r"\b(?:nabo|genbo|overbo|underbo|veninde|kammerat|kollega)\w*"
    r"|\b(?:min|en|mit|et) (?:\w+ )?(?:ven|vens|elev|elever|klassekammerat\w*|niece|nevoe|barnebarn)\b"
    r"|\b(?:et|nogle|en) (?:\w+ )?(?:barn|boern|pige|dreng|baby) (?:i|paa|fra|ved|hos|som|der|bliver|har|ikke)\b"
    r"|\bbarnet i (?:min|vores|naboens)\b|\b(?:deres|hendes|hans) (?:barn|boern|datter|soen|dreng|pige)\b"
    r"|\bbekymret for (?:et|nogle|en) \w*|\bunderret\w*"
)
# That the one who writes, or their own child, is hurt: then it is not somebody else's, whoever is spoken of besides.
_HURT_ME = re.compile(
    r"\b(?:slaar|slog|slaaet|banker|truer|truet|sparker|voldtog|voldtaget|roerer ved|gjort) (?:\w+ )?(?:mig|os)\b"
    r"|\b(?:mine|vores) (?:egne |eget |egen )?(?:boern|barn|datter|soen)\b"
    r"|\bmin (?:egen |lille )?(?:datter|soen|dreng|pige|baby)\b|\bmit (?:eget )?barn\b"
    r"|\bbange for min\b|\bmin (?:mand|kone|kaereste|eks\w*|samlever) (?:\w+ )?(?:slaar|slog|truer|banker)"
)
_EMERGENCY = re.compile(
    r"faldet om|traekker vejret|vejret (?:meget )?daarligt|bevidstloes|\bulykke|braender|\bbrand\b|bloeder|hjertestop"
    r"|\bkontakt til (?:ham|hende)|ring 112|\boverdosis|taget en masse"
)


_CHILDREN = "34"  # the main group of children's cases: whose department answers when a child is in danger
# In more words than this much is told that is not the matter: without a word of danger it may be no cry for help.
_SHORT = 25


class HelpNow(Answer):
    """Short and calm: the number that fits first, at once, whatever else is going on; then a human."""

    intent = "akut_hjaelp"
    may_be_a_phone_number = False

    async def answer(self, turn: Turn) -> None:
        """The numbers for this danger, all of them when it is not clear which; where to sleep when that is it."""
        turn.outcome = "danger"
        plain = " ".join(fold(turn.text).split())
        by_others = bool(_VIOLENCE.search(_OF_OWN_HAND.sub(" ", plain)))
        words = words_of(turn.text)
        emergency = turn.municipality.emergency
        a_letter = len(words) > _SHORT
        said = [
            _say(turn, bool(_EMERGENCY.search(plain)), "utter_akut_112"),
            _say(turn, bool(_SUICIDE.search(plain)), "utter_akut_selvmord"),
        ]
        roofless = _speaks_of(words, _NO_ROOF)
        of_others = bool(_SOMEBODY_ELSES.search(plain)) and not _HURT_ME.search(plain) and not roofless
        if _I_AM_A_CHILD.search(plain):
            said.append(_say(turn, True, "utter_akut_er_barn"))
        elif of_others and not said[1] and _speaks_of(words, _A_CHILD):
            turn.say("utter_akut_andens_barn", phone=emergency.on_call_phone)
            said.append(True)
        else:
            said.append(_say(turn, by_others, "utter_akut_vold_anden" if of_others else "utter_akut_vold"))
            if not said[1] and _speaks_of(words, _A_CHILD) and (by_others or not a_letter):
                turn.say("utter_akut_barn", phone=emergency.on_call_phone)
                said.append(True)
        if roofless:
            turn.say(
                "utter_akut_bolig",
                shelter=emergency.shelter,
                phone=emergency.shelter_phone,
                address=emergency.shelter_address,
            )
            said.append(True)
        if not any(said):
            turn.say("utter_akut_usikker" if a_letter else "utter_akut_hjaelp")
        child = _I_AM_A_CHILD.search(plain) or _speaks_of(words, _A_CHILD)
        departments = [turn.municipality.department_for(_CHILDREN).key] if child else []
        reason = (
            f"{URGENT}: er bange for en andens barn." if child and of_others else f"{URGENT}: har bedt om hjælp nu."
        )
        turn.hand_off(Trigger.ACUTE, reason, departments=departments)


def _say(turn: Turn, fits: bool, response: str) -> bool:
    if fits:
        turn.say(response)
    return fits


def _speaks_of(words: list[str], known: tuple[str, ...]) -> bool:
    return any(find(word, words, compounds=False) for word in known)


_HOPELESS = re.compile(
    r"overskue|\borker\b|\bknaek|\bgraed|\bgraat|\bopgiv|give op|\balene\b|haabloest for mig|ked af det|hjaelper mig"
    r"|kan ikke (?:mere|klare)|ikke klare"
)
# Once is enough when it is said like this. Searched for in folded text.
_STRONG = re.compile(
    r"\b(?:fuck\w*|fand(?:en|me)|helvede|satan\w*|kraft(?:edeme|ede)|kaeft|pis|pisse\w*|lort\w*|skid|roev\w*|idiot\w*"
    r"|klaphat\w*|rend[e]? mig|wtf|rasende|hader|svin|skandal\w*|umenneskelig\w*|smadre\w*|til helvede|vanvittig\w*"
    r"|aldrig vaeret saa vred|oedel(?:agt|aegger|agde)\w*|sindssyg\w*)\b"
)
_REASON = "Er utilfreds og vil høres."


class Angry(Answer):
    """Heard first. A human in words the first time; a human at once when it goes on, or is said in strong words."""

    intent = "utilfreds"

    async def answer(self, turn: Turn) -> None:
        """A calm answer, never a menu, and never the same words twice."""
        angry = turn.before.angry + 1
        turn.remember(angry=angry)
        # One was offered just now, and that did not help.
        offered = turn.before.asked in ("menneske", "samtale")
        for_this = turn.before.asked == "menneske" and _REASON in (turn.before.callback_reason or "")
        again = "utter_utilfreds_stadig" if for_this else "utter_utilfreds_igen"
        turn.say(again if angry > 1 or offered else "utter_utilfreds")
        if _HOPELESS.search(fold(turn.text)):
            turn.say("utter_utilfreds_svaert")
        if wants_a_human(turn.text):
            await hand_over(turn, Trigger.ASKED, f"Vil tale med et menneske. {_REASON}")
        elif angry >= turn.rule(Trigger.CONFLICT).after or offered or _STRONG.search(fold(turn.text)):
            await hand_over(turn, Trigger.CONFLICT, _REASON)
        elif turn.alone:  # else what comes next is the answer, and no question
            turn.say("utter_utilfreds_samtale")
            turn.remember(asked="samtale", callback_reason=_REASON)
