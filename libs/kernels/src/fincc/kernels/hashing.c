// XXH3 with 128 bits, for text of 4 to 240 bytes, without a seed. Source: the specification of xxHash (doc/xxhash_spec.md), section XXH3.
#include "kernels.h"

typedef struct {
    uint64_t low, high;
} Pair;

static const uint64_t P1 = 0x9E3779B185EBCA87, P2 = 0xC2B2AE3D27D4EB4F, P4 = 0x85EBCA77C2B2AE63;
static const uint64_t MIX_1 = 0x165667919E3779F9, MIX_2 = 0x9FB21C651E98DF25, P32_2 = 0x85EBCA77;

static const uint8_t SECRET[192] = {
    0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c, 0xf7, 0x21, 0xad, 0x1c,
    0xde, 0xd4, 0x6d, 0xe9, 0x83, 0x90, 0x97, 0xdb, 0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f,
    0xcb, 0x79, 0xe6, 0x4e, 0xcc, 0xc0, 0xe5, 0x78, 0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21,
    0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6, 0x81, 0x3a, 0x26, 0x4c,
    0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb, 0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3,
    0x71, 0x64, 0x48, 0x97, 0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8,
    0xa8, 0xfa, 0x76, 0x3f, 0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7, 0xc7, 0x0b, 0x4f, 0x1d,
    0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31, 0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64,
    0xea, 0xc5, 0xac, 0x83, 0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff, 0xfa, 0x13, 0x63, 0xeb,
    0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26, 0x29, 0xd4, 0x68, 0x9e,
    0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc, 0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce,
    0x45, 0xcb, 0x3a, 0x8f, 0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e,
};

static uint64_t word(const uint8_t *at) {
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static uint32_t half(const uint8_t *at) {
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static Pair product(uint64_t a, uint64_t b) {
    unsigned __int128 both = (unsigned __int128)a * b;
    return (Pair){(uint64_t)both, (uint64_t)(both >> 64)};
}

static uint64_t avalanche(uint64_t hash) {
    hash = (hash ^ hash >> 37) * MIX_1;
    return hash ^ hash >> 32;
}

static uint64_t fold(const uint8_t *at, const uint8_t *secret) {
    Pair both = product(word(at) ^ word(secret), word(at + 8) ^ word(secret + 8));
    return both.low ^ both.high;
}

static Pair mix(Pair sum, const uint8_t *a, const uint8_t *b, const uint8_t *secret) {
    sum.low = (sum.low + fold(a, secret)) ^ (word(b) + word(b + 8));
    sum.high = (sum.high + fold(b, secret + 16)) ^ (word(a) + word(a + 8));
    return sum;
}

static Pair hash_4_to_8(const uint8_t *at, uint64_t size) {
    uint64_t input = half(at) + ((uint64_t)half(at + size - 4) << 32);
    Pair hash = product(input ^ (word(SECRET + 16) ^ word(SECRET + 24)), P1 + (size << 2));
    hash.high += hash.low << 1;
    hash.low ^= hash.high >> 3;
    hash.low = (hash.low ^ hash.low >> 35) * MIX_2;
    return (Pair){hash.low ^ hash.low >> 28, avalanche(hash.high)};
}

static Pair hash_9_to_16(const uint8_t *at, uint64_t size) {
    uint64_t low = word(at), high = word(at + size - 8);
    Pair sum = product(low ^ high ^ (word(SECRET + 32) ^ word(SECRET + 40)), P1);
    sum.low += (size - 1) << 54;
    high ^= word(SECRET + 48) ^ word(SECRET + 56);
    sum.high += high + (high & 0xFFFFFFFF) * (P32_2 - 1);
    sum.low ^= __builtin_bswap64(sum.high);
    Pair hash = product(sum.low, P2);
    hash.high += sum.high * P2;
    return (Pair){avalanche(hash.low), avalanche(hash.high)};
}

static Pair hash_17_to_240(const uint8_t *at, uint64_t size) {
    Pair sum = {size * P1, 0};
    if (size <= 128) {
        for (uint64_t i = (size - 1) / 32 + 1; i-- > 0;) sum = mix(sum, at + 16 * i, at + size - 16 * (i + 1), SECRET + 32 * i);
    } else {
        for (uint64_t i = 0; i < 4; i++) sum = mix(sum, at + 32 * i, at + 32 * i + 16, SECRET + 32 * i);
        sum = (Pair){avalanche(sum.low), avalanche(sum.high)};
        for (uint64_t i = 4; i < size / 32; i++) sum = mix(sum, at + 32 * i, at + 32 * i + 16, SECRET + 3 + 32 * (i - 4));
        sum = mix(sum, at + size - 16, at + size - 32, SECRET + 136 - 17 - 16);
    }
    return (Pair){avalanche(sum.low + sum.high), -avalanche(sum.low * P1 + sum.high * P4 + size * P2)};
}

// The hash of the prefix and each of n texts behind it, text[ends[i] … ends[i + 1]), the low half first. Those that are too short
// or too long together with the prefix, of at most 240 bytes, are left alone.
void fincc_hash(const uint8_t *prefix, int64_t prefix_size, const uint8_t *text, const int32_t *ends, int64_t n, uint64_t *pairs) {
    uint8_t whole[LONGEST_HASHED];
    memcpy(whole, prefix, (size_t)prefix_size);
    for (int64_t i = 0; i < n; i++) {
        int64_t of_text = ends[i + 1] - ends[i], size = prefix_size + of_text;
        if (size < SHORTEST_HASHED || size > LONGEST_HASHED) continue;
        memcpy(whole + prefix_size, text + ends[i], (size_t)of_text);
        Pair hash = size <= 8 ? hash_4_to_8(whole, (uint64_t)size)
                    : size <= 16 ? hash_9_to_16(whole, (uint64_t)size)
                                 : hash_17_to_240(whole, (uint64_t)size);
        pairs[2 * i] = hash.low;
        pairs[2 * i + 1] = hash.high;
    }
}
