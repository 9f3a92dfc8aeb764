//! What a block type is.

use bytemuck::Pod;

use crate::format::Format;

/// One block of a format as it lies in memory: `repr(C)`, alignment 1, no padding.
pub trait Block: Pod {
    /// The format that the block belongs to.
    const FORMAT: Format;

    /// Weights in a block.
    const LEN: usize = Self::FORMAT.spec().block_len;
}

/// Checks at compile time that a block type has the size its SPECS row gives and no alignment.
macro_rules! assert_layout {
    ($block:ty) => {
        const _: () = {
            let spec = <$block as crate::block::Block>::FORMAT.spec();
            assert!(size_of::<$block>() == spec.block_bytes, "block size differs from the SPECS row");
            assert!(align_of::<$block>() == 1, "a block must be readable at any address");
        };
    };
}
pub(crate) use assert_layout;
