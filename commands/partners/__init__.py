"""Who uses what the commons make, and what they give back."""
