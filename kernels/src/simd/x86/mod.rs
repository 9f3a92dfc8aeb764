//! x86-64: a token for each backend, with its primitives.
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

/// Data aligned to a cache line.
///
/// What a kernel stores and loads again must not straddle two lines: such a store is not forwarded, and the kernel
/// would be half as fast at some addresses of the stack.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Aligned<T>(pub(crate) T);

/// The same reference, opaque to the compiler: reads through it are not moved before earlier calls of this function.
#[inline(always)]
#[expect(clippy::pointers_in_nomem_asm_block, reason = "nothing is read there either")]
pub(crate) fn place<T>(value: &T) -> &T {
    let mut place = std::ptr::from_ref(value);
    // SAFETY: the assembly is empty; it leaves the address as it is.
    unsafe { std::arch::asm!("/* {} */", inout(reg) place, options(nomem, nostack, preserves_flags)) };
    // SAFETY: the address is that of `value`, whose lifetime the result has.
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
