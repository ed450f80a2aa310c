"""The graph into anybody's triple store: profiles of stores, uploads, a journal, and proof that everything arrived."""
