"""What an identity provider's claims make of a member of staff, and where staff may be led after login."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from bot.errors import InputError
from bot.identity.id_token import claim_at
from bot.identity.return_address import checked_staff_path
from bot.identity.staff_claims import StaffClaims, identified_staff
from bot.settings import StaffOidc
from bot.web.staff_session import login_path

OIDC = StaffOidc(issuer="https://login.example", client_id="x", department_claim="departments")
GOOD: dict[str, Any] = {
    "iss": "https://login.example",
    "sub": "1",
    "name": "Mette  Holm",
    "email": "mette.holm@noerreaa.example",
    "roles": ["agent", "something of others"],
    "departments": ["borgerservice", "ydelse"],
}


def who(oidc: StaffOidc = OIDC, **changes: Any) -> StaffClaims:
    return identified_staff({**GOOD, **changes}, oidc, id_token="t")


def test_a_member_of_staff_is_known_by_name_mail_roles_and_departments() -> None:
    """Only our roles are kept; the name comes out without double spaces."""
    claims = who()
    assert (claims.name, claims.email, claims.roles) == ("Mette Holm", "mette.holm@noerreaa.example", ("agent",))
    assert claims.departments == ("borgerservice", "ydelse")


@pytest.mark.parametrize("roles", [["trainer", "agent"], "agent trainer", "trainer,agent", " agent,\ttrainer "])
def test_roles_come_as_a_list_or_as_a_text(roles: object) -> None:
    """Providers write them either way."""
    assert who(roles=roles).roles == ("agent", "trainer")


@pytest.mark.parametrize("roles", [None, 7, {}, {"agent": True}, [], "", ["Agent"], ["agent "], [["agent"]], True])
def test_whatever_else_gives_no_role(roles: object) -> None:
    """A role is given by a text that is the setting's, letter for letter, and by nothing that only looks like it."""
    assert who(roles=roles).roles == ()


def test_roles_are_found_at_the_end_of_a_path() -> None:
    """Keycloak keeps them one floor down."""
    oidc = replace(OIDC, roles_claim="realm_access.roles")
    assert who(oidc, roles=None, realm_access={"roles": ["auditor"]}).roles == ("auditor",)
    assert who(oidc, realm_access=["auditor"]).roles == ()


def test_a_claim_whose_name_has_dots_is_found_before_a_path_is_tried() -> None:
    """`dk.cpr` is a name."""
    assert claim_at({"a.b": 1, "a": {"b": 2}}, "a.b") == 1
    assert claim_at({"a": {"b": 2}}, "a.b") == 2
    assert claim_at({"a": 1}, "a.b") is None


def test_the_settings_say_which_values_give_which_role() -> None:
    """A municipality's own group names count, and ours do not any more."""
    oidc = replace(OIDC, roles={"agent": ("BK-Kontakt", "BK-Leder"), "administrator": ("BK-Leder",)})
    assert who(oidc, roles=["BK-Leder"]).roles == ("agent", "administrator")
    assert who(oidc, roles=["agent", "auditor"]).roles == ()


@pytest.mark.parametrize("name", [None, "", "  ", 7, "\u200b"])
def test_who_has_no_name_is_shown_as_staff(name: object) -> None:
    """Citizens see the name at every message: never a number or an address in its place."""
    assert who(name=name).name == "Medarbejder"


@pytest.mark.parametrize("email", [None, 7, "mette", "a@b c", "a@b\r\nBcc: x@y", "a@b,c@d", "<a@b>"])
def test_what_is_no_mail_address_is_left_out(email: object) -> None:
    """A mail is never sent to what somebody slipped in."""
    assert who(email=email).email == ""


def test_what_names_a_person_is_never_shown_in_a_repr() -> None:
    """A traceback that holds the claims holds no name, address or token."""
    shown = repr(who())
    assert "Mette" not in shown and "mette" not in shown and "id_token" not in shown


@pytest.mark.parametrize(
    "path",
    ["/desk", "/desk/", "/desk?k=1", "/desk/samtaler/7?vis=alt&x=%2F%2Fy", "/training", "/training/model/a-b_c%C3%A6"],
)
def test_pages_of_the_desk_and_of_training_may_be_led_to(path: str) -> None:
    """They come out as they went in."""
    assert checked_staff_path(path) == path


def test_a_fragment_is_left_out() -> None:
    """It never reaches a server, so it has no part in the way."""
    assert checked_staff_path("/desk/x#y") == "/desk/x"


@pytest.mark.parametrize(
    "path",
    [
        "", "/", "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "https:/desk",
        "javascript:alert(1)", "/%2f%2fevil.example", "%2f%2fevil.example", "/deskevil", "/desk@evil.example",
        "/desk/..//evil.example", "/desk/../chat", "/desk/..", "/desk/./x", "/desk/%2e%2e/x", "/desk//evil.example",
        "/desk%2f..%2f", "/desk/%5cevil", "/desk\t/x", "/desk/\n", " /desk", "/desk /x", "/desk/æ", "desk", "/Desk",
        "/trainingx", "/desk/%252e%252e/x", "/desk/login", "/desk/login?to=/desk", "/desk/logout",
        "/desk/goodbye", "/desk/%00",
        "/desk/" + "x" * 2000, ".desk", "http:desk",
    ],
)  # fmt: skip
def test_nothing_else_may_be_led_to(path: str) -> None:
    """No other host, no other door, no way out by dots, and not login itself."""
    with pytest.raises(InputError):
        checked_staff_path(path)


@pytest.mark.parametrize("path", [None, 7, ["/desk"]])
def test_what_is_no_text_is_no_path(path: Any) -> None:
    """Whatever is handed in, the answer is a refusal."""
    with pytest.raises(InputError):
        checked_staff_path(path)


@given(st.text(alphabet="/\\.%2f5cdeskving:@?#&= \t-", max_size=30).map(lambda tail: "/desk" + tail))
def test_what_is_let_through_stays_on_our_host_and_below_the_desk(path: str) -> None:
    """Joined to our address as a browser does it, it is the same host, and the same door."""
    try:
        checked = checked_staff_path(path)
    except InputError:
        return
    joined = URL("https://chat.example/x").join(URL(checked))
    assert joined.host == "chat.example" and (joined.path == "/desk" or joined.path.startswith("/desk/"))


def test_a_page_is_come_back_to_whatever_is_in_its_query() -> None:
    """The whole of it is one parameter of the login's address."""
    made = URL(f"https://chat.example{login_path('/desk/samtaler?a=1&b=2')}")
    assert made.query == {"to": "/desk/samtaler?a=1&b=2"}
    assert login_path("/desk//evil") == "/desk/login?to=/desk"
