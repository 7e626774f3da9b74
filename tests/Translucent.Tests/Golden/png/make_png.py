"""Makes the PNG files of this folder and, beside each, its pixels: python3 make_png.py (Pillow 9.4, NumPy).

NAME.raw holds what Translucent must read: uint8 [height, width, channels] without a header. It is computed here from the samples
that were written (depths below 8 scaled by 255 / largest, of 16 bits the high byte, a transparent colour becomes an alpha channel)
and compared with what Pillow reads. Pillow differs in two places, where only the first rule counts: it keeps 16-bit grey as integers
and clips them, and it compares a transparent colour of other than 8 bits with samples that are already scaled to 8.
"""
import io
import os
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps

HERE = os.path.dirname(os.path.abspath(__file__))
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
rng = np.random.default_rng(7)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pack(row, depth):
    """[w, samples] -> bytes"""
    if depth == 16:
        return row.astype(">u2").tobytes()
    if depth == 8:
        return row.astype(np.uint8).tobytes()
    bits = ((row.reshape(-1, 1) >> np.arange(depth)[::-1]) & 1).astype(np.uint8).ravel()
    return np.packbits(bits).tobytes()


def filtered(row, above, step, kind):
    out = bytearray([kind])
    for i, x in enumerate(row):
        a = row[i - step] if i >= step else 0
        b = above[i]
        c = above[i - step] if i >= step else 0
        p = a + b - c
        nearest = min((a, b, c), key=lambda v: abs(p - v))
        out.append((x - (0, a, b, (a + b) // 2, nearest)[kind]) & 255)
    return bytes(out)


def png(samples, color, depth, interlaced=False, palette=None, trns=None, filters=(0, 1, 2, 3, 4), split=None, before=b"", after=b""):
    h, w, n = samples.shape
    step = max(1, n * depth // 8)
    data = b""
    for x0, y0, dx, dy in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        part = samples[y0::dy, x0::dx]
        if part.size == 0:
            continue
        above = bytes(len(pack(part[0], depth)))
        for j, row in enumerate(part):
            row = pack(row, depth)
            data += filtered(row, above, step, filters[j % len(filters)])
            above = row
    data = zlib.compress(data, 9)
    split = split or len(data)
    pieces = [data[i:i + split] for i in range(0, len(data), split)]
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, depth, color, 0, 0, interlaced))
            + (chunk(b"PLTE", bytes(palette.ravel().astype(np.uint8))) if palette is not None else b"")
            + (chunk(b"tRNS", trns) if trns is not None else b"") + before
            + b"".join(chunk(b"IDAT", p) for p in pieces) + after + chunk(b"IEND", b""))


def truth(samples, color, depth, palette=None, trns=None):
    if color == PALETTE:
        out = palette[samples[..., 0]]
        if trns is not None:
            alpha = np.full(len(palette), 255)
            alpha[:len(trns)] = list(trns)
            out = np.concatenate([out, alpha[samples]], 2)
        return out.astype(np.uint8)
    out = samples >> 8 if depth == 16 else samples * 255 // (2 ** depth - 1)
    if trns is not None:
        key = np.frombuffer(trns, ">u2")
        out = np.concatenate([out, np.where((samples == key).all(2, keepdims=True), 0, 255)], 2)
    return out.astype(np.uint8)


def pillow(data, channels):
    im = Image.open(io.BytesIO(data))
    im.load()
    if im.mode.startswith("I"):
        return None
    im = ImageOps.exif_transpose(im)
    return np.asarray(im.convert({1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[channels])).reshape(im.height, im.width, channels)


def save(name, data, want, pillow_agrees=True):
    got = pillow(data, want.shape[2])
    if pillow_agrees and got is not None:
        assert np.array_equal(got, want), name
    open(os.path.join(HERE, name + ".png"), "wb").write(data)
    open(os.path.join(HERE, name + ".raw"), "wb").write(want.tobytes())


def picture(h, w, n, depth):
    """A smooth ramp with some noise, so that every filter has work."""
    y, x = np.mgrid[:h, :w]
    ramp = np.stack([(x * (3 + s) + y * (5 - s)) / (3 * w + 5 * h) for s in range(n)], 2)
    return np.clip((ramp + 0.1 * rng.random((h, w, n))) * (2 ** depth - 1), 0, 2 ** depth - 1).astype(np.int64)


def u16(*values):
    return struct.pack(f">{len(values)}H", *values)


def main():
    for color, n, depths, word in [(GREY, 1, (1, 2, 4, 8, 16), "grey"), (RGB, 3, (8, 16), "rgb"), (PALETTE, 1, (1, 2, 4, 8), "palette"),
                                   (GREY_ALPHA, 2, (8, 16), "greyalpha"), (RGBA, 4, (8, 16), "rgba")]:
        for depth in depths:
            for interlaced in (False, True):
                s = picture(19, 21, n, depth)
                palette = rng.integers(0, 256, (2 ** depth, 3)) if color == PALETTE else None
                data = png(s, color, depth, interlaced, palette)
                save(f"{word}{depth}" + ("_adam7" if interlaced else ""), data, truth(s, color, depth, palette))

    for depth, key in [(1, 1), (4, 5), (8, 120)]:
        s = picture(9, 11, 1, depth)
        s[2:5, 3:7] = key
        save(f"grey{depth}_transparent", png(s, GREY, depth, trns=u16(key)), truth(s, GREY, depth, trns=u16(key)), pillow_agrees=depth == 8)
    s = picture(9, 11, 3, 8)
    s[2:5, 3:7] = (10, 20, 30)
    save("rgb8_transparent", png(s, RGB, 8, True, trns=u16(10, 20, 30)), truth(s, RGB, 8, trns=u16(10, 20, 30)))
    s = picture(9, 11, 1, 16)
    s[2, 3:7], s[3, 3:7] = 0x1234, 0x1235
    save("grey16_transparent", png(s, GREY, 16, trns=u16(0x1234)), truth(s, GREY, 16, trns=u16(0x1234)))
    s = picture(9, 11, 3, 16)
    s[2, 3:7], s[3, 3:7] = (0x1234, 0x5678, 0x9ABC), (0x1234, 0x5678, 0x9ABD)
    key = u16(0x1234, 0x5678, 0x9ABC)
    save("rgb16_transparent", png(s, RGB, 16, trns=key), truth(s, RGB, 16, trns=key), pillow_agrees=False)
    palette = rng.integers(0, 256, (11, 3))
    s = np.minimum(picture(13, 10, 1, 4), 10)
    save("palette4_transparent_short", png(s, PALETTE, 4, True, palette, b"\x00\x80\xff\x40"), truth(s, PALETTE, 4, palette, b"\x00\x80\xff\x40"))

    for kind in range(5):
        s = picture(8, 12, 3, 8)
        save(f"filter{kind}", png(s, RGB, 8, filters=(kind,)), truth(s, RGB, 8))
    for h, w in [(1, 1), (1, 9), (5, 1), (3, 2), (33, 4)]:
        s = picture(h, w, 1, 2)
        save(f"adam7_{h}x{w}", png(s, GREY, 2, True), truth(s, GREY, 2))
    s = picture(6, 7, 3, 8)
    save("many_idat_and_unknown_chunks", png(s, RGB, 8, palette=rng.integers(0, 256, (4, 3)), split=1,
                                             before=chunk(b"gAMA", struct.pack(">I", 45455)) + chunk(b"zzZz", b"?") + chunk(b"IDAT", b""),
                                             after=chunk(b"tEXt", b"Comment\0hello")), truth(s, RGB, 8))
    s = picture(4, 6, 3, 8)
    for o in range(1, 9):
        order, short, long = ("<", b"II*\0", "<") if o % 2 else (">", b"MM\0*", ">")
        exif = chunk(b"eXIf", short + struct.pack(order + "IHHHIHHI", 8, 1, 0x0112, 3, 1, o, 0, 0))
        data = png(s, RGB, 8, before=exif if o < 5 else b"", after=exif if o >= 5 else b"")
        turned = np.asarray(ImageOps.exif_transpose(loaded(data)))
        save(f"orientation{o}", data, turned)


def loaded(data):
    im = Image.open(io.BytesIO(data))
    im.load()
    return im


if __name__ == "__main__":
    main()
