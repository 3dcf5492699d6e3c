"""The login provider of a developer's machine: oidc-provider-mock, with the sample citizens on its front page.

Runs in `.venv-login`, which knows nothing of the product:

    python scripts/login_provider --port 9400 --citizens citizens.json --cpr-claim dk.cpr ...

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
    arguments.add_argument("--citizens", type=Path, required=True, help="JSON: a list of {sub, name, cpr, loa, about}")
    arguments.add_argument("--cpr-claim", required=True)
    arguments.add_argument("--name-claim", required=True)
    arguments.add_argument("--level-claim", required=True)
    told = arguments.parse_args()

    citizens = json.loads(told.citizens.read_text(encoding="utf-8"))
    users = [
        oidc_provider_mock.User(
            sub=one["sub"],
            claims={told.name_claim: one["name"], told.level_claim: one["loa"]}
            | ({told.cpr_claim: one["cpr"]} if one.get("cpr") else {}),
        )
        for one in citizens
    ]
    app = flask.Flask("login-provider")
    oidc_provider_mock.init_app(app, user_claims=users)
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(Path(__file__).parent),
            FileSystemLoader(Path(oidc_provider_mock.__file__).parent / "templates"),
        ]
    )
    app.jinja_env.globals["about"] = {one["sub"]: one["about"] for one in citizens}
    logging.basicConfig(level=logging.WARNING)
    print(f"the login provider is at http://127.0.0.1:{told.port}", flush=True)
    uvicorn.run(app, interface="wsgi", host="127.0.0.1", port=told.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
