/* Powers and what is made of them, in vectors. */
#ifndef MEZZOTINT_EXPONENTIAL_H
#define MEZZOTINT_EXPONENTIAL_H

#include "vectors.h"

/* A sum of powers of x from the constant on. */
INLINE floats polynomial(floats x, int count, const float *coefficients) {
  floats value = all(coefficients[count - 1]);
#pragma clang loop unroll(full)
  for (int i = count - 2; i >= 0; --i) value = value * x + coefficients[i];
  return value;
}

/* e^x for x <= 0 to 2 units in the last place; 0 below -87. x = n ln 2 + r, |r| <= ln 2 / 2, and the
 * polynomial is Cephes' for e^r (Moshier, expf.c). */
INLINE floats exponential(floats x) {
  bits isTiny = (bits)(x < -87.0f);
  // Adding and taking away 1.5 * 2^23 rounds to the nearest whole number.
  floats shifted = x * 1.44269504088896341f + 12582912.0f;
  floats n = shifted - 12582912.0f;
  floats r = x - n * 0.693359375f + n * 2.12194440e-4f;
  floats p = all(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  ints exponent = (ints)shifted << 23;
  return (floats)((bits)((ints)p + exponent) & ~isTiny);
}

/* 2^x for x <= 0, 2^-120 below that. A minimax polynomial for |x - n| <= 1/2: `is_fine` to 2e-7, else to
 * 1e-4, where bfloat16 keeps less than three digits. */
INLINE floats power_of_two(floats x, bool is_fine) {
  static const float fine[] = {1.0f, 0.69314718f, 0.24022651f, 5.5504109e-2f, 9.61817e-3f, 1.33336e-3f};
  static const float rough[] = {1.0f, 0.6933686f, 0.24221784f, 0.05459282f};
  x = larger(x, all(-120.0f));
  const floats shifted = x + 12582912.0f, rest = x - (shifted - 12582912.0f);
  const floats power = is_fine ? polynomial(rest, 6, fine) : polynomial(rest, 4, rough);
  return (floats)((bits)power + ((bits)shifted << 23));
}

/* e^x for x <= 0 to four digits; below e^-83 is as good as nothing. */
INLINE floats rough_exponential(floats x) { return power_of_two(x * 1.44269504f, false); }

/* x / (1 + e^-x). */
INLINE floats silu(floats x, bool is_fine) {
  const bits isNegative = (bits)(x < 0.0f);
  // Of the power that cannot overflow: e^-|x|.
  const floats down = (floats)((bits)x | 0x80000000u);
  const floats power = is_fine ? exponential(down) : rough_exponential(down);
  const floats above = (floats)(((bits)power & isNegative) | ((bits)all(1.0f) & ~isNegative));
  return x * above / (1.0f + power);
}

#endif
