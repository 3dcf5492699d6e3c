"""Puts the desk into an application: its page, and what its script asks below /desk/api."""

from __future__ import annotations

from aiohttp import web

from bot.web import desk_arranging as arranging
from bot.web import desk_handoff as one
from bot.web import desk_queue as lists
from bot.web.desk_door import DESK, DeskParts, reads, writes
from bot.web.desk_pages import add_desk_pages

API = "/desk/api"
_ID = "{id:[0-9]{1,10}}"


def add_desk_routes(app: web.Application, parts: DeskParts) -> None:
    """Put the desk's pages and its API into ``app``, after staff's login (`bot.web.staff_routes`)."""
    app[DESK] = parts
    add_desk_pages(app)
    router = app.router
    router.add_get(f"{API}/me", reads(lists.me))
    router.add_get(f"{API}/queue", reads(lists.queue))
    router.add_get(f"{API}/history", reads(lists.history))
    router.add_get(f"{API}/figures", reads(lists.numbers))
    router.add_get(f"{API}/staff", reads(lists.staff_list))
    router.add_get(f"{API}/replies", reads(lists.replies))
    router.add_get(f"{API}/slots", reads(arranging.slots))

    handoff = f"{API}/handoffs/{_ID}"
    router.add_get(handoff, reads(one.handoff))
    router.add_get(f"{handoff}/messages", reads(one.messages))
    router.add_get(f"{handoff}/cases", writes(one.cases))
    router.add_get(f"{handoff}/filings", reads(arranging.filings))
    router.add_post(f"{handoff}/claim", writes(one.claim))
    router.add_post(f"{handoff}/release", writes(one.changing(one.release, "reason")))
    router.add_post(f"{handoff}/transfer", writes(one.changing(one.transfer, "to", "reason")))
    router.add_post(f"{handoff}/reply", writes(one.reply))
    router.add_post(f"{handoff}/misread", writes(one.say_misread))
    router.add_post(f"{handoff}/note", writes(one.changing(one.note, "text")))
    router.add_post(f"{handoff}/ask-login", writes(one.changing(one.ask_login)))
    router.add_post(f"{handoff}/ask-consent", writes(one.changing(one.ask_consent, "text")))
    router.add_post(f"{handoff}/to-assistant", writes(one.changing(one.to_assistant)))
    router.add_post(f"{handoff}/close", writes(one.changing(one.close, "outcome", "note")))
    router.add_post(
        f"{handoff}/meetings", writes(one.changing(arranging.book, "calendar", "form", "starts_at", "details"))
    )
    router.add_post(f"{handoff}/file-task", writes(arranging.file_task))

    router.add_patch(f"{API}/meetings/{_ID}", writes(arranging.change_meeting))
    router.add_delete(f"{API}/meetings/{_ID}", writes(arranging.cancel_meeting))
    router.add_put(f"{API}/filings/{_ID}", writes(arranging.edit_filing))
    router.add_post(f"{API}/filings/{_ID}/sign", writes(arranging.sign_filing))
    router.add_delete(f"{API}/filings/{_ID}", writes(arranging.drop_filing))
