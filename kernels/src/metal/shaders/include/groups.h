#pragma once

#include "codebooks.h"
#include "rows.h"

/// The signs of 8 weights that a 7-bit code stands for: the eighth makes their number even.
inline uint even_signs(uint code) {
    return code | (popcount(code) & 1) << 7;
}

/// Puts 8 weights into half `h` of sixteen: the codebook's point, two bits a weight, and a set bit in `signs` for a minus.
inline void signed_eight(thread Sixteen & all, ushort h, uint point, constant char * levels, uint signs) {
    for (ushort i = 0; i < 8; i++) {
        const float level = levels[point >> (2 * i) & 3];
        all.level[2 * h + i / 4][i % 4] = signs >> i & 1 ? -level : level;
    }
}

/// Puts 4 weights into quarter `q` of sixteen: the codebook's point, three bits a weight, and their signs.
inline void signed_four(thread Sixteen & all, ushort q, uint point, constant char * levels, uint signs) {
    for (ushort i = 0; i < 4; i++) {
        const float level = levels[point >> (3 * i) & 7];
        all.level[q][i] = signs >> i & 1 ? -level : level;
    }
}

/// Puts 8 weights of IQ1 into half `h` of sixteen: a point of three levels, shifted up or down by an eighth.
inline void shifted_eight(thread Sixteen & all, ushort h, uint point, float shift) {
    for (ushort i = 0; i < 8; i++) {
        all.level[2 * h + i / 4][i % 4] = float(iq1_s_levels[point >> (2 * i) & 3]) + shift;
    }
}
