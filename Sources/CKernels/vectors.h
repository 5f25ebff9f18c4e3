/* Sixteen numbers at a time, in clang's own vectors: one AVX-512 register, or as many smaller ones as it takes. */
#ifndef MEZZOTINT_VECTORS_H
#define MEZZOTINT_VECTORS_H

#include <stdint.h>
#include <string.h>

/* How wide vectors are passed between functions depends on the processor; here they never are: all is inlined. */
#pragma clang diagnostic ignored "-Wpsabi"

enum { LANES = 16 };
/* Rows that pass through each step together: enough to fill one row's waits with another's work. */
enum { GROUP = 4 };
typedef float floats __attribute__((vector_size(64)));
typedef int32_t ints __attribute__((vector_size(64)));
typedef uint32_t bits __attribute__((vector_size(64)));
typedef uint16_t halves __attribute__((vector_size(32)));

/* Compiled once for each kind of processor; the loader picks. Such a function calls an INLINE one that takes and
 * returns no vectors: clang would warn of vectors between functions of unlike processors. */
#if defined(__x86_64__) && defined(__linux__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif
#define INLINE static inline __attribute__((always_inline))

INLINE floats all(float value) { return value - (floats){0}; }

INLINE float widen(uint16_t half) {
    uint32_t word = (uint32_t)half << 16;
    float value;
    memcpy(&value, &word, sizeof value);
    return value;
}

INLINE uint16_t narrow(float value) {
    uint32_t word;
    memcpy(&word, &value, sizeof word);
    if (value != value) return (uint16_t)(word >> 16 | 0x40);
    return (uint16_t)((word + 0x7fff + (word >> 16 & 1)) >> 16);
}

INLINE floats load(const void *from, int64_t index, int type) {
    if (type == 0) {
        floats value;
        memcpy(&value, (const float *)from + index, sizeof value);
        return value;
    }
    halves half;
    memcpy(&half, (const uint16_t *)from + index, sizeof half);
    return (floats)(__builtin_convertvector(half, bits) << 16);
}

INLINE void store(void *to, int64_t index, int type, floats value) {
    if (type == 0) {
        memcpy((float *)to + index, &value, sizeof value);
        return;
    }
    bits word = (bits)value;
    bits rounded = (word + 0x7fff + (word >> 16 & 1)) >> 16;
    // Rounding up a NaN's payload could make it a number.
    bits isNaN = (bits)(value != value);
    halves half = __builtin_convertvector((rounded & ~isNaN) | (0x7fc0 & isNaN), halves);
    memcpy((uint16_t *)to + index, &half, sizeof half);
}

/* The last `count` < 16 numbers of a row; `rest` fills the other lanes. */
INLINE floats load_some(const void *from, int64_t index, int type, int64_t count, float rest) {
    float lanes[LANES];
    for (int i = 0; i < LANES; ++i) {
        lanes[i] = i >= count ? rest
            : type == 0 ? ((const float *)from)[index + i] : widen(((const uint16_t *)from)[index + i]);
    }
    return load(lanes, 0, 0);
}

INLINE void store_some(void *to, int64_t index, int type, int64_t count, floats value) {
    for (int i = 0; i < count; ++i) {
        if (type == 0) ((float *)to)[index + i] = value[i];
        else ((uint16_t *)to)[index + i] = narrow(value[i]);
    }
}

/* A row's numbers from column i on; lanes beyond its end `rest`. */
INLINE floats load_part(const void *from, int64_t start, int64_t i, int64_t columns, int type, float rest) {
    const int64_t left = columns - i;
    return left >= LANES ? load(from, start + i, type) : load_some(from, start + i, type, left, rest);
}

INLINE void store_part(void *to, int64_t start, int64_t i, int64_t columns, int type, floats value) {
    const int64_t left = columns - i;
    if (left >= LANES) store(to, start + i, type, value);
    else store_some(to, start + i, type, left, value);
}

INLINE floats larger(floats a, floats b) {
    bits isLarger = (bits)(a > b);
    return (floats)(((bits)a & isLarger) | ((bits)b & ~isLarger));
}

/* The sum of all lanes, by halves. */
INLINE float sum(floats v) {
    v += __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
    v += __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3);
    v += __builtin_shufflevector(v, v, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1);
    return v[0] + v[1];
}

/* The largest lane, in all lanes. */
INLINE floats largest(floats v) {
    v = larger(v, __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
    v = larger(v, __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
    v = larger(v, __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
    return larger(v, __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
}

/* e^x for x <= 0 to 2 units in the last place; 0 below -87. x = n ln 2 + r, |r| <= ln 2 / 2, and the
 * polynomial is Cephes' for e^r (Moshier, expf.c). */
INLINE floats exponential(floats x) {
    bits isTiny = (bits)(x < -87.0f);
    // Adding and taking away 1.5 * 2^23 rounds to the nearest whole number.
    floats shifted = x * 1.44269504088896341f + 12582912.0f;
    floats n = shifted - 12582912.0f;
    floats r = x - n * 0.693359375f + n * 2.12194440e-4f;
    floats p = all(1.9875691500e-4f);
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r + 1.0f;
    ints exponent = (ints)shifted << 23;
    return (floats)((bits)((ints)p + exponent) & ~isTiny);
}

#endif
