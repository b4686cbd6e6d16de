"""Find what happened to the links of somebody, so that one that is good no more is known by that.

Whoever asks with such a link is answered at once, without the journal being read.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

SERIES = {
    "page.link.made": "links",
    "page.link.voided": "links",
    "calendar.link.made": "calendars",
    "calendar.link.voided": "calendars",
}
ROWS_AT_ONCE = 500
SUBJECTS = sa.table("subjects", sa.column("collective"), sa.column("subject"), sa.column("seq"))


def upgrade() -> None:
    """Enter of which links each is one, in the transaction that is open."""
    asked = sa.text("SELECT collective, seq, payload FROM entries WHERE payload LIKE :some")
    found = op.get_bind().execute(asked, {"some": '%.link.%"%'}).all()
    rows = [
        {
            "collective": collective,
            "subject": f"{SERIES[event['event']]}:{event['member']}",
            "seq": seq,
        }
        for collective, seq, payload in found
        if (event := json.loads(payload))["event"] in SERIES
    ]
    for begin in range(0, len(rows), ROWS_AT_ONCE):
        op.bulk_insert(SUBJECTS, rows[begin : begin + ROWS_AT_ONCE])
