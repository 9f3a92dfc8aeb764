//! Where kernels of a backend are entered: the functions that are compiled for its instructions.

use bytemuck::{Pod, cast_slice, cast_slice_mut};

#[cfg(target_arch = "aarch64")]
use super::aarch64::{Neon, NeonDotprod, NeonI8mm};
#[cfg(target_arch = "x86_64")]
use super::x86::{Avx2, Avx512};
use crate::backend::Backend;
use crate::kernel_set::KernelSet;
use crate::operation::MatmulShape;
use crate::planes::{Planes, PlanesMut};
use crate::scalar::{Scalar, dequantize_blocks, dequantize_row};
use crate::simd::ran;

/// A format's kernels on the instructions that `T` proves.
///
/// What a format does not write for a backend is its portable code compiled for the backend's instructions: the
/// numbers are the same, and searches over lanes become as wide as the registers.
///
/// Every function must be `#[inline(always)]`, or it is not compiled for the backend.
pub(crate) trait SimdKernel<T>: 'static {
    /// The format.
    type Scalar: Scalar;

    /// Quantizes one row.
    #[inline(always)]
    fn quantize(_: T, row: &[f32], blocks: &mut [Block<Self, T>]) {
        let quantize = const { Self::Scalar::QUANTIZE };
        quantize.expect("listed in the kernel set only where present")(row, blocks);
    }

    /// Quantizes one row by importance.
    #[inline(always)]
    fn quantize_weighted(_: T, row: &[f32], importance: &[f32], blocks: &mut [Block<Self, T>]) {
        let quantize = const { Self::Scalar::QUANTIZE_WEIGHTED };
        quantize.expect("listed in the kernel set only where present")(row, importance, blocks);
    }

    /// Decodes whole rows.
    #[inline(always)]
    fn dequantize(_: T, blocks: &[Block<Self, T>], out: &mut [f32]) {
        if Self::Scalar::WIDE_DEQUANTIZE {
            dequantize_blocks::<Self::Scalar, f32>(cast_slice(blocks), out);
        } else {
            dequantize_row::<Self::Scalar, f32>(cast_slice(blocks), out);
        }
    }

    /// A row times an activation.
    fn dot(token: T, weights: &[Block<Self, T>], activation: &[Activation<Self, T>]) -> f32;

    /// Rows, at least one, times an activation; a number a row out.
    fn matvec(token: T, weights: &[Block<Self, T>], activation: &[Activation<Self, T>], out: &mut [f32]);

    /// Rows times activations, of each at least one.
    fn matmul(
        token: T,
        weights: &[Block<Self, T>],
        activations: &[Activation<Self, T>],
        shape: MatmulShape,
        out: &mut [f32],
    );
}

/// A format's block.
pub(crate) type Block<K, T> = <<K as SimdKernel<T>>::Scalar as Scalar>::Block;

/// The block of a format's activations.
pub(crate) type Activation<K, T> = <<K as SimdKernel<T>>::Scalar as Scalar>::Activation;

/// The blocks that bytes hold, whose number is a multiple of a block's: callers of kernels have checked that, and a
/// short row's kernel would take longer to divide again than to multiply.
#[inline(always)]
fn blocks_of<B: Pod>(bytes: &[u8]) -> &[B] {
    const { assert!(align_of::<B>() == 1) };
    debug_assert!(bytes.len().is_multiple_of(size_of::<B>()));
    // SAFETY: blocks are plain bytes without an alignment, and no more of them are taken than fit.
    unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len() / size_of::<B>()) }
}

