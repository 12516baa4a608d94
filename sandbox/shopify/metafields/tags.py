"""Tags: what becomes of a list of them, and their limits (capture customer-input-validation-parity)."""

from collections.abc import Iterable

from sandbox.shopify.api.problems import Problem

LONGEST = 255
MOST = 250


def normal_tags(given: Iterable[str]) -> tuple[str, ...]:
    """Split at commas, trimmed, blanks dropped, one of each whatever its letter case, sorted without regard to it."""
    kept: dict[str, str] = {}
    for entry in given:
        for tag in entry.split(","):
            if text := tag.strip():
                kept.setdefault(text.lower(), text)
    return tuple(sorted(kept.values(), key=str.lower))


def tag_problem(tags: tuple[str, ...]) -> Problem | None:
    """What is wrong with normalised tags. The wording for too many is inferred."""
    if any(len(tag) > LONGEST for tag in tags):
        return Problem(("tags",), f"Tags is too long (maximum is {LONGEST} characters)", "TOO_LONG")
    if len(tags) > MOST:
        return Problem(("tags",), f"Tags cannot be more than {MOST}", "TOO_LONG")
    return None


def with_tags(tags: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    return normal_tags([*tags, *more])


def without_tags(tags: tuple[str, ...], less: Iterable[str]) -> tuple[str, ...]:
    gone = {tag.lower() for tag in normal_tags(less)}
    return tuple(tag for tag in tags if tag.lower() not in gone)
