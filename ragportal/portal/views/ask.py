"""Ask a question, see the answer with its sources."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ragportal.answering.results import Answer
from ragportal.answering.services import answer_question
from ragportal.common.errors import InvalidInput, Unavailable
from ragportal.portal.citations import answer_parts, cited_sources
from ragportal.portal.member import ON_THE_WEB, Member, member_page
from ragportal.tenants.models import ExampleQuestion

SHOWN_QUESTION = 2_000
"""Characters of a refused question that are put back into the form, so that nothing typed is lost."""


@never_cache
@require_http_methods(["GET", "POST"])
@member_page
def ask(request: HttpRequest, member: Member) -> HttpResponse:
    """GET shows the form; `?q=` only fills it in. POST asks: it leaves an audit record, so no link may do it."""
    context: dict[str, Any] = {
        "tenant": member.tenant,
        "examples": ExampleQuestion.objects.values_list("text", flat=True),
    }
    if request.method == "GET":
        return render(request, "portal/ask.html", {**context, "question": request.GET.get("q", "")[:SHOWN_QUESTION]})
    question = request.POST.get("question", "")
    try:
        answer = answer_question(asker=member.asker, question=question, situation=ON_THE_WEB)
    except InvalidInput as error:
        shown = {"question": question[:SHOWN_QUESTION], "problem": error}
        return render(request, "portal/ask.html", {**context, **shown}, status=400)
    except Unavailable as error:
        shown = {"question": question[:SHOWN_QUESTION], "problem": error}
        return render(request, "portal/ask.html", {**context, **shown}, status=503)
    return render(request, "portal/ask.html", {**context, **_shown(answer)})


def _shown(answer: Answer) -> dict[str, Any]:
    return {
        "question": answer.question,
        "answer": answer,
        "parts": answer_parts(answer),
        "sources": cited_sources(answer),
        "seconds": answer.milliseconds.get("total", 0.0) / 1000,
    }
