// Numbers of equal things, in order of appearance.
#include "texts.h"

// The number of each of n things; `firsts` [n] are the places where each number appears first, how many is returned. `slots`
// [mask + 1], all free, are at least twice as many as things.
#define DISTINCT(IS_LIKE, HASH)                                                          \
    int32_t count = 0;                                                                   \
    for (int64_t i = 0; i < n; i++) {                                                    \
        if (i && IS_LIKE(i, i - 1)) { /* which is what comes next most of the time */    \
            numbers[i] = numbers[i - 1];                                                 \
            continue;                                                                    \
        }                                                                                \
        const uint32_t hash = HASH(i);                                                   \
        Slot *slot = slots + (hash & mask);                                              \
        while (slot->row && (slot->hash != hash || !IS_LIKE(i, slot->row - 1)))          \
            slot = slots + ((slot - slots + 1) & mask);                                  \
        if (!slot->row) {                                                                \
            *slot = (Slot){hash, (int32_t)i + 1};                                        \
            firsts[count] = (int32_t)i;                                                  \
            numbers[i] = count++;                                                        \
        } else {                                                                         \
            numbers[i] = numbers[slot->row - 1];                                         \
        }                                                                                \
    }                                                                                    \
    return count;

#define SIZE(i) ((uint32_t)(ends[(i) + 1] - ends[i]))
#define IS_LIKE_TEXT(a, b) (SIZE(a) == SIZE(b) && same(text + ends[a], text + ends[b], SIZE(a)))
#define HASH_OF_TEXT(i) hash_of(text + ends[i], SIZE(i), seed)

// Text i is text[ends[i] … ends[i + 1]).
int64_t fincc_distinct_texts(const uint8_t *text, const int32_t *ends, int64_t n, uint64_t seed, Slot *slots, int64_t mask,
                             int32_t *numbers, int32_t *firsts) {
    DISTINCT(IS_LIKE_TEXT, HASH_OF_TEXT)
}

#define IS_LIKE_PAIR(a, b) (pairs[2 * (a)] == pairs[2 * (b)] && pairs[2 * (a) + 1] == pairs[2 * (b) + 1])
#define HASH_OF_PAIR(i) ((uint32_t)mixed(pairs[2 * (i)] ^ seed, pairs[2 * (i) + 1] ^ 0xe7037ed1a0b428db))

// Of pairs [n] of 64-bit numbers.
int64_t fincc_distinct_pairs(const uint64_t *pairs, int64_t n, uint64_t seed, Slot *slots, int64_t mask, int32_t *numbers,
                             int32_t *firsts) {
    DISTINCT(IS_LIKE_PAIR, HASH_OF_PAIR)
}
