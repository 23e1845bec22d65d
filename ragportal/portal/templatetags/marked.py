"""Marked text as markup. A tag and not a template, because a line break at a template's end would show in code."""

from collections.abc import Iterable

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from ragportal.portal.marks import Run

register = template.Library()


@register.simple_tag
def marked_runs(runs: Iterable[Run]) -> SafeString:
    """The text of all runs, escaped, marks around those that are marked."""
    return format_html_join("", "{}", ((_markup(run),) for run in runs))


def _markup(run: Run) -> SafeString:
    if run.mark is None:
        return conditional_escape(run.text)
    if run.anchor:
        return format_html('<mark id="mark">{}</mark>', run.text)
    if run.mark.first:
        return format_html("<mark>{}</mark>", run.text)
    return format_html('<mark class="also">{}</mark>', run.text)
