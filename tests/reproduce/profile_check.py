"""Check a crate against the profile it names, without a network: ``.venv-tools/bin/python profile_check.py CRATE``.

A program of the environment of tools (``make tools``), which has the validator and, in an older ``rocrate``, the context of
RO-Crate 1.1 as published. The context goes where the validator keeps what it fetched; it then runs offline.
"""

import io
import json
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from requests.adapters import HTTPAdapter
from requests_cache import CachedSession
from rocrate_validator import services
from rocrate_validator.models import Severity, ValidationSettings
from urllib3 import HTTPResponse

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
SEVERITIES = {"required": Severity.REQUIRED, "recommended": Severity.RECOMMENDED}


class Shelf(HTTPAdapter):
    """Answers with the context that the package holds."""

    def send(self, request, **_):
        (package,) = find_spec("rocrate").submodule_search_locations
        content = Path(package, "data", "ro-crate.jsonld").read_bytes()
        assert json.loads(content)["@id"] == CONTEXT
        body, told = io.BytesIO(content), {"Content-Type": "application/ld+json"}
        return self.build_response(request, HTTPResponse(body, told, 200, preload_content=False))


def fill(path: Path) -> None:
    """Put the context where the validator keeps what it fetched."""
    with CachedSession(str(path), backend="sqlite", expire_after=-1) as session:
        session.mount(CONTEXT, Shelf())
        session.get(CONTEXT)


def main(crate: str, profile: str = "workflow-run-crate", severity: str = "required") -> int:
    """Print every issue; return 1 where there is any."""
    with tempfile.TemporaryDirectory() as scratch:
        fill(Path(scratch, "cache"))
        settings = ValidationSettings(
            rocrate_uri=crate,
            profile_identifier=profile,
            requirement_severity=SEVERITIES[severity],
            offline=True,
            cache_path=Path(scratch, "cache"),
        )
        found = services.validate(settings)
    for issue in found.get_issues():
        sys.stdout.write(f"{issue.severity.name} {issue.check.identifier}: {issue.message}\n")
    sys.stdout.write(f"{len(found.executed_checks)} checks of {profile}\n")
    return int(not found.passed(SEVERITIES[severity]))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
