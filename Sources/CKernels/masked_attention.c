#include "CKernels.h"

#if defined(__x86_64__) && defined(__linux__)
/* All that follows, the vectors too, is compiled for processors with bfloat16 products: kernel_can_attend asks. */
#pragma clang attribute push(__attribute__((target("arch=cooperlake"))), apply_to = function)
#include <immintrin.h>

#include "scores.h"
#include "team.h"

/* A head's keys and values are packed on the stack: 16 x 16 patches and two more tokens fit. */
enum { MOST_TOKENS = 272, MOST_SIZE = 64, WIDEST = 5 };

struct attention_job {
    const uint16_t *queries, *keys, *values;
    uint16_t *mixed;
    const float *mask;
    const int64_t *sources;
    int64_t heads, tokens, size, stride;
    float scale;
};

INLINE int64_t whole_vectors(int64_t count) { return (count + LANES - 1) / LANES * LANES; }

INLINE uint32_t pair_at(const uint16_t *numbers, int64_t pair) {
    uint32_t word;
    memcpy(&word, numbers + 2 * pair, sizeof word);
    return word;
}

/* The first `count` numbers of a vector, all of them from 16 on. */
INLINE void narrow_to(uint16_t *to, floats value, int64_t count) {
    __m256bh narrowed = _mm512_cvtneps_pbh((__m512)value);
    if (count >= LANES) memcpy(to, &narrowed, sizeof narrowed);
    else memcpy(to, &narrowed, sizeof *to * count);
}

/* [pair of the head's numbers][key]; the last key again in lanes beyond the end. */
INLINE void pack_keys(const struct attention_job *job, const uint16_t *keys, uint32_t *packed) {
    const int64_t columns = whole_vectors(job->tokens);
    for (int64_t first = 0; first < columns; first += LANES) {
        for (int64_t pair = 0; pair < job->size / 2; ++pair) {
            bits column;
            for (int lane = 0; lane < LANES; ++lane) {
                const int64_t key = first + lane < job->tokens ? first + lane : job->tokens - 1;
                column[lane] = pair_at(keys + key * job->stride, pair);
            }
            memcpy(packed + pair * columns + first, &column, sizeof column);
        }
    }
}

/* [pair of keys][number of the head]; an odd last key is paired with zeroes. Lanes beyond the size hold anything: they
 * are never stored. */
INLINE void pack_values(const struct attention_job *job, const uint16_t *values, uint32_t *packed) {
    const int64_t columns = whole_vectors(job->size);
    for (int64_t key = 0; key < job->tokens; key += 2) {
        const uint16_t *even = values + key * job->stride, *odd = even + job->stride;
        const int has_odd = key + 1 < job->tokens;
        for (int64_t i = 0; i < job->size; ++i)
            packed[key / 2 * columns + i] = even[i] | (has_odd ? (uint32_t)odd[i] << 16 : 0);
    }
}

/* Two matrices to multiply, in pairs of bfloat16: left [row][pair], right [pair][column]. */
struct product {
    const uint16_t *left;
    int64_t left_stride;
    const uint32_t *right;
    int64_t right_stride, pairs;
};

/* products[row][i] = the sum over the pairs of left[row][pair] * right[pair][i], for some vectors from `first` on.
 * `rows` and `vectors` are constants where this is inlined, so that all sums stay in registers. */
INLINE void multiply(int rows, int vectors, const struct product *of, int64_t first, float *products) {
    floats sums[GROUP * WIDEST];
#pragma clang loop unroll(full)
    for (int i = 0; i < rows * vectors; ++i) sums[i] = all(0);
    for (int64_t pair = 0; pair < of->pairs; ++pair) {
        bits columns[WIDEST];
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; ++v)
            memcpy(&columns[v], of->right + pair * of->right_stride + first + v * LANES, sizeof columns[v]);
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; ++r) {
            const __m512bh number = (__m512bh)_mm512_set1_epi32((int)pair_at(of->left + r * of->left_stride, pair));
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; ++v) {
                __m512 *sum = (__m512 *)&sums[r * vectors + v];
                *sum = _mm512_dpbf16_ps(*sum, number, (__m512bh)columns[v]);
            }
        }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; ++r)
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; ++v)
            store(products, r * of->right_stride + first + v * LANES, 0, sums[r * vectors + v]);
}

/* Rows as long as the right factor's: as many vectors at once as registers hold, none left alone at the end. */
INLINE void multiply_rows(int rows, const struct product *of, float *products) {
    for (int64_t first = 0, vectors; first < of->right_stride; first += vectors * LANES) {
        vectors = (of->right_stride - first) / LANES;
        if (vectors > WIDEST) vectors = 4;
        switch (vectors) {
        case 1: multiply(rows, 1, of, first, products); break;
        case 2: multiply(rows, 2, of, first, products); break;
        case 3: multiply(rows, 3, of, first, products); break;
        case 4: multiply(rows, 4, of, first, products); break;
        default: multiply(rows, WIDEST, of, first, products);
        }
    }
}

