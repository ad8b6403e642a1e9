"""Image files for tests: good ones, refused ones, hostile ones."""

import io
import struct
import zlib
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def picture(width: int = 320, height: int = 256) -> Image.Image:
    """A picture in which no two corners look alike."""
    drawn = Image.new("RGB", (width, height), (200, 40, 60))
    pencil = ImageDraw.Draw(drawn)
    pencil.rectangle((0, 0, width // 2, height // 3), fill=(20, 120, 40))
    pencil.rectangle((width // 2, height // 2, width, height), fill=(30, 40, 160))
    pencil.line((0, height, width, 0), fill=(250, 220, 90), width=9)
    return drawn


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def a_jpeg(width: int = 320, height: int = 256, **options: object) -> bytes:
    return saved(picture(width, height), "JPEG", **options)


def a_png(width: int = 320, height: int = 256, **options: object) -> bytes:
    return saved(picture(width, height), "PNG", **options)


def a_webp(width: int = 320, height: int = 256, **options: object) -> bytes:
    return saved(picture(width, height), "WEBP", **{"lossless": True, **options})


def turned(kind: str, orientation: int) -> bytes:
    """A file whose EXIF says how the camera was held."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if kind == "WEBP" else {}
    return saved(picture(), kind, exif=exif, **options)


def with_focal_length(millimeters: int) -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA405] = millimeters
    return a_jpeg(exif=exif)


def with_orientation_at_entry(number: int) -> bytes:
    """A PNG whose EXIF says "turned by 90 degrees" after so many other entries."""
    entries = b"".join(struct.pack("<HHII", 0x9000 + each, 3, 1, 1) for each in range(number))
    entries += struct.pack("<HHII", 0x0112, 3, 1, 6)
    directory = struct.pack("<H", number + 1) + entries + bytes(4)
    return a_png_with(png_chunk(b"eXIf", b"II*\x00" + struct.pack("<I", 8) + directory))


def an_rgb_jpeg() -> bytes:
    """A JPEG that stores red, green and blue, as only its Adobe marker says."""
    plain = bytearray(a_jpeg(keep_rgb=True, quality=95))
    return _renamed(plain, b"\x01\x02\x03")


def an_oddly_named_jpeg() -> bytes:
    """A JPEG in YCbCr, as its JFIF marker says, whose components are called R, G and B."""
    return _renamed(bytearray(a_jpeg(quality=95)), b"RGB")


def _renamed(jpeg: bytearray, names: bytes) -> bytes:
    frame, scan = jpeg.index(b"\xff\xc0"), jpeg.index(b"\xff\xda")
    for number, name in enumerate(names):
        jpeg[frame + 10 + 3 * number] = jpeg[scan + 5 + 2 * number] = name
    return bytes(jpeg)


def a_profile(red: str = "r", blue: str = "b", gamma: float = 2.2) -> bytes:
    """A matrix profile with sRGB's primaries; which is called red and which blue is free."""
    primaries = {
        "r": (0.43607, 0.22249, 0.01392),
        "g": (0.38515, 0.71687, 0.09708),
        "b": (0.14307, 0.06061, 0.71410),
    }
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256))
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", 5) + b"test\x00" + bytes(78),
        b"cprt": b"text" + bytes(4) + b"none\x00",
        b"wtpt": _xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": _xyz(*primaries[red]),
        b"gXYZ": _xyz(*primaries["g"]),
        b"bXYZ": _xyz(*primaries[blue]),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    return _icc(b"RGB ", tags)


def a_gray_profile(gamma: float) -> bytes:
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", 5) + b"test\x00" + bytes(78),
        b"cprt": b"text" + bytes(4) + b"none\x00",
        b"wtpt": _xyz(0.9642, 1.0, 0.8249),
        b"kTRC": b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)),
    }
    return _icc(b"GRAY", tags)


def _xyz(*values: float) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(struct.pack(">i", round(v * 65536)) for v in values)


