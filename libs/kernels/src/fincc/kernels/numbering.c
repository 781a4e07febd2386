// Codes by the values that a batch uses.
#include "kernels.h"

// Numbers the values that codes [n] point to in order of appearance; `found` [n] are the old codes of the new ones, how many is
// returned: -1 where a code has no value. Of each value `seen` [values] remembers the batch, which differs from call to call, and
// its number there: so nothing has to be cleared, however many values there are. Negative codes, null, stay -1.
#define RENUMBER(NAME, TYPE)                                                                                                   \
    int64_t NAME(const TYPE *codes, int64_t n, Seen *seen, int64_t values, int32_t batch, int32_t *found, int32_t *out) {      \
        int32_t count = 0;                                                                                                     \
        for (int64_t i = 0; i < n; i++) {                                                                                      \
            if (codes[i] < 0) {                                                                                                \
                out[i] = -1;                                                                                                   \
                continue;                                                                                                      \
            }                                                                                                                  \
            if (codes[i] >= values) return -1;                                                                                 \
            Seen *value = seen + codes[i];                                                                                     \
            if (value->batch != batch) {                                                                                       \
                *value = (Seen){batch, count};                                                                                 \
                found[count++] = codes[i];                                                                                     \
            }                                                                                                                  \
            out[i] = value->number;                                                                                            \
        }                                                                                                                      \
        return count;                                                                                                          \
    }

RENUMBER(fincc_renumber_8, int8_t)
RENUMBER(fincc_renumber_16, int16_t)
RENUMBER(fincc_renumber_32, int32_t)
