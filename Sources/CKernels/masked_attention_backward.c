#include "CKernels.h"

#if defined(__x86_64__) && defined(__linux__)
/* As in masked_attention.c: kernel_can_attend asks whether the processor has what this is compiled for. */
#pragma clang attribute push(__attribute__((target("arch=cooperlake"))), apply_to = function)
#include "products.h"
#include "scores.h"

/* One head of one image, each pointer at its first token. */
struct back_head {
  const uint16_t *queries, *keys, *values, *gradients;
  uint16_t *query_gradients, *key_gradients, *value_gradients;
  const float *mask;
  float *mask_sums;
  float scale;
  ptrdiff_t tokens, size, stride;
  bool in_tiles;
};

/* A head's factors in the orders that the products read. */
struct back_packed {
  /* [pair of the size][token]. */
  _Alignas(64) uint32_t keys[MOST_PACKED], values[MOST_PACKED];
  /* [pair of tokens][number of the size]. */
  _Alignas(64) uint32_t key_rows[MOST_PACKED], query_rows[MOST_PACKED], gradient_rows[MOST_PACKED];
  /* Attention and the gradient of the scores, [pair of queries][key]. */
  _Alignas(64) uint32_t attention[MOST_TOKENS * MOST_TOKENS / 2], slopes[MOST_TOKENS * MOST_TOKENS / 2];
  /* The same, [key][pair of queries]. */
  _Alignas(64) uint32_t attention_rows[MOST_TOKENS * (MOST_TOKENS / 2 + LANES)];
  _Alignas(64) uint32_t slope_rows[MOST_TOKENS * (MOST_TOKENS / 2 + LANES)];
};

/* A few queries from the scores to their gradients. */
struct back_rows {
  _Alignas(64) float scores[TILE * MOST_TOKENS], attention[TILE * MOST_TOKENS], back[TILE * MOST_TOKENS];
  _Alignas(64) uint16_t slopes[TILE * (MOST_TOKENS + LANES)];
  float share[TILE], mean[TILE];
};

/* Two rows of 16 numbers as pairs of bfloat16. */
INLINE bits pairs_of(floats even, floats odd) {
  const __m512i low = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh((__m512)even));
  const __m512i high = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh((__m512)odd));
  return (bits)_mm512_or_si512(low, _mm512_slli_epi32(high, 16));
}

/* The exponentials of the masked scores into `attention`; for each row one over their sum, and the sum of
 * their products with `back` as a share of it. Pass by pass: one row's waits are filled with others' work. */
INLINE void back_softmax(const struct back_head *head, ptrdiff_t count, ptrdiff_t at,
                         struct back_rows *rows) {
  const ptrdiff_t tokens = head->tokens, columns = whole_vectors(tokens);
  float highest[TILE];
  for (ptrdiff_t r = 0; r < count; ++r) {
    float *attention = rows->attention + r * columns;
    const float *mask = head->mask ? head->mask + (at + r) * tokens : 0;
    highest[r] =
        weigh_row(rows->scores + r * columns, 0, KERNEL_FLOAT32, head->scale, mask, tokens, attention);
    for (ptrdiff_t i = tokens; i < columns; ++i) attention[i] = -3.0e38f;
  }
  for (ptrdiff_t r = 0; r < count; ++r) {
    floats total = all(0), product = all(0);
    for (ptrdiff_t i = r * columns; i < (r + 1) * columns; i += LANES) {
      floats value = exponential(load_floats(rows->attention, i) - highest[r]);
      store_floats(rows->attention, i, value);
      total += value;
      product += value * load_floats(rows->back, i);
    }
    rows->share[r] = 1.0f / sum(total);
    rows->mean[r] = sum(product) * rows->share[r];
  }
}

/* With A = softmax(S o M), G the gradient of A and D = A o (G - sum(A o G)), the gradient of the masked
 * scores: D o S is added to that of M, and D o M is that of S. Returns the latter, and A in its place. */
INLINE floats back_scores(const struct back_head *head, ptrdiff_t query, ptrdiff_t r, ptrdiff_t i,
                          struct back_rows *rows, floats *attention) {
  const ptrdiff_t place = r * whole_vectors(head->tokens) + i, masked = query * head->tokens + i;
  const __mmask16 lanes = lanes_of(head->tokens - i);
  *attention = load_floats(rows->attention, place) * rows->share[r];
  const floats slope = *attention * (load_floats(rows->back, place) - rows->mean[r]);
  if (!head->mask) return slope * head->scale;
  const floats sums = load_lanes(head->mask_sums + masked, lanes) + slope * load_floats(rows->scores, place);
  _mm512_mask_storeu_ps(head->mask_sums + masked, lanes, (__m512)sums);
  return slope * load_lanes(head->mask + masked, lanes);
}

INLINE void store_rows(const struct back_head *head, ptrdiff_t count, const float *sums, uint16_t *to) {
  const ptrdiff_t width = whole_vectors(head->size);
  for (ptrdiff_t r = 0; r < count; ++r)
    for (ptrdiff_t i = 0; i < head->size; i += LANES)
      narrow_to(to + r * head->stride + i, load_floats(sums, r * width + i), head->size - i);
}

