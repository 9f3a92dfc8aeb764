#pragma once

#include <metal_stdlib>
using namespace metal;

// Decoding rounds after each operation, as the reference does: a fused multiply-add would give other bits. Where a product
// may be fused, the code says fma.
#if __METAL_VERSION__ >= 320
#pragma METAL fp math_mode(safe)
#pragma METAL fp contract(off)
#endif

/// Sixteen bytes at an even address, read two at a time.
struct Bytes {
    ushort pair[8];
};

inline Bytes bytes(device const uchar * address) {
    device const ushort * pairs = (device const ushort *)address;
    Bytes all;
    for (ushort i = 0; i < 8; i++) {
        all.pair[i] = pairs[i];
    }
    return all;
}

/// Byte i of sixteen.
inline ushort at(thread const Bytes & all, ushort i) {
    return all.pair[i / 2] >> (i % 2 * 8) & 255;
}

/// A byte as a signed number.
inline float signed_byte(ushort byte) {
    return float(char(byte));
}

/// 32 bits at an even address.
inline uint word(device const uchar * address) {
    device const ushort * pairs = (device const ushort *)address;
    return uint(pairs[0]) | uint(pairs[1]) << 16;
}

/// Half of the power of two of an E8M0 exponent: E2M1 codes are stored doubled.
inline float half_of_e8m0(uchar e) {
    return as_type<float>(e < 2 ? 0x00200000u << e : (uint(e) - 1) << 23);
}

/// Half of a UE4M3 number. 0x7f is 0; bit 7 is ignored, except that 0xff is 240.
inline float half_of_ue4m3(uchar x) {
    const uint exponent = x >> 3 & 15;
    const uint mantissa = x & 7;
    if (x == 0x7f) {
        return 0.0f;
    }
    if (exponent == 0) {
        return float(mantissa) * 0.0009765625f;
    }
    return as_type<float>((exponent + 119) << 23 | mantissa << 20);
}

/// Twice the E2M1 numbers.
constant char e2m1[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

/// The levels of IQ4_NL and IQ4_XS.
constant char iq4_levels[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
