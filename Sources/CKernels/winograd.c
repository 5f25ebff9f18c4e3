#include "CKernels.h"
#include "team.h"
#include "vectors.h"

/* F(4 x 4, 3 x 3): a tile of 4 x 4 outputs from 6 x 6 inputs with 36 products in the place of 144. */
enum { TILE_OUT = 4, TILE_IN = 6 };

/* B' d of six numbers, each `step` vectors from the next. */
INLINE void spread_six(const floats *from, floats *to, int step) {
  const floats d0 = from[0], d1 = from[step], d2 = from[2 * step], d3 = from[3 * step], d4 = from[4 * step],
               d5 = from[5 * step];
  const floats even = d4 - 4 * d2, odd = d3 - 4 * d1, near = d4 - d2, far = 2 * (d3 - d1);
  to[0] = 4 * d0 - 5 * d2 + d4;
  to[step] = even + odd;
  to[2 * step] = even - odd;
  to[3 * step] = near + far;
  to[4 * step] = near - far;
  to[5 * step] = 4 * d1 - 5 * d3 + d5;
}

/* A' m of six numbers. */
INLINE void gather_six(const floats *from, int step, floats *to, int to_step) {
  const floats m0 = from[0], m1 = from[step], m2 = from[2 * step], m3 = from[3 * step], m4 = from[4 * step],
               m5 = from[5 * step];
  const floats sum = m1 + m2, difference = m1 - m2, wide_sum = m3 + m4, wide = m3 - m4;
  to[0] = m0 + sum + wide_sum;
  to[to_step] = difference + 2 * wide;
  to[2 * to_step] = sum + 4 * wide_sum;
  to[3 * to_step] = difference + 8 * wide + m5;
}

/* G g of three numbers. */
INLINE void widen_three(const floats *from, int step, floats *to, int to_step) {
  const floats g0 = from[0], g1 = from[step], g2 = from[2 * step];
  const floats outer = g0 + g2, wide = g0 + 4 * g2;
  to[0] = g0 / 4;
  to[to_step] = (outer + g1) / -6;
  to[2 * to_step] = (outer - g1) / -6;
  to[3 * to_step] = (wide + 2 * g1) / 24;
  to[4 * to_step] = (wide - 2 * g1) / 24;
  to[5 * to_step] = g2;
}

INLINE void spread_tiles(const struct winograd_job *job, ptrdiff_t first, ptrdiff_t end) {
  const ptrdiff_t channels = job->inputs, width = job->width, height = job->height;
  const ptrdiff_t part = job->tiles * channels;
  for (ptrdiff_t tile = first; tile < end; ++tile) {
    const ptrdiff_t top = (job->first_row + tile / job->tile_columns) * TILE_OUT - 1;
    const ptrdiff_t left = tile % job->tile_columns * TILE_OUT - 1;
    for (ptrdiff_t channel = 0; channel < channels; channel += LANES) {
      floats pixels[TILE_IN * TILE_IN], half[TILE_IN * TILE_IN], whole[TILE_IN * TILE_IN];
      for (ptrdiff_t y = 0; y < TILE_IN; ++y) {
        for (ptrdiff_t x = 0; x < TILE_IN; ++x) {
          const ptrdiff_t row = top + y, column = left + x;
          const int isInside = row >= 0 && row < height && column >= 0 && column < width;
          pixels[y * TILE_IN + x] =
              isInside ? load_floats(job->map, (row * width + column) * channels + channel) : all(0);
        }
      }
      for (int x = 0; x < TILE_IN; ++x) spread_six(pixels + x, half + x, TILE_IN);
      for (int y = 0; y < TILE_IN; ++y) spread_six(half + y * TILE_IN, whole + y * TILE_IN, 1);
      for (ptrdiff_t i = 0; i < TILE_IN * TILE_IN; ++i) {
        store_floats(job->spread, i * part + tile * channels + channel, whole[i]);
      }
    }
  }
}

INLINE void gather_tiles(const struct winograd_job *job, ptrdiff_t first, ptrdiff_t end) {
  const ptrdiff_t channels = job->outputs, width = job->width, height = job->height;
  const ptrdiff_t part = job->tiles * channels;
  for (ptrdiff_t tile = first; tile < end; ++tile) {
    const ptrdiff_t top = (job->first_row + tile / job->tile_columns) * TILE_OUT;
    const ptrdiff_t left = tile % job->tile_columns * TILE_OUT;
    for (ptrdiff_t channel = 0; channel < channels; channel += LANES) {
      floats whole[TILE_IN * TILE_IN], half[TILE_OUT * TILE_IN], pixels[TILE_OUT * TILE_OUT];
      for (ptrdiff_t i = 0; i < TILE_IN * TILE_IN; ++i) {
        whole[i] = load_floats(job->products, i * part + tile * channels + channel);
      }
      for (int x = 0; x < TILE_IN; ++x) gather_six(whole + x, TILE_IN, half + x, TILE_IN);
      for (int y = 0; y < TILE_OUT; ++y) gather_six(half + y * TILE_IN, 1, pixels + y * TILE_OUT, 1);
      const floats bias = job->bias ? load_floats(job->bias, channel) : all(0);
      for (ptrdiff_t y = 0; y < TILE_OUT && top + y < height; ++y) {
        for (ptrdiff_t x = 0; x < TILE_OUT && left + x < width; ++x) {
          const ptrdiff_t place = ((top + y) * width + left + x) * channels + channel;
          floats value = pixels[y * TILE_OUT + x] + bias;
          if (job->addend) value += load_floats(job->addend, place);
          store_floats(job->output, place, value);
        }
      }
    }
  }
}

/* Rows count through the inputs' channels. */
INLINE void widen_weights(const struct winograd_weights_job *job, ptrdiff_t first, ptrdiff_t end) {
  const ptrdiff_t part = job->inputs * job->outputs;
  for (ptrdiff_t input = first; input < end; ++input) {
    for (ptrdiff_t output = 0; output < job->outputs; output += LANES) {
      floats weights[9], half[TILE_IN * 3], whole[TILE_IN * TILE_IN];
      const ptrdiff_t place = input * job->outputs + output;
      for (ptrdiff_t i = 0; i < 9; ++i) weights[i] = load_floats(job->weights, i * part + place);
      for (int x = 0; x < 3; ++x) widen_three(weights + x, 3, half + x, 3);
      for (int y = 0; y < TILE_IN; ++y) widen_three(half + 3 * y, 1, whole + y * TILE_IN, 1);
      for (ptrdiff_t i = 0; i < TILE_IN * TILE_IN; ++i) store_floats(job->wide, i * part + place, whole[i]);
    }
  }
}

FOR_EACH_PROCESSOR
static void spread(const void *job, ptrdiff_t first, ptrdiff_t end) { spread_tiles(job, first, end); }

FOR_EACH_PROCESSOR
static void gather(const void *job, ptrdiff_t first, ptrdiff_t end) { gather_tiles(job, first, end); }

FOR_EACH_PROCESSOR
static void widen_all(const void *job, ptrdiff_t first, ptrdiff_t end) { widen_weights(job, first, end); }

void kernel_winograd_spread(struct winograd_job job) { split(job.tiles, job.threads, &job, spread); }

void kernel_winograd_gather(struct winograd_job job) { split(job.tiles, job.threads, &job, gather); }

void kernel_winograd_weights(struct winograd_weights_job job) {
  split(job.inputs, job.threads, &job, widen_all);
}
