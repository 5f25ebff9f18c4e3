#include "CKernels.h"
#include "exponential.h"
#include "team.h"

/* x Phi(x) and its derivative Phi(x) + x e^(-x^2/2) / sqrt(2 pi). Phi is what of a unit normal distribution
 * is below x: Abramowitz & Stegun 1964, 7.1.26, off by 7.5e-8 at most, for bfloat16 7.1.25, off by 1.3e-5. */
INLINE void gelu(floats x, enum kernel_type type, floats *output, floats *slope) {
  static const float rough[] = {0.1740121f, -0.0479399f, 0.3739278f};
  static const float fine[] = {0.127414796f, -0.142248368f, 0.7107068705f, -0.7265760135f, 0.5307027145f};
  const bool is_fine = type == KERNEL_FLOAT32;
  const floats power = x * x * -0.5f, density = is_fine ? exponential(power) : rough_exponential(power);
  const floats size = (floats)((bits)x & 0x7fffffffu),
               t = 1.0f / (1.0f + (is_fine ? 0.23164190f : 0.33267252f) * size);
  const floats outside = density * t * (is_fine ? polynomial(t, 5, fine) : polynomial(t, 3, rough));
  const bits isNegative = (bits)(x < 0.0f);
  const floats share = (floats)(((bits)outside & isNegative) | ((bits)(1.0f - outside) & ~isNegative));
  *output = x * share;
  *slope = share + x * density * 0.39894228f;
}

INLINE void gelu_all(const struct gelu_job *job, enum kernel_type type, ptrdiff_t first, ptrdiff_t end) {
  for (ptrdiff_t i = first; i < end; i += LANES) {
    floats output, slope;
    gelu(load_part(job->inputs, 0, i, end, type, 0), type, &output, &slope);
    store_part(job->outputs, 0, i, end, type, output);
    store_part(job->slopes, 0, i, end, type, slope);
  }
}

INLINE void multiply_all(const struct multiply_job *job, enum kernel_type type, ptrdiff_t first,
                         ptrdiff_t end) {
  for (ptrdiff_t i = first; i < end; i += LANES) {
    floats value = load_part(job->products, 0, i, end, type, 0);
    store_part(job->products, 0, i, end, type, value * load_part(job->factors, 0, i, end, type, 0));
  }
}

INLINE void gate_rows(const struct gated_gelu_job *job, enum kernel_type type, ptrdiff_t first,
                      ptrdiff_t end) {
  const ptrdiff_t width = job->width;
  for (ptrdiff_t row = first; row < end; ++row) {
    for (ptrdiff_t i = 0; i < width; i += LANES) {
      floats gate, slope;
      gelu(load_part(job->inputs, (2 * row + 1) * width, i, width, type, 0), type, &gate, &slope);
      const floats value = load_part(job->inputs, 2 * row * width, i, width, type, 0);
      store_part(job->outputs, row * width, i, width, type, value * gate);
    }
  }
}

FOR_EACH_PROCESSOR
static void gelu_float32(const void *job, ptrdiff_t first, ptrdiff_t end) {
  gelu_all(job, KERNEL_FLOAT32, first, end);
}

FOR_EACH_PROCESSOR
static void gelu_bfloat16(const void *job, ptrdiff_t first, ptrdiff_t end) {
  gelu_all(job, KERNEL_BFLOAT16, first, end);
}

FOR_EACH_PROCESSOR
static void multiply_float32(const void *job, ptrdiff_t first, ptrdiff_t end) {
  multiply_all(job, KERNEL_FLOAT32, first, end);
}

FOR_EACH_PROCESSOR
static void multiply_bfloat16(const void *job, ptrdiff_t first, ptrdiff_t end) {
  multiply_all(job, KERNEL_BFLOAT16, first, end);
}

FOR_EACH_PROCESSOR
static void gate_float32(const void *job, ptrdiff_t first, ptrdiff_t end) {
  gate_rows(job, KERNEL_FLOAT32, first, end);
}

FOR_EACH_PROCESSOR
static void gate_bfloat16(const void *job, ptrdiff_t first, ptrdiff_t end) {
  gate_rows(job, KERNEL_BFLOAT16, first, end);
}

void kernel_gelu(struct gelu_job job) {
  split(job.count, job.threads, &job, job.type == KERNEL_FLOAT32 ? gelu_float32 : gelu_bfloat16);
}

void kernel_multiply(struct multiply_job job) {
  split(job.count, job.threads, &job, job.type == KERNEL_FLOAT32 ? multiply_float32 : multiply_bfloat16);
}

void kernel_gated_gelu(struct gated_gelu_job job) {
  split(job.rows, job.threads, &job, job.type == KERNEL_FLOAT32 ? gate_float32 : gate_bfloat16);
}
