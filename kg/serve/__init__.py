"""The store over HTTP: SPARQL, graphs, and a page for each thing; the pool of engines that answers, and its limits."""
