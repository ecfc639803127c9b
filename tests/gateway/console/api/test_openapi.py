"""A fuzzer by others asks every route what `/openapi.json` says it may be asked, and much else.

No answer is a failure of the server, and each has a status that is documented.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.needs import missing
from tests.support.township import Township

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

CASES = 15
"""Requests that the fuzzer makes of each route, besides those of its own list of corners."""
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.fixture
def township(tmp_path: Path) -> Iterator[Township]:
    township = Township(tmp_path, None, 1.0)
    township.start()
    yield township
    township.stop()


@pytest.mark.parametrize("who", ["owner", "source", "nobody"])
def test_every_answer_is_documented_and_none_is_a_failure(township: Township, who: str) -> None:
    fuzzer = Path(sys.executable).with_name("schemathesis")
    if not fuzzer.exists():
        missing("schemathesis is not installed: make proofs")
    folder = township.folder
    tokens = {"owner": folder / "data" / "owner.token", "source": folder / "county.token"}
    header = ["-H", f"Authorization: Bearer {tokens[who].read_text().strip()}"] if who in tokens else []
    done = subprocess.run(
        [
            *(str(fuzzer), "run", f"http://127.0.0.1:{township.port}/openapi.json", *header),
            *("--phases", "examples,coverage,fuzzing", "--checks", CHECKS),
            *("--max-examples", str(CASES), "--generation-deterministic", "--request-timeout", "10"),
            # The stream of events has no end.
            *("--exclude-path-regex", "events"),
        ],
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
        cwd=folder,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    made = re.search(r"(\d+) generated", done.stdout)
    assert made
    assert int(made[1]) > 100
    assert "Traceback" not in (folder / "daemon.log").read_text("utf-8", "replace")
