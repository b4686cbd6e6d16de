"""Find a link to the pages, or to a calendar, by its fingerprint.

Whoever asks with a link that nobody was given is answered at once, without the journal being read.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

KINDS = ("page.link.made", "calendar.link.made")
ROWS_AT_ONCE = 500
SUBJECTS = sa.table("subjects", sa.column("collective"), sa.column("subject"), sa.column("seq"))


def upgrade() -> None:
    """Enter what each link that was made is about, in the transaction that is open."""
    asked = sa.text("SELECT collective, seq, payload FROM entries WHERE payload LIKE :some")
    found = op.get_bind().execute(asked, {"some": '%.link.made"%'}).all()
    rows = [
        {"collective": collective, "subject": f"link:{event['digest']}", "seq": seq}
        for collective, seq, payload in found
        if (event := json.loads(payload))["event"] in KINDS
    ]
    for begin in range(0, len(rows), ROWS_AT_ONCE):
        op.bulk_insert(SUBJECTS, rows[begin : begin + ROWS_AT_ONCE])
