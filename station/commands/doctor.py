"""`doctor`: one line a subject, what was met and what to do."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

import cv2

from station.doctor import examine

_MARKS = {"ok": "ok   ", "note": "note ", "fault": "FAULT"}


def doctor(options: argparse.Namespace) -> int:
    """Entry of the command. Exit code 1 with a fault."""
    cv2.setNumThreads(1)
    is_well = True
    for finding in examine(options.config, options.data):
        is_well &= finding.mark != "fault"
        if options.json:
            print(json.dumps(asdict(finding), ensure_ascii=False), flush=True)
        else:
            print(f"{_MARKS[finding.mark]} {finding.what:12} {finding.met}{f' -> {finding.do}' if finding.do else ''}", flush=True)
    return 0 if is_well else 1
