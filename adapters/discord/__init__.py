"""Discord as a chat: slash-commands, buttons, menus, polls and typed messages."""
