"""Counts the meters that FlowDesk bills, once a month, before finance writes the invoices.

Run it on the first working day: `python billable_meters.py 2026-05 > billable.csv`.
Owner: FlowDesk platform team. Questions about prices go to finance.
"""

import calendar
import csv
import datetime
import sys
from dataclasses import dataclass

FREE_METERS = {"Basic": 10, "Plant": 50, "Utility": 250}
DAYS_OF_GRACE = 14


@dataclass(frozen=True)
class Meter:
    """A meter of one customer. `installed` and `removed` are dates; a meter that still runs has no `removed`."""

    identifier: str
    installed: datetime.date
    removed: datetime.date | None
    last_reading: datetime.date | None
    on_loan: bool = False


class BillingMonth:
    """One calendar month of one customer."""

    def __init__(self, year: int, month: int, plan: str) -> None:
        self.first = datetime.date(year, month, 1)
        self.last = datetime.date(year, month, calendar.monthrange(year, month)[1])
        self.plan = plan

    def is_billable(self, meter: Meter) -> bool:
        """A meter is billable if it sent at least one reading in the month and is not on loan.

        New meters have 14 days of grace: whoever installs a meter on the 20th pays for it from the month after.
        """
        if meter.on_loan or meter.last_reading is None:
            return False
        grace_ends = meter.installed + datetime.timedelta(days=DAYS_OF_GRACE)
        return meter.last_reading >= self.first and grace_ends <= self.last

    def share_of_month(self, meter: Meter) -> float:
        """A meter that was removed is billed by the day; a month counts its real number of days.

        The day of removal itself is free, because the customer often cannot use it.
        """
        if meter.removed is None or meter.removed > self.last:
            return 1.0
        days = max((meter.removed - self.first).days, 0)
        return days / self.last.day

    def extra_meters(self, meters: list[Meter]) -> float:
        """Billable meters above those that the plan includes, two decimals, never below zero."""
        used = sum(self.share_of_month(meter) for meter in meters if self.is_billable(meter))
        return round(max(used - FREE_METERS[self.plan], 0.0), 2)


def read_meters(path: str) -> dict[str, list[Meter]]:
    """Meters by customer from the nightly export. Lines without a customer are test devices and are left out."""
    by_customer: dict[str, list[Meter]] = {}
    with open(path, newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            if line["customer"]:
                by_customer.setdefault(line["customer"], []).append(_meter(line))
    return by_customer


def _meter(line: dict[str, str]) -> Meter:
    def day(name: str) -> datetime.date | None:
        return datetime.date.fromisoformat(line[name]) if line[name] else None

    installed = day("installed") or datetime.date(2016, 1, 1)  # the first NV50 had no date of installation
    return Meter(line["meter"], installed, day("removed"), day("last_reading"), line["on_loan"] == "yes")


if __name__ == "__main__":
    year, month = map(int, sys.argv[1].split("-"))
    writer = csv.writer(sys.stdout)
    for customer, meters in sorted(read_meters("/srv/export/meters.csv").items()):
        writer.writerow([customer, BillingMonth(year, month, "Plant").extra_meters(meters)])
