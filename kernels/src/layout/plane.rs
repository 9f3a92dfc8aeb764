//! The planes that the data of a tensor consist of.
//!
//! A plane is a sequence of equal entries: codes, scales, zero points, whole blocks. An entry says something of a part of
//! the weights; entries that follow one another along an axis form a run, a stream of bits padded to whole words.

use super::field::Field;

/// What a plane holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlaneKind {
    /// Blocks that hold all there is: codes, scales and the rest.
    Blocks,
    /// Codes of weights.
    Codes,
    /// Scales.
    Scales,
    /// What is subtracted from a code before it is scaled, packed like codes or as numbers.
    ZeroPoints,
    /// What is added to a scaled code.
    Offsets,
    /// For each column the group whose scale and zero point it has.
    GroupIndex,
    /// The numbers that codes stand for.
    Codebook,
}

/// How far an entry reaches along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extent {
    /// So many rows or columns; the last entry may reach fewer.
    Of(usize),
    /// All of the tensor's.
    All,
}

impl Extent {
    /// Entries along an axis of `len`; `None` for an extent of 0.
    const fn entries(self, len: usize) -> Option<usize> {
        match self {
            Self::Of(0) => None,
            Self::Of(extent) => Some(len.div_ceil(extent)),
            Self::All => Some(1),
        }
    }
}

/// The weights that an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cover {
    /// A rectangle of the matrix.
    Tile {
        /// Its rows.
        rows: Extent,
        /// Its columns.
        cols: Extent,
    },
    /// So many weights in storage order; it may begin in one row and end in the next.
    Weights(usize),
}

/// Along which axis entries follow one another without padding between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Axis {
    /// Along a row: a run for each row of entries.
    Cols,
    /// Down the rows: a run for each column of entries.
    Rows,
    /// Through the whole tensor in storage order: one run.
    Tensor,
}

/// How the words of several runs lie in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// One run after another.
    RunByRun,
    /// The first word of each run, then the second of each, and so on.
    WordByWord,
}

/// One plane of a format's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Plane {
    /// Its name; that of the tensor where a file has one for each plane.
    pub name: &'static str,
    /// What it holds.
    pub kind: PlaneKind,
    /// The weights that an entry is about.
    pub cover: Cover,
    /// Bits of an entry.
    pub bits: u32,
    /// How entries form runs.
    pub axis: Axis,
    /// Bytes of a word: a run is padded to whole ones.
    pub word: usize,
    /// How the words of runs lie in memory.
    pub order: Order,
    /// For each entry of a word its place in the word, the lowest bits being place 0; empty where they are in order.
    pub places: &'static [u8],
    /// The fields of an entry, in order and without gaps; empty for codes that are not whole bytes.
    pub fields: &'static [Field],
}

impl Plane {
    /// Blocks of `len` weights of a row in `bytes` bytes, one after another: the plane of a format that has no other.
    pub const fn blocks(len: usize, bytes: usize, fields: &'static [Field]) -> Self {
        Self {
            name: "blocks",
            kind: PlaneKind::Blocks,
            cover: Cover::Tile { rows: Extent::Of(1), cols: Extent::Of(len) },
            bits: 8 * bytes as u32,
            axis: Axis::Cols,
            word: 1,
            order: Order::RunByRun,
            places: &[],
            fields,
        }
    }

    /// Bytes of the plane for `rows` rows of `cols` weights; `None` where they exceed the address space.
    pub const fn bytes(&self, rows: usize, cols: usize) -> Option<usize> {
        let (runs, entries) = match self.runs(rows, cols) {
            Some(runs) => runs,
            None => return None,
        };
        // A usize times a u32, and the words of a run times the runs, fit 128 bits.
        let bits = entries as u128 * self.bits as u128;
        let words = bits.div_ceil(8 * self.word as u128) * self.word as u128;
        match words.checked_mul(runs as u128) {
            Some(bytes) if bytes <= usize::MAX as u128 => Some(bytes as usize),
            _ => None,
        }
    }

