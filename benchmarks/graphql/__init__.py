"""How many questions a second GraphQL servers answer, over the same data."""
