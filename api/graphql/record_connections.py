"""Pages of entities, claims, statements and documents, with counts of what the whole list has in common."""

from __future__ import annotations

from typing import Any

import strawberry

from cuibono.api.graphql.connections import GROUPS, PAGING, Connection, GroupCount, MostGroups, Page
from cuibono.api.graphql.nodes import Claim, Document, Entity, Statement
from cuibono.graph.filtering.grouping import ClaimGrouping, DocumentGrouping, EntityGrouping, StatementGrouping

__all__ = ["ClaimConnection", "DocumentConnection", "EntityConnection", "StatementConnection"]


@strawberry.type(description=f"A page of entities. {PAGING}")
class EntityConnection(Connection[Entity]):
    @strawberry.field(description=GROUPS)
    def group_counts(self: Page[Any], by: EntityGrouping, first: MostGroups = 100) -> list[GroupCount]:
        return self.groups(by, first)


@strawberry.type(description=f"A page of claims. {PAGING}")
class ClaimConnection(Connection[Claim]):
    @strawberry.field(description=GROUPS)
    def group_counts(self: Page[Any], by: ClaimGrouping, first: MostGroups = 100) -> list[GroupCount]:
        return self.groups(by, first)


@strawberry.type(description=f"A page of statements. {PAGING}")
class StatementConnection(Connection[Statement]):
    @strawberry.field(description=GROUPS)
    def group_counts(self: Page[Any], by: StatementGrouping, first: MostGroups = 100) -> list[GroupCount]:
        return self.groups(by, first)


@strawberry.type(description=f"A page of documents. {PAGING}")
class DocumentConnection(Connection[Document]):
    @strawberry.field(description=GROUPS)
    def group_counts(self: Page[Any], by: DocumentGrouping, first: MostGroups = 100) -> list[GroupCount]:
        return self.groups(by, first)
