/* Small products of bfloat16 matrices for attention, for x86 processors that have them. Included where all
 * functions are compiled for such a processor; kernel_can_attend asks. */
#ifndef MEZZOTINT_PRODUCTS_H
#define MEZZOTINT_PRODUCTS_H

#include <immintrin.h>

#include "tiles.h"
#include "vectors.h"

/* Packed factors lie on the stack: 16 x 16 patches and two more tokens fit. */
enum { MOST_TOKENS = 272, MOST_SIZE = 64, WIDEST = 5 };
/* Numbers in a packed factor: pairs are whole vectors, and what is too much of them is zero, as tiles want
 * it. */
enum { MOST_PACKED = (MOST_TOKENS / 2 + LANES) * MOST_SIZE };

INLINE ptrdiff_t whole_vectors(ptrdiff_t count) { return (count + LANES - 1) / LANES * LANES; }

/* Numbers of a row of pairs, the pairs in whole vectors. */
INLINE ptrdiff_t paired(ptrdiff_t count) { return 2 * whole_vectors((count + 1) / 2); }

/* The lanes that the last `left` numbers of a row fill. */
INLINE __mmask16 lanes_of(ptrdiff_t left) {
  return left >= LANES ? 0xffff : left <= 0 ? 0 : (__mmask16)((1u << left) - 1);
}

INLINE floats load_lanes(const float *from, __mmask16 lanes) {
  return (floats)_mm512_maskz_loadu_ps(lanes, from);
}

/* The first `count` numbers of a vector, all of them from 16 on. */
INLINE void narrow_to(uint16_t *to, floats value, ptrdiff_t count) {
  _mm256_mask_storeu_epi16(to, lanes_of(count), (__m256i)_mm512_cvtneps_pbh((__m512)value));
}

/* Of 16 vectors the first lanes, then the second, and so on: square blocks beside the diagonal change places,
 * eight lanes wide, then four, two and one. */
INLINE void transpose(bits rows[LANES]) {
#pragma clang loop unroll(full)
  for (int side = LANES / 2; side > 0; side /= 2) {
    bits upper, lower;
#pragma clang loop unroll(full)
    for (int lane = 0; lane < LANES; ++lane) {
      upper[lane] = lane & side ? LANES + lane - side : lane;
      lower[lane] = lane & side ? LANES + lane : lane + side;
    }
#pragma clang loop unroll(full)
    for (int row = 0; row < LANES; ++row) {
      if (row & side) continue;
      const __m512i first = (__m512i)rows[row], second = (__m512i)rows[row + side];
      rows[row] = (bits)_mm512_permutex2var_epi32(first, (__m512i)upper, second);
      rows[row + side] = (bits)_mm512_permutex2var_epi32(first, (__m512i)lower, second);
    }
  }
}

/* From [row][column] at a stride to [column][row], each of them a pair; rows and columns beyond the end are
 * zeroes. */
INLINE void transpose_pairs(const void *from, ptrdiff_t stride, ptrdiff_t row_count, ptrdiff_t column_count,
                            uint32_t *to) {
  const ptrdiff_t width = whole_vectors(row_count);
  for (ptrdiff_t first = 0; first < row_count; first += LANES) {
    for (ptrdiff_t column = 0; column < column_count; column += LANES) {
      const __mmask16 lanes = lanes_of(column_count - column);
      bits rows[LANES];
      for (int i = 0; i < LANES; ++i)
        rows[i] = (bits)_mm512_maskz_loadu_epi32(first + i < row_count ? lanes : 0,
                                                 (const uint32_t *)from + (first + i) * stride + column);
      transpose(rows);
      for (int i = 0; i < LANES; ++i) memcpy(to + (column + i) * width + first, &rows[i], sizeof rows[i]);
    }
  }
}

