//! x86-64: a token a backend, and what it can do.
//!
//! A token is the proof that the machine has the instructions: [`enter`](super::enter) makes one where a kernel of the backend is
//! entered, after detection, and everything below takes it as an argument. So the primitives are safe functions, and
//! kernels are written without `unsafe`. All of it is inlined into the entry, which is compiled for the instructions.

mod avx2;
mod avx512;
mod indices;

pub(crate) use avx2::Avx2;
pub(crate) use avx512::Avx512;
pub(crate) use indices::Indices;

/// Safe methods of a token, each one intrinsic.
macro_rules! primitives {
    ($token:ident: $($(#[$doc:meta])* $name:ident $(<$(const $parameter:ident: $kind:ty),+>)? ($($arg:ident: $ty:ty),*) -> $ret:ty
        = $intrinsic:ident;)*) => {
        #[allow(missing_docs, reason = "named after their intrinsics")]
        impl $token {
            $(
                $(#[$doc])*
                #[inline(always)]
                pub(crate) fn $name $(<$(const $parameter: $kind),+>)? (self $(, $arg: $ty)*) -> $ret {
                    // SAFETY: the token proves that the machine has the instruction.
                    unsafe { std::arch::x86_64::$intrinsic $(::<$($parameter),+>)? ($($arg),*) }
                }
            )*
        }
    };
}
pub(crate) use primitives;
