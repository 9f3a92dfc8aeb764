// Q2_K: 16 sub-blocks of 16 2-bit codes, a 4-bit scale and minimum each.

#include "include/operations.h"

struct Q2_K {
    struct Block {
        uchar scales[16];
        uchar qs[64];
        half d;
        half dmin;
    };
    enum { block_len = 256, kind = affine };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        const uint scale = block.scales[part];
        all.scale = float(block.d) * float(scale & 15);
        all.offset = -(float(block.dmin) * float(scale >> 4));
        // Each half of the block is four runs of 32 weights, one in each bit pair of 32 bytes.
        const Bytes qs = bytes(block.qs + part / 8 * 32 + part % 2 * 16);
        const ushort shift = part % 8 / 2 * 2;
        for (ushort i = 0; i < 16; i++) {
            all.level[i / 4][i % 4] = float(at(qs, i) >> shift & 3);
        }
        return all;
    }
};

static_assert(sizeof(Q2_K::Block) == 84, "Q2_K");

template [[host_name("dequantize_q2_k")]] kernel decltype(dequantize<Q2_K>) dequantize<Q2_K>;
template [[host_name("matvec_q2_k")]] kernel decltype(matvec<Q2_K>) matvec<Q2_K>;
template [[host_name("matmul_q2_k")]] kernel decltype(matmul<Q2_K>) matmul<Q2_K>;
