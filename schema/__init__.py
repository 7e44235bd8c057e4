"""What may be said: the ontology, the shapes, the JSON-LD context, and the vocabulary read from them."""

from cuibono.schema.errors import CuibonoError, OntologyError
from cuibono.schema.vocabulary import Attribute, EntityClass, Relation, Vocabulary

__all__ = ["Attribute", "CuibonoError", "EntityClass", "OntologyError", "Relation", "Vocabulary"]
