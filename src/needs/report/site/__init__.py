"""The static site of an edition: its pages, what typesets them, and the server that shows them."""
