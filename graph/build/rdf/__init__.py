"""Graphs in: RDF files become records, our own exports whole, other vocabularies by what the ontology says of them."""
