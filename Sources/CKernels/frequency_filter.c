#include "CKernels.h"
#include "team.h"
#include "vectors.h"

/* A map is filtered a few channels at a time: first along each of its rows, so that of the row only the waves'
 * shares are left, then down the columns of those; back the same way. */
enum { VECTORS = 2, BLOCK = VECTORS * LANES, WAVES_AT_ONCE = 4 };

/* Numbers of a thread's work. */
static ptrdiff_t work_count(const struct frequency_filter_job *job) {
  return (job->rows + 2 * job->row_waves) * job->column_waves * BLOCK;
}

static ptrdiff_t block_count(const struct frequency_filter_job *job) {
  return (job->channels + BLOCK - 1) / BLOCK;
}

static ptrdiff_t thread_count(const struct frequency_filter_job *job) {
  const ptrdiff_t blocks = block_count(job);
  return job->threads < blocks ? job->threads : blocks;
}

ptrdiff_t kernel_frequency_filter_work_bytes(struct frequency_filter_job job) {
  return thread_count(&job) * work_count(&job) * (ptrdiff_t)sizeof(float);
}

INLINE void load_block(const struct frequency_filter_job *job, enum kernel_type type, bool is_whole,
                       ptrdiff_t place, ptrdiff_t channel, floats values[VECTORS]) {
  const ptrdiff_t start = place * job->channels;
  for (int v = 0; v < VECTORS; ++v) {
    const ptrdiff_t i = channel + v * LANES;
    values[v] = is_whole ? load(job->map, start + i, type)
                         : load_part(job->map, start, i, job->channels, type, 0);
  }
}

/* sums[w] = sum over x of waves[w, x] map[line, x], for up to WAVES_AT_ONCE waves. */
INLINE void project_line(const struct frequency_filter_job *job, enum kernel_type type, bool is_whole,
                         ptrdiff_t line, ptrdiff_t channel, const float *waves, int count, float *sums) {
  floats parts[WAVES_AT_ONCE][VECTORS] = {{{0}}};
  for (ptrdiff_t x = 0; x < job->columns; ++x) {
    floats values[VECTORS];
    load_block(job, type, is_whole, line * job->columns + x, channel, values);
    for (int w = 0; w < count; ++w) {
      for (int v = 0; v < VECTORS; ++v) parts[w][v] += waves[w * job->columns + x] * values[v];
    }
  }
  for (int w = 0; w < count; ++w) {
    for (int v = 0; v < VECTORS; ++v) store_floats(sums, w * BLOCK + v * LANES, parts[w][v]);
  }
}

/* map[line, x] += sum over w of waves[w, x] sums[w]. */
INLINE void spread_line(const struct frequency_filter_job *job, enum kernel_type type, bool is_whole,
                        ptrdiff_t line, ptrdiff_t channel, const float *sums) {
  for (ptrdiff_t x = 0; x < job->columns; ++x) {
    floats values[VECTORS];
    load_block(job, type, is_whole, line * job->columns + x, channel, values);
    for (ptrdiff_t w = 0; w < job->column_waves; ++w) {
      const float wave = job->across[w * job->columns + x];
      for (int v = 0; v < VECTORS; ++v) values[v] += wave * load_floats(sums, w * BLOCK + v * LANES);
    }
    const ptrdiff_t start = (line * job->columns + x) * job->channels;
    for (int v = 0; v < VECTORS; ++v) {
      const ptrdiff_t i = channel + v * LANES;
      if (is_whole) store(job->map, start + i, type, values[v]);
      else store_part(job->map, start, i, job->channels, type, values[v]);
    }
  }
}

/* target += factor source, BLOCK numbers. */
INLINE void add_block(float *target, float factor, const float *source) {
  for (int i = 0; i < BLOCK; i += LANES) {
    store_floats(target, i, load_floats(target, i) + factor * load_floats(source, i));
  }
}

/* Of frequency k: the place of its cosine among the waves, and of its sine. */
static inline ptrdiff_t cosine(ptrdiff_t k) { return k == 0 ? 0 : 2 * k - 1; }
static inline ptrdiff_t sine(ptrdiff_t k) { return 2 * k; }

/* From the shares of each pair of waves to what the window lets through of them. Frequencies (k, l), (k, -l),
 * (-k, l), (-k, -l) share their waves: `even` counts those in the window, `odd` how many more of them have equal
 * signs than unequal ones. */
