// Q4_K: 8 sub-blocks of 32 4-bit codes, a 6-bit scale and minimum each.

#include "include/operations.h"
#include "include/six_bit_scales.h"

struct Q4_K {
    struct Block {
        half d;
        half dmin;
        uchar scales[12];
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
        const ushort shift = sub_block % 2 * 4;
        for (ushort i = 0; i < 16; i++) {
            all.level[i / 4][i % 4] = float(at(qs, i) >> shift & 15);
        }
        return all;
    }
};

static_assert(sizeof(Q4_K::Block) == 144, "Q4_K");

template [[host_name("dequantize_q4_k")]] kernel decltype(dequantize<Q4_K>) dequantize<Q4_K>;
template [[host_name("matvec_q4_k")]] kernel decltype(matvec<Q4_K>) matvec<Q4_K>;
template [[host_name("matmul_q4_k")]] kernel decltype(matmul<Q4_K>) matmul<Q4_K>;
