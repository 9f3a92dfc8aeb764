// Q1_0: a sign each and one scale for 128 weights; a set bit is a plus.

#include "include/operations.h"

struct Q1_0 {
    struct Block {
        half d;
        uchar qs[16];
    };
    enum { block_len = 128, kind = scaled };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        all.scale = float(block.d);
        const uint bits = block.qs[2 * part] | uint(block.qs[2 * part + 1]) << 8;
        for (ushort i = 0; i < 16; i++) {
            all.level[i / 4][i % 4] = bits >> i & 1 ? 1.0f : -1.0f;
        }
        return all;
    }
};

static_assert(sizeof(Q1_0::Block) == 18, "Q1_0");

template [[host_name("dequantize_q1_0")]] kernel decltype(dequantize<Q1_0>) dequantize<Q1_0>;
template [[host_name("matvec_q1_0")]] kernel decltype(matvec<Q1_0>) matvec<Q1_0>;
template [[host_name("matmul_q1_0")]] kernel decltype(matmul<Q1_0>) matmul<Q1_0>;