    /// Runs of the plane, and entries of a run.
    const fn runs(&self, rows: usize, cols: usize) -> Option<(usize, usize)> {
        let (along_rows, along_cols) = match self.cover {
            Cover::Weights(0) => return None,
            Cover::Weights(len) => match rows.checked_mul(cols) {
                Some(weights) => return Some((1, weights.div_ceil(len))),
                None => return None,
            },
            Cover::Tile { rows: tile_rows, cols: tile_cols } => {
                match (tile_rows.entries(rows), tile_cols.entries(cols)) {
                    (Some(along_rows), Some(along_cols)) => (along_rows, along_cols),
                    _ => return None,
                }
            }
        };
        match self.axis {
            Axis::Cols => Some((along_rows, along_cols)),
            Axis::Rows => Some((along_cols, along_rows)),
            Axis::Tensor => match along_rows.checked_mul(along_cols) {
                Some(entries) => Some((1, entries)),
                None => None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Axis, Cover, Extent, Order, Plane, PlaneKind};
    use Extent::{All, Of};

    const fn tile(rows: Extent, cols: Extent) -> Cover {
        Cover::Tile { rows, cols }
    }

    const fn plane(kind: PlaneKind, cover: Cover, bits: u32, axis: Axis, word: usize) -> Plane {
        Plane { name: "", kind, cover, bits, axis, word, order: Order::RunByRun, places: &[], fields: &[] }
    }

    const fn codes(bits: u32, axis: Axis, word: usize) -> Plane {
        plane(PlaneKind::Codes, tile(Of(1), Of(1)), bits, axis, word)
    }

    const fn scales(rows: Extent, cols: Extent, bits: u32) -> Plane {
        plane(PlaneKind::Scales, tile(rows, cols), bits, Axis::Cols, 1)
    }

    #[test]
    fn mlx_affine_streams_codes_along_rows() {
        // `weight` U32 [N, K * bits / 32], `scales` and `biases` F16 [N, K / g].
        assert_eq!(codes(3, Axis::Cols, 4).bytes(7, 64), Some(7 * 64 * 3 / 8));
        assert_eq!(scales(Of(1), Of(64), 16).bytes(7, 128), Some(7 * 2 * 2));
    }

    #[test]
    fn mat_mul_n_bits_pads_each_block_and_each_row_of_zero_points() {
        // B [N, kb, bs * bits / 8]: an entry is a block, whole even where the row ends.
        let blocks = plane(PlaneKind::Codes, tile(Of(1), Of(32)), 32 * 4, Axis::Cols, 1);
        assert_eq!(blocks.bytes(5, 72), Some(5 * 3 * 16));
        // zero_points [N, ceil(kb * bits / 8)].
        let zero_points = plane(PlaneKind::ZeroPoints, tile(Of(1), Of(32)), 4, Axis::Cols, 1);
        assert_eq!(zero_points.bytes(5, 72), Some(5 * 2));
    }

    #[test]
    fn gptq_streams_codes_down_columns_of_words() {
        // qweight I32 [K * b / 32, N], qzeros I32 [K / g, N * b / 32], scales F16 [K / g, N], g_idx I32 [K].
        let weights = Plane { order: Order::WordByWord, ..codes(3, Axis::Cols, 4) };
        assert_eq!(weights.bytes(64, 96), Some(96 * 3 / 32 * 64 * 4));
        let zero_points = plane(PlaneKind::ZeroPoints, tile(Of(1), Of(32)), 3, Axis::Rows, 4);
        assert_eq!(zero_points.bytes(64, 96), Some(3 * 64 * 3 / 32 * 4));
        let group_index = plane(PlaneKind::GroupIndex, tile(All, Of(1)), 32, Axis::Cols, 4);
        assert_eq!(group_index.bytes(64, 96), Some(4 * 96));
    }

    #[test]
    fn awq_permutes_the_rows_of_a_word() {
        // qweight I32 [K, N / 8]: eight rows of a column a word.
        let weights = Plane { places: &[0, 4, 1, 5, 2, 6, 3, 7], ..codes(4, Axis::Rows, 4) };
        assert_eq!(weights.bytes(32, 128), Some(128 * 4 * 4));
    }

    #[test]
    fn bitsandbytes_blocks_cross_rows() {
        // absmax U8 [n / 64] of n weights, nested_absmax F32 [n / 64 / 256], nested_quant_map F32 [256].
        let nested = |weights, bits| plane(PlaneKind::Scales, Cover::Weights(weights), bits, Axis::Tensor, 1);
        assert_eq!(nested(64, 8).bytes(3, 96), Some(5));
        assert_eq!(nested(64 * 256, 32).bytes(300, 96), Some(4 * 2));
        let map = plane(PlaneKind::Codebook, tile(All, All), 256 * 32, Axis::Tensor, 1);
        assert_eq!(map.bytes(300, 96), Some(1024));
    }

    #[test]
    fn compressed_tensors_scales_by_tensor_channel_group_and_tile() {
        assert_eq!(scales(All, All, 32).bytes(300, 500), Some(4));
        assert_eq!(scales(Of(1), All, 16).bytes(300, 500), Some(600));
        assert_eq!(scales(Of(1), Of(16), 8).bytes(300, 512), Some(300 * 32));
        assert_eq!(scales(Of(128), Of(128), 32).bytes(300, 500), Some(3 * 4 * 4));
        // weight_zero_point I32 [ceil(N * b / 32), K / g], down the rows.
        let zero_points = plane(PlaneKind::ZeroPoints, tile(Of(1), Of(128)), 4, Axis::Rows, 4);
        assert_eq!(zero_points.bytes(9, 256), Some(2 * 2 * 4));
    }

    #[test]
    fn what_exceeds_the_address_space_has_no_length() {
        let codes = codes(16, Axis::Cols, 1);
        assert_eq!(codes.bytes(usize::MAX, 1), None);
        assert_eq!(codes.bytes(usize::MAX, usize::MAX), None);
        assert_eq!(codes.bytes(0, 5), Some(0));
    }
}
