/* Sixteen numbers at a time, in clang's own vectors: one AVX-512 register or several smaller ones. */
#ifndef MEZZOTINT_VECTORS_H
#define MEZZOTINT_VECTORS_H

#include <stdint.h>
#include <string.h>

#include "CKernels.h"

/* How wide vectors are passed between functions depends on the processor; here they never are. */
#pragma clang diagnostic ignored "-Wpsabi"

enum { LANES = 16 };
/* Rows that pass through each step together: enough to fill one row's waits with another's work. */
enum { GROUP = 4 };
typedef float floats __attribute__((vector_size(64)));
typedef int32_t ints __attribute__((vector_size(64)));
typedef uint32_t bits __attribute__((vector_size(64)));
typedef uint16_t halves __attribute__((vector_size(32)));

/* Compiled once for each kind of processor; the loader picks. Such a function calls an INLINE one that takes
 * and returns no vectors: clang would warn of vectors between functions of unlike processors. */
/* Under a sanitizer one kind must do: the loader picks before the sanitizer is there, and its first check traps. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define ONE_PROCESSOR
#endif
#endif
#if defined(__x86_64__) && defined(__linux__) && !defined(ONE_PROCESSOR)
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

INLINE floats load_floats(const float *from, ptrdiff_t index) {
  floats value;
  memcpy(&value, from + index, sizeof value);
  return value;
}

INLINE void store_floats(float *to, ptrdiff_t index, floats value) {
  memcpy(to + index, &value, sizeof value);
}

/* Where this is inlined the type is a constant. */
INLINE floats load(const void *from, ptrdiff_t index, enum kernel_type type) {
  if (type == KERNEL_FLOAT32) return load_floats(from, index);
  halves half;
  memcpy(&half, (const uint16_t *)from + index, sizeof half);
  return (floats)(__builtin_convertvector(half, bits) << 16);
}

INLINE void store(void *to, ptrdiff_t index, enum kernel_type type, floats value) {
  if (type == KERNEL_FLOAT32) return store_floats(to, index, value);
  bits word = (bits)value;
  bits rounded = (word + 0x7fff + (word >> 16 & 1)) >> 16;
  // Rounding up a NaN's payload could make it a number.
  bits isNaN = (bits)(value != value);
  halves half = __builtin_convertvector((rounded & ~isNaN) | (0x7fc0 & isNaN), halves);
  memcpy((uint16_t *)to + index, &half, sizeof half);
}

/* The last `count` < 16 numbers of a row; `rest` fills the other lanes. */
INLINE floats load_some(const void *from, ptrdiff_t index, enum kernel_type type, ptrdiff_t count,
                        float rest) {
  float lanes[LANES];
  for (int i = 0; i < LANES; ++i) {
    lanes[i] = i >= count        ? rest
        : type == KERNEL_FLOAT32 ? ((const float *)from)[index + i]
                                 : widen(((const uint16_t *)from)[index + i]);
  }
  return load_floats(lanes, 0);
}

INLINE void store_some(void *to, ptrdiff_t index, enum kernel_type type, ptrdiff_t count, floats value) {
  for (int i = 0; i < count; ++i) {
    if (type == KERNEL_FLOAT32) ((float *)to)[index + i] = value[i];
    else ((uint16_t *)to)[index + i] = narrow(value[i]);
  }
}

/* A row's numbers from column i on; lanes beyond its end `rest`. */
INLINE floats load_part(const void *from, ptrdiff_t start, ptrdiff_t i, ptrdiff_t columns,
                        enum kernel_type type, float rest) {
  const ptrdiff_t left = columns - i;
  return left >= LANES ? load(from, start + i, type) : load_some(from, start + i, type, left, rest);
}

INLINE void store_part(void *to, ptrdiff_t start, ptrdiff_t i, ptrdiff_t columns, enum kernel_type type,
                       floats value) {
  const ptrdiff_t left = columns - i;
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

#endif
