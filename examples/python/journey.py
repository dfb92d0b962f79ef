"""A platform's journey: register its agencies, operators and streamers, prepare a submission, download and check
it, file it.

python journey.py http://127.0.0.1:8080/graphql TOKEN [FOLDER]
"""

import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TypeVar

import httpx
from files import download
from generated import Registry
from generated.enums import FilingKind, RegistrationOutcome, SubmissionState
from generated.fragments import Judged, Told
from generated.input_types import (
    PrepareSubmissionInput,
    RegisterAgenciesInput,
    RegisterOperatorsInput,
    RegisterStreamersInput,
    SubmissionInput,
)
from generated.submission import SubmissionSubmission
from platform_export import People, people
from windows import windows_at

PATIENCE = 60  # seconds until a submission must be ready
CHINA = timezone(timedelta(hours=8))
Item = TypeVar("Item")


def show(problems: list[Told]) -> None:
    for problem in problems:
        article = problem.article
        basis = f" [{article.instrument}{article.number}]" if article else ""
        place = ".".join(problem.path)
        print(f"    {problem.severity.value} {problem.code} {place}: {problem.message}{basis}")


def request(registry: Registry, everybody: People, key: str | None = None) -> dict[str, Judged]:
    """Registers people, or judges them where there is no key."""
    rest = {"dry_run": key is None, "idempotency_key": key}
    done = registry.register(
        agencies=RegisterAgenciesInput(items=everybody.agencies, **rest),
        operators=RegisterOperatorsInput(items=everybody.operators, **rest),
        streamers=RegisterStreamersInput(items=everybody.streamers, **rest),
    )
    return {"agencies": done.agencies, "operators": done.operators, "streamers": done.streamers}


def passed(items: list[Item], judged: Judged) -> list[Item]:
    """The items that were not refused."""
    rejected = RegistrationOutcome.REJECTED
    refused = {result.index for result in judged.results if result.outcome is rejected}
    return [item for index, item in enumerate(items) if index not in refused]


def register(registry: Registry) -> None:
    now = datetime.now(CHINA)
    everybody = people(now)
    print("a dry run of everybody; ties are pending until those who are tied are there:")
    dry = request(registry, everybody)
    for judged in dry.values():
        show(judged.problems)
        for result in judged.results:
            print(f"  {result.external_id} {result.outcome.value}")
            show(result.problems)
    fit = People(
        agencies=passed(everybody.agencies, dry["agencies"]),
        operators=passed(everybody.operators, dry["operators"]),
        streamers=passed(everybody.streamers, dry["streamers"]),
    )
    print("registered without those to be mended:")
    for kind, done in request(registry, fit, f"platform-{now.isoformat()}").items():
        counts = f"{done.created} created, {done.updated} updated, {done.unchanged} unchanged"
        print(f"  {kind}: {counts}, {done.rejected} rejected")
        show(done.problems)
        for result in done.results:
            show(result.problems)
        if done.rejected:
            raise SystemExit("what passed the dry run was refused")


def ready(registry: Registry, submission_id: str) -> SubmissionSubmission:
    for _ in range(PATIENCE):
        submission = registry.submission(submission_id).submission
        if submission is None:
            raise SystemExit(f"the submission {submission_id} is not in sight")
        if submission.state is SubmissionState.READY:
            return submission
        if submission.state is not SubmissionState.PREPARING:
            raise SystemExit(f"the submission {submission_id} is {submission.state.value}")
        time.sleep(1)
    raise SystemExit(f"the submission {submission_id} was not ready within {PATIENCE} s")


def submit(
    registry: Registry, http: httpx.Client, window: str, kind: FilingKind, folder: Path
) -> None:
    prepared = registry.prepare_submission(
        PrepareSubmissionInput(window=window, kind=kind)
    ).prepare_submission
    show(prepared.problems)
    if prepared.submission is None:
        raise SystemExit(f"the submission {window} was not prepared")
    submission = ready(registry, prepared.submission.id)
    sheets = ", ".join(f"{sheet.sheet} {sheet.rows}" for sheet in submission.sheets)
    version, due = submission.version, submission.due_on
    print(f"{window} {kind.value} version {version} is READY, due on {due}: {sheets}")
    for file in submission.files:
        download(http, httpx.URL(registry.url), file, folder)
        print(f"  downloaded {file.name}, {file.bytes_} bytes, SHA-256 as on record")
    filed = registry.file_submission(SubmissionInput(submission=submission.id)).file_submission
    show(filed.problems)
    if filed.submission is not None and filed.submission.state is SubmissionState.FILED:
        late = ", late" if filed.submission.late else ""
        print(f"  filed with {filed.submission.recipient.full_name}{late}")
    elif any(problem.code == "WINDOW_NOT_OPEN" for problem in filed.problems):
        print("  to be filed when its window opens")
    else:
        raise SystemExit(f"the submission {window} was not filed")


def main(url: str, token: str, folder: Path) -> None:
    http = httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=60)
    with Registry(url=url, http_client=http) as registry:
        me = registry.who_am_i().me
        name = me.platform.platform_name if me.platform else ""
        print(f"{me.role.value} {name}; files go to {folder}")
        register(registry)
        coming, last = windows_at(datetime.now(CHINA).date())
        # Between windows the registry answers WINDOW_NOT_OPEN with the day, as data.
        submit(registry, http, coming, FilingKind.INITIAL, folder)
        # What the last filing did not have yet can be filed at any time, as late.
        submit(registry, http, last, FilingKind.SUPPLEMENT, folder)


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        raise SystemExit("usage: python journey.py URL TOKEN [FOLDER]")
    where = Path(sys.argv[3]) if len(sys.argv) == 4 else Path(tempfile.mkdtemp(prefix="minglu-"))
    main(sys.argv[1], sys.argv[2], where)
