#!/usr/bin/python3
"""Makes the JPEG files of this folder and the pixels that libjpeg-turbo decodes them to (see README.md).

Run in this folder, with the tools of Debian 12: libjpeg-turbo-progs, python3-pil, imagemagick.
"""
import gzip
import hashlib
import io
import os
import struct
import subprocess
import tempfile

from PIL import Image, ImageOps

SAMPLES = "../../../../samples/"
CROPS = {"astronaut": (165, 40), "chelsea": (120, 90), "coffee": (330, 150)}


def crop(name, width, height):
    x, y = CROPS[name]
    return Image.open(f"{SAMPLES}{name}.png").convert("RGB").crop((x, y, x + width, y + height))


def run(*command, data=None):
    done = subprocess.run(command, input=data, capture_output=True)
    if done.returncode not in (0, 2):  # djpeg: 2 = decoded with a warning, wanted for padded-scan
        raise RuntimeError(f"{command}: {done.stderr.decode()}")
    return done.stdout


def cjpeg(image, *options, scans=None):
    ppm = io.BytesIO()
    image.save(ppm, "PPM")
    with tempfile.NamedTemporaryFile("w", suffix=".scans") as script:
        script.write(scans or "")
        script.flush()
        return run("cjpeg", *options, *(["-scans", script.name] if scans else []), data=ppm.getvalue())


def segments(jpeg):
    """[(marker, parameters with length, entropy-coded data after them)] after the start of image."""
    at, found = 2, []
    while jpeg[at + 1] != 0xD9:
        length = struct.unpack(">H", jpeg[at + 2:at + 4])[0]
        end = at + 2 + length
        after = end
        if jpeg[at + 1] == 0xDA:
            while jpeg[after] != 0xFF or jpeg[after + 1] == 0 or 0xD0 <= jpeg[after + 1] <= 0xD7:
                after += 1
        found.append((jpeg[at + 1], jpeg[at + 2:end], jpeg[end:after]))
        at = after
    return found


def join(parts, fill=b""):
    return b"\xFF\xD8" + b"".join(fill + bytes([0xFF, m]) + p + d for m, p, d in parts) + fill + b"\xFF\xD9"


def without(jpeg, *markers):
    return join([s for s in segments(jpeg) if s[0] not in markers])


def merged(jpeg, marker):
    """All tables of one kind in a single segment, where the first of them stood."""
    parts = segments(jpeg)
    body = b"".join(p[2:] for m, p, _ in parts if m == marker)
    first = next(i for i, s in enumerate(parts) if s[0] == marker)
    kept = [s for s in parts if s[0] != marker]
    kept.insert(first, (marker, struct.pack(">H", len(body) + 2) + body, b""))
    return join(kept)


def reordered(jpeg):
    """Huffman tables first, then the frame, then the quantization tables."""
    rank = {0xC4: 0, 0xC0: 1, 0xDB: 2, 0xDA: 3}
    return join(sorted(segments(jpeg), key=lambda s: rank.get(s[0], -1)))


def unfinished(jpeg, missing):
    """Without its last scans."""
    parts = segments(jpeg)
    return join(parts[:[i for i, s in enumerate(parts) if s[0] == 0xDA][-missing]])


def exif(jpeg, orientation, order="<", kind=3, block=None):
    """With an EXIF block of one directory: image description, orientation, resolution unit."""
    value = struct.pack(order + "HH", orientation, 0) if kind == 3 else struct.pack(order + "I", orientation)
    block = block or (
        (b"II" if order == "<" else b"MM") + struct.pack(order + "HIH", 42, 8, 3)
        + struct.pack(order + "HHI4s", 0x010E, 2, 4, b"cat\0")
        + struct.pack(order + "HHI4s", 0x0112, kind, 1, value)
        + struct.pack(order + "HHIHH", 0x0128, 3, 1, 2, 0) + struct.pack(order + "I", 0))
    body = b"Exif\0\0" + block
    parts = segments(jpeg)
    parts.insert(1, (0xE1, struct.pack(">H", len(body) + 2) + body, b""))
    return join(parts)


def pil_cmyk(image, **options):
    out = io.BytesIO()
    image.convert("CMYK").save(out, "JPEG", **options)
    return out.getvalue()


def ycck(image, *options):
    ppm = io.BytesIO()
    image.save(ppm, "PPM")
    return run("convert", "ppm:-", "-colorspace", "CMYK", *options, "jpeg:-", data=ppm.getvalue())


