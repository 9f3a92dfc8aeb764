//! x86-64: a token a backend, and what it can do.
//!
//! A token is the proof that the machine has the instructions: [`enter`](super::enter) makes one where a kernel of the backend is
//! entered, after detection, and everything below takes it as an argument. So the primitives are safe functions, and
//! kernels are written without `unsafe`. All of it is inlined into the entry, which is compiled for the instructions.

mod ahead;
mod avx2;
mod avx512;
mod indices;

pub(crate) use ahead::Ahead;
pub(crate) use avx2::Avx2;
pub(crate) use avx512::Avx512;
pub(crate) use indices::Indices;

/// Numbers that begin at a cache line.
///
/// What a kernel passes through memory must not lie across two lines: a load cannot take it from such a store, and the
/// kernel is half as fast wherever the stack happens to lie so.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Aligned<T>(pub(crate) T);

/// The same place, of which the compiler does not know that it is: nothing that is read there is read before its turn
/// among other such places.
#[inline(always)]
#[expect(clippy::pointers_in_nomem_asm_block, reason = "nothing is read there either")]
pub(crate) fn place<T>(value: &T) -> &T {
    let mut place = std::ptr::from_ref(value);
    // SAFETY: it does nothing.
    unsafe { std::arch::asm!("/* {} */", inout(reg) place, options(nomem, nostack, preserves_flags)) };
    // SAFETY: it is the reference that was given.
    unsafe { &*place }
}

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
