/* A few queries against all keys of a head, in blocks of keys with a running maximum: what both kinds of
 * products share. `in_pairs`, like the numbers of rows and vectors, is a constant where this is inlined.
 *
 * Words are 32 bits: a float32 number, or a pair of bfloat16 that lie side by side along what is summed over.
 * Packed keys are [16 keys][word of the size][key of the 16], packed values [word of keys][number of the
 * size], whole vectors of them, with zeroes behind both ends. */
#ifndef MEZZOTINT_STREAMING_H
#define MEZZOTINT_STREAMING_H

#include "exponential.h"

/* Queries of a tile: with four vectors of keys their sums fill the registers of AVX-512, with one those of
 * AVX2. */
enum { TILE_ROWS = 6 };
/* Keys of a block: their scores stay in the first cache. */
enum { BLOCK_KEYS = 512 };
/* Sums that a thread keeps: a unit of work is as many queries as they fit, 96 of a head of 160. */
enum { MOST_SUMS = 96 * 160 };
/* A score of a key that is not there. */
#define NO_SCORE (-1e30f)

INLINE ptrdiff_t vectors_of(ptrdiff_t count) { return (count + LANES - 1) / LANES; }

INLINE ptrdiff_t words_of(ptrdiff_t count, bool in_pairs) { return in_pairs ? (count + 1) / 2 : count; }

/* Words of a head's packed keys, and of its packed values. */
INLINE ptrdiff_t key_words(const struct packed_attention *packed) {
  return vectors_of(packed->tokens) * words_of(packed->size, packed->in_pairs) * LANES;
}

INLINE ptrdiff_t value_words(const struct packed_attention *packed) {
  return words_of(vectors_of(packed->tokens) * LANES, packed->in_pairs) * vectors_of(packed->size) * LANES;
}

/* Queries of a unit of work: whole tiles. */
static ptrdiff_t unit_rows(const struct packed_attention *packed) {
  const ptrdiff_t most = MOST_SUMS / (vectors_of(packed->size) * LANES) / TILE_ROWS * TILE_ROWS;
  return most < 96 ? most : 96;
}

/* sum + one word of the left factor times a vector of the right one's. */
INLINE floats add_product(floats sum, const uint32_t *left, const uint32_t *right, bool in_pairs) {
  if (!in_pairs) {
    float number;
    memcpy(&number, left, sizeof number);
    return sum + number * load_floats((const float *)right, 0);
  }
  bits vector;
  memcpy(&vector, right, sizeof vector);
#ifdef WITH_PAIRS
  return (floats)_mm512_dpbf16_ps((__m512)sum, (__m512bh)_mm512_set1_epi32((int)*left), (__m512bh)vector);
#else
  const floats even = (floats)(vector << 16), odd = (floats)(vector & 0xffff0000u);
  return sum + odd * widen((uint16_t)(*left >> 16)) + even * widen((uint16_t)*left);
#endif
}

INLINE void store_half(uint16_t *to, ptrdiff_t index, floats value) {
#ifdef WITH_PAIRS
  const __m256i half = (__m256i)_mm512_cvtneps_pbh((__m512)value);
  memcpy(to + index, &half, sizeof half);
#else
  store(to, index, KERNEL_BFLOAT16, value);
#endif
}

/* For a tile of rows and some vectors of a right factor: sums[row][vector] * kept[row] + left * right over
 * the words. The vectors lie `apart` words from each other and each word's `stride` from the next; without
 * `kept` sums begin at 0. */
INLINE void multiply_tile(int vectors, const uint32_t *left, ptrdiff_t left_stride, const uint32_t *right,
                          ptrdiff_t apart, ptrdiff_t stride, ptrdiff_t words, const float *kept, float *sums,
                          ptrdiff_t sum_stride, bool in_pairs) {
  floats total[TILE_ROWS][4];
#pragma clang loop unroll(full)
  for (int r = 0; r < TILE_ROWS; ++r)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v)
      total[r][v] = kept ? load_floats(sums, r * sum_stride + v * LANES) * kept[r] : all(0);
  for (ptrdiff_t word = 0; word < words; ++word) {
#pragma clang loop unroll(full)
    for (int r = 0; r < TILE_ROWS; ++r)
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; ++v)
        total[r][v] = add_product(total[r][v], left + r * left_stride + word,
                                  right + v * apart + word * stride, in_pairs);
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < TILE_ROWS; ++r)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v) store_floats(sums, r * sum_stride + v * LANES, total[r][v]);
}

