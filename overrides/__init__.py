"""How the site is put together and how it looks: the one place that knows of MkDocs."""
