//! What every machine of an architecture does in one instruction and portable code says in many.

#[cfg(any(test, not(target_arch = "x86_64")))]
mod portable;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(not(target_arch = "x86_64"))]
pub(crate) use portable::truncate_four;
#[cfg(target_arch = "x86_64")]
pub(crate) use x86_64::truncate_four;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{portable, truncate_four};

    proptest! {
        #[test]
        fn portable_code_says_the_same(bits: [u32; 4]) {
            let values = bits.map(f32::from_bits);
            prop_assert_eq!(truncate_four(values), portable::truncate_four(values));
        }
    }
}
