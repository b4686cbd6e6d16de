"""The open book: the pages of a collective, for people who would rather look than type."""
