//! What a block type is.

use bytemuck::Pod;

use crate::format::Format;
use crate::numeric::F16;

/// One block of a format as it lies in memory: `repr(C)`, alignment 1, no padding.
pub trait Block: Pod {
    /// The format that the block belongs to.
    const FORMAT: Format;

    /// Weights in a block.
    const LEN: usize = Self::FORMAT.spec().block_len;
}

/// A block with one scale, a 16-bit float: of its codes, or of the scales of its sub-blocks.
pub trait Scaled: Block {
    /// The scale.
    fn d(&self) -> F16;
}

/// A block with a minimum besides its scale, or with a scale of the minimums of its sub-blocks.
pub trait WithMin: Scaled {
    /// The minimum, or the scale of the minimums.
    fn min(&self) -> F16;
}

/// Implements [`Scaled`], and [`WithMin`] where a second field is named, by the fields of a block.
macro_rules! scaled {
    ($block:ty: $d:ident $(, $min:ident)?) => {
        impl crate::block::Scaled for $block {
            #[inline(always)]
            fn d(&self) -> crate::numeric::F16 {
                self.$d
            }
        }

        $(impl crate::block::WithMin for $block {
            #[inline(always)]
            fn min(&self) -> crate::numeric::F16 {
                self.$min
            }
        })?
    };
}
pub(crate) use scaled;

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
