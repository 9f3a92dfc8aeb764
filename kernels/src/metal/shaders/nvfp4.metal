// NVFP4: 64 E2M1 codes and a UE4M3 scale for each 16 of them; the first eight of these in the low nibbles.

#include "include/operations.h"

struct NVFP4 {
    struct Block {
        uchar d[4];
        uchar qs[32];
    };
    enum { block_len = 64, kind = scaled };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        all.scale = half_of_ue4m3(block.d[part]);
        for (ushort i = 0; i < 16; i++) {
            all.level[i / 4][i % 4] = float(e2m1[block.qs[8 * part + i % 8] >> (i / 8 * 4) & 15]);
        }
        return all;
    }
};

static_assert(sizeof(NVFP4::Block) == 36, "NVFP4");

template [[host_name("dequantize_nvfp4")]] kernel decltype(dequantize<NVFP4>) dequantize<NVFP4>;
template [[host_name("matvec_nvfp4")]] kernel decltype(matvec<NVFP4>) matvec<NVFP4>;
template [[host_name("matmul_nvfp4")]] kernel decltype(matmul<NVFP4>) matmul<NVFP4>;