/* Up to TILE queries from `at` on: their gradients, and what the keys and values need of them. */
static void back_queries(const struct back_head *head, ptrdiff_t count, ptrdiff_t at,
                         struct back_packed *packed) {
  const ptrdiff_t tokens = head->tokens, columns = whole_vectors(tokens), width = whole_vectors(head->size);
  const ptrdiff_t start = at * head->stride;
  struct back_rows rows;
  _Alignas(64) uint16_t left[TILE * MOST_SIZE];
  _Alignas(64) float sums[TILE * MOST_SIZE];
  copy_rows(head->queries + start, head->stride, count, head->size, left);
  const struct product scored = {left, paired(head->size), packed->keys, columns, head->size / 2};
  multiply_rows(head->in_tiles, count, &scored, rows.scores);
  copy_rows(head->gradients + start, head->stride, count, head->size, left);
  const struct product returned = {left, paired(head->size), packed->values, columns, head->size / 2};
  multiply_rows(head->in_tiles, count, &returned, rows.back);
  back_softmax(head, count, at, &rows);
  for (ptrdiff_t r = 0; r < count; r += 2) {
    uint16_t *slopes = rows.slopes + r * paired(tokens);
    for (ptrdiff_t i = 0; i < columns; i += LANES) {
      floats even, odd = all(0), odd_slope = all(0);
      const floats even_slope = back_scores(head, at + r, r, i, &rows, &even);
      if (r + 1 < count) odd_slope = back_scores(head, at + r + 1, r + 1, i, &rows, &odd);
      narrow_to(slopes + i, even_slope, LANES);
      narrow_to(slopes + paired(tokens) + i, odd_slope, LANES);
      const bits attended = pairs_of(even, odd), sloped = pairs_of(even_slope, odd_slope);
      const ptrdiff_t place = (at + r) / 2 * columns + i;
      memcpy(packed->attention + place, &attended, sizeof attended);
      memcpy(packed->slopes + place, &sloped, sizeof sloped);
    }
    for (ptrdiff_t i = columns; i < paired(tokens); ++i) slopes[i] = slopes[paired(tokens) + i] = 0;
  }
  const struct product queried = {rows.slopes, paired(tokens), packed->key_rows, width, (tokens + 1) / 2};
  multiply_rows(head->in_tiles, count, &queried, sums);
  store_rows(head, count, sums, head->query_gradients + start);
}

/* Up to TILE keys from `at` on: their gradients, the scores' by the queries, and those of their values, the
 * attention by the gradients of what was mixed. */
static void back_keys(const struct back_head *head, ptrdiff_t count, ptrdiff_t at,
                      const struct back_packed *packed) {
  const ptrdiff_t width = whole_vectors(head->size), pairs = (head->tokens + 1) / 2;
  const ptrdiff_t start = at * head->stride, from = at * paired(head->tokens);
  const uint16_t *slopes = (const uint16_t *)packed->slope_rows;
  const uint16_t *attention = (const uint16_t *)packed->attention_rows;
  _Alignas(64) float sums[TILE * MOST_SIZE];
  const struct product keyed = {slopes + from, paired(head->tokens), packed->query_rows, width, pairs};
  multiply_rows(head->in_tiles, count, &keyed, sums);
  store_rows(head, count, sums, head->key_gradients + start);
  const struct product valued = {attention + from, paired(head->tokens), packed->gradient_rows, width, pairs};
  multiply_rows(head->in_tiles, count, &valued, sums);
  store_rows(head, count, sums, head->value_gradients + start);
}

static void back_head(const struct back_head *head, struct back_packed *packed) {
  const ptrdiff_t tokens = head->tokens, size = head->size, stride = head->stride;
  const ptrdiff_t columns = whole_vectors(tokens);
  transpose_pairs(head->keys, stride / 2, tokens, size / 2, packed->keys);
  transpose_pairs(head->values, stride / 2, tokens, size / 2, packed->values);
  pack_rows(head->keys, stride, tokens, size, packed->key_rows);
  pack_rows(head->queries, stride, tokens, size, packed->query_rows);
  pack_rows(head->gradients, stride, tokens, size, packed->gradient_rows);
  for (ptrdiff_t at = 0; at < tokens; at += TILE)
    back_queries(head, tokens - at < TILE ? tokens - at : TILE, at, packed);
  transpose_pairs(packed->attention, columns, (tokens + 1) / 2, columns, packed->attention_rows);
  transpose_pairs(packed->slopes, columns, (tokens + 1) / 2, columns, packed->slope_rows);
  for (ptrdiff_t at = 0; at < tokens; at += TILE)
    back_keys(head, tokens - at < TILE ? tokens - at : TILE, at, packed);
}

void kernel_masked_attention_backward(struct masked_attention_backward_job job) {
  struct back_packed packed;
  const ptrdiff_t stride = job.heads * job.size, square = job.tokens * job.tokens;
  if (!kernel_can_attend(job.tokens, job.size)) __builtin_trap();
  if (job.in_tiles) tiles_begin();
  for (ptrdiff_t place = 0; place < job.batch * job.heads; ++place) {
    const ptrdiff_t number = place % job.heads;
    const ptrdiff_t corner = place / job.heads * job.tokens * stride + number * job.size;
    const struct back_head head = {.queries = job.queries + corner,
                                   .keys = job.keys + corner,
                                   .values = job.values + corner,
                                   .gradients = job.gradients + corner,
                                   .query_gradients = job.query_gradients + corner,
                                   .key_gradients = job.key_gradients + corner,
                                   .value_gradients = job.value_gradients + corner,
                                   .mask = job.mask ? job.mask + number * square : 0,
                                   .mask_sums = job.mask ? job.mask_sums + number * square : 0,
                                   .scale = job.scale,
                                   .tokens = job.tokens,
                                   .size = job.size,
                                   .stride = stride,
                                   .in_tiles = job.in_tiles};
    back_head(&head, &packed);
  }
  if (job.in_tiles) tiles_end();
}
#pragma clang attribute pop

#else

void kernel_masked_attention_backward(struct masked_attention_backward_job job) { __builtin_trap(); }

#endif
