/* Splits rows over the same team of threads that oneDNN uses. */
#ifndef MEZZOTINT_TEAM_H
#define MEZZOTINT_TEAM_H

#include <stddef.h>

struct part {
  void (*body)(const void *job, ptrdiff_t first, ptrdiff_t end);
  const void *job;
  ptrdiff_t rows;
};

#ifdef __linux__
/* libgomp's own entry points: Swift's clang has no OpenMP headers. */
extern void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
extern int omp_get_thread_num(void);
extern int omp_get_num_threads(void);

static void run_part(void *data) {
  const struct part *part = data;
  ptrdiff_t member = omp_get_thread_num(), members = omp_get_num_threads();
  part->body(part->job, part->rows * member / members, part->rows * (member + 1) / members);
}
#endif

static inline void split(ptrdiff_t rows, ptrdiff_t threads, const void *job,
                         void (*body)(const void *job, ptrdiff_t first, ptrdiff_t end)) {
#ifdef __linux__
  if (threads > 1) {
    struct part part = {body, job, rows};
    GOMP_parallel(run_part, &part, (unsigned)threads, 0);
    return;
  }
#endif
  body(job, 0, rows);
}

#endif
