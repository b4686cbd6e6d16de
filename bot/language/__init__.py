"""How people write amounts, days and times, in five languages: words in, values out."""
