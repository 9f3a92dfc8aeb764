// IQ1_M: groups of 8 ternary weights from IQ1_S's codebook, each with its shift, and a 3-bit scale for each 16.

#include "include/operations.h"
#include "include/groups.h"

struct IQ1_M {
    struct Block {
        uchar qs[32];
        uchar qh[16];
        ushort scales[4];
    };
    enum { block_len = 256, kind = scaled };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        // The top quarters of the scales together are the scale of the block.
        const ushort d = block.scales[0] >> 12 | (block.scales[1] >> 8 & 0x00f0) | (block.scales[2] >> 4 & 0x0f00) |
                         (block.scales[3] & 0xf000);
        all.scale = float(as_type<half>(d)) * float(2 * (block.scales[part / 4] >> (part % 4 * 3) & 7) + 1);
        for (ushort h = 0; h < 2; h++) {
            const uint high = block.qh[part] >> (4 * h);
            const uint index = block.qs[2 * part + h] | (high & 7) << 8;
            shifted_eight(all, h, iq1_s_points[index], high & 8 ? -0.125f : 0.125f);
        }
        return all;
    }
};

static_assert(sizeof(IQ1_M::Block) == 56, "IQ1_M");

template [[host_name("dequantize_iq1_m")]] kernel decltype(dequantize<IQ1_M>) dequantize<IQ1_M>;
template [[host_name("matvec_iq1_m")]] kernel decltype(matvec<IQ1_M>) matvec<IQ1_M>;
template [[host_name("matmul_iq1_m")]] kernel decltype(matmul<IQ1_M>) matmul<IQ1_M>;
