/* Products in the matrix unit of newer Xeons (AMX), 16 rows of 64 bytes in each of its eight tiles. */
#ifndef MEZZOTINT_TILES_H
#define MEZZOTINT_TILES_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

/* Rows of a tile, and columns of 32 bits. */
enum { TILE = 16 };

/* products[row][i] = the sum over the pairs of left[row][pair] * right[pair][i], row by row as long as the
 * right factor's. In tiles all pairs are taken up to whole tiles, and TILE rows of `left` and `products`. */
struct product {
  const uint16_t *left;
  /* In numbers; that of the right factor in pairs. */
  ptrdiff_t left_stride;
  const uint32_t *right;
  ptrdiff_t right_stride, pairs;
};

/* Before the first product of a call on its thread, and after the last: oneDNN sets up tiles in its own way.
 */
void tiles_begin(void);
void tiles_end(void);
void multiply_tiles(const struct product *of, float *products);

#endif
