#include "CJPEG.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

// A progressive file may have any number of scans over the same pixels: more than this is no picture.
enum { most_scans = 500 };

// Everything that must survive a longjmp lives here; the caller of setjmp only points to it.
typedef struct {
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  struct jpeg_decompress_struct decoder;
  cjpeg_picture *picture;
  uint8_t *row;
  jmp_buf back;
} reader;

static void fail(j_common_ptr decoder) {
  reader *self = decoder->client_data;
  char message[JMSG_LENGTH_MAX];
  decoder->err->format_message(decoder, message);
  snprintf(self->picture->message, sizeof self->picture->message, "%s", message);
  longjmp(self->back, 1);
}

/// libjpeg fills up what is missing with grey and only warns.
static void warn(j_common_ptr decoder, int level) {
  int code = decoder->err->msg_code;
  if (level < 0 && (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER)) fail(decoder);
}

static void say_nothing(j_common_ptr decoder) { (void)decoder; }

static void count_scans(j_common_ptr decoder) {
  reader *self = decoder->client_data;
  if (self->decoder.input_scan_number <= most_scans) return;
  strcpy(self->picture->message, "it has more than 500 scans");
  longjmp(self->back, 1);
}

/// Adobe writes the four inks inverted: 255 is none.
static void from_inks(const uint8_t *inks, uint8_t *rgb, size_t width, int is_inverted) {
  for (size_t x = 0; x < width; x++) {
    for (int channel = 0; channel < 3; channel++) {
      unsigned ink = inks[4 * x + channel], key = inks[4 * x + 3];
      if (!is_inverted) {
        ink = 255 - ink;
        key = 255 - key;
      }
      rgb[3 * x + channel] = (uint8_t)((ink * key + 127) / 255);
    }
  }
}

static cjpeg_status read_picture(reader *self, const uint8_t *bytes, size_t count, uint64_t most_pixels) {
  struct jpeg_decompress_struct *decoder = &self->decoder;
  cjpeg_picture *picture = self->picture;
  if (setjmp(self->back)) {
    return self->errors.msg_code == JERR_OUT_OF_MEMORY ? cjpeg_out_of_memory : cjpeg_malformed;
  }
  jpeg_create_decompress(decoder);
  decoder->progress = &self->progress;
  jpeg_mem_src(decoder, bytes, (unsigned long)count);
  jpeg_read_header(decoder, TRUE);
  picture->width = decoder->image_width;
  picture->height = decoder->image_height;
  if ((uint64_t)picture->width * picture->height > most_pixels) return cjpeg_too_large;
  int has_inks = decoder->jpeg_color_space == JCS_CMYK || decoder->jpeg_color_space == JCS_YCCK;
  decoder->out_color_space = has_inks ? JCS_CMYK : JCS_RGB;
  jpeg_start_decompress(decoder);
  picture->pixels = malloc((size_t)picture->width * picture->height * 3);
  self->row = malloc((size_t)picture->width * 4);
  if (!picture->pixels || !self->row) return cjpeg_out_of_memory;
  while (decoder->output_scanline < decoder->output_height) {
    uint8_t *target = picture->pixels + (size_t)decoder->output_scanline * picture->width * 3;
    JSAMPROW row = has_inks ? self->row : target;
    jpeg_read_scanlines(decoder, &row, 1);
    if (has_inks) from_inks(self->row, target, picture->width, decoder->saw_Adobe_marker);
  }
  jpeg_finish_decompress(decoder);
  return cjpeg_ok;
}

cjpeg_status cjpeg_decode(const uint8_t *bytes, size_t count, uint64_t most_pixels, cjpeg_picture *picture) {
  memset(picture, 0, sizeof *picture);
  reader *self = calloc(1, sizeof *self);
  if (!self) return cjpeg_out_of_memory;
  self->picture = picture;
  self->decoder.err = jpeg_std_error(&self->errors);
  self->decoder.client_data = self;
  self->errors.error_exit = fail;
  self->errors.emit_message = warn;
  self->errors.output_message = say_nothing;
  self->progress.progress_monitor = count_scans;
  cjpeg_status status = read_picture(self, bytes, count, most_pixels);
  jpeg_destroy_decompress(&self->decoder);
  free(self->row);
  free(self);
  return status;
}

void cjpeg_release(cjpeg_picture *picture) {
  free(picture->pixels);
  memset(picture, 0, sizeof *picture);
}
