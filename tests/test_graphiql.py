"""GraphiQL from a folder, in a real browser: nothing comes from elsewhere, and what it asks is answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Response, expect

from cuibono.api.app import create_app
from cuibono.api.settings import Settings
from cuibono.graph.errors import InvalidArgument
from cuibono.graph.knowledge_graph import KnowledgeGraph
from tests.browser import Visit, browsing, page_of
from tests.conftest import missing
from tests.node import FOLDER
from tests.serving import serving

pytestmark = pytest.mark.slow

BROWSER = {"accept": "text/html"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as running:
        yield running


def _is_of_an_operation(response: Response) -> bool:
    request = response.request
    return request.method == "POST" and "__schema" not in (request.post_data or "")


def test_it_comes_whole_from_a_folder_and_asks(seed_graph: KnowledgeGraph, browser: Browser) -> None:
    if not (FOLDER / "node_modules" / "graphiql").is_dir():
        missing("GraphiQL: run .ci/install, which puts it into the folder .node")
    settings = Settings(query_page="graphiql", graphiql_assets=str(FOLDER))
    with serving(seed_graph, settings) as client:
        visit = Visit(page_of(browser), str(client.base_url)).foresee("status of 400")
        visit.page.goto(f"{visit.base}/graphql")
        expect(visit.page.locator(".graphiql-tab").nth(3)).to_be_visible()
        visit.page.locator(".graphiql-tab button").nth(1).click()
        execute = visit.page.get_by_role("button", name=re.compile("Execute"))
        answered = None
        while answered is None or not answered.value.ok:
            # It sends the name of the operation before until it has read the new one, and the server knows none of that name.
            with visit.page.expect_response(_is_of_an_operation) as answered:
                execute.click()
        expect(visit.page.locator(".result-window")).to_contain_text('"data"')
        expect(visit.page.locator(".result-window")).not_to_contain_text('"errors"')
        assert visit.problems == []
        visit.page.close()
        assert client.get("/assets/graphiql/../page.py").status_code == 404
        assert client.get("/assets/graphiql/react/package.json").status_code == 404


def test_from_elsewhere_each_file_is_pinned_and_the_place_is_the_only_one(seed_graph: KnowledgeGraph) -> None:
    settings = Settings(query_page="graphiql", graphiql_assets="https://cdn.example/npm/")
    with serving(seed_graph, settings) as client:
        page = client.get("/graphql", headers=BROWSER)
    elsewhere = re.findall(r"<(?:script|link)[^>]*https:[^>]*>", page.text)
    assert len(elsewhere) == 4
    for tag in elsewhere:
        assert re.search(r'(src|href)="https://cdn\.example/npm/[a-z-]+@\d+\.\d+\.\d+/', tag)
        assert re.search(r'integrity="sha384-[\w+/]{64}" crossorigin="anonymous"', tag)
    policy = page.headers["content-security-policy"]
    assert "script-src 'self' https://cdn.example;" in policy
    assert "connect-src 'self';" in policy


def test_a_folder_without_the_files_or_with_others_is_told_so(seed_graph: KnowledgeGraph, tmp_path: Path) -> None:
    def problem() -> str:
        with pytest.raises(InvalidArgument) as error:
            create_app(seed_graph, Settings(query_page="graphiql", graphiql_assets=str(tmp_path)))
        return str(error.value)

    assert "npm install --prefix" in problem()
    (tmp_path / "graphiql").mkdir()
    (tmp_path / "graphiql" / "graphiql.min.css").write_text("body { }", encoding="utf-8")
    assert "is not that of version" in problem()
