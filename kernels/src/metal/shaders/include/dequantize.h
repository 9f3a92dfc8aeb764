#pragma once

#include "rows.h"

/// Decodes rows of blocks: a thread decodes sixteen weights. Threads: x counts sixteens of a row, y rows.
template <typename Format>
kernel void dequantize(device const uchar * weights [[buffer(0)]],
                       device float * out [[buffer(1)]],
                       constant Shape & shape [[buffer(2)]],
                       uint2 place [[thread_position_in_grid]]) {
    const uint first = 16 * place.x;
    if (first >= shape.cols) {
        return;
    }
    const Sixteen all = Rows<Format>::sixteen(weights + place.y * shape.row_bytes, place.x, shape.cols);
    out += ulong(place.y) * shape.cols + first;
    for (ushort i = 0; i < 16; i++) {
        if (!Rows<Format>::ragged || first + i < shape.cols) {
            out[i] = weights_of<Kind(Rows<Format>::kind)>(all, i / 4)[i % 4];
        }
    }
}