ASTRONAUT, CHELSEA, COFFEE = crop("astronaut", 75, 53), crop("chelsea", 61, 47), crop("coffee", 71, 58)
REFINED = """0: 0 0 0 3; 1: 0 0 0 0; 2: 0 0 0 1;
0: 0 0 3 2; 0: 1 5 0 4; 0: 1 5 4 3; 1: 1 63 0 0; 2: 1 63 0 2; 2: 1 63 2 1; 0: 1 5 3 2; 0: 6 63 0 0;
0: 0 0 2 1; 0: 1 5 2 1; 0: 1 5 1 0; 0: 0 0 1 0; 2: 0 0 1 0; 2: 1 63 1 0;"""

FILES = {}
for name, factors in {
    "444": "1x1,1x1,1x1", "422": "2x1,1x1,1x1", "420": "2x2,1x1,1x1", "440": "1x2,1x1,1x1", "411": "4x1,1x1,1x1", "410": "4x2,1x1,1x1",
    "1x4": "1x4,1x1,1x1", "3x1": "3x1,1x1,1x1", "3x2": "3x2,1x1,1x1", "4x2-2x1-1x1-noninterleaved": "4x2,2x1,1x1", "1x2-2x1-1x1": "1x2,2x1,1x1",
    "2x2-1x2-2x1": "2x2,1x2,2x1", "1x1-2x2-1x2": "1x1,2x2,1x2", "2x2-2x1-1x2": "2x2,2x1,1x2", "2x1-1x2-1x1": "2x1,1x2,1x1", "1x4-1x2-1x1": "1x4,1x2,1x1",
}.items():
    scans = "0; 1; 2;" if "noninterleaved" in name else None
    FILES[f"sampling-{name}"] = cjpeg(ASTRONAUT, "-quality", "85", "-sample", factors, scans=scans)
for width, height in [(1, 1), (2, 2), (3, 5), (4, 4), (5, 3), (6, 1), (7, 9), (8, 8), (15, 16), (17, 33), (1, 40), (40, 1), (16, 16), (33, 17)]:
    FILES[f"size-{width}x{height}"] = cjpeg(crop("coffee", width, height), "-quality", "90", "-sample", "2x2")
FILES["size-3x9-422"] = cjpeg(crop("coffee", 3, 9), "-quality", "90", "-sample", "2x1")
FILES["size-9x3-440"] = cjpeg(crop("coffee", 9, 3), "-quality", "90", "-sample", "1x2")

FILES["progressive-420"] = cjpeg(CHELSEA, "-quality", "85", "-progressive")
FILES["progressive-444"] = cjpeg(CHELSEA, "-quality", "95", "-sample", "1x1", "-progressive")
FILES["progressive-422-low-quality"] = cjpeg(crop("chelsea", 200, 150), "-quality", "8", "-sample", "2x1", "-progressive")
FILES["progressive-grey"] = cjpeg(CHELSEA, "-quality", "80", "-grayscale", "-progressive")
FILES["progressive-restart"] = cjpeg(CHELSEA, "-quality", "80", "-progressive", "-restart", "3B")
FILES["progressive-refined"] = cjpeg(COFFEE, "-quality", "92", scans=REFINED)
FILES["arithmetic"] = cjpeg(CHELSEA, "-arithmetic")
FILES["arithmetic-progressive"] = cjpeg(CHELSEA, "-arithmetic", "-progressive")
FILES["progressive-unfinished-1"] = unfinished(FILES["progressive-refined"], 1)
FILES["progressive-unfinished-9"] = unfinished(FILES["progressive-refined"], 9)
FILES["progressive-unfinished-420"] = unfinished(FILES["progressive-420"], 4)
FILES["progressive-spectral-only"] = cjpeg(COFFEE, "-quality", "85", scans="0,1,2: 0 0 0 0; 0: 1 9 0 0; 2: 1 63 0 0; 1: 1 63 0 0; 0: 10 63 0 0;")
FILES["progressive-mixed-sampling"] = cjpeg(COFFEE, "-quality", "85", "-sample", "2x2,1x2,2x1", "-progressive")

