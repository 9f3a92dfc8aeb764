#pragma once

#include "numbers.h"

/// Scale (x) and minimum (y) of sub-block j of Q4_K and Q5_K: 6 bits each, packed into 12 bytes.
inline uint2 six_bit_scale(device const uchar * packed, ushort j) {
    if (j < 4) {
        return uint2(packed[j] & 63, packed[j + 4] & 63);
    }
    const uint low = packed[j + 4];
    return uint2((low & 15) | packed[j - 4] >> 6 << 4, low >> 4 | packed[j] >> 6 << 4);
}
