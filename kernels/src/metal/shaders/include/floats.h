#pragma once

#include "rows.h"

/// A format without blocks. An element knows its `Bits` and turns them into a float.
template <typename Element>
struct Floats {};

/// Rows of any number of columns, odd ones included.
template <typename Element>
struct Rows<Floats<Element>> {
    enum { kind = plain, ragged = 1 };

    static inline Sixteen sixteen(device const uchar * row, uint chunk, uint cols) {
        device const typename Element::Bits * bits = (device const typename Element::Bits *)row;
        Sixteen all;
        for (ushort i = 0; i < 16; i++) {
            const uint col = 16 * chunk + i;
            all.level[i / 4][i % 4] = col < cols ? Element::number(bits[col]) : 0.0f;
        }
        return all;
    }
};
