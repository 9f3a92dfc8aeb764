// Q5_1: 32 5-bit codes, a scale and a minimum; bit j of qh is the fifth bit of weight j.

#include "include/operations.h"

struct Q5_1 {
    struct Block {
        half d;
        half m;
        uchar qh[4];
        uchar qs[16];
    };
    enum { block_len = 32, kind = affine };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        all.scale = float(block.d);
        all.offset = float(block.m);
        const Bytes qs = bytes(block.qs);
        const uint fifth = word(block.qh) >> (16 * part);
        for (ushort i = 0; i < 16; i++) {
            const uint low = at(qs, i) >> (4 * part) & 15;
            all.level[i / 4][i % 4] = float(low | (fifth >> i & 1) << 4);
        }
        return all;
    }
};

static_assert(sizeof(Q5_1::Block) == 24, "Q5_1");

template [[host_name("dequantize_q5_1")]] kernel decltype(dequantize<Q5_1>) dequantize<Q5_1>;
template [[host_name("matvec_q5_1")]] kernel decltype(matvec<Q5_1>) matvec<Q5_1>;
template [[host_name("matmul_q5_1")]] kernel decltype(matmul<Q5_1>) matmul<Q5_1>;
