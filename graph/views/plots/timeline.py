"""Who said what when: the statements about a claim or an entity along time."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from cuibono.graph.dates import PartialDate
from cuibono.graph.model import Statement
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.views.plots.style import Plot, Theme, ThemeName, drawing, letters_in, line_height, theme_called, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["timeline"]

_DAY = timedelta(days=1)


def timeline(
    snapshot: Snapshot,
    statements: Iterable[Statement],
    *,
    about: str | None = None,
    opposing: Collection[str] = (),
    width: float = 7.0,
    theme: ThemeName = "light",
    ax: Axes | None = None,
) -> Plot:
    """Draw statements along time, each on a line of its own: a bar for the days that its date may mean.

    A stance for is a filled triangle up, one against a hollow one down, anything else a dot. Statements without a date
    stand in a strip of their own on the right.

    Parameters
    ----------
    statements : iterable
        In any order.
    about : str, optional
        IRI of what they are about; it stands above, and is not named again.
    opposing : collection of str
        IRIs of those that support what excludes it: they are drawn as against it, and say so.
    width : float
        Of the figure, in inches.
    theme : {"light", "dark"}
    ax : Axes, optional
        Where to draw; a new figure unless given.
    """
    colours, shown = theme_called(theme), sorted(statements, key=_order)
    letters = letters_in(width - 0.25)
    texts = [wrapped(_what(snapshot, statement, about, opposing), letters, 2) for statement in shown]
    heights = [(text.count("\n") + 1) * line_height() + 0.3 for text in texts]
    dates = [day for statement in shown if (day := _day(statement)) is not None]
    first, last = _span(dates)
    title = snapshot.label(about) if about else ""
    heading = wrapped(title, int(letters * 0.92), 2) if title else ""
    above = (heading.count("\n") + 1) * line_height() + 0.2 if heading else 0.1
    with drawing(colours, (width, sum(heights) + above + 0.42), ax, (0.12, 0.12, 0.36, above)) as axes:
        import matplotlib.dates

        mdates: Any = matplotlib.dates

        begin, end = mdates.date2num(first), mdates.date2num(last)
        undated = len(dates) < len(shown)
        strip = (end - begin) * (0.28 if dates else 1)
        place = 0.0
        for statement, text, height in zip(shown, texts, heights, strict=True):
            axes.text(0.0, place + 0.03, text, va="top", color=colours.ink, transform=axes.get_yaxis_transform())
            day, y = _day(statement), place + height - 0.15
            axes.axhline(place + height, color=colours.faint, lw=0.5, zorder=0)
            if day is None:
                _mark(axes, end + strip / 2, y, snapshot, statement, colours, statement.iri in opposing)
            else:
                days = mdates.date2num(day.first), mdates.date2num(day.last + _DAY)
                axes.plot(days, (y, y), color=colours.quiet, lw=3, alpha=0.55, solid_capstyle="butt", zorder=1)
                _mark(axes, sum(days) / 2, y, snapshot, statement, colours, statement.iri in opposing)
            place += height
        axes.set_xlim(begin if dates else end, end + strip if undated else end)
        axes.set_ylim(max(place, 0.3), 0)
        axes.set_yticks([])
        if dates:
            locator = mdates.AutoDateLocator(minticks=2, maxticks=max(3, int(width * 1.1)))
            axes.xaxis.set_major_locator(locator)
            axes.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator, show_offset=False))
            ticks = [tick for tick in axes.get_xticks() if begin <= tick <= end]
            axes.set_xticks(ticks)
        else:
            axes.set_xticks([])
        if undated:
            if dates:
                axes.axvline(end, color=colours.faint, lw=1, ls=":")
            middle: Any = {"xy": (end + strip / 2, 0), "xycoords": axes.get_xaxis_transform()}
            below: Any = {"xytext": (0, -4), "textcoords": "offset points", "ha": "center", "va": "top"}
            axes.annotate("undated", **middle, **below, color=colours.quiet)
        axes.spines[["top", "right", "left"]].set_visible(False)
        if heading:
            axes.set_title(heading, loc="left", fontsize=9, weight="bold", color=colours.ink)
        return Plot(
            axes, f"{title or 'Statements'}: {'; '.join(_in_words(snapshot, each, about, opposing) for each in shown) or 'none'}"
        )


def _day(statement: Statement) -> PartialDate | None:
    return statement.stated_on or statement.valid_from


def _order(statement: Statement) -> tuple[bool, date, str]:
    day = _day(statement)
    return day is None, day.first if day else date.max, statement.iri


def _span(dates: list[PartialDate]) -> tuple[date, date]:
    """Return the first and the last day to show, with some room around."""
    if not dates:
        return date(2000, 1, 1), date(2000, 12, 31)
    first, last = min(day.first for day in dates), max(day.last for day in dates)
    room = max((last - first) / 14, 3 * _DAY)
    low = first - room if (first - date.min) > room else date.min
    high = last + room if (date.max - _DAY - last) > room else date.max - _DAY
    return low, high


def _mark(axes: Axes, x: float, y: float, snapshot: Snapshot, statement: Statement, colours: Theme, turned: bool) -> None:
    stance = snapshot.relation(statement).stance
    if not stance:
        axes.plot(x, y, "o", ms=6, mfc=colours.other, mec=colours.other, zorder=3)
        return
    favourable = (stance > 0) is not turned
    marker, colour = ("^", colours.gain) if favourable else ("v", colours.loss)
    axes.plot(x, y, marker, ms=9, mfc=colour if favourable else colours.paper, mec=colour, mew=1.6, zorder=3)


def _what(snapshot: Snapshot, statement: Statement, about: str | None, opposing: Collection[str]) -> str:
    who, what = ("this" if end == about else snapshot.label(end) for end in (statement.subject, statement.object))
    said = f" ({statement.stated_on})" if statement.stated_on else ""
    against = ", which excludes this" if statement.iri in opposing else ""
    since = f" (from {statement.valid_from})" if statement.valid_from and not said else ""
    return f"{who} {snapshot.relation(statement).label} {what}{said}{since}{against}"


def _in_words(snapshot: Snapshot, statement: Statement, about: str | None, opposing: Collection[str]) -> str:
    day = _day(statement)
    return f"{_what(snapshot, statement, about, opposing)}{'' if day else ', undated'}"
