//! CPU features, sets of them, and how the standard library is asked whether this machine has one.

/// The rows: for each architecture the macro that answers, and its features by the name that the macro takes.
///
/// The order of features is the order in which a machine is asked: the first that it lacks is named.
macro_rules! features {
    ($($architecture:tt, $detected:ident: $($feature:ident $name:tt),+;)+) => {
        /// An extension of a CPU's instruction set.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "named after the vendors' own names")]
        pub enum Feature {
            $($($feature),+),+
        }

        impl Feature {
            /// Every feature of every architecture.
            pub const ALL: &[Feature] = &[$($(Self::$feature),+),+];

            /// Its name, as the standard library's detection has it.
            pub const fn name(self) -> &'static str {
                match self {
                    $($(Self::$feature => $name,)+)+
                }
            }

            /// What a machine without it is told.
            pub(super) const fn lacking(self) -> &'static str {
                match self {
                    $($(Self::$feature => concat!("the machine lacks ", $name),)+)+
                }
            }

            /// Whether this machine has it.
            pub fn is_detected(self) -> bool {
                match self {
                    $($(
                        #[cfg(target_arch = $architecture)]
                        Self::$feature => std::arch::$detected!($name),
                        #[cfg(not(target_arch = $architecture))]
                        Self::$feature => false,
                    )+)+
                }
            }
        }
    };
}

features! {
    "x86_64", is_x86_feature_detected:
        Avx2 "avx2", Fma "fma", F16c "f16c", Avx512f "avx512f", Avx512bw "avx512bw", Avx512vl "avx512vl",
        Avx512dq "avx512dq", Avx512vbmi "avx512vbmi", Avx512vnni "avx512vnni";
    "aarch64", is_aarch64_feature_detected:
        Neon "neon", Dotprod "dotprod", I8mm "i8mm";
}

/// A set of features.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Features(u64);

impl Features {
    /// The set of some features.
    pub const fn of(features: &[Feature]) -> Self {
        const { assert!(Feature::ALL.len() <= u64::BITS as usize) };
        let mut bits = 0;
        let mut at = 0;
        while at < features.len() {
            bits |= 1 << features[at] as u32;
            at += 1;
        }
        Self(bits)
    }

    /// Whether `other` has all of these.
    pub const fn is_subset(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// The features, in the order of [`Feature::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Feature> {
        Feature::ALL.iter().copied().filter(move |&feature| Self::of(&[feature]).is_subset(self))
    }
}
