// IQ2_XS: groups of 8 weights from a codebook of 512, a 4-bit scale for each 16.

#include "include/operations.h"
#include "include/groups.h"

struct IQ2_XS {
    struct Block {
        half d;
        ushort qs[32];
        uchar scales[8];
    };
    enum { block_len = 256, kind = scaled };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        all.scale = float(block.d) * (0.5f + float(block.scales[part / 2] >> (part % 2 * 4) & 15)) * 0.25f;
        for (ushort h = 0; h < 2; h++) {
            const uint group = block.qs[2 * part + h];
            signed_eight(all, h, iq2_xs_points[group & 511], iq2_xs_levels, even_signs(group >> 9));
        }
        return all;
    }
};

static_assert(sizeof(IQ2_XS::Block) == 74, "IQ2_XS");

template [[host_name("dequantize_iq2_xs")]] kernel decltype(dequantize<IQ2_XS>) dequantize<IQ2_XS>;
template [[host_name("matvec_iq2_xs")]] kernel decltype(matvec<IQ2_XS>) matvec<IQ2_XS>;
template [[host_name("matmul_iq2_xs")]] kernel decltype(matmul<IQ2_XS>) matmul<IQ2_XS>;
