"""A login provider of a developer's machine: oidc-provider-mock, with sample people to pick from.

Runs in `.venv-login`, which knows nothing of the product:

    python scripts/login_provider --port 9400 --people citizens.json --claim cpr=dk.cpr ...

Whatever else the file says of somebody but `sub` and `about` becomes a claim.

It is started from here, and not by its own command, for two reasons: its own command writes every claim
of whoever logs in to its log, CPR number and all, and its pages fetch a style sheet from the internet.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
from pathlib import Path

# The provider's library refuses plain http without this; here everything stays on loopback.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import flask
import oidc_provider_mock
import uvicorn
from jinja2 import ChoiceLoader, FileSystemLoader


def main() -> None:
    """Serve until told to stop."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--people", type=Path, required=True, help="JSON: a list of {sub, about, and claims}")
    arguments.add_argument(
        "--claim", action="append", default=[], metavar="OURS=THEIRS", help="a claim of the file's under another name"
    )
    arguments.add_argument("--heading", default="Hvem vil du være?")
    told = arguments.parse_args()

    people = json.loads(told.people.read_text(encoding="utf-8"))
    names = dict(claim.split("=", 1) for claim in told.claim)
    users = [
        oidc_provider_mock.User(
            sub=one["sub"],
            claims={
                names.get(name, name): value
                for name, value in one.items()
                if name not in ("sub", "about") and value is not None
            },
        )
        for one in people
    ]
    app = flask.Flask("login-provider")
    oidc_provider_mock.init_app(app, user_claims=users)
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(Path(__file__).parent),
            FileSystemLoader(Path(oidc_provider_mock.__file__).parent / "templates"),
        ]
    )
    app.jinja_env.globals["about"] = {one["sub"]: one["about"] for one in people}
    app.jinja_env.globals["heading"] = told.heading
    logging.basicConfig(level=logging.WARNING)
    print(f"the login provider is at http://127.0.0.1:{told.port}", flush=True)
    uvicorn.run(app, interface="wsgi", host="127.0.0.1", port=told.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
