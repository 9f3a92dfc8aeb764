//! How the data of a format lie, as data: its planes, and the fields inside a block. For lengths of buffers, diagnoses,
//! drawings and builders of test blocks.

mod field;
mod plane;

pub use field::{Field, FieldKind};
pub use plane::{Axis, Cover, Extent, Order, Plane, PlaneKind};
