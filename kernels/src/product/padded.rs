//! The last blocks of a row, fewer than a kernel takes at once.

use bytemuck::{Pod, cast_slice};

/// The blocks, followed by zeros.
#[inline(always)]
pub(crate) fn padded<B: Pod, C: Pod>(blocks: &[B]) -> C {
    let mut chunk = C::zeroed();
    let bytes: &[u8] = cast_slice(blocks);
    bytemuck::bytes_of_mut(&mut chunk)[..bytes.len()].copy_from_slice(bytes);
    chunk
}