INLINE void mix(const struct frequency_filter_job *job, const float *shares, float *passed) {
  const ptrdiff_t waves = job->column_waves;
  memset(passed, 0, (size_t)(job->row_waves * waves * BLOCK) * sizeof(float));
  for (ptrdiff_t k = 0; k <= job->row_waves / 2; ++k) {
    for (ptrdiff_t l = 0; l <= waves / 2; ++l) {
      const ptrdiff_t pair = k * (waves / 2 + 1) + l;
      const float even = job->gain * job->even[pair], odd = job->gain * job->odd[pair];
      const ptrdiff_t cc = (cosine(k) * waves + cosine(l)) * BLOCK;
      add_block(passed + cc, even, shares + cc);
      const ptrdiff_t cs = (cosine(k) * waves + sine(l)) * BLOCK;
      const ptrdiff_t sc = (sine(k) * waves + cosine(l)) * BLOCK;
      if (l > 0) add_block(passed + cs, even, shares + cs);
      if (k > 0) add_block(passed + sc, even, shares + sc);
      if (k == 0 || l == 0) continue;
      const ptrdiff_t ss = (sine(k) * waves + sine(l)) * BLOCK;
      add_block(passed + ss, even, shares + ss);
      add_block(passed + cc, -odd, shares + ss);
      add_block(passed + ss, -odd, shares + cc);
      add_block(passed + cs, odd, shares + sc);
      add_block(passed + sc, odd, shares + cs);
    }
  }
}

INLINE void filter_block(const struct frequency_filter_job *job, enum kernel_type type, bool is_whole,
                         ptrdiff_t channel, float *work) {
  const ptrdiff_t waves = job->column_waves, all_waves = job->row_waves * waves;
  float *lines = work, *shares = lines + job->rows * waves * BLOCK, *passed = shares + all_waves * BLOCK;
  for (ptrdiff_t y = 0; y < job->rows; ++y) {
    for (ptrdiff_t w = 0; w < waves; w += WAVES_AT_ONCE) {
      const float *across = job->across + w * job->columns;
      float *sums = lines + (y * waves + w) * BLOCK;
      switch (waves - w) {
      case 1: project_line(job, type, is_whole, y, channel, across, 1, sums); break;
      case 2: project_line(job, type, is_whole, y, channel, across, 2, sums); break;
      case 3: project_line(job, type, is_whole, y, channel, across, 3, sums); break;
      default: project_line(job, type, is_whole, y, channel, across, WAVES_AT_ONCE, sums);
      }
    }
  }
  memset(shares, 0, (size_t)(all_waves * BLOCK) * sizeof(float));
  for (ptrdiff_t y = 0; y < job->rows; ++y) {
    for (ptrdiff_t v = 0; v < job->row_waves; ++v) {
      const float wave = job->down[v * job->rows + y];
      for (ptrdiff_t w = 0; w < waves; ++w) {
        add_block(shares + (v * waves + w) * BLOCK, wave, lines + (y * waves + w) * BLOCK);
      }
    }
  }
  mix(job, shares, passed);
  for (ptrdiff_t y = 0; y < job->rows; ++y) {
    float *sums = lines + y * waves * BLOCK;
    memset(sums, 0, (size_t)(waves * BLOCK) * sizeof(float));
    for (ptrdiff_t v = 0; v < job->row_waves; ++v) {
      const float wave = job->down[v * job->rows + y];
      for (ptrdiff_t w = 0; w < waves; ++w) {
        add_block(sums + w * BLOCK, wave, passed + (v * waves + w) * BLOCK);
      }
    }
    spread_line(job, type, is_whole, y, channel, sums);
  }
}

INLINE void filter_blocks(const struct frequency_filter_job *job, enum kernel_type type, ptrdiff_t first,
                          ptrdiff_t end) {
  if (first == end) return;
  // The place of a thread in the team follows from its part, which is never smaller than a block.
  const ptrdiff_t blocks = block_count(job), threads = thread_count(job);
  float *work = job->work + (first * threads + blocks - 1) / blocks * work_count(job);
  for (ptrdiff_t block = first; block < end; ++block) {
    const ptrdiff_t channel = block * BLOCK;
    if (channel + BLOCK <= job->channels) filter_block(job, type, true, channel, work);
    else filter_block(job, type, false, channel, work);
  }
}

FOR_EACH_PROCESSOR
static void filter_float32(const void *job, ptrdiff_t first, ptrdiff_t end) {
  filter_blocks(job, KERNEL_FLOAT32, first, end);
}

FOR_EACH_PROCESSOR
static void filter_bfloat16(const void *job, ptrdiff_t first, ptrdiff_t end) {
  filter_blocks(job, KERNEL_BFLOAT16, first, end);
}

void kernel_frequency_filter(struct frequency_filter_job job) {
  split(block_count(&job), thread_count(&job), &job,
        job.type == KERNEL_FLOAT32 ? filter_float32 : filter_bfloat16);
}
