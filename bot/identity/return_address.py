"""Where a browser may be sent after login: a citizen's to a page of an origin the settings name, staff's to our own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from bot.errors import InputError

_STAFF_PAGE = re.compile(r"/(?:desk|training|revision)(?:/[^?]*)?(?:\?.*)?", re.ASCII)
_NOT_IN_A_PATH = re.compile(r"//|%(?:2f|5c|2e|25|00)|/\.{1,2}(?:/|$)", re.ASCII | re.IGNORECASE)
_NO_PAGE_TO_COME_TO = ("/desk/login", "/desk/logout", "/desk/goodbye")  # login and logout themselves
_LONGEST = 2000  # characters; what every browser takes in its address bar
_NO_SUCH_PAGE = "Linket kan ikke bruges, for det fører ikke til en side her."


def checked_return_url(url: str, origins: Iterable[str]) -> str:
    """``url`` without its fragment, if it is a page of one of ``origins`` (``https://host[:port]``); else InputError.

    The one-time code goes to this address, so what is let through must mean the same to every
    browser as it does here. Browsers read ``\\`` as ``/``, drop tabs and line breaks, and go by what
    stands after ``@``; so anything but plain printable ASCII, and any credentials, are refused
    rather than understood. An origin must match whole: scheme, host and port.

    What this can't see is a page of an allowed origin that itself sends people on to elsewhere (an
    open redirector): browsers carry the fragment along. An origin goes into ALLOWED_ORIGINS only
    when the municipality knows that it has none.
    """
    _plain(url)
    bare = url.partition("#")[0]
    try:
        parts = urlsplit(bare)
        _ = parts.port  # raises when it is no number
    except ValueError as error:
        raise InputError("return address is no address") from error
    if parts.scheme not in ("http", "https") or not parts.netloc or "@" in parts.netloc:
        raise InputError("return address is no plain web address")
    origin = f"{parts.scheme}://{parts.netloc.lower()}"
    if origin not in {allowed.lower() for allowed in origins}:
        raise InputError("return address is not of an allowed origin")
    # Put together again from what was checked, so that nothing else can be meant by it.
    return origin + (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def checked_staff_path(path: str) -> str:
    """``path`` without its fragment, if it is a page of ours below /desk, /training or /revision; else InputError.

    It must mean the same to every browser as it does here: nothing that a browser could take for another
    host, no dots that lead out again, no slash in disguise.
    """
    _plain(path)
    bare = path.partition("#")[0]
    inner = bare.partition("?")[0]
    if not _STAFF_PAGE.fullmatch(bare) or _NOT_IN_A_PATH.search(inner) or inner.startswith(_NO_PAGE_TO_COME_TO):
        raise InputError("return path is no page of the desk", staff=_NO_SUCH_PAGE)
    return bare


def _plain(address: str) -> None:
    """Raise InputError unless ``address`` is a text of printable ASCII without a backslash, and not too long."""
    if not isinstance(address, str) or not 0 < len(address) <= _LONGEST:
        raise InputError("return address missing or too long", staff=_NO_SUCH_PAGE)
    if not all("!" <= character <= "~" for character in address) or "\\" in address:
        raise InputError("return address holds characters that browsers read in different ways", staff=_NO_SUCH_PAGE)
