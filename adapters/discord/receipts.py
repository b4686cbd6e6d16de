"""Which message of ours one answers or presses, by the receipt that it is known by."""

from __future__ import annotations

from adapters.discord.rest import Payload


def receipt_of(payload: Payload, message: object) -> str:
    """What a message of ours in the same channel is known by; empty for none."""
    return f"{payload['channel_id']}/{message}" if message and payload.get("channel_id") else ""


def answered_message(payload: Payload, answered_one: Payload) -> object:
    """The message that a reply is to; of a poll of ours the card above, whose reply the poll is."""
    of_it = answered_one if answered_one.get("poll") else payload
    return (of_it.get("message_reference") or {}).get("message_id")
