"""Our keys at the homeserver: always enough one-time keys, a fallback key, and new ones after a loss.

With a one-time key somebody else's device begins a session with ours, and every claim uses one up;
when none is left, the fallback key serves (MSC2732). nio takes no notice of a count of 0 and knows no
fallback key, so both are looked after here.

A store that was brought back from an older backup does not know the newest keys: it would upload
others under their names, which the homeserver refuses, and what is encrypted with the lost ones cannot
be read. Then all that the homeserver has are used up, and new ones are made.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from nio.crypto.memorystores import SessionStore
from nio.crypto.sessions import Session

from adapters.matrix.faults import Denied

log = logging.getLogger("talkoot.matrix")

CURVE = "signed_curve25519"

SESSIONS_MAX = 10
"""How many older sessions with one device are kept: to read what is still on its way."""

CLAIMS_MAX = 500
"""The most keys of our own that are used up in a renewal; homeservers keep about a hundred."""

FALLBACK_MS_MIN = 3_600_000
"""A used fallback key is replaced once in so long: it stays good, and the one before it is kept too."""

RENEWAL_MS_MIN = 3_600_000
"""How long nothing is uploaded where also a renewal did not help."""

Ask = Callable[[str, list[str], dict[str, Any]], Awaitable[dict[str, Any]]]


class Sessions(SessionStore):  # type: ignore[misc]
    """The sessions with other devices: all can read, but only those of this run are written with.

    What an older backup brought back is behind what the other side has seen: a message that was written
    with it could not be read there.
    """

    def __init__(self, old: SessionStore) -> None:
        """Take over the sessions of earlier runs, the newest of each device."""
        super().__init__()
        self._new: set[str] = set()
        self.dropped: list[str] = []
        for key, sessions in old.items():
            self._entries[key] = sessions[:SESSIONS_MAX]
            self.dropped += [it.id for it in sessions[SESSIONS_MAX:]]

    def add(self, sender_key: str, session: Session) -> bool:
        """Keep a session that began in this run."""
        self._new.add(session.id)
        return bool(super().add(sender_key, session))

    def get(self, sender_key: str) -> Session | None:
        """The session to write with."""
        return next((it for it in self._entries[sender_key] if it.id in self._new), None)

    def renew(self) -> list[str]:
        """Write with none of those that are there any more; the keys of the devices that had one."""
        self._new.clear()
        return [key for key, sessions in self._entries.items() if sessions]


class Publisher:
    """What the homeserver has of our keys."""

    def __init__(self, olm: Any, ask: Ask, now: Callable[[], int]) -> None:  # noqa: ANN401 - nio has no types
        """`ask` makes a request (as `Link.ask` does), `now` tells the time (ms)."""
        self._olm, self._ask, self._now = olm, ask, now
        self._left: int | None = None
        self._fallback_due = False
        self._fallback_at: int | None = None
        self._renewing = self._renewed = False
        self._quiet_until: int | None = None

    def heard(self, synced: dict[str, Any]) -> None:
        """Take from a sync how many one-time keys are left, and whether a fallback key is unused.

        A server that does not tell of fallback keys knows none.
        """
        counts = synced.get("device_one_time_keys_count", {})
        left = counts.get(CURVE, 0) if isinstance(counts, dict) else None
        if isinstance(left, int) and not isinstance(left, bool):
            self._left = max(left, 0)
        unused = synced.get("device_unused_fallback_key_types")
        self._fallback_due = isinstance(unused, list) and CURVE not in unused

    async def publish(self) -> None:
        """Upload what is missing. Raises Denied, Limited, Unreachable or TurnedAway."""
        if self._quiet_until is not None and self._now() < self._quiet_until:
            return
        if not self._renewing:
            try:
                await self._upload()
            except Denied as why:
                self._refused(why)
        if self._renewing:
            await self._renew()
            self._renewing = False

    def _refused(self, why: Denied) -> None:
        """The homeserver will not have our keys: make new ones, but not again and again."""
        if self._renewed:
            self._quiet_until = self._now() + RENEWAL_MS_MIN
            log.error("the homeserver refused new keys also after all were made anew: %s", why)
            return
        log.error(
            "the homeserver refused new keys (%s): the key store is older than what it knows, as after "
            "a restored backup. All are made anew; what was encrypted with the lost ones cannot be "
            "read, and its senders are told",
            why,
        )
        self._renewing = self._renewed = True

    async def _upload(self) -> None:
        account = self._olm.account
        wanted = self._wanted()
        made = self._fallback_at
        fallback = self._fallback_due and (made is None or self._now() - made >= FALLBACK_MS_MIN)
        if account.shared and not wanted and not fallback:
            return
        if account.shared and self._left is None:
            return
        # What an upload before this one did not bring there for sure is offered again, the same.
        account.generate_one_time_keys(max(wanted - len(account.one_time_keys["curve25519"]), 0))
        if fallback:
            account._account.generate_fallback_key()  # noqa: SLF001 - nio has no way to it
        # Kept before anybody can use them: a key that we forgot would be a message that we cannot read.
        self._olm.save_account()
        content: dict[str, Any] = {"one_time_keys": self._one_time_keys()}
        if not account.shared:
            content["device_keys"] = self._device_keys()
        if fallback:
            content["fallback_keys"] = self._fallback_keys()
        answer = await self._ask("POST", ["keys", "upload"], content)
        account.shared = True
        self._olm.mark_keys_as_published()
        self._olm.save_account()
        if fallback:
            self._fallback_due, self._fallback_at = False, self._now()
        counts = answer.get("one_time_key_counts")
        left = counts.get(CURVE) if isinstance(counts, dict) else None
        self._left = left if isinstance(left, int) else None

    def _wanted(self) -> int:
        most = int(self._olm.account.max_one_time_keys)
        return most if not self._olm.account.shared else max(most - (self._left or 0), 0)

    async def _renew(self) -> None:
        """Use up the keys that the homeserver has, and make all anew: one-time, fallback, sessions."""
        me, device = self._olm.user_id, self._olm.device_id
        for _ in range(CLAIMS_MAX):
            claim = {"one_time_keys": {me: {device: CURVE}}}
            answer = await self._ask("POST", ["keys", "claim"], claim)
            given = answer.get("one_time_keys", {}).get(me, {}).get(device, {})
            key = next(iter(given.values()), None) if isinstance(given, dict) else None
            if not isinstance(key, dict) or key.get("fallback"):
                break
        # Those that were refused are not offered again.
        self._olm.mark_keys_as_published()
        self._left, self._fallback_due, self._fallback_at = 0, True, None
        had = set(self._olm.session_store.renew())
        for devices in self._olm.device_store.values():
            self._olm.wedged_devices += [
                it
                for it in devices.values()
                if it.curve25519 in had and it not in self._olm.wedged_devices
            ]
        await self._upload()

    # --- As they are published -----------------------------------------------------------------

    def _signed(self, content: dict[str, Any]) -> dict[str, Any]:
        name = f"ed25519:{self._olm.device_id}"
        return {**content, "signatures": {self._olm.user_id: {name: self._olm.sign_json(content)}}}

    def _device_keys(self) -> dict[str, Any]:
        device, keys = self._olm.device_id, self._olm.account.identity_keys
        return self._signed(
            {
                "algorithms": self._olm._algorithms,  # noqa: SLF001 - nio tells it nobody
                "device_id": device,
                "user_id": self._olm.user_id,
                "keys": {f"{name}:{device}": keys[name] for name in ("curve25519", "ed25519")},
            }
        )

    def _one_time_keys(self) -> dict[str, Any]:
        keys = self._olm.account.one_time_keys["curve25519"]
        return {f"{CURVE}:{name}": self._signed({"key": key}) for name, key in keys.items()}

    def _fallback_keys(self) -> dict[str, Any]:
        keys = self._olm.account._account.fallback_key  # noqa: SLF001 - nio has no way to it
        return {
            f"{CURVE}:{name}": self._signed({"key": key.to_base64(), "fallback": True})
            for name, key in keys.items()
        }
