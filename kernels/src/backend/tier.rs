//! The table of tiers: what each backend runs on, what it needs of the machine, and which is preferred.

use std::fmt;
use std::str::FromStr;

use super::feature::{Feature, Features};
use crate::metal;

/// What a backend's kernels run on.
#[derive(Clone, Copy, Debug)]
pub enum Hardware {
    /// The CPU of any machine.
    AnyCpu,
    /// CPUs of one architecture, as [`std::env::consts::ARCH`] names it.
    Cpu(&'static str),
    /// A GPU; the function says what this machine lacks for it.
    Gpu(fn() -> Option<&'static str>),
}

/// What is fixed about a backend.
#[derive(Clone, Copy, Debug)]
pub struct Tier {
    /// Its name in records and on command lines.
    pub name: &'static str,
    /// What its kernels run on.
    pub hardware: Hardware,
    /// The CPU features that its kernels use. A machine has the backend where it has all of them.
    pub features: Features,
    /// Of the CPU's backends that a machine has, the one with the greatest number is taken.
    pub preference: u32,
}

/// An instruction set, or a device, that kernels are written for: a row of the table of tiers.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Backend(u8);

/// Each row: constant, name, hardware, features, preference. The order is that of tables and pages.
macro_rules! tiers {
    ($($(#[$doc:meta])* $backend:ident $name:literal $hardware:expr, [$($feature:ident)*] $preference:literal;)+) => {
        #[expect(non_upper_case_globals, reason = "they stand for what variants of an enum would")]
        impl Backend {
            $($(#[$doc])* pub const $backend: Self = Self(Row::$backend as u8);)+
        }

        enum Row {
            $($backend),+
        }

        const TIERS: &[Tier] = &[
            $(Tier {
                name: $name,
                hardware: $hardware,
                features: Features::of(&[$(Feature::$feature),*]),
                preference: $preference,
            }),+
        ];

        impl Backend {
            /// Every backend, in the order of tables and pages.
            pub const ALL: &[Self] = &[$(Self::$backend),+];
        }
    };
}

use Hardware::{AnyCpu, Cpu, Gpu};

tiers! {
    /// Portable Rust; every machine has it.
    Scalar "scalar" AnyCpu, [] 0;
    /// x86-64 with AVX2, FMA and F16C.
    Avx2 "avx2" Cpu("x86_64"), [Avx2 Fma F16c] 10;
    /// x86-64 with AVX-512 F, BW, VL, DQ, VBMI and VNNI: Ice Lake and Zen 4 on.
    Avx512 "avx512" Cpu("x86_64"),
        [Avx2 Fma F16c Avx512f Avx512bw Avx512vl Avx512dq Avx512vbmi Avx512vnni] 20;
    /// AArch64 Advanced SIMD.
    Neon "neon" Cpu("aarch64"), [Neon] 10;
    /// Advanced SIMD with the dot product extension.
    NeonDotprod "neon_dotprod" Cpu("aarch64"), [Neon Dotprod] 20;
    /// Advanced SIMD with the 8-bit matrix extension.
    NeonI8mm "neon_i8mm" Cpu("aarch64"), [Neon Dotprod I8mm] 30;
    /// Apple GPUs.
    Metal "metal" Gpu(metal::missing), [] 0;
}

impl Backend {
    /// The backends that run on a CPU, in the order of [`Backend::ALL`].
    pub const CPU: &[Self] = &on_cpu::<{ count_on_cpu() }>();

    /// Its row of the table.
    pub const fn tier(self) -> &'static Tier {
        &TIERS[self.index()]
    }

    /// Its place in [`Backend::ALL`].
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The backend's name in records and on command lines.
    pub const fn name(self) -> &'static str {
        self.tier().name
    }

    /// Whether its kernels run on a CPU.
    pub const fn is_on_cpu(self) -> bool {
        !matches!(self.tier().hardware, Hardware::Gpu(_))
    }

    /// The backends of CPUs that need no feature that `limit` does not need, the preferred ones first; without a limit
    /// all of them.
    pub fn within(limit: Option<Self>) -> Vec<Self> {
        let within =
            |backend: &Self| limit.is_none_or(|limit| backend.tier().features.is_subset(limit.tier().features));
        let mut backends: Vec<Self> = Self::CPU.iter().copied().filter(within).collect();
        backends.sort_by_key(|backend| std::cmp::Reverse(backend.tier().preference));
        backends
    }
}

const fn count_on_cpu() -> usize {
    let (mut count, mut at) = (0, 0);
    while at < Backend::ALL.len() {
        count += Backend::ALL[at].is_on_cpu() as usize;
        at += 1;
    }
    count
}

const fn on_cpu<const N: usize>() -> [Backend; N] {
    let mut backends = [Backend::ALL[0]; N];
    let (mut count, mut at) = (0, 0);
    while at < Backend::ALL.len() {
        if Backend::ALL[at].is_on_cpu() {
            backends[count] = Backend::ALL[at];
            count += 1;
        }
        at += 1;
    }
    backends
}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Backend {
    type Err = UnknownBackend;

    fn from_str(name: &str) -> Result<Self, UnknownBackend> {
        Self::ALL.iter().copied().find(|backend| backend.name() == name).ok_or_else(|| UnknownBackend(name.to_owned()))
    }
}

/// A name that no backend has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownBackend(pub String);

impl fmt::Display for UnknownBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown backend `{}`; backends are", self.0)?;
        Backend::ALL.iter().try_for_each(|backend| write!(f, " {backend}"))
    }
}

impl std::error::Error for UnknownBackend {}

#[cfg(test)]
mod tests {
    use super::Backend;

    #[test]
    fn a_limit_lets_through_what_needs_no_more() {
        assert_eq!(Backend::within(Some(Backend::Avx512)), [Backend::Avx512, Backend::Avx2, Backend::Scalar]);
        assert_eq!(Backend::within(Some(Backend::NeonDotprod)), [Backend::NeonDotprod, Backend::Neon, Backend::Scalar]);
        assert_eq!(Backend::within(Some(Backend::Scalar)), [Backend::Scalar]);
        assert_eq!(Backend::within(None).len(), Backend::CPU.len());
    }

    #[test]
    fn preferences_within_a_limit_differ() {
        for &limit in Backend::CPU {
            let within = Backend::within(Some(limit));
            assert!(within.windows(2).all(|pair| pair[0].tier().preference > pair[1].tier().preference), "{limit}");
            assert_eq!(within[0], limit);
        }
    }
}
