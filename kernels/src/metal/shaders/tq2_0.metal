// TQ2_0: 256 codes of -1, 0, 1 and one scale, four codes a byte.

#include "include/operations.h"

struct TQ2_0 {
    struct Block {
        uchar qs[64];
        half d;
    };
    enum { block_len = 256, kind = scaled };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        all.scale = float(block.d);
        const Bytes qs = bytes(block.qs + part / 8 * 32 + part % 2 * 16);
        const ushort shift = part % 8 / 2 * 2;
        for (ushort i = 0; i < 16; i++) {
            all.level[i / 4][i % 4] = float(at(qs, i) >> shift & 3) - 1.0f;
        }
        return all;
    }
};

static_assert(sizeof(TQ2_0::Block) == 66, "TQ2_0");

template [[host_name("dequantize_tq2_0")]] kernel decltype(dequantize<TQ2_0>) dequantize<TQ2_0>;
template [[host_name("matvec_tq2_0")]] kernel decltype(matvec<TQ2_0>) matvec<TQ2_0>;
template [[host_name("matmul_tq2_0")]] kernel decltype(matmul<TQ2_0>) matmul<TQ2_0>;
