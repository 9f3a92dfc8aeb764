// Q3_K: 16 sub-blocks of 16 3-bit codes around 4, 6-bit scales around 32.

#include "include/operations.h"

struct Q3_K {
    struct Block {
        uchar hmask[32];
        uchar qs[64];
        uchar scales[12];
        half d;
    };
    enum { block_len = 256, kind = scaled };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        const uint low = block.scales[part % 8] >> (part / 8 * 4) & 15;
        const uint high = block.scales[8 + part % 4] >> (part / 4 * 2) & 3;
        all.scale = float(block.d) * (float(low | high << 4) - 32.0f);
        const Bytes qs = bytes(block.qs + part / 8 * 32 + part % 2 * 16);
        const Bytes third = bytes(block.hmask + part % 2 * 16);
        const ushort shift = part % 8 / 2 * 2;
        for (ushort i = 0; i < 16; i++) {
            const uint code = (at(qs, i) >> shift & 3) | (at(third, i) >> (part / 2) & 1) << 2;
            all.level[i / 4][i % 4] = float(code) - 4.0f;
        }
        return all;
    }
};

static_assert(sizeof(Q3_K::Block) == 110, "Q3_K");

template [[host_name("dequantize_q3_k")]] kernel decltype(dequantize<Q3_K>) dequantize<Q3_K>;
template [[host_name("matvec_q3_k")]] kernel decltype(matvec<Q3_K>) matvec<Q3_K>;
template [[host_name("matmul_q3_k")]] kernel decltype(matmul<Q3_K>) matmul<Q3_K>;
