//! Codebooks of the IQ formats in registers.

use std::arch::x86_64::{__m256i, __m512i};

use bytemuck::Pod;

use crate::simd::x86::{Avx512, Indices};

/// The levels of the `k`-th 64 weights, in groups of 8.
#[inline(always)]
pub(crate) fn loaded_eights<T: Pod, const LEN: usize>(
    s: Avx512,
    points: &[[T; 8]; LEN],
    index: &Indices<LEN>,
    k: usize,
) -> __m512i {
    s.of_i64(unrolled!(8; group => bytemuck::cast(index.word(points, 8 * k + group))))
}

/// The packed codes of 32 points: `index` holds 32 16-bit numbers below `LEN`, the bits above are ignored.
#[inline(always)]
pub(crate) fn lookup<const LEN: usize>(s: Avx512, codes: &[u16; LEN], index: __m512i) -> __m512i {
    const { assert!(LEN == 256 || LEN == 512 || LEN == 1024 || LEN == 2048) };
    let find = Find { s, tables: codes.as_chunks::<32>().0, index };
    match LEN {
        256 => find.in_256(0),
        512 => find.in_512(0),
        1024 => find.in_1024(0),
        _ => find.choose(10, find.in_1024(0), find.in_1024(32)),
    }
}

/// A lookup among more points than a permutation indexes, which are 64: each further bit of the index chooses between
/// two lookups.
#[derive(Clone, Copy)]
struct Find<'a> {
    s: Avx512,
    /// 32 points each.
    tables: &'a [[u16; 32]],
    index: __m512i,
}

impl Find<'_> {
    #[inline(always)]
    fn choose(self, bit: u32, without: __m512i, with: __m512i) -> __m512i {
        let Self { s, index, .. } = self;
        s.blend_u16(s.bits_u16(index, s.set1_i16(1 << bit)), without, with)
    }

    #[inline(always)]
    fn in_64(self, table: usize) -> __m512i {
        let Self { s, index, tables } = self;
        s.permute2_u16(s.load(&tables[table]), index, s.load(&tables[table + 1]))
    }

    #[inline(always)]
    fn in_128(self, table: usize) -> __m512i {
        self.choose(6, self.in_64(table), self.in_64(table + 2))
    }

    #[inline(always)]
    fn in_256(self, table: usize) -> __m512i {
        self.choose(7, self.in_128(table), self.in_128(table + 4))
    }

    #[inline(always)]
    fn in_512(self, table: usize) -> __m512i {
        self.choose(8, self.in_256(table), self.in_256(table + 8))
    }

    #[inline(always)]
    fn in_1024(self, table: usize) -> __m512i {
        self.choose(9, self.in_512(table), self.in_512(table + 16))
    }
}

/// The levels of 64 weights, 8 groups of a packed code of 2 bits a weight: `codes` holds those of 32 groups, of which
/// the `k`-th eight are taken. `levels` says what each code means.
#[inline(always)]
pub(crate) fn eights(s: Avx512, codes: __m512i, k: usize) -> __m512i {
    let spread = s.permute_u16(s.words(&FIRST_OF_FOUR[k]), codes);
    s.multishift(s.set1_i64(0x0e0c_0a08_0604_0200), spread)
}

/// As [`eights`], 16 groups of a packed code of 3 bits a weight.
#[inline(always)]
pub(crate) fn fours(s: Avx512, codes: __m512i, k: usize) -> __m512i {
    let spread = s.permute_u16(s.words(&FIRST_OF_TWO[k]), codes);
    s.multishift(s.set1_i64(0x2926_2320_0906_0300), spread)
}

static FIRST_OF_FOUR: [[u16; 32]; 4] = spread(4);
static FIRST_OF_TWO: [[u16; 32]; 4] = spread(2);

/// The index of a permutation of 32 words that spreads them: every `of`-th word of the result counts.
const fn spread(of: usize) -> [[u16; 32]; 4] {
    let mut index = [[0; 32]; 4];
    let mut at = 0;
    while at < 128 {
        index[at / 32][at % 32] = (at / of % 32) as u16;
        at += 1;
    }
    index
}

/// For each of the `k`-th 64 weights whether its sign bit is set; `signs` holds a byte for each 8 weights.
#[inline(always)]
pub(crate) fn signs(s: Avx512, signs: __m256i, k: usize) -> u64 {
    s.bits_u8(each_byte_eight_times(s, s.widen(signs), k), s.set1_i64(0x8040_2010_0804_0201_u64 as i64))
}

/// The `k`-th eight bytes, each eight times.
#[inline(always)]
pub(crate) fn each_byte_eight_times(s: Avx512, bytes: __m512i, k: usize) -> __m512i {
    s.permute_u8(s.bytes(&BYTE_OF_8[k]), bytes)
}

static BYTE_OF_8: [[u8; 64]; 4] = {
    let mut index = [[0; 64]; 4];
    let mut at = 0;
    while at < 256 {
        index[at / 64][at % 64] = (at / 8) as u8;
        at += 1;
    }
    index
};

/// For each index of six bits, of which the lowest `bits` count: the level, or its negative, with `offset` added.
pub(crate) const fn levels(levels: &[i8], bits: usize, offset: i8, negative: bool) -> [u8; 64] {
    let mut table = [0; 64];
    let mut index = 0;
    while index < 64 {
        let code = index & ((1 << bits) - 1);
        let level = if code < levels.len() { levels[code] } else { 0 };
        table[index] = (offset + if negative { -level } else { level }) as u8;
        index += 1;
    }
    table
}

/// The signs of eight weights by their code of seven bits: the eighth makes the number of minus signs even. 32 codes,
/// the bits above are ignored.
#[inline(always)]
pub(crate) fn even_signs(s: Avx512, codes: __m256i) -> __m256i {
    use crate::codec::iq_grids::ksigns::KSIGNS;
    let tables = KSIGNS.as_chunks::<64>().0;
    s.low_half(s.permute2_u8(s.load(&tables[0]), s.widen(codes), s.load(&tables[1])))
}
