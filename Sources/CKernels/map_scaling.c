#include "CKernels.h"
#include "team.h"
#include "vectors.h"

/* Eight sums side by side, added up lane after lane, then what is left of the row: an order of its own, which
 * no processor changes. */
enum { MEAN_LANES = 8 };
typedef float mean_floats __attribute__((vector_size(32)));

INLINE mean_floats load_eight(const void *map, ptrdiff_t index, enum kernel_type type) {
  mean_floats value;
  for (int i = 0; i < MEAN_LANES; ++i) {
    value[i] = type == KERNEL_FLOAT32 ? ((const float *)map)[index + i]
                                      : widen(((const uint16_t *)map)[index + i]);
  }
  return value;
}

INLINE void mean_places(const struct channel_means_job *job, enum kernel_type type, ptrdiff_t first,
                        ptrdiff_t end) {
  const ptrdiff_t channels = job->channels, vectors = channels / MEAN_LANES * MEAN_LANES;
  // Several places at a time: one place's additions wait for each other.
  for (ptrdiff_t place = first; place < end; place += GROUP) {
    const ptrdiff_t count = end - place < GROUP ? end - place : GROUP;
    mean_floats parts[GROUP] = {{0}};
    for (ptrdiff_t i = 0; i < vectors; i += MEAN_LANES) {
      for (ptrdiff_t k = 0; k < GROUP; ++k) {
        const ptrdiff_t row = place + (k < count ? k : 0);
        parts[k] += load_eight(job->map, row * channels + i, type);
      }
    }
    for (ptrdiff_t k = 0; k < count; ++k) {
      float total = parts[k][0];
      for (int i = 1; i < MEAN_LANES; ++i) total += parts[k][i];
      for (ptrdiff_t i = vectors; i < channels; ++i) {
        const ptrdiff_t index = (place + k) * channels + i;
        total += type == KERNEL_FLOAT32 ? ((const float *)job->map)[index]
                                        : widen(((const uint16_t *)job->map)[index]);
      }
      job->means[place + k] = total / (float)channels;
    }
  }
}

INLINE void scale_rows(const struct scale_places_job *job, enum kernel_type type, ptrdiff_t first,
                       ptrdiff_t end) {
  for (ptrdiff_t place = first; place < end; ++place) {
    const floats factor = all(job->factors ? job->factors[place] : job->factor);
    const ptrdiff_t start = place * job->channels;
    for (ptrdiff_t i = 0; i < job->scaled; i += LANES) {
      store_part(job->map, start, i, job->scaled, type,
                 factor * load_part(job->map, start, i, job->scaled, type, 0));
    }
  }
}

FOR_EACH_PROCESSOR
static void mean_float32(const void *job, ptrdiff_t first, ptrdiff_t end) {
  mean_places(job, KERNEL_FLOAT32, first, end);
}

FOR_EACH_PROCESSOR
static void mean_bfloat16(const void *job, ptrdiff_t first, ptrdiff_t end) {
  mean_places(job, KERNEL_BFLOAT16, first, end);
}

FOR_EACH_PROCESSOR
static void scale_float32(const void *job, ptrdiff_t first, ptrdiff_t end) {
  scale_rows(job, KERNEL_FLOAT32, first, end);
}

FOR_EACH_PROCESSOR
static void scale_bfloat16(const void *job, ptrdiff_t first, ptrdiff_t end) {
  scale_rows(job, KERNEL_BFLOAT16, first, end);
}

void kernel_channel_means(struct channel_means_job job) {
  split(job.places, job.threads, &job, job.type == KERNEL_FLOAT32 ? mean_float32 : mean_bfloat16);
}

void kernel_scale_places(struct scale_places_job job) {
  split(job.places, job.threads, &job, job.type == KERNEL_FLOAT32 ? scale_float32 : scale_bfloat16);
}
