"""Who is who: mentions, coreference, offices, and links to Wikidata."""
