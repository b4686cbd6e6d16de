"""Logging in, once: what is needed for every later start is asked of the homeserver here.

Homeservers allow few logins (Synapse: five, then one an hour), and a new device could read nothing
that was encrypted before. So the program itself never logs in.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import aiohttp

from adapters.matrix.faults import Denied, Limited, Unreachable, answer_of, fault_of
from adapters.matrix.incoming import is_user
from bot.ports import TurnedAway

DEVICE_NAME = "Talkoot"
REQUEST_SECONDS_MAX = 30


class Session:
    """What a homeserver says about who we are."""

    def __init__(
        self, homeserver: str, user: str, device: str, token: str, *, fresh: bool = False
    ) -> None:
        """Keep the four things that make a login, and whether it was made just now."""
        self.homeserver, self.user, self.device, self.token = homeserver, user, device, token
        self.fresh = fresh


async def homeserver_of(user: str) -> str:
    """Where the homeserver of a user answers, as its domain says.

    <https://spec.matrix.org/v1.12/client-server-api/#well-known-uri>. Raises Unreachable where the
    domain does not answer, Denied where it says nothing.
    """
    server = user.partition(":")[2] if is_user(user) else user
    answer = await asked("GET", f"https://{server}/.well-known/matrix/client")
    told = answer.get("m.homeserver")
    url = told.get("base_url") if isinstance(told, Mapping) else None
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        raise Denied("M_NOT_FOUND", f"{server} does not say where its homeserver is")
    return url.rstrip("/")


async def answers_at(address: str) -> bool:
    """Whether a homeserver answers at an address."""
    try:
        told = await asked("GET", f"{address}/_matrix/client/versions")
    except Limited:
        return True
    except (Denied, Unreachable, TurnedAway):
        return False
    return isinstance(told.get("versions"), list)


async def by_password(homeserver: str, user: str, password: str) -> Session:
    """Log in as a new device. Raises Denied, Limited, Unreachable or TurnedAway."""
    wanted = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": user},
        "password": password,
        "initial_device_display_name": DEVICE_NAME,
    }
    answer = await asked("POST", f"{homeserver}/_matrix/client/v3/login", wanted)
    token = answer["access_token"]
    return Session(homeserver, answer["user_id"], answer["device_id"], token, fresh=True)


async def log_out(session: Session) -> None:
    """End a login, and its device with it, as far as the homeserver can be reached."""
    url = f"{session.homeserver}/_matrix/client/v3/logout"
    # What it answers is empty, which is no answer elsewhere.
    with suppress(Denied, Limited, Unreachable, TurnedAway):
        await asked("POST", url, {}, session.token)


async def by_token(homeserver: str, token: str) -> Session:
    """Use a token that is there already. Raises as `by_password` does."""
    url = f"{homeserver}/_matrix/client/v3/account/whoami"
    answer = await asked("GET", url, token=token)
    if "device_id" not in answer:
        raise Denied("M_UNKNOWN", "the token belongs to no device, so it cannot be used for a bot")
    return Session(homeserver, answer["user_id"], answer["device_id"], token)


async def asked(
    method: str, url: str, body: Mapping[str, Any] | None = None, token: str = ""
) -> dict[str, Any]:
    """The answer of a homeserver to one request. Raises Denied, Limited or Unreachable."""
    return await answer_of(_request(method, url, body, token))


async def _request(method: str, url: str, body: Mapping[str, Any] | None, token: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    timeout = aiohttp.ClientTimeout(REQUEST_SECONDS_MAX)
    async with (
        aiohttp.ClientSession(timeout=timeout) as session,
        session.request(method, url, json=body, headers=headers) as response,
    ):
        # Some servers call their JSON a plain text.
        answer = await response.json(content_type=None) if response.status < 500 else None
        answer = answer if isinstance(answer, dict) else {}
        if response.status >= 400 or not answer:
            raise fault_of(
                response.status,
                answer.get("errcode"),
                str(answer.get("error", "")),
                answer.get("retry_after_ms"),
            )
        return answer
