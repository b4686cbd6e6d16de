"""Asks witnesses to sign our checkpoints, beside the bot: nobody waits for one.

Only addresses that the operator wrote into `config.toml` are called; a rule chooses among their names.
No redirect is followed and no proxy taken from the environment, and an answer may be slow, long or
nonsense.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar

from bot.checkpoints import (
    BadNote,
    Note,
    PublicKey,
    cosignature,
    read_note,
    read_signatures,
)
from bot.merkle import LostLeaf
from bot.ports import Clock, StorageBroken, StorageFault
from bot.witnessing import Trouble, Witness, Witnessed, write_submission
from bot.writer.witnesses import Witnesses

log = logging.getLogger("talkoot.witnesses")

ANSWER_BYTES_MAX: Final = 65_536
ANSWER_SECONDS: Final = 10
AHEAD_SECONDS_MAX: Final = 3_600
"""How far a witness's clock may go before ours."""


class Newest(msgspec.Struct, frozen=True):
    """The newest checkpoint of a journal, signed, with proofs from smaller trees."""

    collective: str
    size: int
    note: str
    proof: Callable[[int], Sequence[bytes]]


class _RefusedError(Exception):
    """It did not sign, for a reason; `other` is the size that it told of."""

    def __init__(self, trouble: Trouble, other: int = 0) -> None:
        super().__init__(trouble)
        self.trouble, self.other = trouble, other


class WitnessClient:
    """Asks the witnesses of a journal, all at once, and keeps what they say."""

    def __init__(self, kept: Witnesses, clock: Clock, session: ClientSession) -> None:
        """Keep what is said in `kept`."""
        self._kept, self._clock, self._session = kept, clock, session

    async def ask(
        self, newest: Newest, witnesses: Sequence[Witness], strangers: Iterable[str] = ()
    ) -> tuple[Witnessed, ...]:
        """Have a checkpoint signed by those that have not; what goes wrong is kept, and returned.

        `strangers` are names that mean nobody: they would be taken for witnesses.
        """
        known = {each.witness: each for each in self._kept.of(newest.collective)}
        answers = await asyncio.gather(
            *(self._one(newest, it, known.get(it.key.text, Witnessed(it.key.text))) for it in witnesses)
        )
        asked = {each.key.text for each in witnesses}
        said = (
            *answers,
            *(Witnessed(name, trouble=Trouble.UNKNOWN) for name in dict.fromkeys(strangers)),
            *(it for each in known.values() if each.witness not in asked for it in _former(each)),
        )
        if said != tuple(known.values()):
            try:
                self._kept.keep(newest.collective, said)
            except StorageFault as why:
                log.warning("what witnesses said of %s cannot be kept: %s", newest.collective, why)
        return said

    async def _one(self, newest: Newest, witness: Witness, before: Witnessed) -> Witnessed:
        if not before.trouble and _same(before, newest):
            return before
        try:
            line = await self._signed(newest, witness, before)
        except _RefusedError as why:
            said = msgspec.structs.replace(before, trouble=why.trouble, other=why.other)
            tell = log.error if said.refuses else log.warning
            tell("witness %s does not sign %s: %s", witness.key.name, newest.collective, why.trouble)
            return said
        except (StorageFault, StorageBroken, LostLeaf) as why:  # our own fault: nothing is said of it
            log.warning("witness %s is asked of %s later: %s", witness.key.name, newest.collective, why)
            return before
        now = _seconds(self._clock) * 1000
        return Witnessed(witness.key.text, newest.size, newest.note, line, now)

    async def _signed(self, newest: Newest, witness: Witness, before: Witnessed) -> str:
        """The witness's line on the checkpoint. Raises _RefusedError."""
        old = before.size
        for _ in range(2):
            if old > newest.size:
                raise _RefusedError(Trouble.CUT, old)
            status, text = await self._sent(witness, newest, old)
            if status != 409 or not text.strip().isdecimal() or len(text) > len("1" * 20):
                break
            theirs = int(text)
            if theirs < before.size:
                raise _RefusedError(Trouble.FORGOT, theirs)
            if theirs == old:
                raise _RefusedError(Trouble.TWO, old)
            old = theirs
        return self._line(newest, witness, old, status, text)

    def _line(self, newest: Newest, witness: Witness, old: int, status: int, text: str) -> str:
        """The valid line in what it answered. Raises _RefusedError."""
        if status == 422:  # of one size two roots: to some a conflict (409), to others this
            raise _RefusedError(*((Trouble.TWO, old) if old == newest.size else (Trouble.PAST,)))
        if status in {403, 404}:
            raise _RefusedError(Trouble.STRANGER)
        if status != 200:
            raise _RefusedError(Trouble.SILENT if status >= 500 else Trouble.ODD)
        body = read_note(newest.note).text
        try:
            mine = [
                each
                for each in read_signatures(text)
                if (each.name, each.key) == (witness.key.name, witness.key.number)
            ]
            at = cosignature(Note(body, tuple(mine)), witness.key)
        except BadNote as why:
            raise _RefusedError(Trouble.ODD) from why
        if at is None:
            raise _RefusedError(Trouble.ODD)
        if at > _seconds(self._clock) + AHEAD_SECONDS_MAX:
            raise _RefusedError(Trouble.CLOCK)
        begin = f"— {witness.key.name} "
        rows = [row for row in text.splitlines() if row.startswith(begin)]
        return _own(rows, witness.key)

    async def _sent(self, witness: Witness, newest: Newest, old: int) -> tuple[int, str]:
        """What it answers: status and words. Raises _RefusedError where it does not."""
        body = write_submission(old, await asyncio.to_thread(newest.proof, old), newest.note).encode()
        try:
            async with self._session.post(
                f"{witness.url}/add-checkpoint",
                data=body,
                allow_redirects=False,
                timeout=ClientTimeout(total=ANSWER_SECONDS),
            ) as answer:
                read = b""
                async for piece in answer.content.iter_chunked(8_192):
                    read += piece
                    if len(read) > ANSWER_BYTES_MAX:
                        raise _RefusedError(Trouble.ODD)
                return answer.status, read.decode()
        except UnicodeDecodeError as why:
            raise _RefusedError(Trouble.ODD) from why
        except (ClientError, TimeoutError, OSError, ValueError) as why:
            raise _RefusedError(Trouble.SILENT) from why


def _former(it: Witnessed) -> Iterator[Witnessed]:
    """What is still told of a witness that is asked no more: that it signed, or that it refused.

    Nobody who refused is silenced by a rule that names others.
    """
    if it.refuses:
        yield it
    elif it.size:
        yield msgspec.structs.replace(it, trouble=Trouble.NONE)


def _same(before: Witnessed, newest: Newest) -> bool:
    """Whether it signed this very checkpoint: another journal may have as many entries by now."""
    return before.size == newest.size and read_note(before.note).text == read_note(newest.note).text


def _own(rows: Sequence[str], key: PublicKey) -> str:
    """The line of this key; others of its name may be of another kind."""
    for row in rows:
        (signature,) = read_signatures(f"{row}\n")
        if signature.key == key.number:
            return f"{row}\n"
    raise _RefusedError(Trouble.ODD)


def _seconds(clock: Clock) -> int:
    return int(clock.now().timestamp())


def session() -> ClientSession:
    """What the client speaks with: no cookies, no proxy, nothing unpacked, so nothing packed either."""
    return ClientSession(
        cookie_jar=DummyCookieJar(),
        trust_env=False,
        auto_decompress=False,
        headers={"Accept-Encoding": "identity"},
    )