def _icc(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    table, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        padded = content + bytes(-len(content) % 4)
        table += struct.pack(">4sII", name, start + len(body), len(content))
        body += padded
    rest = struct.pack(">I", len(tags)) + table + body
    header = struct.pack(
        ">I4sI4s4s4s", 128 + len(rest), bytes(4), 0x02400000, b"mntr", space, b"XYZ "
    )
    header += bytes(12) + b"acsp" + bytes(28) + struct.pack(">iii", 63190, 65536, 54061)
    return header.ljust(128, b"\x00") + rest


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_of(header: tuple[int, int, int, int], rows: bytes, *extra: bytes) -> bytes:
    """A PNG put together by hand: width, height, depth, color type, and its raw rows."""
    return b"".join(
        [
            PNG_SIGNATURE,
            png_chunk(b"IHDR", struct.pack(">IIBB", *header) + bytes(3)),
            *extra,
            png_chunk(b"IDAT", zlib.compress(rows, 9)),
            png_chunk(b"IEND", b""),
        ]
    )


def a_png_with(*extra: bytes) -> bytes:
    """A good PNG with more chunks after its header."""
    good = a_png()
    return good[:33] + b"".join(extra) + good[33:]


def a_bomb_of_400_megapixels() -> bytes:
    """A PNG of 48 kB that unpacks to 20,000 by 20,000 pixels."""
    row = bytes(1 + 20_000 // 8)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row * 100) for _ in range(200)) + packer.flush()
    return b"".join(
        [
            PNG_SIGNATURE,
            png_chunk(b"IHDR", struct.pack(">IIBB", 20_000, 20_000, 1, 0) + bytes(3)),
            png_chunk(b"IDAT", packed),
            png_chunk(b"IEND", b""),
        ]
    )


def an_exif_bomb() -> bytes:
    """EXIF whose 65,535 entries each claim the same sixteen megabytes."""
    size = 16_000_000
    entries = b"".join(
        struct.pack("<HHII", tag, 7, size - 1_000_000, 1_000_000) for tag in range(65_535)
    )
    block = b"II*\x00" + struct.pack("<IH", 8, 65_535) + entries
    return a_png_with(png_chunk(b"eXIf", block.ljust(size, b"\x00")))


def a_text_bomb() -> bytes:
    """Compressed text that unpacks to 200 MB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()
    return a_png_with(*[png_chunk(b"zTXt", b"k\x00\x00" + packed)] * 8)


def a_profile_bomb() -> bytes:
    """A color profile that unpacks to 200 MB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()
    return a_png_with(png_chunk(b"iCCP", b"k\x00\x00" + packed))


def a_jpeg_profile_bomb() -> bytes:
    """A JPEG whose color profile has more than ten megabytes."""
    good = a_jpeg()
    segment = b"\xff\xe2" + struct.pack(">H", 65_533) + b"ICC_PROFILE\x00\x01\xff" + bytes(65_517)
    return good[:2] + segment * 160 + good[2:]


def a_scan_bomb() -> bytes:
    """A JPEG that makes a decoder pass over all its blocks ten thousand times."""
    good = a_jpeg(progressive=True)
    start = good.index(b"\xff\xda")
    end = good.index(b"\xff", start + 14)
    while good[end + 1] == 0:
        end = good.index(b"\xff", end + 1)
    return good[:end] + good[start:end] * 10_000 + good[end:]


def a_chunk_bomb() -> bytes:
    """A PNG of a million empty chunks."""
    return a_png_with(png_chunk(b"tEXt", b"") * 1_000_000)


def a_lying_header() -> bytes:
    """A JPEG whose header promises fifty times the picture that follows."""
    good = bytearray(a_jpeg())
    at = good.index(b"\xff\xc0")
    good[at + 5 : at + 9] = struct.pack(">HH", 7_000, 7_000)
    return bytes(good)


def an_animation(kind: str) -> bytes:
    frames = [picture(), picture().rotate(180)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:])


def a_cmyk_jpeg() -> bytes:
    return saved(picture().convert("CMYK"), "JPEG")


def a_16_bit_gray_png() -> bytes:
    ramp = np.linspace(0, 65_535, 256 * 320).astype(np.uint16).reshape(256, 320)
    return saved(Image.fromarray(ramp), "PNG")


def a_16_bit_rgb_png() -> bytes:
    return png_of((256, 256, 16, 2), bytes(1 + 256 * 6) * 256)


def hostile() -> Iterator[tuple[str, bytes]]:
    """Files made to cost time or memory, by name."""
    for make in (
        a_bomb_of_400_megapixels,
        an_exif_bomb,
        a_text_bomb,
        a_profile_bomb,
        a_jpeg_profile_bomb,
        a_scan_bomb,
        a_chunk_bomb,
        a_lying_header,
    ):
        yield make.__name__, make()
