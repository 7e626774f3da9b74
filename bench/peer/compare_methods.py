"""Class maps by each gradient method: this project against PyTorch, in turns.

    compare_methods.py [--shapes b16] [--rounds 3] [--threads T] [--out FOLDER]

Every round runs the peer (methods_torch.py) and then `translucent benchmark methods`, each in a process of its own. Ratios are taken
within a round; the table shows medians.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

from compare import HERE, ROOT, processor, slug

COLUMNS = ["model, method", "PyTorch 1 class ms", "ours 1 class ms", "ratio", "PyTorch 16 classes ms", "ours 16 classes ms", "ratio",
           "1 class with forward: ratio", "16 with forward: ratio", "ours 16 / 1", "with forward", "ours / gae", "1: % of FMA peak", "16: % of FMA peak"]


def run_peer(options, shape):
    command = [options.python, str(HERE / "methods_torch.py"), shape, "--threads", str(options.threads), "--rounds", "1"]
    report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return {method: {**row, "seconds_forward": report["forward_seconds"]} for method, row in report["methods"].items()}


def run_ours(options, shape, folder):
    report = os.path.join(folder, "ours.json")
    command = [*options.translucent.split(), "benchmark", "methods", "--shapes", shape, "--threads", str(options.threads), "--json", report]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with open(report, encoding="utf-8") as f:
        return {row["name"].split()[1]: row for row in json.load(f)["results"]}


def whole(row, classes):
    """Seconds from the prepared image to the maps."""
    return row["seconds_forward"] + row[f"seconds_{classes}"]


def row(rounds, shape, method):
    """One line of the table from all rounds of a shape; a method that the peer has no form of gets no ratio."""
    def median(number, form):
        try:
            return form.format(statistics.median(number(peer.get(method), ours[method]) for peer, ours in rounds))
        except TypeError:
            return ""

    return [
        f"{shape} {method}", median(lambda p, o: 1e3 * p["seconds_one"], "{:.0f}"), median(lambda p, o: 1e3 * o["seconds_one"], "{:.0f}"),
        median(lambda p, o: p["seconds_one"] / o["seconds_one"], "{:.2f}"),
        median(lambda p, o: 1e3 * p["seconds_many"], "{:.0f}"), median(lambda p, o: 1e3 * o["seconds_many"], "{:.0f}"),
        median(lambda p, o: p["seconds_many"] / o["seconds_many"], "{:.2f}"),
        median(lambda p, o: whole(p, "one") / whole(o, "one"), "{:.2f}"), median(lambda p, o: whole(p, "many") / whole(o, "many"), "{:.2f}"),
        median(lambda p, o: o["many_to_one"], "{:.2f}"), median(lambda p, o: o["many_to_one_with_forward"], "{:.2f}"), median(lambda p, o: o["one_to_gae"], "{:.2f}"),
        median(lambda p, o: 100 * o["share_of_peak_one"], "{:.1f}"), median(lambda p, o: 100 * o["share_of_peak_many"], "{:.1f}"),
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", default="b16", help="any of s16, b32, b16, l14")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--python", default="/usr/bin/python3", help="an interpreter with PyTorch")
    parser.add_argument("--translucent", default=str(ROOT / "artifacts/bin/Translucent.Cli/release/Translucent.Cli"), help="the command to measure")
    parser.add_argument("--out", type=pathlib.Path, help="also write methods.md to FOLDER/<processor>/")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for shape in options.shapes.split(","):
            rounds = []
            for number in range(options.rounds):
                rounds.append((run_peer(options, shape), run_ours(options, shape, folder)))
                print(f"round {number + 1} {shape} done", file=sys.stderr, flush=True)
            rows += [row(rounds, shape, method) for method in rounds[0][1]]
    table = "\n".join("| " + " | ".join(line) + " |" for line in [COLUMNS, ["---"] + ["---:"] * (len(COLUMNS) - 1), *rows]) + "\n"
    print(table)
    if options.out is None:
        return
    place = options.out / slug(processor())
    place.mkdir(parents=True, exist_ok=True)
    title = f"# Class maps against PyTorch, {options.threads} threads\n\nThe forward pass, which all methods and classes of a run share, is counted only where a column says so. Medians of {options.rounds} interleaved rounds; see bench/README.md.\n\n"
    (place / "methods.md").write_text(title + table, encoding="utf-8")
    print(f"written: {place}")


if __name__ == "__main__":
    main()