/* In place: the scores times mask and scale, e^(score - the row's largest) as bfloat16, and one over their sum. */
INLINE void weigh(const struct attention_job *job, int rows, float *scores, const float *mask, uint16_t *attention,
                  float *share) {
    const int64_t columns = whole_vectors(job->tokens);
    float highest[GROUP];
    for (int r = 0; r < rows; ++r) {
        float *row = scores + r * columns;
        highest[r] = weigh_row(row, 0, 0, job->scale, mask ? mask + r * job->tokens : 0, job->tokens, row);
        for (int64_t i = job->tokens; i < columns; ++i) row[i] = -3.0e38f;
    }
    for (int r = 0; r < rows; ++r) {
        floats total = all(0);
        for (int64_t i = r * columns; i < (r + 1) * columns; i += LANES) {
            floats value = exponential(load(scores, i, 0) - highest[r]);
            narrow_to(attention + i, value, LANES);
            total += value;
        }
        share[r] = 1.0f / sum(total);
    }
}

/* A few queries of one head from scores to what is mixed; the scores never leave the first cache. */
INLINE void attend(const struct attention_job *job, int rows, const uint16_t *queries, const float *mask,
                   const uint32_t *keys, const uint32_t *values, uint16_t *mixed) {
    const int64_t columns = whole_vectors(job->tokens), width = whole_vectors(job->size);
    _Alignas(64) float scores[GROUP * MOST_TOKENS], sums[GROUP * MOST_SIZE];
    _Alignas(64) uint16_t attention[GROUP * MOST_TOKENS];
    float share[GROUP];
    const struct product scored = {queries, job->stride, keys, columns, job->size / 2};
    const struct product summed = {attention, columns, values, width, (job->tokens + 1) / 2};
    multiply_rows(rows, &scored, scores);
    weigh(job, rows, scores, mask, attention, share);
    multiply_rows(rows, &summed, sums);
    for (int r = 0; r < rows; ++r)
        for (int64_t i = 0; i < job->size; i += LANES)
            narrow_to(mixed + r * job->stride + i, load(sums, r * width + i, 0) * share[r], job->size - i);
}

/* Queries of all images and heads in a row: a thread packs the keys and values of each head that it comes to. */
static void attend_rows(const void *opaque, int64_t first, int64_t end) {
    const struct attention_job *job = opaque;
    _Alignas(64) uint32_t keys[MOST_TOKENS * MOST_SIZE / 2], values[MOST_TOKENS * MOST_SIZE / 2];
    for (int64_t row = first, stop; row < end; row = stop) {
        const int64_t head = row / job->tokens, image = head / job->heads;
        const int64_t corner = image * job->tokens * job->stride + head % job->heads * job->size;
        const int64_t masked_head = job->mask ? job->sources[image] * job->heads + head % job->heads : 0;
        stop = (head + 1) * job->tokens < end ? (head + 1) * job->tokens : end;
        pack_keys(job, job->keys + corner, keys);
        pack_values(job, job->values + corner, values);
        for (int64_t at = row - head * job->tokens; at < stop - head * job->tokens; at += GROUP) {
            const int64_t start = corner + at * job->stride, rows = stop - head * job->tokens - at;
            const uint16_t *queries = job->queries + start;
            uint16_t *mixed = job->mixed + start;
            const float *mask = job->mask ? job->mask + (masked_head * job->tokens + at) * job->tokens : 0;
            switch (rows) {
            case 1: attend(job, 1, queries, mask, keys, values, mixed); break;
            case 2: attend(job, 2, queries, mask, keys, values, mixed); break;
            case 3: attend(job, 3, queries, mask, keys, values, mixed); break;
            default: attend(job, GROUP, queries, mask, keys, values, mixed);
            }
        }
    }
}
#pragma clang attribute pop

int kernel_can_attend(int64_t tokens, int64_t size) {
    return LANES <= tokens && tokens <= MOST_TOKENS && size % 2 == 0 && size <= MOST_SIZE
        && __builtin_cpu_supports("avx512bf16");
}

void kernel_masked_attention(const void *queries, const void *keys, const void *values, void *mixed, const float *mask,
                             const int64_t *sources, float scale, int64_t batch, int64_t heads, int64_t tokens,
                             int64_t size, int threads) {
    struct attention_job job = {queries, keys, values, mixed, mask, sources, heads, tokens, size, heads * size, scale};
    split(batch * heads * tokens, threads, &job, attend_rows);
}

#else

int kernel_can_attend(int64_t tokens, int64_t size) { return 0; }

void kernel_masked_attention(const void *queries, const void *keys, const void *values, void *mixed, const float *mask,
                             const int64_t *sources, float scale, int64_t batch, int64_t heads, int64_t tokens,
                             int64_t size, int threads) {}

#endif
