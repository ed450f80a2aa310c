"""From records to RDF: vocabulary, mapper, derived graphs, shapes, store, queries."""
