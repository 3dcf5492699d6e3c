"""Turns xSID's CoNLL files (van der Goot et al., NAACL 2021) into the JSON lines that `bench.nlu` reads.

.venv/bin/python -m bench.xsid ../shared/xsid_da/da.valid.conll train.jsonl
.venv/bin/python -m bench.xsid ../shared/xsid_da/da.test.conll test.jsonl
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path


def messages(conll: str) -> Iterator[dict[str, str]]:
    """Text and intent of each sentence, from its comments `# text = …` and `# intent = …`."""
    for sentence in conll.split("\n\n"):
        said: dict[str, str] = {}
        for line in sentence.splitlines():
            name, sign, value = line.removeprefix("#").partition("=")
            if line.startswith("#") and sign:
                said[name.strip()] = value.strip()
        if said:
            yield {"text": said["text"], "intent": said["intent"]}


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("conll", type=Path)
    parser.add_argument("jsonl", type=Path)
    given = parser.parse_args()
    lines = [json.dumps(one, ensure_ascii=False) for one in messages(given.conll.read_text(encoding="utf-8"))]
    given.jsonl.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} messages in {given.jsonl}")


if __name__ == "__main__":
    main()
