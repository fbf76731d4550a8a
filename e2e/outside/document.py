# Schemathesis reads the API's own document and asks what it promises, rightly and wrongly: no fault, no status that the document lacks, no
# answer that is not as it says.
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from checks import holds, same

HERE = Path(__file__).parent
# Tokens that take turns; each may ask 600 times a minute.
TOKENS = 40
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
]
METHODS = {"get", "post", "put", "delete"}


async def run(place, work, checks):
    token = place.token(name="Schemathesis reads", read="true")
    document = await checks.check("the document is given to a token", lambda: fetched(place, token))
    if document is None:
        return
    await checks.check("without a token nothing is answered", lambda: closed(place, document, {}, [401]))
    made_up = {"authorization": "Bearer mst_" + "0" * 64}
    await checks.check("with a made-up token nothing is answered", lambda: closed(place, document, made_up, [401, 429]))
    path = Path(work, "openapi.json")
    path.write_text(json.dumps(document))
    tokens = [place.token(name=f"Schemathesis {n}", read="true", write="true", people="true") for n in range(TOKENS)]
    await checks.check("Schemathesis finds nothing", lambda: schemathesis(place, path, tokens, work))
    await checks.check("the program has noted no fault", lambda: no_fault(place))


async def fetched(place, token):
    request = urllib.request.Request(f"{place.origin}/api/v1/openapi.json", headers={"authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


async def closed(place, document, headers, statuses):
    """Every operation, asked by nobody: a problem that says so, never an answer."""
    for path, item in document["paths"].items():
        path = path.replace("{kind}", "note").replace("{id}", "0199a1b2-0000-7000-8000-000000000000")
        for method in METHODS & item.keys():
            request = urllib.request.Request(place.origin + path, method=method.upper(), headers=headers)
            try:
                with urllib.request.urlopen(request) as answer:
                    raise AssertionError(f"{method} {path} was answered with {answer.status}")
            except urllib.error.HTTPError as refused:
                holds(refused.code in statuses, f"{method} {path} gave {refused.code}")
                same(refused.headers["content-type"], "application/problem+json", f"{method} {path}")
                same(json.load(refused)["status"], refused.code, f"the status in the problem of {method} {path}")


def records(place, token):
    """The records of two kinds that are there, as the address names them."""
    found = []
    for kind in ["note", "risk"]:
        url = f"{place.origin}/api/v1/records/{kind}?limit=20"
        with urllib.request.urlopen(urllib.request.Request(url, headers={"authorization": f"Bearer {token}"})) as answer:
            found += [{"kind": kind, "id": record["id"]} for record in json.load(answer)["records"]]
    return found


async def schemathesis(place, document, tokens, work):
    words = [
        sys.executable, "-m", "schemathesis.cli", "run", str(document), "--url", place.origin,
        "--checks", ",".join(CHECKS), "--phases", "coverage,fuzzing,stateful", "--max-examples", "15",
        "--seed", "7", "--workers", "2", "--no-color", "--request-timeout", "60", "--suppress-health-check", "all",
        "--generation-database", "none", "--continue-on-failure",
    ]
    known = records(place, tokens[0])
    holds(known, "there is no record to ask for")
    told = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1"}
    told |= {"MAINSTAY_TOKENS": " ".join(tokens), "MAINSTAY_RECORDS": json.dumps(known)}
    log = Path(work, "schemathesis.log")
    with log.open("wb") as file:
        ended = subprocess.run(words, env=told, cwd=work, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
    text = log.read_text(errors="replace")
    if os.environ.get("MAINSTAY_SCHEMATHESIS_LOG"):
        Path(os.environ["MAINSTAY_SCHEMATHESIS_LOG"]).write_text(text)
    same(ended.returncode, 0, text[-20_000:] + "\nit ended with")
    cases = re.search(r"(\d+) generated", text)
    holds(cases and int(cases.group(1)) > 500, f"it hardly asked anything:\n{text[-3_000:]}")
    print(f"Schemathesis: {cases.group(0)}", flush=True)


async def no_fault(place):
    faults = [line for line in place.said().splitlines() if "a bug" in line or "panicked" in line]
    same(faults, [], "faults in the log")
