// IQ2_XXS: groups of 8 weights from a codebook of 256, a 4-bit scale for each 32.

#include "include/operations.h"
#include "include/groups.h"

struct IQ2_XXS {
    struct Block {
        half d;
        uchar sub_blocks[8][8];
    };
    enum { block_len = 256, kind = scaled };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        device const uchar * sub_block = block.sub_blocks[part / 2];
        const uint code = word(sub_block + 4);
        all.scale = float(block.d) * (0.5f + float(code >> 28)) * 0.25f;
        for (ushort h = 0; h < 2; h++) {
            const ushort k = part % 2 * 2 + h;
            const uint point = iq2_xxs_points[sub_block[k]];
            signed_eight(all, h, point, iq2_xxs_levels, even_signs(code >> (7 * k) & 127));
        }
        return all;
    }
};

static_assert(sizeof(IQ2_XXS::Block) == 66, "IQ2_XXS");

template [[host_name("dequantize_iq2_xxs")]] kernel decltype(dequantize<IQ2_XXS>) dequantize<IQ2_XXS>;
template [[host_name("matvec_iq2_xxs")]] kernel decltype(matvec<IQ2_XXS>) matvec<IQ2_XXS>;
template [[host_name("matmul_iq2_xxs")]] kernel decltype(matmul<IQ2_XXS>) matmul<IQ2_XXS>;
