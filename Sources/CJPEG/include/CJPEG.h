#ifndef CJPEG_H
#define CJPEG_H

#include <stddef.h>
#include <stdint.h>

// libjpeg behind a function that returns: it reports errors by a function that must not, so by longjmp, which must
// not cross Swift frames.

typedef enum {
  cjpeg_ok = 0,
  /// More pixels than allowed; `width` and `height` are set.
  cjpeg_too_large,
  cjpeg_out_of_memory,
  /// Anything else that libjpeg finds wrong, a file that ends early included; `message` is its word for it.
  cjpeg_malformed,
} cjpeg_status;

/// A decoded picture; hand it to cjpeg_release whatever the status was.
typedef struct {
  uint32_t width;
  uint32_t height;
  /// height x width x 3 bytes: red, green, blue, row by row; not yet turned upright.
  uint8_t *pixels;
  char message[256];
} cjpeg_picture;

/// Decodes any JPEG (grey, YCbCr, RGB, CMYK, YCCK; baseline or progressive) to 8-bit RGB.
cjpeg_status cjpeg_decode(const uint8_t *bytes, size_t count, uint64_t most_pixels, cjpeg_picture *picture);

void cjpeg_release(cjpeg_picture *picture);

#endif
