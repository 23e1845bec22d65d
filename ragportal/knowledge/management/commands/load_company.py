"""`manage.py load_company [FOLDER]`: load a company with its people and documents, by default the demo company."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ragportal.common.errors import ProductError
from ragportal.knowledge.company import PEOPLE_FILE, demo_password, load_company
from ragportal.knowledge.company_file import read_company
from ragportal.knowledge.progress_line import ProgressLine
from ragportal.knowledge.troubles import explained_troubles


class Command(BaseCommand):
    help = "Load a company from a folder with people.yaml and documents; repeating it changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        demo = Path(settings.PROJECT_ROOT) / "examples" / "company"
        parser.add_argument("folder", nargs="?", type=Path, default=demo, help="by default the demo company")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        line = ProgressLine(self.stderr, "company")
        try:
            with explained_troubles():
                password = demo_password()
                run = load_company(folder=options["folder"], password=password, progress=line)
                company = read_company(options["folder"] / PEOPLE_FILE)
        except ProductError as error:
            raise CommandError(str(error)) from error
        finally:
            line.close()
        if options["json"]:
            people = [{"email": person.email, "about": person.about} for person in company.people]
            self.stdout.write(json.dumps({"tenant": company.slug, "documents": run.seen, "people": people}))
            return
        self.stdout.write(f"{company.name}: {run.seen} documents. Sign in with the password {password} as")
        for person in company.people:
            self.stdout.write(f"  {person.email}  {person.about}")
