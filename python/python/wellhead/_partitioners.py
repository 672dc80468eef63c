"""The partition that a key goes to, as the partitioners of the name choose it (`consistent` is CRC-32)."""

import zlib


def _checked(partition_count: int) -> int:
    if partition_count <= 0:
        raise ValueError(f"partition_count must be > 0, got {partition_count}")
    return partition_count


def consistent(key: bytes, partition_count: int) -> int:
    """CRC-32 of the key; librdkafka's default for keyed records."""
    return zlib.crc32(memoryview(key)) % _checked(partition_count)


def fnv1a(key: bytes, partition_count: int) -> int:
    """FNV-1a, 32 bits, as signed in the way that Sarama's clients do."""
    n = _checked(partition_count)
    h = 0x811C9DC5
    for b in memoryview(key).tobytes():
        h = ((h ^ b) * 0x01000193) & 0xFFFFFFFF
    signed = h - (1 << 32) if h & 0x80000000 else h
    return abs(signed) % n


def murmur2(key: bytes, partition_count: int) -> int:
    """Murmur 2; the default of the Java client."""
    n = _checked(partition_count)
    data = memoryview(key).tobytes()
    m, mask = 0x5BD1E995, 0xFFFFFFFF
    h = (0x9747B28C ^ len(data)) & mask
    for i in range(0, len(data) & ~3, 4):
        k = (int.from_bytes(data[i : i + 4], "little") * m) & mask
        k = ((k ^ (k >> 24)) * m) & mask
        h = ((h * m) & mask) ^ k
    rest = data[len(data) & ~3 :]
    if rest:
        h = ((h ^ int.from_bytes(rest, "little")) * m) & mask
    h = ((h ^ (h >> 13)) * m) & mask
    h ^= h >> 15
    return (h & 0x7FFFFFFF) % n
