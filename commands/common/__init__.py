"""What several features share: how proposals are looked up, shown, and carried out."""
