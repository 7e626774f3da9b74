"""Makes logistic.safetensors: multinomial logistic regression as scikit-learn's newton-cg solver fits it.

For every case: <case>/x float32 [S, D], <case>/labels int64 [S], <case>/l2 float64 (lambda, C = 1 / (S lambda)),
<case>/weights float64 [classes, D], <case>/bias float64 [classes], shifted to sum 0.
Run: python3 make.py
"""
import json
import struct
import warnings

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

warnings.simplefilter("ignore")
rng = np.random.default_rng(3)
tensors = {}
for case, samples, width, classes, spread, l2 in [
    ("overlapping", 120, 7, 4, 2.0, 0.02),
    ("separable", 60, 5, 3, 0.2, 0.001),
    ("unbalanced", 90, 3, 3, 1.0, 0.5),
    ("scaled", 150, 6, 3, 1.0, 0.01),
]:
    labels = rng.integers(0, classes, samples)
    if case == "unbalanced":
        labels[: samples * 3 // 4] = 0
    x = rng.normal(size=(classes, width))[labels] + spread * rng.normal(size=(samples, width))
    if case == "scaled":
        x = 5 + x * 10.0 ** (np.arange(width) % 3 - 1)
    x = x.astype(np.float32)
    fit = LogisticRegression(C=1 / (samples * l2), solver="newton-cg", multi_class="multinomial", tol=1e-13, max_iter=10000)
    fit.fit(x.astype(np.float64), labels)
    tensors |= {
        f"{case}/x": x, f"{case}/labels": labels.astype(np.int64), f"{case}/l2": np.array(l2),
        f"{case}/weights": fit.coef_, f"{case}/bias": fit.intercept_ - fit.intercept_.mean(),
    }

types = {"float32": "F32", "float64": "F64", "int64": "I64"}
header, body = {"__metadata__": {"scikit-learn": sklearn.__version__, "numpy": np.__version__}}, b""
for name, t in sorted(tensors.items(), key=lambda item: (-item[1].dtype.itemsize, item[0])):
    data = np.ascontiguousarray(t).tobytes()
    header[name] = {"dtype": types[str(t.dtype)], "shape": list(t.shape), "data_offsets": [len(body), len(body) + len(data)]}
    body += data
text = json.dumps(header, separators=(",", ":")).encode()
text += b" " * (-len(text) % 8)
with open("logistic.safetensors", "wb") as f:
    f.write(struct.pack("<Q", len(text)) + text + body)
