"""For tests: records parts one after the other and prints each id once its commit is done. Arguments: folder, synchronous."""

from __future__ import annotations

import sys
from pathlib import Path

from station.store.database import open_database
from tests.station.recorded import part, write_parts

engine = open_database(Path(sys.argv[1]), sys.argv[2])  # type: ignore[arg-type]
number = 0
while True:
    number += 1
    write_parts(engine, [part(number, reason="x" * 3000)])
    print(number, flush=True)
