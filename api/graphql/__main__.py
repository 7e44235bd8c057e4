"""Prints the GraphQL schema of the bundled ontology, extended by the Turtle files that are named."""

import sys

from cuibono.api.graphql.schema import sdl
from cuibono.schema import Vocabulary

if __name__ == "__main__":
    sys.stdout.buffer.write(sdl(Vocabulary.load(*sys.argv[1:])).encode())
