"""From a typed line to the arguments of its command, or to what is wrong with it."""
