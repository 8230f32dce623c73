"""HTTP: the API, the console and the public pages."""
