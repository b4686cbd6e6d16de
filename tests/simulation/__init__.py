"""A seeded simulation: the real engine in a virtual world with bad weather, and an auditor."""