/* All `count` vectors of a right factor, at most `widest` at once. */
INLINE void multiply_all_vectors(int widest, ptrdiff_t count, const uint32_t *left, ptrdiff_t left_stride,
                                 const uint32_t *right, ptrdiff_t apart, ptrdiff_t stride, ptrdiff_t words,
                                 const float *kept, float *sums, ptrdiff_t sum_stride, bool in_pairs) {
  ptrdiff_t at = 0;
#define MULTIPLY(vectors)                                                                   \
  multiply_tile(vectors, left, left_stride, right + at * apart, apart, stride, words, kept, \
                sums + at * LANES, sum_stride, in_pairs)
  if (widest == 4) {
    for (; count - at >= 4; at += 4) MULTIPLY(4);
    if (count - at == 3) {
      MULTIPLY(3);
      return;
    }
    if (count - at == 2) {
      MULTIPLY(2);
      return;
    }
  }
  for (; at < count; ++at) MULTIPLY(1);
#undef MULTIPLY
}

/* Where a unit of work keeps what it has. */
struct attention_space {
  _Alignas(64) float sums[MOST_SUMS];
  _Alignas(64) float scores[TILE_ROWS * BLOCK_KEYS];
  /* Exponentials as pairs. */
  _Alignas(64) uint16_t narrow[TILE_ROWS * BLOCK_KEYS];
  _Alignas(64) uint32_t queries[TILE_ROWS * KERNEL_LARGEST_HEAD];
  float top[96], total[96];
};

/* A tile of queries as words; rows that are not there repeat the last. */
INLINE void take_queries(const struct streaming_attention_job *job, ptrdiff_t first, ptrdiff_t rows,
                         bool in_pairs, uint32_t *queries) {
  const ptrdiff_t size = job->packed.size, stride = job->packed.heads * size,
                  words = words_of(size, in_pairs);
  for (ptrdiff_t r = 0; r < TILE_ROWS; ++r) {
    const ptrdiff_t start = first + (r < rows ? r : rows - 1) * stride;
    uint32_t *row = queries + r * words;
    if (in_pairs) {
      row[words - 1] = 0;
      memcpy(row, (const uint16_t *)job->queries + start, 2 * (size_t)size);
    } else if (job->type == KERNEL_FLOAT32) {
      memcpy(row, (const float *)job->queries + start, 4 * (size_t)size);
    } else {
      for (ptrdiff_t i = 0; i < size; ++i)
        row[i] = (uint32_t)((const uint16_t *)job->queries)[start + i] << 16;
    }
  }
}

/* The factors of a query's scores with `count` keys from `first` on; `head` is where the head's begin. */
INLINE void take_factors(const struct streaming_attention_job *job, const float *head, ptrdiff_t query,
                         ptrdiff_t first, ptrdiff_t count, float *factors) {
  const ptrdiff_t width = job->grid_width, y = query / width, x = query % width;
  for (ptrdiff_t key = first, end = first + count; key < end;) {
    const ptrdiff_t row = key / width, column = key % width;
    const ptrdiff_t run = width - column < end - key ? width - column : end - key;
    const float *line = head + (row < y ? y - row : row - y) * (2 * width - 1) + width - 1 - x + column;
    memcpy(factors + key - first, line, (size_t)run * sizeof *line);
    key += run;
  }
}

/* Scores times the factors of the mask, and those of keys that are not there set out of reach. */
INLINE void mask_scores(const struct streaming_attention_job *job, const float *head, ptrdiff_t query,
                        ptrdiff_t first, ptrdiff_t count, float *scores) {
  if (head) {
    _Alignas(64) float factors[BLOCK_KEYS + LANES];
    take_factors(job, head, query, first, count, factors);
    for (ptrdiff_t i = 0; i < count; i += LANES)
      store_floats(scores, i, load_floats(scores, i) * load_floats(factors, i));
  }
  for (ptrdiff_t i = count; i < vectors_of(count) * LANES; ++i) scores[i] = NO_SCORE;
}

/* From scores to exponentials, as floats in place or as pairs; what the sums so far are still worth goes to
 * `kept`. */
