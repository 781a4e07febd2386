// What the Python side hands over; `_library.py` declares the same. All memory is Python's: nothing here allocates or keeps any.
// Whoever calls sees to it that arrays have the sizes named here.
#include <stdint.h>
#include <string.h>

typedef struct {
    int64_t start, end;  // of its text
    int64_t cells;       // instead of one for each column
    int64_t line;        // line breaks before it
} CsvBad;

typedef struct {
    int64_t columns, places, most_rows, most_bad;
    const int32_t *column_of;  // [places] the columns whose cells are told, in order
    uint32_t *starts, *sizes;  // [places][most_rows]
    int64_t *lines;            // [most_rows] line breaks before each record
    CsvBad *bad;               // [most_bad] records with too few or too many cells
    int32_t *odd;              // [places] room to work in
    uint32_t *special, *other; // [STRETCH + 4] room to work in
} CsvShape;

enum { STRETCH = 1 << 15 };  // bytes of text that are looked through at a time

typedef struct {
    int64_t next;      // where the first record begins that was not cut
    int64_t rows, bad;
    int64_t lines;     // line breaks before it
    int64_t unclosed;  // line breaks before the quotation mark that is open at the end of the text; -1: none
} CsvFound;

enum { CODED, PLAIN, AMOUNT, DOUBLE };  // what a column becomes
enum { EMPTY, READ, LEFT };             // how a cell was read

typedef struct {
    int64_t kind, place;
    int64_t rows;  // that were read before
    int64_t done;  // rows of the present ones that have been read
    int64_t left;  // cells of the present ones that are no plain numbers
    void *out;     // [rows + present ones] codes, words (two each) or doubles; of PLAIN the ends
    uint8_t *how;  // [the same] of numbers
    // The texts one after the other: the distinct values of CODED, all cells of PLAIN. Value v is text[ends[v] … ends[v + 1]).
    uint8_t *text;     // [most_text]
    int32_t *ends;     // [most_values + 1] ends[0] is 0
    uint32_t *hashes;  // [most_values]
    int32_t *slots;    // [mask + 1] -1: free; at least twice as many as values
    int64_t most_text, most_values, mask, values;
    uint64_t seed;
} Column;

typedef struct {
    int32_t batch, number;
} Seen;

typedef struct {
    uint32_t hash;
    int32_t row;  // from 1; 0: free
} Slot;

typedef struct {
    const void *codes;      // [rows]
    int64_t width;          // bytes of a code
    const uint64_t *pairs;  // [values + 1] the last one for null
    int64_t values;
} PairColumn;

enum { SHORTEST_HASHED = 4, LONGEST_HASHED = 240 };
