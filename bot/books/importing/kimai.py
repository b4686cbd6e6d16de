"""Kimai 2: the CSV of its timesheet export, with headings in English, German, French or Spanish."""

from __future__ import annotations

from bot.books.importing.hours import Hours
from bot.books.importing.tables import aliases
from bot.text.wording import say

KIMAI = Hours(
    aliases(
        {
            "date": ("Date", "Datum", "Fecha"),
            "from": ("From", "Begin", "Von", "Beginn", "De", "Début", "Desde"),
            "to": ("To", "End", "Bis", "Ende", "À", "Fin", "Hasta"),
            "duration": ("Duration", "Dauer", "Durée", "Duración"),
            "person": ("User", "Username", "Benutzer", "Mitarbeiter", "Utilisateur", "Usuario"),
            "project": ("Project", "Projekt", "Projet", "Proyecto"),
            "activity": ("Activity", "Tätigkeit", "Activité", "Actividad"),
            "text": ("Description", "Beschreibung", "Descripción"),
        }
    ),
    wanted=("date", "duration", "person"),
    text=("text", "activity", "project"),
    kind=("activity", "project"),
    hint=say("Export the timesheet as CSV, with date, duration and user"),
)
