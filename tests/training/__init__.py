"""The training pages in a browser, against a peer that speaks their contract."""
