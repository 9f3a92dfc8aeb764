//! The one list of formats and backends: tests, benches, docs and reports enumerate it, so a hole is visible
//! everywhere.

use crate::backend::{Available, Backend};
use crate::format::Format;
use crate::formats;
use crate::kernel_set::{KernelError, KernelSet, Kernels, check_planes};
use crate::numeric::{Magnitude, Real};
use crate::operation::Operation;
use crate::planes::Planes;
use crate::scalar::{self, Scalar};
use crate::simd::ran;

macro_rules! kernels {
    ($($format:ident: $module:ident { $($backend:ident),+ $(,)? };)*) => {
        /// For each format and backend a type in a module of its own, so that their code is compiled apart.
        mod entries {
            $(pub(super) mod $module {
                $(kernels!(@entry $module $backend);)+
            })*
        }

        pub(crate) fn set(format: Format, backend: Backend) -> Option<&'static KernelSet> {
            match (format, backend) {
                $($((Format::$format, kernels!(@backend $backend)) => {
                    static SET: Option<KernelSet> = kernels!(@set $module $backend);
                    SET.as_ref()
                })+)*
                _ => None,
            }
        }

        /// Whether a backend has kernels for a format, on whatever machine it runs: what is built into this program may be
        /// less. The operations are those of scalar.
        pub fn listed(format: Format, backend: Backend) -> bool {
            match (format, backend) {
                $($((Format::$format, kernels!(@backend $backend)) => true,)+)*
                _ => false,
            }
        }

        fn dequantize_as<R: Real>(format: Format, blocks: Planes<'_>, out: &mut [R]) {
            match format {
                $(Format::$format => scalar::dequantize_row::<formats::$module::scalar::Kernel, R>(blocks.first(), out),)*
                _ => unreachable!("every format has a line here"),
            }
        }

        /// A block of every format satisfies the trait its kernels rely on.
        const _: () = {
            $(assert!(matches!(
                <<formats::$module::scalar::Kernel as Scalar>::Block as crate::block::Block>::FORMAT,
                Format::$format
            ));)*
        };
    };
    (@backend scalar) => { Backend::Scalar };
    (@backend avx2) => { Backend::Avx2 };
    (@backend avx512) => { Backend::Avx512 };
    (@backend neon) => { Backend::Neon };
    (@backend neon_dotprod) => { Backend::NeonDotprod };
    (@backend neon_i8mm) => { Backend::NeonI8mm };
    (@entry $module:ident scalar) => {};
    (@entry $module:ident avx2) => { kernels!(@entry "x86_64" $module avx2 avx2); };
    (@entry $module:ident avx512) => { kernels!(@entry "x86_64" $module avx512 avx512); };
    (@entry $module:ident $neon:ident) => { kernels!(@entry "aarch64" $module $neon neon); };
    (@entry $architecture:literal $module:ident $backend:ident $file:ident) => {
        #[cfg(target_arch = $architecture)]
        pub(in crate::registry) mod $backend {
            pub(in crate::registry) struct Entry;

            impl crate::simd::enter::$backend::Entry for Entry {
                type Kernel = crate::formats::$module::$file::Kernel;
            }
        }
    };
    (@set $module:ident scalar) => { Some(scalar::kernel_set::<formats::$module::scalar::Kernel>()) };
    (@set $module:ident avx2) => { kernels!(@simd "x86_64" $module avx2 avx2) };
    (@set $module:ident avx512) => { kernels!(@simd "x86_64" $module avx512 avx512) };
    (@set $module:ident $neon:ident) => { kernels!(@simd "aarch64" $module $neon neon) };
    (@simd $architecture:literal $module:ident $backend:ident $file:ident) => {{
        #[cfg(target_arch = $architecture)]
        {
            Some(crate::simd::enter::$backend::kernel_set::<entries::$module::$backend::Entry>())
        }
        #[cfg(not(target_arch = $architecture))]
        {
            None
        }
    }};
}

kernels! {
    F32: f32 { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    F16: f16 { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    BF16: bf16 { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    Q1_0: q1_0 { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    Q2_0: q2_0 { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    Q4_0: q4_0 { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    Q4_1: q4_1 { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    Q5_0: q5_0 { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    Q5_1: q5_1 { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    Q8_0: q8_0 { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    Q8_1: q8_1 { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    Q2_K: q2_k { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    Q3_K: q3_k { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    Q4_K: q4_k { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    Q5_K: q5_k { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    Q6_K: q6_k { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    Q8_K: q8_k { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    IQ1_S: iq1_s { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    IQ1_M: iq1_m { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    IQ2_XXS: iq2_xxs { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    IQ2_XS: iq2_xs { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    IQ2_S: iq2_s { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    IQ3_XXS: iq3_xxs { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    IQ3_S: iq3_s { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    IQ4_NL: iq4_nl { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    IQ4_XS: iq4_xs { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    TQ1_0: tq1_0 { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    TQ2_0: tq2_0 { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    MXFP4: mxfp4 { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
    NVFP4: nvfp4 { scalar, avx2, avx512, neon, neon_dotprod, neon_i8mm };
}

/// An entry of the registry, whether or not this machine can run it.
#[derive(Clone, Copy)]
pub struct Registered {
    set: &'static KernelSet,
}

impl Registered {
    /// The entry of a format and backend; `None` where there is none.
    pub fn find(format: Format, backend: Backend) -> Option<Self> {
        set(format, backend).map(|set| Self { set })
    }

    /// Whether it has the operation.
    pub const fn supports(&self, operation: Operation) -> bool {
        self.set.supports(operation)
    }
}

/// How many kernels of a backend the calling thread has run: proof of what really ran, for tests. Only builds with debug
/// assertions count; others say 0.
pub fn calls(backend: Backend) -> u64 {
    ran::calls(backend)
}

/// The kernels of a format on a backend; `None` where the backend has none for it.
pub fn kernels(format: Format, backend: Available) -> Option<Kernels> {
    set(format, backend.backend()).map(|set| Kernels::new(format, backend.backend(), set))
}

/// The kernels of a format on the strongest backend up to `tier` that has the operation. Which one it is,
/// [`Kernels::backend`] says.
pub fn strongest(format: Format, tier: Available, operation: Operation) -> Option<Kernels> {
    Backend::within(Some(tier.backend()))
        .into_iter()
        .filter_map(|backend| kernels(format, backend.detect().ok()?))
        .find(|kernels| kernels.supports(operation))
}

/// Decodes blocks without rounding, for checking others: every value that a format can hold fits an `f64`.
///
/// # Errors
/// A partial block or a `blocks` of another length than `out` needs.
pub fn dequantize_exact<'a>(format: Format, blocks: impl Into<Planes<'a>>, out: &mut [f64]) -> Result<(), KernelError> {
    dequantize_checked(format, blocks.into(), out)
}

/// For each weight the sum of the magnitudes of the terms it is decoded from: `|d * q| + |m|` where the value is
/// `d * q - m`.
///
/// # Errors
/// As [`dequantize_exact`].
pub fn dequantize_magnitude<'a>(
    format: Format,
    blocks: impl Into<Planes<'a>>,
    out: &mut [Magnitude],
) -> Result<(), KernelError> {
    dequantize_checked(format, blocks.into(), out)
}

fn dequantize_checked<R: Real>(format: Format, blocks: Planes<'_>, out: &mut [R]) -> Result<(), KernelError> {
    check_planes(format, "blocks", 1, out.len(), blocks.lengths())?;
    dequantize_as(format, blocks, out);
    Ok(())
}
