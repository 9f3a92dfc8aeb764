// Q5_K: 8 sub-blocks of 32 5-bit codes, a 6-bit scale and minimum each; bit k of qh[l] is the fifth bit of weight 32 k + l.

#include "include/operations.h"
#include "include/six_bit_scales.h"

struct Q5_K {
    struct Block {
        half d;
        half dmin;
        uchar scales[12];
        uchar qh[32];
        uchar qs[128];
    };
    enum { block_len = 256, kind = affine };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        const ushort sub_block = part / 2;
        const uint2 scale = six_bit_scale(block.scales, sub_block);
        all.scale = float(block.d) * float(scale.x);
        all.offset = -(float(block.dmin) * float(scale.y));
        const Bytes qs = bytes(block.qs + sub_block / 2 * 32 + part % 2 * 16);
        const Bytes qh = bytes(block.qh + part % 2 * 16);
        const ushort shift = sub_block % 2 * 4;
        for (ushort i = 0; i < 16; i++) {
            const uint code = (at(qs, i) >> shift & 15) | (at(qh, i) >> sub_block & 1) << 4;
            all.level[i / 4][i % 4] = float(code);
        }
        return all;
    }
};

static_assert(sizeof(Q5_K::Block) == 176, "Q5_K");

template [[host_name("dequantize_q5_k")]] kernel decltype(dequantize<Q5_K>) dequantize<Q5_K>;
template [[host_name("matvec_q5_k")]] kernel decltype(matvec<Q5_K>) matvec<Q5_K>;
template [[host_name("matmul_q5_k")]] kernel decltype(matmul<Q5_K>) matmul<Q5_K>;
