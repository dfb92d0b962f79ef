"""Files of a submission: downloaded with the token, and kept only if they are what the registry has on record."""

import hashlib
from pathlib import Path

import httpx
from generated.submission import SubmissionSubmissionFiles


class NotOnRecord(Exception):
    """The bytes are not those that the registry recorded."""


def download(
    http: httpx.Client, server: httpx.URL, file: SubmissionSubmissionFiles, folder: Path
) -> Path:
    """Saves a file under its name, whole or not at all."""
    path = folder / Path(file.name).name
    part = path.with_suffix(".part")
    digest = hashlib.sha256()
    with http.stream("GET", server.join(file.path)) as answer, part.open("wb") as target:
        answer.raise_for_status()
        for chunk in answer.iter_bytes():
            digest.update(chunk)
            target.write(chunk)
    if digest.hexdigest() != file.sha_256 or part.stat().st_size != file.bytes_:
        part.unlink()
        raise NotOnRecord(file.name)
    return part.rename(path)
