"""A document with the cited passage marked, and why one may read it."""

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from ragportal.access.scope import scope_for
from ragportal.audit import services as audit
from ragportal.knowledge.explanations import explain_document
from ragportal.knowledge.models import Document
from ragportal.portal.marks import Mark, marked_parts, marks_of, without_repeated_title
from ragportal.portal.member import ON_THE_WEB, Member, member_page
from ragportal.search.reading import ReadableDocument, read_document

WEB_SCHEMES = frozenset({"http", "https"})
"""Addresses a browser opens from a page; a file's address is of the server, not of the reader's machine."""


@never_cache
@require_GET
@member_page
def show(request: HttpRequest, member: Member, document_id: int) -> HttpResponse:
    """`?mark=START-END` marks characters of the version `?version=`; of a newer version nothing is marked."""
    document = _readable(member, document_id)
    replaced = request.GET.get("version", str(document.version_id)) != str(document.version_id)
    marks: tuple[Mark, ...] = () if replaced else marks_of(request.GET.getlist("mark"), len(document.text))
    _record(member, "document.opened", document)
    context = {
        "tenant": member.tenant,
        "document": document,
        "parts": without_repeated_title(marked_parts(document.text, document.blocks, marks), document.title),
        "replaced": replaced,
        "opens_at_source": urlsplit(document.url).scheme in WEB_SCHEMES,
    }
    return render(request, "portal/document.html", context)


@never_cache
@require_GET
@member_page
def why(request: HttpRequest, member: Member, document_id: int) -> HttpResponse:
    """Why the person at the page may read a document; of others it says nothing, not even that they exist."""
    document = _readable(member, document_id)
    row = Document.objects.select_related("access_rule").get(pk=document.id)
    explanation = explain_document(asker=member.asker, document=row, situation=ON_THE_WEB)
    if not explanation.allowed:
        raise Http404  # lost between the two look-ups
    _record(member, "access.explained", document)
    return render(
        request,
        "portal/document_why.html",
        {"tenant": member.tenant, "document": document, "conditions": explanation.conditions},
    )


def _readable(member: Member, document_id: int) -> ReadableDocument:
    document = read_document(document_id=document_id, scope=scope_for(member.asker, ON_THE_WEB))
    if document is None:
        raise Http404
    return document


def _record(member: Member, action: str, document: ReadableDocument) -> None:
    audit.record(
        tenant_id=member.tenant.pk,
        action=action,
        actor_id=member.asker.membership_id,
        subjects={
            "asker": member.asker.membership_id,
            "documents": [document.id],
            "versions": [document.version_id],
        },
        decision="allowed",
    )
