#if defined(__x86_64__) && defined(__linux__)
#include "tiles.h"

#include "CKernels.h"

#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WITH_TILES __attribute__((target("amx-tile,amx-bf16")))

/* Linux gives the tiles' 8 KB of state only to processes that ask: arch_prctl(ARCH_REQ_XCOMP_PERM,
 * XTILEDATA). */
bool kernel_has_tiles(void) {
  static _Atomic int known = -1;
  if (known < 0) {
    unsigned a, b, c, d;
    const unsigned needed = 1u << 22 | 1u << 24;  // AMX-BF16, AMX-TILE
    const int has = __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & needed) == needed;
    known = has && syscall(SYS_arch_prctl, 0x1023, 18) == 0;
  }
  return known;
}

WITH_TILES void tiles_begin(void) {
  struct {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
  } shape = {.palette = 1};
  for (int tile = 0; tile < 8; ++tile) {
    shape.row_bytes[tile] = 4 * TILE;
    shape.rows[tile] = TILE;
  }
  _tile_loadconfig(&shape);
}

WITH_TILES void tiles_end(void) { _tile_release(); }

/* Up to six tiles of sums side by side, so that one can be added to while the others wait; tile 6 has the
 * left factor, tile 7 the right one. Tiles are named by constants. */
WITH_TILES void multiply_tiles(const struct product *of, float *products) {
#define EACH(tile) tile(0) tile(1) tile(2) tile(3) tile(4) tile(5)
#define ZERO(i) \
  if (i < count) _tile_zero(i);
#define ADD(i)                                              \
  if (i < count) {                                          \
    _tile_loadd(7, right + i * TILE, 4 * of->right_stride); \
    _tile_dpbf16ps(i, 6, 7);                                \
  }
#define STORE(i) \
  if (i < count) _tile_stored(i, products + first + i * TILE, 4 * of->right_stride);
  for (ptrdiff_t first = 0; first < of->right_stride; first += 6 * TILE) {
    const ptrdiff_t count = (of->right_stride - first) / TILE;
    EACH(ZERO)
    for (ptrdiff_t pair = 0; pair < of->pairs; pair += TILE) {
      const uint32_t *right = of->right + pair * of->right_stride + first;
      _tile_loadd(6, of->left + 2 * pair, 2 * of->left_stride);
      EACH(ADD)
    }
    EACH(STORE)
  }
}
#endif
