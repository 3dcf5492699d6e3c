"""Where a browser may be sent after login: only back to a page of an origin the settings name."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from bot.errors import InputError

_LONGEST = 2000  # characters; what every browser takes in its address bar


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
    if not isinstance(url, str) or not 0 < len(url) <= _LONGEST:
        raise InputError("return address missing or too long")
    if not all("!" <= character <= "~" for character in url) or "\\" in url:
        raise InputError("return address holds characters that browsers read in different ways")
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
