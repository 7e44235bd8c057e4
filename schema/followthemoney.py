"""How the schemata of FollowTheMoney stand in the ontology, as ``followthemoney.ttl`` says.

FollowTheMoney is the model of companies, people and their ties that OpenSanctions and OpenAleph publish:
https://followthemoney.tech.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from cuibono.schema.ontology import Ontology
from cuibono.schema.vocabulary import Vocabulary

__all__ = ["Edge", "FollowTheMoney"]

_FTM = "https://w3id.org/cuibono/followthemoney#"


@dataclass(frozen=True, slots=True)
class Edge:
    """A schema of ties, and the relation that it is.

    Attributes
    ----------
    subject : str
        The property that holds the subject.
    object : str or None
        The property that holds the object; None where the object is a rule that the edge itself names.
    role : str or None
        The property that holds the role.
    """

    schema: str
    relation: str
    subject: str
    object: str | None
    role: str | None


@dataclass(frozen=True)
class FollowTheMoney:
    """The schemata that a graph can hold.

    Attributes
    ----------
    ontology : Ontology
        Extends that of a graph which imports them.
    classes : mapping of str to str
        From a schema to the IRI of its class.
    written_as : mapping of str to str
        From the IRI of a class to its schema, or the nearest.
    edges : mapping of str to Edge
        By schema.

    Examples
    --------
    >>> FollowTheMoney.bundled().edges["Ownership"].object
    'asset'
    """

    ontology: Ontology
    classes: Mapping[str, str]
    written_as: Mapping[str, str]
    edges: Mapping[str, Edge]

    @classmethod
    @cache
    def bundled(cls) -> FollowTheMoney:
        """Return what comes with cuibono."""
        text = (resources.files("cuibono.schema") / "followthemoney.ttl").read_bytes()
        ontology = Ontology.parse(text, "followthemoney.ttl")
        vocabulary = Vocabulary.extended([ontology])
        classes, written_as, edges = {}, {}, {}
        for entity_class in vocabulary.classes.values():
            iri = entity_class.iri
            if (schema := ontology.text(iri, _FTM + "schema")) is not None:
                classes[schema] = iri
                written_as[iri] = schema
            elif (nearest := ontology.text(iri, _FTM + "writtenAs")) is not None:
                written_as[iri] = nearest
        for relation in vocabulary.relations.values():
            schema, subject, obj, role = (
                ontology.text(relation.iri, _FTM + name)
                for name in ("schema", "subjectProperty", "objectProperty", "roleProperty")
            )
            if schema is not None and subject is not None:
                edges[schema] = Edge(schema, relation.iri, subject, obj, role)
        return cls(ontology, classes, written_as, edges)

    def schema_of(self, iri: str, vocabulary: Vocabulary) -> str | None:
        """Return the schema that entities of a class are written as: that of its nearest ancestor, or None."""
        above = sorted(vocabulary.ancestors(iri), key=lambda one: -len(vocabulary.ancestors(one)))
        return next((self.written_as[one] for one in above if one in self.written_as), None)
