"""The rooms where platforms come in: each adapter maps one platform's messages to ours and back."""
