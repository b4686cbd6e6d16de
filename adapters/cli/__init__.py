"""The command line: the one room that knows every other and puts them together."""
