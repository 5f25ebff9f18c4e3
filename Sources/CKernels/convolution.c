#include "CKernels.h"
#include "team.h"
#include "vectors.h"

struct convolution_job {
    const float *images, *weights, *bias;
    float *outputs;
    int64_t inputs, channels, height, width;
};

/* Sixteen columns of a line of pixels from column x on; zeroes beyond its ends. */
INLINE floats line_at(const float *line, int64_t x, int64_t width) {
    if (x < 0 || x >= width) return all(0);
    return x + LANES <= width ? load(line, x, 0) : load_some(line, x, 0, width - x, 0);
}

/* Rows count through the output: image, channel, row. */
INLINE void convolve_rows(const struct convolution_job *job, int64_t first, int64_t end) {
    const int64_t width = job->width, height = job->height, plane = width * height;
    for (int64_t place = first; place < end; ++place) {
        const int64_t y = place % height, channel = place / height % job->channels;
        const float *image = job->images + place / height / job->channels * job->inputs * plane;
        for (int64_t x = 0; x < width; x += LANES) {
            floats total = all(job->bias[channel]);
            for (int64_t tap = 0; tap < job->inputs * 3; ++tap) {
                const int64_t row = y + tap % 3 - 1;
                if (row < 0 || row >= height) continue;
                const float *line = image + tap / 3 * plane + row * width;
                const float *weight = job->weights + (channel * job->inputs * 3 + tap) * 3;
                floats before = line_at(line, x - LANES, width), here = line_at(line, x, width);
                floats behind = line_at(line, x + LANES, width);
                floats left = __builtin_shufflevector(
                    before, here, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
                floats right = __builtin_shufflevector(
                    here, behind, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
                total += left * weight[0] + here * weight[1] + right * weight[2];
            }
            float *target = job->outputs + place * width;
            if (x + LANES <= width) store(target, x, 0, total);
            else store_some(target, x, 0, width - x, total);
        }
    }
}

FOR_EACH_PROCESSOR
static void convolve(const void *job, int64_t first, int64_t end) { convolve_rows(job, first, end); }

void kernel_convolution(const float *images, const float *weights, const float *bias, float *outputs,
                        int64_t batch, int64_t inputs, int64_t channels, int64_t height, int64_t width,
                        int threads) {
    struct convolution_job job = {images, weights, bias, outputs, inputs, channels, height, width};
    split(batch * channels * height, threads, &job, convolve);
}
