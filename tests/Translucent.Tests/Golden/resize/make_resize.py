"""Makes the PNG files of this folder: python3 make_resize.py (Pillow 9.4).

NAME.png is a picture, NAME_<filter>_<width>x<height>.png what Pillow's Image.resize makes of it; this adds to
clustering/pil_resize.safetensors the filters nearest and box, grey, transparency, and sizes of one pixel.
"""
import os

import numpy as np
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))
FILTERS = {"nearest": Image.NEAREST, "box": Image.BOX, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC, "lanczos": Image.LANCZOS}
rng = np.random.default_rng(3)

for name, shape in [("rgb", (37, 53, 3)), ("rgba", (29, 31, 4)), ("grey", (41, 23)), ("greyalpha", (16, 48, 2))]:
    y, x = np.mgrid[:shape[0], :shape[1]]
    wave = 127 + 90 * np.sin(x / 3 + y / 5)
    wave = wave.reshape(wave.shape + (1,) * (len(shape) - 2)) + 60 * rng.standard_normal(shape)
    picture = Image.fromarray(np.clip(wave, 0, 255).astype(np.uint8))
    picture.save(os.path.join(HERE, f"{name}.png"))
    sizes = {"rgb": [(17, 11), (80, 61), (53, 20), (20, 37), (1, 1), (106, 74)], "rgba": [(9, 40)], "grey": [(7, 13)], "greyalpha": [(32, 32)]}[name]
    for word, code in FILTERS.items():
        for size in sizes if word in ("nearest", "box") or name != "rgb" else sizes[4:5]:
            picture.resize(size, code).save(os.path.join(HERE, f"{name}_{word}_{size[0]}x{size[1]}.png"))
