"""`/calendar`: the addresses of feeds for calendar programs: of all, of a circle, and one's own."""

from __future__ import annotations

from bot.arguments import OptionType, arguments, takes
from bot.chat import Refusal, Reply
from bot.collective.pages import CalendarLinkMade, CalendarLinkVoided, link_digest, link_secret
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.text.wording import Link, Node, Typed, items, lines, say
from commands.places.web import check_served

FEED = "planned.ics"


def calendar(state: State, ask: Ask) -> Accepted:
    """Where the feeds are: that of all, one for each circle, and how one gets one's own."""
    check_served(ask)
    feed = f"{ask.site}{state.collective}/{FEED}"
    public = ask.rules.text("web") == "public"
    circles = [Link(f"{feed}?circle={name}") for name in sorted(state.circles.by_name)]
    body = lines(
        say("What has a time, for calendar programs; some look only once a day, whatever is said."),
        Link(feed) if public else None,
        items(circles) if public and circles else None,
        None
        if public
        else say("That of all stands at the end of a link to the pages: {feed}", feed=FEED),
        say("{line} gives you an address of your own calendar.", line=Typed("calendar link")),
    )
    return Accepted(replies=(Reply(body, private=True),))


@arguments
class CalendarLinkArgs:
    """What `/calendar link` takes."""

    what: str = takes(
        OptionType.WORD,
        say("new instead of the one before, or void"),
        positional=True,
        choices=("new", "void"),
        default="",
    )


def link(state: State, ask: Ask[CalendarLinkArgs]) -> Accepted:
    """A secret address of one's own calendar: what one took, and what one is asked until when."""
    numbers = state.members.numbers(ask.me.number)
    mine = [number for number in numbers if number in state.pages.calendars]
    if ask.args.what == "void":
        if not mine:
            raise Refusal(
                "nothing-changed",
                say("There is no such address."),
                instead=say("{line} makes one.", line=Typed("calendar link")),
            )
        gone = Reply(say("The address of your calendar is good no more."), private=True)
        return Accepted(tuple(CalendarLinkVoided(member=n) for n in mine), (), (gone,))
    check_served(ask)
    if mine and ask.args.what != "new":
        raise Refusal(
            "web-link-there",
            say("You were given that address already, and I do not know it any more."),
            instead=say(
                "A new one takes its place, and the old one is good no more: {line}",
                line=Typed("calendar link new"),
            ),
        )
    secret = link_secret(ask.moment.chance.salt())
    address: Node = Link(f"{ask.site}{state.collective}/~{secret}/{FEED}")
    told = say("Your calendar; keep the address to yourself, for it shows what you took and are asked:")
    until = say("It is good until you type {line}.", line=Typed("calendar link void"))
    event = CalendarLinkMade(member=(mine or [ask.me.number])[0], digest=link_digest(secret))
    others = tuple(CalendarLinkVoided(member=number) for number in mine[1:])
    reply = Reply(lines(told, address, until), private=True, fleeting=True)
    return Accepted((event, *others), (), (reply,))


COMMANDS = (
    Command(
        name="calendar",
        about=say("addresses for calendar programs"),
        also=say("ical, ics, calendar feed, subscribe calendar, webcal"),
        decide=calendar,
    ),
    Command(
        name="calendar link",
        about=say("a secret address of your own calendar"),
        decide=link,
        args=CalendarLinkArgs,
        examples=("calendar link", "calendar link new", "calendar link void"),
    ),
)
