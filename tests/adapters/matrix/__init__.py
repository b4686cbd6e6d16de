"""Matrix on a real homeserver: people speak through the client-server API, as any client would."""
