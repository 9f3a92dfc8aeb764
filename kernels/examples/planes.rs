//! A format of one's own, as data: four-bit codes, and a scale and an offset for 64 columns, in three planes.
//!
//! Such a format becomes one of the crate's by a folder in `src/families/` (its rows and planes), one in `src/formats/`
//! (its kernels) and a line in `src/registry.rs`. Kernels take its planes in this order.
//!
//! `cargo run -p quantmark-kernels --example planes`

use quantmark_kernels::Planes;
use quantmark_kernels::layout::{Axis, Cover, Extent, Order, Plane, PlaneKind};

const GROUP: usize = 64;

/// A plane whose entries cover `cols` columns of a row, one run a row.
const fn along_rows(name: &'static str, kind: PlaneKind, cols: usize, bits: u32, word: usize) -> Plane {
    let cover = Cover::Tile { rows: Extent::Of(1), cols: Extent::Of(cols) };
    Plane { name, kind, cover, bits, axis: Axis::Cols, word, order: Order::RunByRun, places: &[], fields: &[] }
}

const PLANES: [Plane; 3] = [
    along_rows("weight", PlaneKind::Codes, 1, 4, 4),
    along_rows("scales", PlaneKind::Scales, GROUP, 16, 2),
    along_rows("biases", PlaneKind::Offsets, GROUP, 16, 2),
];

fn main() {
    let (rows, cols) = (3, 256);
    let buffers: Vec<Vec<u8>> =
        PLANES.iter().map(|plane| vec![0; plane.bytes(rows, cols).expect("a small matrix")]).collect();
    let slices: Vec<&[u8]> = buffers.iter().map(Vec::as_slice).collect();
    let planes = Planes::from(slices.as_slice());
    for (plane, bytes) in PLANES.iter().zip(planes.iter()) {
        println!("{:8} {:?}: {} bytes for {rows} rows of {cols} weights", plane.name, plane.kind, bytes.len());
    }
}
