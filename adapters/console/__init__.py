"""The console as a chat: typed lines, piped lines and transcripts, all through the same engine."""
