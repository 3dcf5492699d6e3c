"""Where a browser may be sent after login."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

from bot.errors import InputError
from bot.identity.return_address import checked_return_url

ORIGINS = ("http://127.0.0.1:8080", "https://www.noerreaa.example", "https://chat.noerreaa.example:8443")


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://www.noerreaa.example", "https://www.noerreaa.example/"),
        ("https://www.noerreaa.example/borger?side=2&x=%C3%A6", "https://www.noerreaa.example/borger?side=2&x=%C3%A6"),
        ("https://www.noerreaa.example/borger#kontakt", "https://www.noerreaa.example/borger"),
        ("https://WWW.noerreaa.example/A", "https://www.noerreaa.example/A"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/"),
        ("https://chat.noerreaa.example:8443/x", "https://chat.noerreaa.example:8443/x"),
    ],
)
def test_a_page_of_an_allowed_origin_is_kept_without_its_fragment(url: str, kept: str) -> None:
    """The page comes back as it was; the fragment is ours."""
    assert checked_return_url(url, ORIGINS) == kept


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/borger",
        "//www.noerreaa.example/",
        "javascript:alert(1)",
        "javascript://www.noerreaa.example/%0aalert(1)",
        "data:text/html,x",
        "http://www.noerreaa.example/",  # another scheme
        "https://noerreaa.example/",  # another host
        "https://www.noerreaa.example.evil.example/",
        "https://evil.example/https://www.noerreaa.example/",
        "https://www.noerreaa.example:444/",  # another port
        "https://chat.noerreaa.example/",
        "http://127.0.0.1:80800/",
        "http://127.0.0.1:x/",
        "https://www.noerreaa.example@evil.example/",
        "https://a:b@www.noerreaa.example/",
        "https://evil.example\\@www.noerreaa.example/",
        "https://www.noerreaa.example\\.evil.example/",
        "https:\\\\www.noerreaa.example/",
        "https://www.noerreaa.example/\nLocation: https://evil.example",
        "https://www.noerre\taa.example/",
        " https://www.noerreaa.example/",
        "https://www.nørreå.example/",
        "https://www.noerreaa.example./",
        "https://www.noerreaa.example/" + "a" * 2000,
        "https://[::1/",
        "https:www.noerreaa.example/",
        "https:///www.noerreaa.example/",
    ],
)
def test_everything_else_is_refused(url: str) -> None:
    """Scheme, host and port match exactly, with no credentials and nothing that browsers read in two ways."""
    with pytest.raises(InputError):
        checked_return_url(url, ORIGINS)


@pytest.mark.parametrize("url", [None, 7, ["https://www.noerreaa.example/"], {"url": "x"}])
def test_what_is_no_text_is_refused(url: object) -> None:
    """The widget's JSON may hold anything."""
    with pytest.raises(InputError):
        checked_return_url(url, ORIGINS)  # type: ignore[arg-type]


_TRICKS = st.text(alphabet=st.sampled_from("htps:/\\@.?#[]%&=\t\n\0 aæ①。0127evilwn-roexmpl"), max_size=30)


@given(st.one_of(st.text(), st.builds(lambda a, o, b: a + o + b, _TRICKS, st.sampled_from(ORIGINS), _TRICKS)))
@example("https://www.noerreaa.example/#\\@evil.example")
def test_whatever_is_let_through_leads_to_an_allowed_origin(url: str) -> None:
    """Two parsers that know nothing of each other find an allowed origin in what comes out, and no fragment."""
    try:
        kept = checked_return_url(url, ORIGINS)
    except InputError:
        return
    standard, other = urlsplit(kept), URL(kept, encoded=True)
    assert f"{standard.scheme}://{standard.netloc}" in ORIGINS
    assert str(other.origin()) in ORIGINS
    assert "#" not in kept and "\\" not in kept


@given(_TRICKS.filter(lambda text: text and text[0] not in "/?#"))
def test_nothing_may_follow_the_port_but_a_path(tail: str) -> None:
    """`https://www.noerreaa.example` followed by anything but /, ? or # is another host."""
    with pytest.raises(InputError):
        checked_return_url("https://www.noerreaa.example" + tail, ORIGINS)
