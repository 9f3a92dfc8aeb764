// Q5_0: 32 5-bit codes around 16 and one scale; bit j of qh is the fifth bit of weight j.

#include "include/operations.h"

struct Q5_0 {
    struct Block {
        half d;
        uchar qh[4];
        uchar qs[16];
    };
    enum { block_len = 32, kind = scaled };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        all.scale = float(block.d);
        const Bytes qs = bytes(block.qs);
        const uint fifth = word(block.qh) >> (16 * part);
        for (ushort i = 0; i < 16; i++) {
            const uint low = at(qs, i) >> (4 * part) & 15;
            all.level[i / 4][i % 4] = float(low | (fifth >> i & 1) << 4) - 16.0f;
        }
        return all;
    }
};

static_assert(sizeof(Q5_0::Block) == 22, "Q5_0");

template [[host_name("dequantize_q5_0")]] kernel decltype(dequantize<Q5_0>) dequantize<Q5_0>;
template [[host_name("matvec_q5_0")]] kernel decltype(matvec<Q5_0>) matvec<Q5_0>;
template [[host_name("matmul_q5_0")]] kernel decltype(matmul<Q5_0>) matmul<Q5_0>;
