// Q4_1: 32 4-bit codes, a scale and a minimum; the first half of the block in the low nibbles.

#include "include/operations.h"

struct Q4_1 {
    struct Block {
        half d;
        half m;
        uchar qs[16];
    };
    enum { block_len = 32, kind = affine };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        all.scale = float(block.d);
        all.offset = float(block.m);
        const Bytes qs = bytes(block.qs);
        for (ushort i = 0; i < 16; i++) {
            all.level[i / 4][i % 4] = float(at(qs, i) >> (4 * part) & 15);
        }
        return all;
    }
};

static_assert(sizeof(Q4_1::Block) == 20, "Q4_1");

template [[host_name("dequantize_q4_1")]] kernel decltype(dequantize<Q4_1>) dequantize<Q4_1>;
template [[host_name("matvec_q4_1")]] kernel decltype(matvec<Q4_1>) matvec<Q4_1>;
template [[host_name("matmul_q4_1")]] kernel decltype(matmul<Q4_1>) matmul<Q4_1>;
