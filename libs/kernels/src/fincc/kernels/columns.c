// Cells as columns laid out as Arrow has them. Numbers are read where they are plain: `-12.34`, `5.6e-7`; others are left to whoever calls.
#include "texts.h"

typedef struct {
    const uint8_t *text;
    const uint32_t *starts, *sizes;
    int64_t rows;
} Cells;

// The place of each cell's text among the distinct values, to which it is added. Fewer than all where no other value has room.
static int64_t encode(Cells cells, Column *column) {
    int32_t *const codes = (int32_t *)column->out + column->rows, *const ends = column->ends, *const slots = column->slots;
    uint8_t *const values = column->text;
    const uint32_t *const hashes = column->hashes;
    const uint64_t seed = column->seed;
    const int64_t mask = column->mask;
    int64_t i = column->done;
    int32_t code = -1;
    for (; i < cells.rows; i++) {
        const uint8_t *text = cells.text + cells.starts[i];
        const uint32_t size = cells.sizes[i];
        // What the row before says is what comes next most of the time.
        if (code >= 0 && size == (uint32_t)(ends[code + 1] - ends[code]) && same(text, values + ends[code], size)) {
            codes[i] = code;
            continue;
        }
        const uint32_t hash = hash_of(text, size, seed);
        int64_t slot = hash & mask;
        while ((code = slots[slot]) >= 0) {
            if (hashes[code] == hash && size == (uint32_t)(ends[code + 1] - ends[code]) &&
                same(text, values + ends[code], size))
                break;
            slot = (slot + 1) & mask;
        }
        if (code < 0) {
            if (column->values == column->most_values || column->most_text - ends[column->values] < size) break;
            code = (int32_t)column->values++;
            memcpy(values + ends[code], text, size);
            ends[code + 1] = ends[code] + (int32_t)size;
            column->hashes[code] = hash;
            slots[slot] = code;
        }
        codes[i] = code;
    }
    return i;
}

static int64_t join(Cells cells, Column *column) {
    int32_t *const ends = (int32_t *)column->out + column->rows;
    int64_t i = column->done;
    for (; i < cells.rows && column->most_text - ends[i] >= cells.sizes[i]; i++) {
        memcpy(column->text + ends[i], cells.text + cells.starts[i], cells.sizes[i]);
        ends[i + 1] = ends[i] + (int32_t)cells.sizes[i];
    }
    return i;
}

static const uint64_t POWERS[] = {
    1ull, 10ull, 100ull, 1000ull, 10000ull, 100000ull, 1000000ull, 10000000ull, 100000000ull, 1000000000ull, 10000000000ull,
    100000000000ull, 1000000000000ull, 10000000000000ull, 100000000000000ull, 1000000000000000ull, 10000000000000000ull,
    100000000000000000ull, 1000000000000000000ull};

// The digits of a plain number that has at most 18, and by which power of ten they are to be divided, from 0 to 18. False for any
// other text.
static int is_plain(const uint8_t *at, uint32_t size, uint64_t *digits, int *places, int *is_negative) {
    const uint8_t *const end = at + size;
    const uint8_t *point = 0;
    uint64_t value = 0;
    *is_negative = size && *at == '-';
    at += *is_negative;
    const uint8_t *const begin = at;
    for (; at < end; at++) {
        uint8_t digit = (uint8_t)(*at - '0');
        if (digit <= 9) {
            value = 10 * value + digit;  // wraps where there are too many, which are counted below
        } else if (*at == '.' && !point) {
            point = at;
        } else {
            break;
        }
    }
    int64_t count = at - begin - (point != 0), shift = point ? at - point - 1 : 0;
    if (count < 1 || count > 18) return 0;
    if (at < end) {
        if ((*at | 0x20) != 'e' || ++at == end) return 0;
        int down = *at == '-', exponent = 0;
        at += down || *at == '+';
        if (at == end || end - at > 3) return 0;
        for (; at < end; at++) {
            uint8_t digit = (uint8_t)(*at - '0');
            if (digit > 9) return 0;
            exponent = 10 * exponent + digit;
        }
        shift += down ? exponent : -exponent;
    }
    *digits = value;
    *places = (int)shift;
    return shift >= 0 && shift <= 18;
}

// Units of 1e-12 as 128-bit words, the low one first.
static void read_amounts(Cells cells, Column *column) {
    int64_t *const words = (int64_t *)column->out + 2 * column->rows;
    uint8_t *const how = column->how + column->rows;
    for (int64_t i = 0; i < cells.rows; i++) {
        uint64_t digits;
        int places, is_negative;
        __int128 units = 0;
        how[i] = EMPTY;
        if (cells.sizes[i]) {
            how[i] = LEFT;
            if (is_plain(cells.text + cells.starts[i], cells.sizes[i], &digits, &places, &is_negative) && places <= 12) {
                units = (__int128)digits * POWERS[12 - places];
                if (is_negative) units = -units;
                how[i] = READ;
            }
            column->left += how[i] == LEFT;
        }
        words[2 * i] = (int64_t)units;
        words[2 * i + 1] = (int64_t)(units >> 64);
    }
}

// The nearest doubles: digits that a double holds exactly, over a power of ten that it holds exactly, are rounded once.
static void read_doubles(Cells cells, Column *column) {
    double *const values = (double *)column->out + column->rows;
    uint8_t *const how = column->how + column->rows;
    for (int64_t i = 0; i < cells.rows; i++) {
        uint64_t digits;
        int places, is_negative;
        values[i] = 0;
        how[i] = EMPTY;
        if (cells.sizes[i]) {
            how[i] = LEFT;
            if (is_plain(cells.text + cells.starts[i], cells.sizes[i], &digits, &places, &is_negative) && digits <= 1ull << 53) {
                values[i] = (double)digits / (double)POWERS[places];
                if (is_negative) values[i] = -values[i];
                how[i] = READ;
            }
            column->left += how[i] == LEFT;
        }
    }
}

// Reads the cells of some rows, [places][most_rows] of them, into all columns that have not read them yet. Returns the first column
// that has no room for another text, -1 when all is done.
int64_t fincc_read_columns(const uint8_t *text, const uint32_t *starts, const uint32_t *sizes, int64_t rows, int64_t most_rows,
                           Column *columns, int64_t n) {
    for (int64_t c = 0; c < n; c++) {
        Column *column = columns + c;
        if (column->done == rows) continue;
        int64_t offset = column->place * most_rows;
        Cells cells = {text, starts + offset, sizes + offset, rows};
        if (column->kind == CODED || column->kind == PLAIN) {
            column->done = column->kind == CODED ? encode(cells, column) : join(cells, column);
            if (column->done < rows) return c;
        } else {
            if (column->kind == AMOUNT) read_amounts(cells, column);
            else read_doubles(cells, column);
            column->done = rows;
        }
    }
    return -1;
}

// Puts every value where it belongs among slots that are all free.
void fincc_index(Column *column) {
    for (int64_t code = 0; code < column->values; code++) {
        int64_t slot = column->hashes[code] & column->mask;
        while (column->slots[slot] >= 0) slot = (slot + 1) & column->mask;
        column->slots[slot] = (int32_t)code;
    }
}
