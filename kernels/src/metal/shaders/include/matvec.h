#pragma once

#include "rows.h"

/// Simdgroups of a threadgroup, which share the columns of its rows; at most MOST_SIMDGROUPS.
constant ushort SIMDGROUPS [[function_constant(0)]];

enum { MOST_SIMDGROUPS = 8, MATVEC_ROWS = 4 };

/// The product of sixteen weights and sixteen activations. The scale is taken out of the sum, and the offset multiplies the
/// sum of the activations.
template <Kind kind>
inline float product(thread const Sixteen & all, thread const Activations & activations) {
    float4 sums = all.level[0] * activations.y[0];
    for (ushort i = 1; i < 4; i++) {
        sums = fma(all.level[i], activations.y[i], sums);
    }
    const float sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    if (kind == plain) {
        return sum;
    }
    return kind == affine ? fma(all.scale, sum, all.offset * activations.total) : all.scale * sum;
}

/// Rows times an activation. A threadgroup takes MATVEC_ROWS rows: each lane loads sixteen activations once for all of
/// them, lanes and simdgroups take turns along the columns, and their sums meet first in the simdgroup, then in
/// threadgroup memory.
template <typename Format>
kernel void matvec(device const uchar * weights [[buffer(0)]],
                   device const float * activation [[buffer(1)]],
                   device float * out [[buffer(2)]],
                   constant Shape & shape [[buffer(3)]],
                   uint group [[threadgroup_position_in_grid]],
                   ushort lane [[thread_index_in_simdgroup]],
                   ushort simdgroup [[simdgroup_index_in_threadgroup]]) {
    threadgroup float partial[MATVEC_ROWS * MOST_SIMDGROUPS];
    const uint first = group * MATVEC_ROWS;
    const uint chunks = (shape.cols + 15) / 16;
    float sums[MATVEC_ROWS] = {0.0f};
    for (uint chunk = 32 * simdgroup + lane; chunk < chunks; chunk += 32 * SIMDGROUPS) {
        const Activations activations = activations_of<Rows<Format>::ragged>(activation, chunk, shape.cols);
        for (ushort r = 0; r < MATVEC_ROWS; r++) {
            // Rows beyond the last repeat it and are not stored.
            const ulong row = min(first + r, shape.rows - 1);
            const Sixteen all = Rows<Format>::sixteen(weights + row * shape.row_bytes, chunk, shape.cols);
            sums[r] += product<Kind(Rows<Format>::kind)>(all, activations);
        }
    }
    for (ushort r = 0; r < MATVEC_ROWS; r++) {
        const float sum = simd_sum(sums[r]);
        if (lane == 0) {
            partial[r * SIMDGROUPS + simdgroup] = sum;
        }
    }
    threadgroup_barrier(mem_flags::mem_threadgroup);
    if (simdgroup == 0 && lane < MATVEC_ROWS && first + lane < shape.rows) {
        float sum = 0.0f;
        for (ushort s = 0; s < SIMDGROUPS; s++) {
            sum += partial[lane * SIMDGROUPS + s];
        }
        out[first + lane] = sum;
    }
}
