"""Keeps of the folders that make_vision_fixtures.py wrote what the LRP family needs.

    python3 make_vision_fixtures.py spec.json FULL
    python3 trim.py FULL .
"""
import json
import os
import shutil
import sys

from safetensors_io import load_file, save_file

KEPT = ("classes", "logits", "position_embeddings_used", "lrp_", "transformer_attribution")
full, out = sys.argv[1:]
for name in sorted(os.listdir(full)):
    os.makedirs(os.path.join(out, name), exist_ok=True)
    for file in ("config.json", "model.safetensors"):
        shutil.copy(os.path.join(full, name, file), os.path.join(out, name, file))
    for file, kept in (("golden.safetensors", KEPT), ("input.safetensors", ("pixel_values", "target_vectors", "logit_scale"))):
        tensors = load_file(os.path.join(full, name, file))
        save_file({k: v for k, v in tensors.items() if k.startswith(kept)}, os.path.join(out, name, file))
    errors = json.load(open(os.path.join(full, name, "float32_error.json")))
    json.dump({k: v for k, v in errors.items() if k.startswith(KEPT)}, open(os.path.join(out, name, "float32_error.json"), "w"), indent=1)
