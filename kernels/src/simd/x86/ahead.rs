//! Prefetching of weights.

use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

use crate::block::Block;

/// The distance, in bytes of a row.
///
/// The hardware prefetches into the outer caches. A kernel that unpacks codes has so many instructions for each line
/// that the load of the next one is beyond the reorder buffer, and without a prefetch the core waits for every line.
/// Farther ahead than this, lines are evicted before they are used; prefetching whole rows at a time occupies the line
/// fill buffers that the hardware's own prefetches need.
const DISTANCE: usize = 640;

/// The rows of a matrix that is read some rows at a time.
pub(crate) struct Ahead<'a, B> {
    weights: &'a [B],
    /// Blocks in a row.
    row_blocks: usize,
    /// Rows that are read together.
    rows: usize,
}

impl<'a, B: Block> Ahead<'a, B> {
    const BLOCKS: usize = if DISTANCE < size_of::<B>() { 1 } else { DISTANCE / size_of::<B>() };

    #[inline(always)]
    pub(crate) fn new(weights: &'a [B], row_blocks: usize, rows: usize) -> Self {
        Self { weights, row_blocks, rows }
    }

    /// Prefetches as many blocks as are read now, `count` from block `at` on, but [`DISTANCE`] farther on in the row,
    /// or in the row that is read after it.
    #[inline(always)]
    pub(crate) fn fetch(&self, row: usize, at: usize, count: usize) {
        let at = at + Self::BLOCKS;
        let next = if at < self.row_blocks { 0 } else { (self.rows - 1) * self.row_blocks };
        let start = row * self.row_blocks + at + next;
        let Some(blocks) = self.weights.get(start..start + count) else { return };
        for at in (0..size_of_val(blocks)).step_by(64) {
            // SAFETY: `at` is less than the size of the slice.
            let place = unsafe { blocks.as_ptr().cast::<i8>().add(at) };
            // SAFETY: a prefetch is part of x86-64 and never faults.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(place) };
        }
    }
}