FILES["restart-1-block"] = cjpeg(COFFEE, "-quality", "75", "-restart", "1B")
FILES["restart-rows"] = cjpeg(COFFEE, "-quality", "75", "-restart", "1")
FILES["optimised"] = cjpeg(COFFEE, "-quality", "75", "-optimize")
FILES["noninterleaved"] = cjpeg(CHELSEA, "-quality", "80", "-sample", "2x2", scans="0; 1; 2;")
FILES["noninterleaved-chroma-together-restart"] = cjpeg(CHELSEA, "-quality", "80", "-restart", "5B", scans="0; 1,2;")
FILES["noninterleaved-optimised"] = cjpeg(CHELSEA, "-quality", "80", "-optimize", scans="1; 0; 2;")
FILES["quality-1"] = cjpeg(COFFEE, "-quality", "1")
FILES["quality-1-baseline"] = cjpeg(COFFEE, "-quality", "1", "-baseline")
FILES["quality-100"] = cjpeg(crop("coffee", 40, 30), "-quality", "100", "-sample", "1x1")
FILES["smooth-then-sharp"] = cjpeg(crop("astronaut", 24, 24).resize((90, 60), Image.NEAREST), "-quality", "95")

FILES["grey"] = cjpeg(CHELSEA, "-quality", "80", "-grayscale")
FILES["grey-2x2"] = cjpeg(CHELSEA, "-quality", "80", "-grayscale", "-sample", "2x2")
FILES["rgb-adobe"] = cjpeg(COFFEE, "-quality", "80", "-rgb")
FILES["rgb-by-component-ids"] = without(FILES["rgb-adobe"], 0xE0, 0xEE)
FILES["ycc-without-jfif"] = without(FILES["sampling-420"], 0xE0)
FILES["cmyk"] = pil_cmyk(COFFEE, quality=85)
FILES["cmyk-without-adobe"] = without(FILES["cmyk"], 0xEE)
FILES["cmyk-progressive"] = pil_cmyk(CHELSEA, quality=85, progressive=True)
FILES["ycck"] = ycck(COFFEE, "-quality", "85", "-sampling-factor", "1x1")
FILES["ycck-420"] = ycck(CHELSEA, "-quality", "85", "-sampling-factor", "2x2,1x1,1x1,2x2")

FILES["fill-bytes"] = join(segments(FILES["sampling-420"]), fill=b"\xFF\xFF\xFF")
FILES["tables-in-one-segment"] = merged(merged(FILES["sampling-420"], 0xC4), 0xDB)
FILES["tables-reordered"] = reordered(FILES["sampling-422"])
FILES["comments"] = join([(0xFE, b"\0\x07hello", b"")] * 3 + [(0xED, b"\0\x04\xFF\xD9", b"")] + segments(FILES["sampling-444"]))
FILES["trailing-garbage"] = FILES["sampling-420"] + bytes(range(256)) * 2
FILES["padded-scan"] = FILES["sampling-420"][:-2] + b"\0\0\0\xFF\0" + FILES["sampling-420"][-2:]
FILES["second-picture-after-the-end"] = FILES["sampling-422"] + FILES["sampling-420"]

small = cjpeg(crop("astronaut", 37, 26), "-quality", "85")
for orientation in range(1, 9):
    FILES[f"exif-{orientation}"] = exif(small, orientation)
FILES["exif-6-big-endian"] = exif(small, 6, ">")
FILES["exif-8-long"] = exif(small, 8, "<", kind=4)
FILES["exif-7-grey"] = exif(cjpeg(crop("astronaut", 37, 26), "-grayscale"), 7, ">")
FILES["exif-5-progressive"] = exif(cjpeg(crop("astronaut", 37, 26), "-progressive"), 5)
FILES["exif-9-meaningless"] = exif(small, 9)

for name, jpeg in FILES.items():
    with open(f"{name}.jpg", "wb") as file:
        file.write(jpeg)
    if name.startswith("exif") or "cmyk" in name or "ycck" in name:
        image = ImageOps.exif_transpose(Image.open(io.BytesIO(jpeg)))
        ppm = io.BytesIO()
        (image if image.mode == "L" else image.convert("RGB")).save(ppm, "PPM")
        pixels = ppm.getvalue()
    else:
        pixels = run("djpeg", "-pnm", data=jpeg)  # estimates what an unfinished file lacks (block smoothing)
    with open(f"{name}.pnm.gz", "wb") as file:
        file.write(gzip.compress(pixels, 9, mtime=0))

rocket = run("djpeg", "-pnm", f"{SAMPLES}rocket.jpg")
with open("rocket.sha256", "w") as file:
    file.write(hashlib.sha256(rocket).hexdigest() + "\n")
size = sum(os.path.getsize(f) for f in os.listdir("."))
print(f"{len(FILES)} files, {size} bytes in the folder")
