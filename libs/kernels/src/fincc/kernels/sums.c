// Sums over columns.
#include "kernels.h"

enum { BLOCK = 1024 };  // rows whose sums stay in the processor's cache while all columns are added

#define ADD(TYPE)                                                                                \
    {                                                                                            \
        const TYPE *const codes = (const TYPE *)column->codes + begin;                           \
        for (int64_t i = 0; i < count; i++) {                                                    \
            if (codes[i] >= column->values) return c;                                            \
            const uint64_t *pair = column->pairs + 2 * (codes[i] < 0 ? column->values : codes[i]); \
            sums[2 * i] += pair[0];                                                              \
            sums[2 * i + 1] += pair[1];                                                          \
        }                                                                                        \
        break;                                                                                   \
    }

// Adds the pair of each column's value to totals [rows], each half modulo 2**64. Returns -1, or the first column with a code that
// has no value.
int64_t fincc_sum_pairs(const PairColumn *columns, int64_t n, int64_t rows, uint64_t *totals) {
    for (int64_t begin = 0; begin < rows; begin += BLOCK) {
        const int64_t count = rows - begin < BLOCK ? rows - begin : BLOCK;
        uint64_t *const sums = totals + 2 * begin;
        for (int64_t c = 0; c < n; c++) {
            const PairColumn *const column = columns + c;
            switch (column->width) {
                case 1: ADD(int8_t)
                case 2: ADD(int16_t)
                default: ADD(int32_t)
            }
        }
    }
    return -1;
}
