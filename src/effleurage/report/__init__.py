"""Words, figures and pages, shared by terminal, notebook and web."""
