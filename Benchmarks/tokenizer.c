// What a plain scalar loop allows on this machine: walks an X12 file byte by byte, splits segments and elements, looks at
// every element and sums quantity times price over PO1. No vectors, no mask, no allocation per segment.
//
//   tokenizer FILE      prints one JSON object with bytes, segments, elements, orders, lines, units, cents and seconds

#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 1 << 20, ELEMENTS_MAX = 64, SEGMENT_MAX = 1 << 16 };

typedef struct { uint64_t segments, elements, checked, orders, lines, units, cents; } Totals;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

// Digits as a number; a point is passed over, so that 4.25 is 425.
static uint64_t digits(const uint8_t *at, const uint8_t *end) {
    uint64_t value = 0;
    for (; at < end; at++)
        if (*at >= '0' && *at <= '9') value = value * 10 + (uint64_t)(*at - '0');
    return value;
}

static void take(const uint8_t *segment, const uint32_t *ends, int count, Totals *totals) {
    totals->segments++;
    totals->elements += (uint64_t)count;
    for (int i = 1; i < count; i++)     // element access: the first byte of each, as a validator would look at it
        if (ends[i] > ends[i - 1] + 1) totals->checked += segment[ends[i - 1] + 1];
    const uint32_t tag = ends[0];
    if (tag == 2 && memcmp(segment, "ST", 2) == 0) totals->orders++;
    if (tag != 3 || memcmp(segment, "PO1", 3) != 0 || count < 5) return;
    const uint64_t quantity = digits(segment + ends[1] + 1, segment + ends[2]);
    totals->lines++;
    totals->units += quantity;
    totals->cents += quantity * digits(segment + ends[3] + 1, segment + ends[4]);
}

int main(int argc, char **argv) {
    const int file = argc == 2 ? open(argv[1], O_RDONLY) : -1;
    uint8_t *buffer = malloc(CHUNK + SEGMENT_MAX);
    if (file < 0 || !buffer) {
        fprintf(stderr, "usage: tokenizer FILE\n");
        return 64;
    }
    Totals totals = {0};
    uint64_t bytes = 0;
    uint32_t ends[ELEMENTS_MAX];
    size_t kept = 0;
    const double start = now();
    for (ssize_t got; (got = read(file, buffer + kept, CHUNK)) > 0;) {
        bytes += (uint64_t)got;
        const size_t size = kept + (size_t)got;
        size_t begin = 0;
        int count = 0;
        for (size_t i = 0; i < size; i++) {
            const uint8_t byte = buffer[i];
            if (byte != '*' && byte != '~') continue;
            if (count < ELEMENTS_MAX) ends[count++] = (uint32_t)(i - begin);
            if (byte == '*') continue;
            take(buffer + begin, ends, count, &totals);
            count = 0;
            begin = i + 1;
            while (begin < size && (buffer[begin] == '\n' || buffer[begin] == '\r')) begin++;
            i = begin - 1;
        }
        kept = size - begin;
        if (kept > SEGMENT_MAX) {
            fprintf(stderr, "tokenizer: a segment is longer than %d bytes\n", SEGMENT_MAX);
            return 65;
        }
        memmove(buffer, buffer + begin, kept);
    }
    const double seconds = now() - start;
    printf("{\"bytes\": %llu, \"segments\": %llu, \"elements\": %llu, \"check\": %llu, \"orders\": %llu, \"lines\": %llu, "
           "\"units\": %llu, \"cents\": %llu, \"seconds\": %.4f, \"megabytes_per_second\": %.0f}\n",
           (unsigned long long)bytes, (unsigned long long)totals.segments, (unsigned long long)totals.elements,
           (unsigned long long)totals.checked, (unsigned long long)totals.orders, (unsigned long long)totals.lines,
           (unsigned long long)totals.units, (unsigned long long)totals.cents, seconds, (double)bytes / 1e6 / seconds);
    return 0;
}
