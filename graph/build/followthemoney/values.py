"""The values of an entity's properties, each taken at most once: what is left then, nothing was made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

__all__ = ["Values"]


def _any(value: str) -> bool:  # noqa: ARG001
    return True


class Values:
    """Values by property, in order.

    Examples
    --------
    >>> values = Values({"name": ["Ada", "A. L."], "date": ["1815"]})
    >>> values.one("title", "name"), values.all("date"), list(values.left())
    ('Ada', ['1815'], [('name', 1)])
    """

    def __init__(self, properties: Mapping[str, list[str]]) -> None:
        self._left = properties

    def one(self, *names: str, such: Callable[[str], bool] = _any) -> str | None:
        """Take the first value that is such, of the first property that has one."""
        for name in names:
            for place, value in enumerate(self._left.get(name, ())):
                if such(value):
                    return self._left[name].pop(place)
        return None

    def all(self, *names: str, such: Callable[[str], bool] = _any) -> list[str]:
        """Take all values of some properties that are such."""
        found = []
        for name in names:
            values = self._left.get(name, [])
            found += [value for value in values if such(value)]
            values[:] = [value for value in values if not such(value)]
        return found

    def left(self) -> Iterator[tuple[str, int]]:
        """Yield the properties that have values yet, and how many."""
        return ((name, len(values)) for name, values in self._left.items() if values)
