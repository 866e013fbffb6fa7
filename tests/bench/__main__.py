"""`make bench`: every benchmark, as Markdown on stdout; `python -m tests.bench embedded` runs the ones named.

About four minutes. Only 127.0.0.1, own ports, own data folders; what is started is ended.
"""

import sys

from tests.bench import (
    bench_accounts,
    bench_chat_page,
    bench_crowd,
    bench_embedded,
    bench_intents,
    bench_logs,
    bench_page_load,
    bench_privacy,
    bench_rasa_turn,
    bench_stats,
    bench_support,
    bench_training,
    report,
)

BENCHES = {
    "minimal": bench_rasa_turn.against_minimal_view,
    "slow-rasa": bench_rasa_turn.with_50_ms,
    "embedded": bench_embedded.main,
    "support": bench_support.main,
    "crowd": bench_crowd.main,
    "accounts": bench_accounts.main,
    "training": bench_training.main,
    "intents": bench_intents.main,
    "stats": bench_stats.main,
    "privacy": bench_privacy.main,
    "logs": bench_logs.main,
    "chat_page": bench_chat_page.main,
    "page_load": bench_page_load.main,
}

if __name__ == "__main__":
    unknown = set(sys.argv[1:]) - BENCHES.keys()
    if unknown:
        raise SystemExit(f"unknown: {', '.join(sorted(unknown))}; there are: {', '.join(BENCHES)}")
    print(f"## Benchmarks\n\n{report.machine()}", flush=True)
    for name, bench in BENCHES.items():
        if not sys.argv[1:] or name in sys.argv[1:]:
            print(f"\n{bench()}", flush=True)
