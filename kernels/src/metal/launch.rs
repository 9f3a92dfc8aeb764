//! How a kernel is launched: its name, constants, arguments and grid. The numbers are those of the shaders' headers.

use bytemuck::{Pod, Zeroable};

use super::source;
use crate::format::Format;
use crate::operation::{MatmulShape, Operation};

/// Weights that a thread decodes at a time.
const SIXTEEN: u32 = 16;

/// Threads of a simdgroup.
const SIMD_WIDTH: u32 = 32;

/// Threads of a threadgroup that decodes.
const DEQUANTIZE_THREADS: u32 = 128;

/// `MATVEC_ROWS` of `matvec.h`.
const MATVEC_ROWS: u32 = 4;

/// `TILE_ROWS`, `TILE_BATCH` and `MATMUL_THREADS` of `matmul.h`.
const TILE_ROWS: u32 = 64;
const TILE_BATCH: u32 = 32;
const MATMUL_THREADS: u32 = 128;

/// Whether the shaders have an operation for a format: decoding for all that have a shader, products for those that are weights. Quantizing is
/// not a GPU's work here.
pub fn supports(format: Format, operation: Operation) -> bool {
    let has_kernel = match operation {
        Operation::Dequantize => true,
        Operation::Matvec | Operation::Matmul => format.spec().activation.is_some(),
        Operation::Quantize | Operation::QuantizeWeighted | Operation::Dot => false,
    };
    has_kernel && source::exists(format)
}

/// `Shape` of `rows.h`, as the kernels read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Shape {
    /// Bytes from one row of weights to the next.
    pub row_bytes: u64,
    /// Weights a row.
    pub cols: u32,
    /// Rows.
    pub rows: u32,
    /// Activations.
    pub batch: u32,
    /// Fills the struct up.
    pub reserved: u32,
}

/// The value of a function constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Constant {
    /// `ushort`
    U16(u16),
    /// `bool`
    Bool(bool),
}

/// A kernel with everything but its buffers. Buffers are the weights, the activations (products only), the output, and
/// the shape, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Launch {
    /// The kernel's name.
    pub kernel: String,
    /// Function constants by index.
    pub constants: Vec<(u32, Constant)>,
    /// The last argument.
    pub shape: Shape,
    /// Threadgroups of the grid.
    pub threadgroups: [u32; 3],
    /// Threads of a threadgroup.
    pub threads: [u32; 3],
    /// Whether there are activations.
    pub is_product: bool,
}

/// Decodes `rows` rows of `cols` weights. `None` where a row is no whole number of blocks or the matrix is too large for
/// a grid.
pub fn dequantize(format: Format, rows: usize, cols: usize) -> Option<Launch> {
    let shape = shape(format, MatmulShape { rows, cols, batch: 1 })?;
    let sixteens = shape.cols.div_ceil(SIXTEEN);
    Some(Launch {
        kernel: name(Operation::Dequantize, format),
        constants: Vec::new(),
        shape,
        threadgroups: [sixteens.div_ceil(DEQUANTIZE_THREADS), shape.rows, 1],
        threads: [DEQUANTIZE_THREADS, 1, 1],
        is_product: false,
    })
}

/// Multiplies rows with one activation. `None` as for [`dequantize`].
pub fn matvec(format: Format, rows: usize, cols: usize) -> Option<Launch> {
    let shape = shape(format, MatmulShape { rows, cols, batch: 1 })?;
    let simdgroups = simdgroups(shape.cols);
    Some(Launch {
        kernel: name(Operation::Matvec, format),
        constants: vec![(0, Constant::U16(simdgroups))],
        shape,
        threadgroups: [shape.rows.div_ceil(MATVEC_ROWS), 1, 1],
        threads: [SIMD_WIDTH * u32::from(simdgroups), 1, 1],
        is_product: true,
    })
}

/// Multiplies rows with a batch of activations. `None` as for [`dequantize`].
pub fn matmul(format: Format, shape: MatmulShape) -> Option<Launch> {
    let shape = self::shape(format, shape)?;
    let edges = !shape.rows.is_multiple_of(TILE_ROWS) || !shape.batch.is_multiple_of(TILE_BATCH);
    Some(Launch {
        kernel: name(Operation::Matmul, format),
        constants: vec![(1, Constant::Bool(edges))],
        shape,
        threadgroups: [shape.batch.div_ceil(TILE_BATCH), shape.rows.div_ceil(TILE_ROWS), 1],
        threads: [MATMUL_THREADS, 1, 1],
        is_product: true,
    })
}

/// Simdgroups that share a row: as many as have two turns along its columns at least, up to four.
fn simdgroups(cols: u32) -> u16 {
    match cols.div_ceil(SIXTEEN) / SIMD_WIDTH {
        0..4 => 1,
        4..8 => 2,
        _ => 4,
    }
}

fn name(operation: Operation, format: Format) -> String {
    format!("{operation}_{}", format.name().to_lowercase())
}

/// The shape in the kernels' numbers. The last columns of a row must be countable in steps of 16.
fn shape(format: Format, shape: MatmulShape) -> Option<Shape> {
    let number = |value: usize| u32::try_from(value).ok().filter(|&value| value <= u32::MAX - 64);
    Some(Shape {
        row_bytes: format.row_bytes(shape.cols)? as u64,
        cols: number(shape.cols)?,
        rows: number(shape.rows)?,
        batch: number(shape.batch)?,
        reserved: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::{Constant, matmul, matvec, source, supports};
    use crate::format::Format;
    use crate::operation::{MatmulShape, Operation};

    #[test]
    fn every_source_is_whole_and_holds_its_kernels() {
        for &format in Format::ALL {
            let source = source::source(format);
            assert!(!source.contains("#include \""), "{format}");
            for &operation in Operation::ALL.iter().filter(|&&operation| supports(format, operation)) {
                let name = format!("[[host_name(\"{operation}_{}\")]]", format.name().to_lowercase());
                assert_eq!(source.matches(&name).count(), 1, "{name}");
            }
        }
    }

    #[test]
    fn grids_cover_the_edges() {
        let launch = matvec(Format::Q4_0, 5, 4096).unwrap();
        assert_eq!((launch.threadgroups, launch.threads), ([2, 1, 1], [128, 1, 1]));
        assert_eq!(matvec(Format::Q4_0, 5, 4100), None, "no whole number of blocks");
        let launch = matmul(Format::Q6_K, MatmulShape { rows: 65, cols: 256, batch: 64 }).unwrap();
        assert_eq!(launch.threadgroups, [2, 2, 1]);
        assert_eq!(launch.constants, [(1, Constant::Bool(true))]);
    }
}
