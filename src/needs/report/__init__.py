"""How a report is published: composed, typeset and checked."""
