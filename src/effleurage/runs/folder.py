"""A cohort run as a folder: what was asked for, the chunks that are finished, and what proves that they are whole.

run.json              what was asked for, versions, and at the end the checksums of everything
protocol.yaml         the protocol's text; control.yaml, if another protocol is the control
chunks/000000/        persons 0 to chunk - 1; it appears when it is whole, or not at all
persons.parquet   who they are and whether their states stayed finite
summary.parquet   their summary in every world, quantity and time; see ``cohort_tables``
traces.zarr/      a group a world with arrays (time, person); not with ``--summary-only``
done.json         checksums of the files above
summary.parquet       the summary of all persons, when all chunks are there
"""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError

from effleurage.engine.provenance import cpu
from effleurage.engine.run import Precision
from effleurage.engine.whole import write_whole
from effleurage.errors import EffleurageError, Finding, RequestError
from effleurage.people.simulate import people_of
from effleurage.protocol.model import MOST_PEOPLE
from effleurage.runs.asked import CONTROL, CONTROLS, PROTOCOL, Asked
from effleurage.runs.chunks import DONE, chunk_findings, chunk_folder, half_written, strange_chunks
from effleurage.runs.disk import checksum, json_text, new_folder, plain_bytes
from effleurage.runs.single import check_folder
from effleurage.runs.versions import versions

FORMAT = 1
MANIFEST, SUMMARY = "run.json", "summary.parquet"


class _Manifest(BaseModel, strict=True):
    """What a manifest holds that is read again."""

    people: Annotated[int, Field(ge=1, le=MOST_PEOPLE)]
    chunk: Annotated[int, Field(ge=1)]
    seed: int
    traces: bool
    beyond: bool = False  # older versions could not
    precision: Precision
    body: str
    without: list[str]
    keep: list[str]
    settings: dict[str, float | dict[str, float]]
    versions: dict[str, str]
    cpu: str
    protocol: dict[Literal["protocol.yaml"], str] = Field(min_length=1)
    against: Literal["", "rest", "none"] | Annotated[dict[Literal["control.yaml"], str], Field(min_length=1)]
    cpus: list[str] = []
    sha256: dict[str, str] = {}


def begin(folder: Path, asked: Asked) -> None:
    """Make the folder of a run; whole or not at all. Nothing is computed yet.

    Raises ``RequestError`` or ``ProtocolError`` for what cannot be carried out, ``RunError`` where the disk refuses.
    """
    findings = []
    if not 1 <= asked.people <= MOST_PEOPLE:
        findings.append(Finding("people", f"{asked.people} persons", f"Ask for 1 to {MOST_PEOPLE}."))
    if asked.chunk < 1:
        findings.append(Finding("chunk", f"{asked.chunk} persons in a chunk", "Ask for 1 or more."))
    try:
        check_folder(folder)
    except EffleurageError as error:
        findings += error.findings
    try:
        worlds = asked.worlds()
        worlds.check_room(min(asked.chunk, asked.people), "chunk", "people in a chunk")
        first = people_of(worlds.protocols[0], 1, asked.seed, asked.settings, beyond=asked.beyond)
        first.constants(worlds.body, worlds.program)
    except EffleurageError as error:
        findings += error.findings
    if findings:
        raise RequestError(findings)
    texts = {PROTOCOL: asked.protocol}
    if asked.against and asked.against not in CONTROLS:
        texts[CONTROL] = asked.against
    manifest = {
        "format": FORMAT,
        **asdict(asked),
        "keep": worlds.keep,
        "protocol": {PROTOCOL: checksum(asked.protocol.encode())},
        "against": {CONTROL: checksum(asked.against.encode())} if CONTROL in texts else asked.against,
        "body": worlds.body.digest,
        "versions": versions(),
        "cpu": cpu(),
    }
    manifest["proof"] = _proof(manifest)
    with new_folder(folder) as part:
        (part / "chunks").mkdir()
        for name, text in texts.items():
            (part / name).write_text(text, encoding="utf-8", newline="")
        (part / MANIFEST).write_text(json_text(manifest), encoding="utf-8")


def manifest_of(folder: Path) -> dict[str, Any]:
    """What ``run.json`` says. Raises ``RequestError`` where the folder is not one of a cohort run."""
    path = folder / MANIFEST
    try:
        manifest = json.loads(plain_bytes(path))
        if manifest["format"] == FORMAT and manifest["proof"] == _proof(manifest):
            _check_kinds(manifest)
            return dict(manifest)
        other = f"is of another format ({manifest['format']}; ours is {FORMAT})"
        what = other if manifest["format"] != FORMAT else "is not as it was written"
    except FileNotFoundError:
        what = f"is not there, or not visible from {socket.gethostname()}"
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
    except (ValueError, KeyError, TypeError, RecursionError):
        what = "is not the manifest of a cohort run"
    raise RequestError(Finding(str(path), what, "Name a folder that 'effleurage simulate … --out' made for a cohort."))