/* [token][size] at a stride to [pair of tokens][number of the size]; zeroes beyond both ends. */
INLINE void pack_rows(const uint16_t *from, ptrdiff_t stride, ptrdiff_t tokens, ptrdiff_t size,
                      uint32_t *packed) {
  const ptrdiff_t columns = whole_vectors(size), pairs = whole_vectors((tokens + 1) / 2);
  for (ptrdiff_t pair = 0; pair < pairs; ++pair) {
    const uint16_t *even = from + 2 * pair * stride, *odd = even + stride;
    for (ptrdiff_t i = 0; i < size; i += LANES) {
      const __mmask16 lanes = lanes_of(size - i);
      const __mmask16 has_even = 2 * pair < tokens ? lanes : 0, has_odd = 2 * pair + 1 < tokens ? lanes : 0;
      const __m512i low = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(has_even, even + i));
      const __m512i high = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(has_odd, odd + i));
      const __m512i both = _mm512_or_si512(low, _mm512_slli_epi32(high, 16));
      memcpy(packed + pair * columns + i, &both, sizeof both);
    }
  }
}

/* Some rows of a left factor, `size` numbers each, side by side in whole vectors of pairs; zeroes up to TILE
 * rows. */
INLINE void copy_rows(const uint16_t *from, ptrdiff_t stride, ptrdiff_t rows, ptrdiff_t size, uint16_t *to) {
  const ptrdiff_t width = paired(size);
  for (ptrdiff_t row = 0; row < TILE; ++row) {
    for (ptrdiff_t i = 0; i < width; i += 2 * LANES) {
      const __mmask16 lanes = row < rows ? lanes_of((size - i) / 2) : 0;
      _mm512_storeu_si512(to + row * width + i, _mm512_maskz_loadu_epi32(lanes, from + row * stride + i));
    }
  }
}

/* For some rows and some vectors from `first` on; `rows` and `vectors` are constants where this is inlined,
 * so that all sums stay in registers. */
INLINE void multiply(int rows, int vectors, const struct product *of, ptrdiff_t row, ptrdiff_t first,
                     float *products) {
  floats sums[GROUP * WIDEST];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows * vectors; ++i) sums[i] = all(0);
  for (ptrdiff_t pair = 0; pair < of->pairs; ++pair) {
    bits columns[WIDEST];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v)
      memcpy(&columns[v], of->right + pair * of->right_stride + first + v * LANES, sizeof columns[v]);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; ++r) {
      int32_t number;
      memcpy(&number, of->left + (row + r) * of->left_stride + 2 * pair, sizeof number);
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; ++v) {
        __m512 *sum = (__m512 *)&sums[r * vectors + v];
        *sum = _mm512_dpbf16_ps(*sum, (__m512bh)_mm512_set1_epi32(number), (__m512bh)columns[v]);
      }
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; ++r)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v)
      store_floats(products, (row + r) * of->right_stride + first + v * LANES, sums[r * vectors + v]);
}

/* As many vectors at once as registers hold, none left alone at the end. */
INLINE void multiply_vectors(int rows, const struct product *of, ptrdiff_t row, float *products) {
  for (ptrdiff_t first = 0, vectors; first < of->right_stride; first += vectors * LANES) {
    vectors = (of->right_stride - first) / LANES;
    if (vectors > WIDEST) vectors = 4;
    switch (vectors) {
    case 1: multiply(rows, 1, of, row, first, products); break;
    case 2: multiply(rows, 2, of, row, first, products); break;
    case 3: multiply(rows, 3, of, row, first, products); break;
    case 4: multiply(rows, 4, of, row, first, products); break;
    default: multiply(rows, WIDEST, of, row, first, products);
    }
  }
}

/* A product of up to TILE rows: in tiles where the processor has them, else in vectors. */
static void multiply_rows(bool in_tiles, ptrdiff_t rows, const struct product *of, float *products) {
  if (in_tiles) return multiply_tiles(of, products);
  ptrdiff_t row = 0;
  for (; row + GROUP <= rows; row += GROUP) multiply_vectors(GROUP, of, row, products);
  for (; row + 2 <= rows; row += 2) multiply_vectors(2, of, row, products);
  if (row < rows) multiply_vectors(1, of, row, products);
}

#endif
