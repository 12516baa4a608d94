"""The page on which a person sees a simulated account: its records, their links, the latest calls."""

from collections.abc import Iterable
from html import escape

from sandbox.simulator import Section, Simulator

STYLE = """
body { font: 14px/1.4 system-ui, sans-serif; margin: 2rem; color: #222; }
table { border-collapse: collapse; margin: .5rem 0 2rem; }
th, td { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #ddd; vertical-align: top; }
td { max-width: 28rem; overflow-wrap: anywhere; } nav a { margin-right: 1rem; } .note { color: #666; }
"""


def render(simulator: Simulator) -> str:
    """The whole page. Every value is escaped: a record may hold any text."""
    calls = Section(
        "Latest calls",
        ("#", "time", "call", "path", "status", "fault"),
        [
            (str(c.number), f"{c.at:%H:%M:%S}", c.endpoint, c.path, str(c.status or "-"), c.fault or "")
            for c in reversed(list(simulator.log.calls)[-50:])
        ],
        sum(simulator.log.counts.values()),
    )
    sections = [*simulator.sections(), calls]
    title = f"{simulator.vendor} sandbox"
    links = "".join(f'<a href="#{_anchor(s)}">{escape(s.title)} ({s.total})</a>' for s in sections)
    return (
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style><h1>{escape(title)}</h1>"
        f'<p class="note">Simulated. Clock {simulator.clock.now:%Y-%m-%d %H:%M:%S} UTC, seed {simulator.seed}.</p>'
        f"<nav>{links}</nav>{''.join(map(_table, sections))}</html>"
    )


def _anchor(section: Section) -> str:
    return section.title.lower().replace(" ", "-")


def _table(section: Section) -> str:
    head = _row("th", section.columns)
    rows = [_row("td", row) for row in section.rows]
    shown = f"{len(rows)} of {section.total}" if len(rows) < section.total else str(section.total)
    return (
        f'<h2 id="{_anchor(section)}">{escape(section.title)} <span class="note">{shown}</span></h2>'
        f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _row(tag: str, cells: Iterable[str]) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"
