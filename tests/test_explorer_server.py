"""What the explorer's page is served with: files, compression, policy, places."""

from __future__ import annotations

import gzip
import re
from itertools import combinations
from pathlib import Path

import pytest

import cuibono
from cuibono.api.settings import Settings
from tests.graphs import graph
from tests.serving import Client, serving

FOLDER = Path(cuibono.__file__).parent / "api" / "web" / "explorer" / "page"
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file())
NAMES = {"http://www.w3.org", "https://w3id.org"}
"""Hosts that names of RDF and SVG begin with; nothing is loaded from there."""
STRANGE_PICTURES = [
    [],
    {},
    {"nodes": 0},
    {"nodes": 1_001},
    {"nodes": True},
    {"nodes": 2, "edges": [[0, 2]]},
    {"nodes": 2, "edges": [[0]]},
    {"nodes": 2, "edges": [[0.5, 1]]},
    {"nodes": 2, "edges": [[0, 1]] * 5_001},
    {"nodes": 2, "edges": {}},
    {"nodes": 2, "fixed": [[0, 1e9, 0]]},
    {"nodes": 2, "fixed": [[0, "left", 0]]},
    {"nodes": 2, "sizes": [[1, 1]]},
    {"nodes": 2, "sizes": [[1, 1], [0, 1]]},
    {"nodes": 2, "sizes": [[1, 1], [1, 21]]},
]


def test_a_page_of_our_own_files_alone_at_the_root(seed: Client) -> None:
    response = seed.get("/")
    assert response.headers["content-type"].startswith("text/html")
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", response.text)
    named = re.findall(r'(?:src|href)="(?!#)([^"]*)"', response.text)
    assert named
    for address in named:
        assert seed.get(f"/{address}").status_code == 200


@pytest.mark.parametrize("path", [path for path in FILES if path != "index.html"])
def test_each_file_names_no_other_host_and_needs_files_that_are_there(seed: Client, path: str) -> None:
    response = seed.get(f"/explorer/{path}")
    assert response.status_code == 200
    assert not [url for url in re.findall(r"https?://[\w.]+", response.text) if url not in NAMES]
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", response.text)
    for other in re.findall(r'(?:from |import\()"(\.[^"]+)"', response.text):
        assert ((FOLDER / path).parent / other).resolve().is_file(), f"{path} imports {other}"


def test_all_of_it_weighs_little(seed: Client) -> None:
    compressed = sum(len(gzip.compress((FOLDER / path).read_bytes(), 9, mtime=0)) for path in FILES)
    assert compressed < 150_000
    sent = seed.get("/explorer/main.js", headers={"accept-encoding": "gzip"})
    assert sent.headers["content-encoding"] == "gzip"
    assert int(sent.headers["content-length"]) < len(sent.content)


def test_a_browser_that_has_a_file_is_sent_nothing(seed: Client) -> None:
    tag = seed.get("/explorer/main.js").headers["etag"]
    again = seed.get("/explorer/main.js", headers={"if-none-match": tag})
    assert again.status_code == 304
    assert not again.content


@pytest.mark.parametrize(
    "path", ["/explorer/none.js", "/explorer/../routes.py", "/explorer/%2e%2e/routes.py", "/explorer/index.html"]
)
def test_no_other_file_is_served(seed: Client, path: str) -> None:
    assert seed.get(path).status_code == 404


def test_without_the_explorer_there_is_nothing_at_the_root() -> None:
    with graph("A leads X") as kg, serving(kg, Settings(explorer=False)) as client:
        assert client.get("/").status_code == 404


def test_places_are_the_same_for_the_same_picture_and_apart(seed: Client) -> None:
    picture = {"nodes": 40, "edges": [[0, other] for other in range(1, 40)] + [[1, 2], [3, 3], [4, 5]]}
    first, again = (seed.post("/layout", json=picture).json()["places"] for _ in range(2))
    assert first == again
    assert len(first) == 40
    assert min(abs(x - u) + abs(y - v) for (x, y), (u, v) in combinations(first, 2)) > 0.3


def test_nodes_stand_as_far_apart_as_they_are_wide_and_high(seed: Client) -> None:
    sizes = [[3, 1] if number % 2 else [1, 2] for number in range(60)]
    edges = [[0, other] for other in range(1, 30)] + [[other - 29, other] for other in range(30, 60)]
    places = seed.post("/layout", json={"nodes": 60, "edges": edges, "sizes": sizes}).json()["places"]
    over = [
        (one, other)
        for (one, ((x, y), (w, h))), (other, ((u, v), (a, b))) in combinations(enumerate(zip(places, sizes, strict=True)), 2)
        if abs(x - u) < (w + a) / 2 * 0.8 and abs(y - v) < (h + b) / 2 * 0.8
    ]
    assert len(over) <= 2


def test_communities_are_the_same_for_the_same_graph(seed: Client) -> None:
    edges = [[0, other] for other in range(1, 20)] + [[20, other] for other in range(21, 30)] + [[0, 20]]
    found = [seed.post("/communities", json={"nodes": 31, "edges": edges}).json()["communities"] for _ in range(2)]
    assert found[0] == found[1] == [0] * 20 + [1] * 10 + [2]
    assert seed.post("/communities", json={"nodes": 1_500}).status_code == 200
    refused = seed.post("/communities", json={"nodes": 2_001})
    assert refused.json()["errors"][0]["extensions"]["code"] == "INVALID_ARGUMENT"


def test_nodes_that_are_fixed_stay_and_new_ones_come_near_theirs(seed: Client) -> None:
    fixed = [[0, 0.0, 0.0], [1, 5.0, 0.0]]
    places = seed.post("/layout", json={"nodes": 4, "edges": [[0, 1], [1, 2], [1, 3]], "fixed": fixed}).json()["places"]
    assert places[:2] == [[0.0, 0.0], [5.0, 0.0]]
    assert all(abs(x - 5) < 3 and abs(y) < 3 for x, y in places[2:])


def test_nodes_that_nothing_joins_have_places_too(seed: Client) -> None:
    assert len(seed.post("/layout", json={"nodes": 5}).json()["places"]) == 5


@pytest.mark.parametrize("picture", STRANGE_PICTURES, ids=lambda picture: str(picture)[:40])
def test_a_picture_that_cannot_be_placed_is_refused_with_the_place(seed: Client, picture: object) -> None:
    response = seed.post("/layout", json=picture)
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "INVALID_ARGUMENT"


def test_a_body_that_is_no_json_or_too_large_is_refused(seed: Client) -> None:
    assert seed.post("/layout", content=b"{").status_code == 400
    assert seed.post("/layout", content=b" " * 1_100_000).status_code == 413
