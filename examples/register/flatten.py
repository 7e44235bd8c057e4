"""Writes the register of trackers that Ghostery publishes as JSON Lines, a tracker a line, with its maker.

python flatten.py node_modules/@ghostery/trackerdb/dist/trackerdb.json > trackers.jsonl
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path


def rows(register: Path) -> Iterator[dict[str, str | None]]:
    """Yield a row for each tracker whose maker is known."""
    known = json.loads(register.read_text(encoding="utf-8"))
    for key, tracker in known["patterns"].items():
        maker = known["organizations"].get(tracker["organization"])
        if maker is not None:
            yield {
                "tracker_id": key,
                "tracker": tracker["name"],
                "category": tracker["category"],
                "organization_id": tracker["organization"],
                "organization": maker["name"],
                "description": maker["description"],
                "source": tracker["website_url"] or maker["website_url"] or maker["privacy_policy_url"],
            }


if __name__ == "__main__":
    for row in rows(Path(sys.argv[1])):
        print(json.dumps(row, ensure_ascii=False))
