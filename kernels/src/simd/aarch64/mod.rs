//! AArch64: a token for each backend, with its primitives.
//!
//! A token is the proof that the machine has the instructions: [`enter`](super::enter) makes one where a kernel of the
//! backend is entered, after detection, and everything below takes it as an argument. So the primitives are safe
//! functions, and kernels are written without `unsafe`. All of it is inlined into the entry, which is compiled for the
//! instructions.
//!
//! The three backends differ in how they multiply bytes, which is [`Tier`]; everything else is [`Neon`]'s.

mod dotprod;
mod i8mm;
mod neon;
mod tier;
mod widening;

pub(crate) use dotprod::NeonDotprod;
pub(crate) use i8mm::NeonI8mm;
pub(crate) use neon::Neon;
pub(crate) use tier::Tier;

/// Registers of four numbers, for a token that holds a [`Neon`].
macro_rules! lanes {
    ($token:ident) => {
        impl crate::simd::Lanes<4> for $token {
            type Numbers = std::arch::aarch64::float32x4_t;

            #[inline(always)]
            fn zeros(self) -> Self::Numbers {
                self.neon().set1_f32(0.0)
            }

            #[inline(always)]
            fn read(self, numbers: &[f32; 4]) -> Self::Numbers {
                self.neon().load_f32(numbers)
            }

            #[inline(always)]
            fn write(self, numbers: &mut [f32; 4], a: Self::Numbers) {
                self.neon().store_f32(numbers, a);
            }
        }
    };
}
use lanes;
