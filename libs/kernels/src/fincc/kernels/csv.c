// Cuts CSV text into cells. What a record is: docs of `cells.py`, which is the only caller.
#include "kernels.h"

typedef uint8_t Bytes __attribute__((vector_size(16)));
typedef _Bool Bits __attribute__((ext_vector_type(16)));

// Which of the 16 bytes at `at` are commas, and in the upper half which of them may end a record or quote a cell.
static uint32_t special(const uint8_t *at) {
    Bytes bytes;
    memcpy(&bytes, at, sizeof bytes);
    Bits commas = __builtin_convertvector(bytes == ',', Bits);
    Bits others = __builtin_convertvector((bytes == '\n') | (bytes == '\r') | (bytes == '"'), Bits);
    uint16_t comma, other;
    memcpy(&comma, &commas, sizeof comma);
    memcpy(&other, &others, sizeof other);
    return comma | (uint32_t)other << 16;
}

typedef struct {
    int64_t special, other;
} Counts;

// The places of all such bytes in text[from … to), and of those that are no commas their places among them.
static Counts find(const uint8_t *text, int64_t from, int64_t to, uint32_t *special_at, uint32_t *other_at) {
    uint32_t *next = special_at, *next_other = other_at;
    for (; from < to; from += 64) {
        const uint8_t *at = text + from;
        uint8_t rest[64] = {0};
        if (to - from < 64) {
            memcpy(rest, at, (size_t)(to - from));
            at = rest;
        }
        uint64_t mask = 0, others = 0;
        for (int i = 0; i < 4; i++) {
            uint32_t found = special(at + 16 * i);
            mask |= (uint64_t)(found & 0xFFFF) << 16 * i;
            others |= (uint64_t)(found >> 16) << 16 * i;
        }
        mask |= others;
        for (; others; others &= others - 1) {
            uint64_t before = mask & (others & -others) - 1;
            *next_other++ = (uint32_t)(next - special_at + __builtin_popcountll(before));
        }
        // Four at a time, as many as there mostly are, so that the processor need not guess where each loop ends.
        uint32_t *end = next + __builtin_popcountll(mask);
        for (; next < end; next += 4)
            for (int i = 0; i < 4; i++, mask &= mask - 1) next[i] = (uint32_t)(from + (mask ? __builtin_ctzll(mask) : 0));
        next = end;
    }
    return (Counts){next - special_at, next_other - other_at};
}

// Takes the quotation marks away from the cell data[from … from + size), in place; returns the new size. The first closing
// quotation mark that is not doubled ends the quoted part, and what follows up to the cell's end is text as it stands.
static uint32_t unquote(uint8_t *data, uint32_t from, uint32_t size) {
    uint32_t to = from, at = from + 1, end = from + size;
    while (at < end) {
        if (data[at] == '"') {
            if (at + 1 < end && data[at + 1] == '"') at++;
            else { at++; break; }
        }
        data[to++] = data[at++];
    }
    while (at < end) data[to++] = data[at++];
    return to - from;
}

enum { UNQUOTED, QUOTED, CLOSED };

void fincc_cut_csv(uint8_t *data, int64_t size, int64_t from, int64_t is_last, const CsvShape *shape, CsvFound *found) {
    const int64_t columns = shape->columns, places = shape->places, most_rows = shape->most_rows;
    const int32_t *const column_of = shape->column_of;
    const uint32_t *const special_at = shape->special, *const other_at = shape->other;
    int64_t rows = 0, bad = 0, odd = 0;
    int64_t column = 0, place = 0;  // of the present cell, and the first one that is not before it
    int64_t lines = 0, first_line = 0, opened_in = 0;  // line breaks before: here, the record, the quotation mark
    int64_t record = from, cell = from, closed_at = 0, skip = -1;
    int state = UNQUOTED, is_doubled = 0;
    for (int64_t begin = from; begin < size; begin += STRETCH) {
        int64_t end = size - begin < STRETCH ? size : begin + STRETCH;
        Counts counts = find(data, begin, end, shape->special, shape->other);
        // What ends the text ends its last record.
        int64_t count = counts.special + (is_last && end == size);
        for (int64_t i = 0, other = 0; i < count; i++) {
            if (state == UNQUOTED) {  // many cells at a time, of which those that nobody wants take nothing
                while (other < counts.other && other_at[other] < i) other++;
                const int64_t next = other < counts.other ? other_at[other] : counts.special;
                const int64_t first = i - column;
                for (; place < places && first + column_of[place] < next; place++) {
                    const int64_t of = first + column_of[place];
                    const uint32_t start = of == i ? (uint32_t)cell : special_at[of - 1] + 1;
                    shape->starts[place * most_rows + rows] = start;
                    shape->sizes[place * most_rows + rows] = special_at[of] - start;
                }
                if (next > i) {
                    column += next - i;
                    cell = special_at[next - 1] + 1;
                    i = next;
                    if (i == count) break;
                }
            }
            const int64_t at = i == counts.special ? size : special_at[i];
            uint8_t byte = at < size ? data[at] : '\n';
            if (at == skip) continue;
            if (state == QUOTED) {
                if (at == size) break;
                if (byte == '\n') lines++;
                if (byte != '"') continue;
                if (at + 1 < size && data[at + 1] == '"') {
                    is_doubled = 1;
                    skip = at + 1;
                } else {
                    state = CLOSED;
                    closed_at = at;
                }
                continue;
            }
            if (byte == '"') {
                if (at == cell) {
                    state = QUOTED;
                    opened_in = lines;
                }
                continue;
            }
            if (at == size && record >= size) break;
            const int is_blank = byte != ',' && at == record;
            if (!is_blank && place < places && column_of[place] == column) {
                const int64_t to = place * most_rows + rows;
                const int is_plain = state == CLOSED && closed_at == at - 1 && !is_doubled;
                shape->starts[to] = (uint32_t)(cell + is_plain);
                shape->sizes[to] = (uint32_t)(at - cell - 2 * is_plain);
                // Unquoted once the whole record is known to be good: a bad one is told as it is.
                if (state == CLOSED && !is_plain) shape->odd[odd++] = (int32_t)place;
                place++;
            }
            column++;
            state = UNQUOTED;
            is_doubled = 0;
            cell = at + 1;
            if (byte == ',') continue;
            if (byte == '\r' && cell < size && data[cell] == '\n') {
                skip = cell++;
                byte = '\n';
            }
            lines += byte == '\n';
            if (is_blank) {
            } else if (column == columns) {
                for (int64_t o = 0; o < odd; o++) {
                    const int64_t to = shape->odd[o] * most_rows + rows;
                    shape->sizes[to] = unquote(data, shape->starts[to], shape->sizes[to]);
                }
                shape->lines[rows++] = first_line;
            } else {
                shape->bad[bad++] = (CsvBad){record, at, column, first_line};
            }
            column = place = odd = 0;
            record = cell;
            first_line = lines;
            if (rows == most_rows || bad == shape->most_bad) goto done;
        }
    }
done:
    *found = (CsvFound){record < size ? record : size, rows, bad, first_line, state == QUOTED ? opened_in : -1};
}
