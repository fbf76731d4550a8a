# Programs that nobody here wrote speak to the real program: Schemathesis by the API's document, an assistant's client by the tools. Prints how
# many checks passed and failed.
#
#   pip install -r requirements.txt && python3 run.py      the debug build
#   MAINSTAY=path/to/mainstay python3 run.py
import sys

sys.dont_write_bytecode = True

import asyncio
import os
import tempfile
from pathlib import Path

import assistant
import document
from checks import Checks
from place import Place

ROOT = Path(__file__).resolve().parent.parent.parent


async def main():
    program = os.path.abspath(os.environ.get("MAINSTAY", ROOT / "target/debug/mainstay"))
    checks, place = Checks(), None
    with tempfile.TemporaryDirectory(prefix="mainstay-outside-") as work:
        try:
            place = Place(program, str(Path(work, "data")))
            place.wait_for_facts()
            await assistant.over_http(place, checks)
            await assistant.over_pipes(place, checks)
            await document.run(place, work, checks)
        except Exception as error:  # noqa: BLE001 - the closing line is printed in any case
            checks.failed("the run", f"{error}\n{place.said() if place else ''}")
        finally:
            if place:
                place.stop()
    return checks.end()


sys.exit(asyncio.run(main()))