def _check_kinds(manifest: Mapping[str, Any]) -> None:
    """Raise ``ValueError`` or ``KeyError`` where a manifest that proves itself holds what ours never hold."""
    try:
        _Manifest.model_validate(dict(manifest))
    except ValidationError:
        raise ValueError("fields of other kinds, or numbers beyond their range") from None


def _proof(manifest: Mapping[str, Any]) -> str:
    """The checksum of all that does not change while a run goes on."""
    return checksum(json_text({k: v for k, v in manifest.items() if k not in ("proof", "cpus", "sha256")}).encode())


def asked_of(folder: Path, *, same_version: bool = True) -> Asked:
    """What a run folder is to be, checked against its own checksums and, if wanted, against the version here.

    Raises ``RequestError`` with every finding.
    """
    manifest = manifest_of(folder)
    findings = _other_versions(folder, manifest) if same_version else []
    texts = {}
    for name, known in {**manifest["protocol"], **_control(manifest)}.items():
        try:
            texts[name] = plain_bytes(folder / name)
        except OSError:
            texts[name] = b""
        if checksum(texts[name]) != known:
            what = "is not the protocol that the run began with"
            findings.append(Finding(str(folder / name), what, "Put it back, or begin anew in a new folder."))
    if findings:
        raise RequestError(findings)
    asked = Asked(
        protocol=texts[PROTOCOL].decode(),
        against=texts[CONTROL].decode() if CONTROL in texts else manifest["against"],
        without=tuple(manifest["without"]),
        keep=tuple(manifest["keep"]),
        **{name: manifest[name] for name in ("people", "seed", "settings", "chunk", "traces", "precision")},
        beyond=manifest.get("beyond", False),
    )
    if same_version and asked.worlds().body.digest != manifest["body"]:
        raise RequestError(Finding(str(folder / MANIFEST), "names another body", "Begin anew in a new folder."))
    return asked


def _control(manifest: Mapping[str, Any]) -> dict[str, str]:
    return manifest["against"] if isinstance(manifest["against"], dict) else {}


def _other_versions(folder: Path, manifest: Mapping[str, Any]) -> list[Finding]:
    here = versions()
    other = {name: said for name, said in manifest["versions"].items() if here.get(name) != said}
    if not other:
        return []
    then = ", ".join(f"{name} {said}" for name, said in other.items())
    now = ", ".join(f"{name} {here.get(name, 'missing')}" for name in other)
    fix = "Install what it began with, or begin anew in a new folder."
    return [Finding(str(folder / MANIFEST), f"the run began with {then}; on {socket.gethostname()} is {now}", fix)]


def same_protocol(folder: Path, text: str, name: str) -> None:
    """Raise ``RequestError`` where a protocol's text is not the one that a run folder began with."""
    if checksum(text.encode()) != manifest_of(folder)["protocol"][PROTOCOL]:
        what = f"is not the protocol that {folder} began with"
        raise RequestError(Finding(name, what, "Leave it out to go on with the old one, or choose a new folder."))


def is_finished(folder: Path) -> bool:
    """Whether a run folder has its summary and the checksums of everything."""
    return "sha256" in manifest_of(folder) and (folder / SUMMARY).is_file()


def finish(folder: Path, asked: Asked) -> None:
    """Write the checksums of everything into ``run.json``; the summary must be there."""
    done = {f"chunks/{n:06d}/{DONE}": (chunk_folder(folder, n) / DONE).read_bytes() for n in range(asked.chunks)}
    sums = {SUMMARY: checksum((folder / SUMMARY).read_bytes()), **{name: checksum(data) for name, data in done.items()}}
    cpus = sorted({json.loads(data)["cpu"] for data in done.values()})
    manifest = {**manifest_of(folder), "cpus": cpus, "sha256": sums}
    write_whole(folder / MANIFEST, json_text(manifest).encode())
    for part, _, _ in half_written(folder):
        shutil.rmtree(part, ignore_errors=True)


def findings_of(folder: Path, asked: Asked, progress: Callable[[float], None] = lambda share: None) -> list[Finding]:
    """What is wrong with the chunks that are there, and with a summary that is said to be finished."""
    manifest = manifest_of(folder)
    findings = strange_chunks(folder, asked.chunks)
    run = manifest["proof"]
    for number in range(asked.chunks):
        findings += chunk_findings(folder, number, run)
        progress((number + 1) / asked.chunks)
    if "sha256" not in manifest:
        return findings
    for name in (SUMMARY, *(f"chunks/{number:06d}/{DONE}" for number in range(asked.chunks))):
        path = folder / name
        if not path.exists() or any(finding.where == str(path.parent) for finding in findings):
            continue
        if not path.is_file() or checksum(path.read_bytes()) != manifest["sha256"].get(name):
            fix = f"Remove {path.parent if path.name == DONE else path} and resume: it will be computed again."
            findings.append(Finding(str(path), "is not what was written", fix))
    return findings
