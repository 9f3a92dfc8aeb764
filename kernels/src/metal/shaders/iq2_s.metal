// IQ2_S: groups of 8 weights from a codebook of 1024, a 4-bit scale for each 16.

#include "include/operations.h"
#include "include/groups.h"

struct IQ2_S {
    struct Block {
        half d;
        uchar qs[32];
        uchar signs[32];
        uchar qh[8];
        uchar scales[8];
    };
    enum { block_len = 256, kind = scaled };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        all.scale = float(block.d) * (0.5f + float(block.scales[part / 2] >> (part % 2 * 4) & 15)) * 0.25f;
        for (ushort h = 0; h < 2; h++) {
            const ushort group = 2 * part + h;
            const uint index = block.qs[group] | (block.qh[group / 4] >> (group % 4 * 2) & 3) << 8;
            signed_eight(all, h, iq2_s_points[index], iq2_s_levels, block.signs[group]);
        }
        return all;
    }
};

static_assert(sizeof(IQ2_S::Block) == 82, "IQ2_S");

template [[host_name("dequantize_iq2_s")]] kernel decltype(dequantize<IQ2_S>) dequantize<IQ2_S>;
template [[host_name("matvec_iq2_s")]] kernel decltype(matvec<IQ2_S>) matvec<IQ2_S>;
template [[host_name("matmul_iq2_s")]] kernel decltype(matmul<IQ2_S>) matmul<IQ2_S>;
