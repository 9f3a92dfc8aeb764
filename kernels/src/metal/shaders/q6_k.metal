// Q6_K: 16 sub-blocks of 16 6-bit codes around 32, 8-bit scales.

#include "include/operations.h"

struct Q6_K {
    struct Block {
        uchar ql[128];
        uchar qh[64];
        uchar scales[16];
        half d;
    };
    enum { block_len = 256, kind = scaled };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        all.scale = float(block.d) * signed_byte(block.scales[part]);
        // Of each half of the block, low nibbles are the first 64 weights; bit pair k of 32 bytes is the top of run k.
        const ushort h = part / 8;
        const ushort run = part % 8;
        const Bytes ql = bytes(block.ql + 64 * h + run % 4 * 16);
        const Bytes qh = bytes(block.qh + 32 * h + run % 2 * 16);
        for (ushort i = 0; i < 16; i++) {
            const uint code = (at(ql, i) >> (run / 4 * 4) & 15) | (at(qh, i) >> (run / 2 * 2) & 3) << 4;
            all.level[i / 4][i % 4] = float(code) - 32.0f;
        }
        return all;
    }
};

static_assert(sizeof(Q6_K::Block) == 210, "Q6_K");

template [[host_name("dequantize_q6_k")]] kernel decltype(dequantize<Q6_K>) dequantize<Q6_K>;
template [[host_name("matvec_q6_k")]] kernel decltype(matvec<Q6_K>) matvec<Q6_K>;
template [[host_name("matmul_q6_k")]] kernel decltype(matmul<Q6_K>) matmul<Q6_K>;
