//! Asking the memory for weights before they are needed.

use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

use crate::block::Block;

/// How far ahead, in bytes of a row.
///
/// The hardware foresees where reading goes on and brings lines near. But a kernel that unpacks codes has so many
/// instructions a line that a core, which looks a few hundred of them ahead, waits for each line that it has not asked
/// for. Farther ahead than this, lines are gone again before they are needed; asking for whole rows at a time takes the
/// room that the hardware's own requests need.
const DISTANCE: usize = 640;

/// The rows of a matrix, some of which are read at a time.
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

    /// To be called where `count` blocks of a row are read, from block `at` on: asks for as many that lie [`DISTANCE`]
    /// farther on in the row, or in the one that is read after it.
    #[inline(always)]
    pub(crate) fn fetch(&self, row: usize, at: usize, count: usize) {
        let at = at + Self::BLOCKS;
        let next = if at < self.row_blocks { 0 } else { (self.rows - 1) * self.row_blocks };
        let start = row * self.row_blocks + at + next;
        let Some(blocks) = self.weights.get(start..start + count) else { return };
        for at in (0..size_of_val(blocks)).step_by(64) {
            // SAFETY: the place lies in the slice.
            let place = unsafe { blocks.as_ptr().cast::<i8>().add(at) };
            // SAFETY: every x86-64 machine has it, and nothing is read.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(place) };
        }
    }
}
