// IQ1_S: groups of 8 ternary weights from a codebook of 2048, a 3-bit scale and a shift for each 32.

#include "include/operations.h"
#include "include/groups.h"

struct IQ1_S {
    struct Block {
        half d;
        uchar qs[32];
        ushort qh[8];
    };
    enum { block_len = 256, kind = scaled };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        const uint high = block.qh[part / 2];
        all.scale = float(block.d) * float(2 * (high >> 12 & 7) + 1);
        const float shift = high & 0x8000 ? -0.125f : 0.125f;
        for (ushort h = 0; h < 2; h++) {
            const ushort k = part % 2 * 2 + h;
            const uint index = block.qs[2 * part + h] | (high >> (3 * k) & 7) << 8;
            shifted_eight(all, h, iq1_s_points[index], shift);
        }
        return all;
    }
};

static_assert(sizeof(IQ1_S::Block) == 50, "IQ1_S");

template [[host_name("dequantize_iq1_s")]] kernel decltype(dequantize<IQ1_S>) dequantize<IQ1_S>;
template [[host_name("matvec_iq1_s")]] kernel decltype(matvec<IQ1_S>) matvec<IQ1_S>;
template [[host_name("matmul_iq1_s")]] kernel decltype(matmul<IQ1_S>) matmul<IQ1_S>;
