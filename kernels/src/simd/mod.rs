//! What instruction sets have of their own: primitives, and the functions that enter a backend.

#[cfg(target_arch = "aarch64")]
pub(crate) mod aarch64;
#[cfg(any(target_arch = "aarch64", target_arch = "x86_64"))]
pub(crate) mod enter;
pub(crate) mod ran;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86;

/// A token whose registers hold `L` numbers of 32 bits.
#[cfg(any(target_arch = "aarch64", target_arch = "x86_64"))]
pub(crate) trait Lanes<const L: usize>: Copy {
    /// A register of numbers.
    type Numbers: Copy;

    /// All 0.
    fn zeros(self) -> Self::Numbers;

    /// Loads a register.
    fn read(self, numbers: &[f32; L]) -> Self::Numbers;

    /// Stores a register.
    fn write(self, numbers: &mut [f32; L], a: Self::Numbers);
}
