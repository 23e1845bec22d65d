"""A whole company from a folder: people.yaml, and documents with their manifest."""

from pathlib import Path

from django.conf import settings
from django.utils.text import slugify

from ragportal.common.rows import tenant_transaction
from ragportal.common.secrets import secret_from_file
from ragportal.common.tenancy import use_tenant
from ragportal.knowledge.company_file import CompanyFile, DepartmentEntry, PersonEntry, read_company
from ragportal.knowledge.models import Source, SyncRun
from ragportal.knowledge.progress import ReportProgress, unwatched
from ragportal.knowledge.selectors import last_run
from ragportal.knowledge.sync.add_source import add_source
from ragportal.knowledge.sync.sync_source import sync_source
from ragportal.tenants.models import Department, ExampleQuestion, GlossaryTerm, Membership, Tenant
from ragportal.tenants.services import (
    add_example_question,
    add_glossary_term,
    add_member,
    create_department,
    create_tenant,
)

PEOPLE_FILE = "people.yaml"
DOCUMENTS_FOLDER = "documents"
SOURCE_NAME = "Company documents"
PASSWORD_LENGTH = 16


def load_company(*, folder: Path, password: str, progress: ReportProgress = unwatched) -> SyncRun:
    """Load the company of a folder and sync its documents; returns the sync.

    Repeat it as you like: what is there stays as it is, what an interrupted load left out is added, and only documents
    that changed are read; of a paused source the last sync is returned. `password`: of the people it adds. Raises
    InvalidInput for a folder of another form, and what sync_source raises.
    """
    company = read_company(folder / PEOPLE_FILE)
    tenant = Tenant.objects.filter(slug=company.slug).first() or create_tenant(slug=company.slug, name=company.name)
    with use_tenant(tenant.pk):
        departments: dict[str, Department] = {}
        for entry in company.departments:
            departments[entry.name] = _department(entry, departments)
        for person in company.people:
            _person(person, departments, password)
        _words(company)
        source = _source((folder / DOCUMENTS_FOLDER).absolute())
        paused_after = last_run(source=source) if source.paused_at else None
        return paused_after or sync_source(source=source, progress=progress)


def demo_password() -> str:
    """The password of the demo company's people: made once for an installation, kept beside its other secrets."""
    return secret_from_file(Path(settings.DATA_DIR) / "secrets" / "demo.password")[:PASSWORD_LENGTH]


def _department(entry: DepartmentEntry, known: dict[str, Department]) -> Department:
    slug = slugify(entry.name)
    parent = known[entry.parent] if entry.parent else None
    found: Department | None = Department.objects.filter(slug=slug).first()
    return found or create_department(slug=slug, name=entry.name, parent=parent)


def _person(person: PersonEntry, departments: dict[str, Department], password: str) -> None:
    if not Membership.objects.filter(user__email=person.email).exists():
        add_member(
            email=person.email,
            name=person.name,
            department=departments[person.department],
            roles=person.roles,
            password=password,
            email_verified=True,  # the operator says who these people are
        )


def _words(company: CompanyFile) -> None:
    acronyms = set(GlossaryTerm.objects.values_list("acronym", flat=True))
    for acronym, expansion in company.glossary.items():
        if acronym not in acronyms:
            add_glossary_term(acronym=acronym, expansion=expansion)
    questions = set(ExampleQuestion.objects.values_list("text", flat=True))
    for question in company.examples:
        if question not in questions:
            add_example_question(text=question)


def _source(documents: Path) -> Source:
    """The source of the company's documents; where the folder was moved, it is found at its new place."""
    source: Source | None = Source.objects.filter(name=SOURCE_NAME).first()
    if source is None:
        return add_source(kind="files", name=SOURCE_NAME, config={"path": str(documents)})
    if source.config["path"] != str(documents):
        source.config = {**source.config, "path": str(documents)}
        with tenant_transaction():
            source.save(update_fields=["config"])
    return source
