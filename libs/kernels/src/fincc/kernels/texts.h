// Texts compared and hashed a word at a time; none is read beyond its end.
#include "kernels.h"

static inline uint64_t load(const uint8_t *at, size_t size) {
    uint64_t word = 0;
    memcpy(&word, at, size);
    return word;
}

static inline int same(const uint8_t *a, const uint8_t *b, uint32_t size) {
    if (size < 4) {
        while (size && a[size - 1] == b[size - 1]) size--;
        return !size;
    }
    if (size < 8) return load(a, 4) == load(b, 4) && load(a + size - 4, 4) == load(b + size - 4, 4);
    for (uint32_t at = 0; at < size - 8; at += 8)
        if (load(a + at, 8) != load(b + at, 8)) return 0;
    return load(a + size - 8, 8) == load(b + size - 8, 8);
}

static inline uint64_t mixed(uint64_t a, uint64_t b) {
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

// Seeded, so that nobody can write a bill whose values all meet in one slot.
static inline uint32_t hash_of(const uint8_t *text, uint32_t size, uint64_t seed) {
    const uint64_t a = 0xa0761d6478bd642f, b = 0xe7037ed1a0b428db;
    uint64_t state = seed ^ size * a;
    uint32_t rest = size;
    for (; rest > 16; rest -= 16, text += 16) state = mixed(load(text, 8) ^ a ^ state, load(text + 8, 8) ^ b);
    uint64_t low = 0, high = 0;
    if (rest >= 8) {
        low = load(text, 8);
        high = load(text + rest - 8, 8);
    } else if (rest >= 4) {
        low = load(text, 4);
        high = load(text + rest - 4, 4);
    } else if (rest) {
        low = (uint64_t)text[0] << 16 | (uint64_t)text[rest >> 1] << 8 | text[rest - 1];
    }
    uint64_t hash = mixed(low ^ a ^ state, high ^ b ^ seed);
    return (uint32_t)(hash ^ hash >> 32);
}