macro_rules! backend {
    ($module:ident, $token:ident, $features:literal) => {
        pub(crate) mod $module {
            use super::*;

            const BACKEND: Backend = Backend::$token;

            /// The functions that the registry lists for a format.
            ///
            /// The compiler puts a provided method where its `Self` is defined. So a type a format, in a module of its
            /// own, has each format's code compiled apart, and an edit of one leaves the others' alone.
            pub(crate) trait Entry: 'static {
                /// The format's kernels.
                type Kernel: SimdKernel<$token>;

                /// # Safety
                /// The machine has the backend.
                #[target_feature(enable = $features)]
                unsafe fn quantize(row: &[f32], blocks: PlanesMut<'_>) {
                    ran::count(BACKEND);
                    // SAFETY: the caller says so.
                    let token = unsafe { $token::assume() };
                    Self::Kernel::quantize(token, row, cast_slice_mut(blocks.into_first()));
                }

                /// # Safety
                /// The machine has the backend.
                #[target_feature(enable = $features)]
                unsafe fn quantize_weighted(row: &[f32], importance: &[f32], blocks: PlanesMut<'_>) {
                    ran::count(BACKEND);
                    // SAFETY: the caller says so.
                    let token = unsafe { $token::assume() };
                    Self::Kernel::quantize_weighted(token, row, importance, cast_slice_mut(blocks.into_first()));
                }

                /// # Safety
                /// The machine has the backend.
                #[target_feature(enable = $features)]
                unsafe fn dequantize(blocks: Planes<'_>, _cols: usize, out: &mut [f32]) {
                    ran::count(BACKEND);
                    // SAFETY: the caller says so.
                    let token = unsafe { $token::assume() };
                    Self::Kernel::dequantize(token, blocks_of(blocks.first()), out);
                }

                /// # Safety
                /// The machine has the backend.
                #[target_feature(enable = $features)]
                unsafe fn dot(weights: &[u8], _: &[&[u8]], activation: &[u8]) -> f32 {
                    ran::count(BACKEND);
                    // SAFETY: the caller says so.
                    let token = unsafe { $token::assume() };
                    Self::Kernel::dot(token, blocks_of(weights), blocks_of(activation))
                }

                /// # Safety
                /// The machine has the backend.
                #[target_feature(enable = $features)]
                unsafe fn matvec(weights: Planes<'_>, activation: &[u8], out: &mut [f32]) {
                    ran::count(BACKEND);
                    if out.is_empty() {
                        return;
                    }
                    // SAFETY: the caller says so.
                    let token = unsafe { $token::assume() };
                    Self::Kernel::matvec(token, blocks_of(weights.first()), blocks_of(activation), out);
                }

                /// # Safety
                /// The machine has the backend.
                #[target_feature(enable = $features)]
                unsafe fn matmul(weights: Planes<'_>, activations: &[u8], shape: MatmulShape, out: &mut [f32]) {
                    ran::count(BACKEND);
                    // SAFETY: the caller says so.
                    let token = unsafe { $token::assume() };
                    Self::Kernel::matmul(token, blocks_of(weights.first()), blocks_of(activations), shape, out);
                }
            }

            /// A format's kernels as the registry lists them.
            pub(crate) const fn kernel_set<E: Entry>() -> KernelSet {
                let has_dot = <Format<E> as Scalar>::DOT.is_some();
                let has_quantize = <Format<E> as Scalar>::QUANTIZE.is_some();
                let has_weighted = <Format<E> as Scalar>::QUANTIZE_WEIGHTED.is_some();
                KernelSet {
                    quantize: if has_quantize { Some(E::quantize) } else { None },
                    quantize_weighted: if has_weighted { Some(E::quantize_weighted) } else { None },
                    dequantize: Some(E::dequantize),
                    dot: if has_dot { Some(E::dot) } else { None },
                    matvec: if has_dot { Some(E::matvec) } else { None },
                    matmul: if has_dot { Some(E::matmul) } else { None },
                }
            }

            type Format<E> = <<E as Entry>::Kernel as SimdKernel<$token>>::Scalar;
        }
    };
}

#[cfg(target_arch = "x86_64")]
backend!(avx2, Avx2, "avx2,fma,f16c");
#[cfg(target_arch = "x86_64")]
backend!(avx512, Avx512, "avx2,fma,f16c,avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,avx512vnni");
#[cfg(target_arch = "aarch64")]
backend!(neon, Neon, "neon");
#[cfg(target_arch = "aarch64")]
backend!(neon_dotprod, NeonDotprod, "neon,dotprod");
#[cfg(target_arch = "aarch64")]
backend!(neon_i8mm, NeonI8mm, "neon,dotprod,i8mm");