INLINE void weigh_tile(const struct streaming_attention_job *job, ptrdiff_t count, bool in_pairs,
                       struct attention_space *space, ptrdiff_t at, float *kept) {
  const ptrdiff_t columns = vectors_of(count) * LANES;
  // In powers of two, which are cheaper.
  const float scale = job->scale * 1.44269504f;
  for (int r = 0; r < TILE_ROWS; ++r) {
    float *row = space->scores + r * BLOCK_KEYS;
    floats highest = load_floats(row, 0), total = all(0);
    for (ptrdiff_t i = LANES; i < columns; i += LANES) highest = larger(load_floats(row, i), highest);
    const float before = space->top[at + r], here = largest(highest)[0] * scale;
    const float top = here > before ? here : before;
    for (ptrdiff_t i = 0; i < columns; i += LANES) {
      const floats value = power_of_two(load_floats(row, i) * scale - top, !in_pairs);
      if (in_pairs) store_half(space->narrow, r * BLOCK_KEYS + i, value);
      else store_floats(row, i, value);
      total += value;
    }
    kept[r] = power_of_two(all(before - top), true)[0];
    space->top[at + r] = top;
    space->total[at + r] = space->total[at + r] * kept[r] + sum(total);
  }
}

/* One unit of work: up to unit_rows queries of one head of one image, from `first` on. */
INLINE void attend_unit(const struct streaming_attention_job *job, int widest, bool in_pairs, ptrdiff_t head,
                        ptrdiff_t first, struct attention_space *space) {
  const struct packed_attention *packed = &job->packed;
  const ptrdiff_t size = packed->size, width = vectors_of(size) * LANES, words = words_of(size, in_pairs);
  const ptrdiff_t image = head / packed->heads, stride = packed->heads * size, most = unit_rows(packed);
  const ptrdiff_t rows = job->tokens - first < most ? job->tokens - first : most;
  const ptrdiff_t corner = (image * job->tokens + first) * stride + head % packed->heads * size;
  const uint32_t *keys = (const uint32_t *)packed->keys + head * key_words(packed);
  const uint32_t *values = (const uint32_t *)packed->values + head * value_words(packed);
  const ptrdiff_t source = job->mask ? job->sources[image] : -1;
  const ptrdiff_t factors = job->grid_height * (2 * job->grid_width - 1);
  const float *mask = source < 0 ? 0 : job->mask + (source * packed->heads + head % packed->heads) * factors;
  memset(space->sums, 0,
         sizeof *space->sums * (size_t)((rows + TILE_ROWS - 1) / TILE_ROWS * TILE_ROWS * width));
  for (ptrdiff_t r = 0; r < 96; ++r) {
    space->top[r] = NO_SCORE;
    space->total[r] = 0;
  }
  for (ptrdiff_t key = 0; key < packed->tokens; key += BLOCK_KEYS) {
    const ptrdiff_t count = packed->tokens - key < BLOCK_KEYS ? packed->tokens - key : BLOCK_KEYS;
    const ptrdiff_t columns = vectors_of(count);
    for (ptrdiff_t at = 0; at < rows; at += TILE_ROWS) {
      const ptrdiff_t left = rows - at < TILE_ROWS ? rows - at : TILE_ROWS;
      float kept[TILE_ROWS];
      take_queries(job, corner + at * stride, left, in_pairs, space->queries);
      multiply_all_vectors(widest, columns, space->queries, words, keys + key * words, words * LANES, LANES,
                           words, 0, space->scores, BLOCK_KEYS, in_pairs);
      for (ptrdiff_t r = 0; r < TILE_ROWS; ++r)
        mask_scores(job, mask, first + at + (r < left ? r : left - 1), key, count,
                    space->scores + r * BLOCK_KEYS);
      weigh_tile(job, count, in_pairs, space, at, kept);
      const uint32_t *weights = in_pairs ? (const uint32_t *)space->narrow : (const uint32_t *)space->scores;
      multiply_all_vectors(widest, width / LANES, weights, words_of(BLOCK_KEYS, in_pairs),
                           values + words_of(key, in_pairs) * width, LANES, width,
                           words_of(columns * LANES, in_pairs), kept, space->sums + at * width, width,
                           in_pairs);
    }
  }
  for (ptrdiff_t r = 0; r < rows; ++r)
    for (ptrdiff_t i = 0; i < size; i += LANES)
      store_part(job->mixed, corner + r * stride, i, size, job->type,
                 load_floats(space->sums, r * width + i) * (1.0f / space->total[r]));
}

INLINE void attend_units(const struct streaming_attention_job *job, int widest, bool in_pairs,
                         ptrdiff_t first, ptrdiff_t end) {
  struct attention_space space;
  const ptrdiff_t rows = unit_rows(&job->packed), across = (job->tokens + rows - 1) / rows;
  for (ptrdiff_t unit = first; unit < end; ++unit)
    attend_unit(job, widest, in_pairs, unit / across, unit % across * rows, &space);
}

#endif
