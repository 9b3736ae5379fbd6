#ifndef CSCAN_H
#define CSCAN_H
#include <stdint.h>
#include <string.h>

/* Byte classes of 64 bytes at a time as bit masks, bit i for byte i. Swift's own SIMD has no movemask and is some
   forty times slower at this. Every function reads 64 bytes at `bytes`: callers pad their buffers. */

typedef uint8_t cscan_block __attribute__((ext_vector_type(64)));
typedef _Bool cscan_flags __attribute__((ext_vector_type(64)));

/* What a segment scanner asks of a block: where elements and segments end, and which bytes need a closer look. */
typedef struct {
    uint64_t ends;
    uint64_t odd;
} cscan_segment_masks;

/* Bits of 64 flags, and 64 bytes as a block: macros, because vectors in signatures depend on the processor. */
#define CSCAN_LOAD(block, bytes) cscan_block block; memcpy(&block, (bytes), sizeof block)
#define CSCAN_BITS(bits, flags)                                               \
    do {                                                                      \
        cscan_flags packed = __builtin_convertvector((flags), cscan_flags);   \
        memcpy(&(bits), &packed, sizeof(bits));                               \
    } while (0)

/* Bytes equal to `a`. */
static inline uint64_t cscan_equal(const uint8_t *bytes, uint8_t a) {
    uint64_t bits;
    CSCAN_LOAD(block, bytes);
    CSCAN_BITS(bits, block == a);
    return bits;
}

/* Bytes equal to any of four (repeat one to ask for fewer). */
static inline uint64_t cscan_any4(const uint8_t *bytes, uint8_t a, uint8_t b, uint8_t c, uint8_t d) {
    uint64_t bits;
    CSCAN_LOAD(block, bytes);
    CSCAN_BITS(bits, (block == a) | (block == b) | (block == c) | (block == d));
    return bits;
}

/* `ends`: bytes equal to the separator or the terminator. `odd`: control characters, bytes from 0x7F up, and the
   two inner separators (pass the element separator for one that is not in use). */
static inline cscan_segment_masks cscan_segments(
    const uint8_t *bytes, uint8_t separator, uint8_t terminator, uint8_t component, uint8_t repetition) {
    cscan_segment_masks masks;
    CSCAN_LOAD(block, bytes);
    CSCAN_BITS(masks.ends, (block == separator) | (block == terminator));
    CSCAN_BITS(masks.odd, (block < 0x20) | (block > 0x7E) | (block == component) | (block == repetition));
    return masks;
}

/* How many of `count` bytes equal `a`. Reads exactly `count` bytes. */
static inline uint64_t cscan_count(const uint8_t *bytes, uint64_t count, uint8_t a) {
    uint64_t total = 0, index = 0;
    for (; index + 64 <= count; index += 64) total += (uint64_t)__builtin_popcountll(cscan_equal(bytes + index, a));
    for (; index < count; index++) total += bytes[index] == a;
    return total;
}

#endif
