# What a person would know who asks as the document says: each request carries the next of several tokens, for the server counts requests by
# token; right requests name records that are there, and write bodies that their kind takes. Wrong ones stay as they are.
import itertools
import json
import os

import schemathesis
from schemathesis import GenerationMode

TOKENS = itertools.cycle(os.environ.get("MAINSTAY_TOKENS", "").split())
RECORDS = itertools.cycle(json.loads(os.environ.get("MAINSTAY_RECORDS", "[]")) or [None])
BODIES = itertools.cycle([
    ("note", {"text": "Written by a program."}),
    ("risk", {"probability": 0.2, "impact": {"low": "1 d", "likely": "3 d", "high": "8 d"}}),
])
PLAN = "Berth booking by partners"
DEEP, QUALITY = "POST /api/v1/foundation/deep_expertise/acts/", "POST /api/v1/foundation/code_quality/acts/"
# Inputs that hold, for every other request: what a schema cannot say (a statement in SQL, an area that is there) is rarely guessed.
INPUTS = {
    "POST /api/v1/sql": {"query": "select path, count(*) as n from changes group by path order by n desc limit 3"},
    DEEP + "claim": {"area": "services", "address": "minh.nguyen@harbourline.example"},
    DEEP + "decline": {"area": "services", "address": "minh.nguyen@harbourline.example"},
    DEEP + "plan_transfer": {"area": "services", "from_people": ["A"], "to_people": ["B"]},
    QUALITY + "weigh_finding": {"finding": "deep_nesting", "weight": 0.5, "reason": "Shallow here."},
    QUALITY + "record_false_alarm": {"finding": "quayside:a.go#deep_nesting", "reason": "Generated."},
}
TURNS = itertools.cycle([True, False])
WRITES = ["POST /api/v1/records/{kind}", "PUT /api/v1/records/{kind}/{id}"]


@schemathesis.auth(refresh_interval=None)
class NextToken:
    def get(self, case, context):
        return next(TOKENS)

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    label = case.operation.label
    linked = case.meta.phase.name.value == "stateful"
    if "/records/{kind}/{id}" in label and not linked:
        record = next(RECORDS)
        case.path_parameters = {**case.path_parameters, **record}
    if label in INPUTS and next(TURNS):
        case.body = INPUTS[label]
    if label in WRITES:
        kind, body = next(BODIES)
        if "{id}" in label:
            kind = case.path_parameters["kind"]
            body = {"text": "Changed by a program."} if kind == "note" else {"probability": 0.4}
        else:
            case.path_parameters = {**case.path_parameters, "kind": kind}
        case.body = {"title": "Written by a program", "body": body}
        if "{id}" in label:
            case.body["version"] = 1
