"""The journal as a whole: checked, bundled, and given out in the forms of other tools."""
