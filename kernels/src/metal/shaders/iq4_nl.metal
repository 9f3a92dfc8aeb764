// IQ4_NL: 32 4-bit indices of 16 fixed levels and one scale.

#include "include/operations.h"

struct IQ4_NL {
    struct Block {
        half d;
        uchar qs[16];
    };
    enum { block_len = 32, kind = scaled };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        all.scale = float(block.d);
        const Bytes qs = bytes(block.qs);
        for (ushort i = 0; i < 16; i++) {
            all.level[i / 4][i % 4] = float(iq4_levels[at(qs, i) >> (4 * part) & 15]);
        }
        return all;
    }
};

static_assert(sizeof(IQ4_NL::Block) == 18, "IQ4_NL");

template [[host_name("dequantize_iq4_nl")]] kernel decltype(dequantize<IQ4_NL>) dequantize<IQ4_NL>;
template [[host_name("matvec_iq4_nl")]] kernel decltype(matvec<IQ4_NL>) matvec<IQ4_NL>;
template [[host_name("matmul_iq4_nl")]] kernel decltype(matmul<IQ4_NL>) matmul<IQ4_NL>;
