"""ULTra_S maps of all tokens: this project against PyTorch, in turns.

    compare.py [--shapes s16,b32,b16] [--rounds 3] [--peer-tokens 8] [--our-tokens N] [--threads T] [--out FOLDER]

Every round runs the peer (ultra_torch.py) and then `translucent benchmark`, each in a process of its own, so that both meet the same
state of the machine. Ratios are taken within a round; the table shows medians. Python's standard library is enough here; --python names
the interpreter that has PyTorch.
"""
import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
KNOWN = {("AuthenticAMD", 25, 17): "amd-epyc-9004-zen4", ("AuthenticAMD", 26, 2): "amd-epyc-9005-zen5"}  # vendor, family, model
COLUMNS = ["model", "tokens", "PyTorch loop s", "PyTorch batched s", "ours s", "loop / ours", "batched / ours",
           "PyTorch forward ms", "our forward ms", "forward ratio", "% of FMA peak", "peak memory MiB"]


def processor():
    """The first processor of /proc/cpuinfo, as a dictionary."""
    facts = {}
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as lines:
        for line in lines:
            key, _, value = line.partition(":")
            facts.setdefault(key.strip(), value.strip())
    return facts


def slug(facts):
    """A folder name for results; a name such as "AMD EPYC" alone would say too little."""
    known = KNOWN.get((facts.get("vendor_id"), int(facts.get("cpu family", 0)), int(facts.get("model", 0))))
    name = known or re.sub(r"[^a-z0-9]+", "-", facts.get("model name", "unknown").lower()).strip("-")
    return f"{name}-{os.cpu_count()}-cores"


def run_peer(options, shape):
    command = [options.python, str(HERE / "ultra_torch.py"), shape, "--tokens", str(options.peer_tokens), "--batch", str(options.batch),
               "--threads", str(options.threads)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def run_ours(options, shape, folder):
    report = os.path.join(folder, "ours.json")
    command = [*options.translucent.split(), "benchmark", "all", "--shapes", shape, "--threads", str(options.threads), "--json", report]
    if options.our_tokens:
        command += ["--tokens", str(options.our_tokens)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with open(report, encoding="utf-8") as f:
        found = json.load(f)
    rows = {row["suite"]: row for row in found["results"]}
    return {"versions": found["versions"], **rows}


def row(rounds, shape):
    """One line of the table from all rounds of a shape."""
    def median(number):
        return statistics.median(number(peer, ours) for peer, ours in rounds)

    return [
        shape, f"{rounds[0][1]['ultra']['tokens']:.0f} of {rounds[0][1]['ultra']['all_tokens']:.0f}",
        f"{median(lambda p, o: p['loop_seconds_for_all']):.1f}", f"{median(lambda p, o: p['batched_seconds_for_all']):.1f}",
        f"{median(lambda p, o: o['ultra']['seconds_for_all']):.2f}",
        f"{median(lambda p, o: p['loop_seconds_for_all'] / o['ultra']['seconds_for_all']):.2f}",
        f"{median(lambda p, o: p['batched_seconds_for_all'] / o['ultra']['seconds_for_all']):.2f}",
        f"{median(lambda p, o: 1e3 * p['forward_seconds']):.1f}", f"{median(lambda p, o: o['forward']['milliseconds']):.1f}",
        f"{median(lambda p, o: 1e3 * p['forward_seconds'] / o['forward']['milliseconds']):.2f}",
        f"{median(lambda p, o: 100 * o['ultra']['share_of_peak']):.1f}", f"{median(lambda p, o: o['ultra']['peak_memory_bytes'] / 2**20):.0f}",
    ]


def markdown(rows):
    lines = [COLUMNS, ["---"] + ["---:"] * (len(COLUMNS) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def package(name):
    """The version of a Debian package, where there is dpkg."""
    try:
        return subprocess.run(["dpkg-query", "-W", "-f", "${Version}", name], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return "not from a package"


def versions(options, facts, peer, ours):
    lines = {
        "processor": f"{facts.get('model name')} (family {facts.get('cpu family')} model {facts.get('model')} stepping {facts.get('stepping')}), {os.cpu_count()} cores",
        "translucent": ours["versions"]["translucent"], "runtime": ours["versions"]["runtime"], "system": ours["versions"]["system"],
        "torch": peer["torch"], "python3-torch": package("python3-torch"), "libopenblas0-pthread": package("libopenblas0-pthread"),
        "threads": options.threads, "rounds": options.rounds, "peer tokens": options.peer_tokens, "peer batch": options.batch,
    }
    return "".join(f"{key}: {value}\n" for key, value in lines.items())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", default="s16,b32,b16", help="any of s16, b32, b16, l14")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer-tokens", type=int, default=8, help="tokens that the peer explains; its time for all is in proportion")
    parser.add_argument("--batch", type=int, default=4, help="tokens per batched backward pass of the peer")
    parser.add_argument("--our-tokens", type=int, help="tokens that this project explains (default all)")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--python", default="/usr/bin/python3", help="an interpreter with PyTorch")
    parser.add_argument("--translucent", default=str(ROOT / "artifacts/bin/Translucent.Cli/release/Translucent.Cli"), help="the command to measure")
    parser.add_argument("--out", type=pathlib.Path, help="also write ultra.md and Versions.txt to FOLDER/<processor>/")
    options = parser.parse_args()

    facts = processor()
    shapes = options.shapes.split(",")
    rounds = {shape: [] for shape in shapes}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.rounds):
            for shape in shapes:
                peer = run_peer(options, shape)
                ours = run_ours(options, shape, folder)
                rounds[shape].append((peer, ours))
                print(f"round {number + 1} {shape}: loop {peer['loop_seconds_for_all']:.1f} s, batched {peer['batched_seconds_for_all']:.1f} s, "
                      f"ours {ours['ultra']['seconds_for_all']:.2f} s ({100 * ours['ultra']['share_of_peak']:.0f} % of peak)", file=sys.stderr, flush=True)
    table = markdown([row(rounds[shape], shape) for shape in shapes])
    print(table)
    if options.out is None:
        return
    place = options.out / slug(facts)
    place.mkdir(parents=True, exist_ok=True)
    title = f"# ULTra_S maps of all tokens against PyTorch, {options.threads} threads\n\nMedians of {options.rounds} interleaved rounds; see bench/README.md.\n\n"
    (place / "ultra.md").write_text(title + table, encoding="utf-8")
    (place / "Versions.txt").write_text(versions(options, facts, peer, ours), encoding="utf-8")
    print(f"written: {place}")


if __name__ == "__main__":
    main()
