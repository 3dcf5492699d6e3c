"""What a citizen, or staff for them, fills in about a meeting: checked, and masked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.errors import InputError
from bot.handoff.summary.fields import Summary
from bot.meetings.model import Details
from bot.meetings.texts import BAD_DETAILS, FIELDS, MAIL_WITHOUT_ADDRESS, SMS_WITHOUT_PHONE, TOO_LONG
from bot.municipality.phones import find_phone
from bot.privacy.masking import mask
from bot.sending.addresses import mail_address, sms_number

_LONGEST = {"name": 100, "interpreter": 100, "companion": 200}
_POINT, _POINTS = 300, 20


def checked_details(raw: Any, before: Details | None = None) -> Details:
    """What a browser sent, put into ``before``: what it leaves out stays, other keys are passed over.

    Raises InputError in Danish: for a mail address or phone number that can't be used, a text that is too long, and
    messages asked for by a way that nothing is known of.
    """
    details = before or Details()
    if not isinstance(raw, Mapping):
        raise _refused(BAD_DETAILS)
    changes: dict[str, Any] = {}
    for key, most in _LONGEST.items():
        if key in raw:
            changes[key] = _text(raw[key], FIELDS[key], most)
    for key in ("mail", "sms"):
        if key in raw:
            if not isinstance(raw[key], bool):
                raise _refused(BAD_DETAILS)
            changes[key] = raw[key]
    if "email" in raw:
        email = _text(raw["email"], "Mailadressen", 320)
        changes["email"] = mail_address(email) if email else ""
    if "phone" in raw:
        phone = _text(raw["phone"], "Telefonnummeret", 40, masked=False)  # only a phone number comes through below
        if phone:
            sms_number(phone)  # raises when it is none
        changes["phone"] = find_phone(phone) or ""
    made = replace(details, **changes)
    if made.mail and not made.email:
        raise _refused(MAIL_WITHOUT_ADDRESS)
    if made.sms and not made.phone:
        raise _refused(SMS_WITHOUT_PHONE)
    return made


def from_summary(summary: Summary | None) -> Details:
    """What the citizen has said already; nobody has asked for messages by that."""
    told = {
        kind: "" if summary is None or (field := summary.first(kind)) is None else field.value
        for kind in ("email", "phone", "interpreter")
    }
    companions = [] if summary is None else [field.value for field in summary.all("companion")]
    details = Details(
        interpreter=told["interpreter"][: _LONGEST["interpreter"]],
        companion=", ".join(companions)[: _LONGEST["companion"]],
    )
    for kind in ("email", "phone"):
        try:
            details = checked_details({kind: told[kind]}, details)
        except InputError:
            continue  # said, and not such that anything could be sent there
    return details


def checked_points(raw: Any) -> tuple[str, ...]:
    """An agenda, or papers to bring, as staff wrote it: a point a text. Raises InputError."""
    if not isinstance(raw, list | tuple) or len(raw) > _POINTS:
        raise _refused(BAD_DETAILS)
    points = [_text(point, "Et punkt", _POINT) for point in raw]
    return tuple(point for point in points if point)


def _text(raw: Any, name: str, most: int, *, masked: bool = True) -> str:
    """One line of text, without CPR numbers where it is ``masked``."""
    if raw is None:
        return ""
    if not isinstance(raw, str) or any(0xD800 <= ord(sign) < 0xE000 for sign in raw):
        raise _refused(BAD_DETAILS)
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in raw).split())
    text = mask(text) if masked else text
    if len(text) > most:
        raise _refused(TOO_LONG.format(field=name, most=most))
    return text


def _refused(words: str) -> InputError:
    return InputError("details of a meeting that can't be used", citizen=words, staff=words)
