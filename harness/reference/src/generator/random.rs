//! SplitMix64 and the few draws that distributions are made of.

use sha2::{Digest, Sha256};

/// SplitMix64 (Steele, Lea, Flood 2014): integer arithmetic only.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A generator from a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A generator for a named purpose: its seed is the first eight bytes, little-endian, of the SHA-256 of the seed's
    /// eight little-endian bytes and the names, each preceded by a zero byte.
    pub fn named(seed: u64, names: &[&str]) -> Self {
        let mut hash = Sha256::new();
        hash.update(seed.to_le_bytes());
        for name in names {
            hash.update([0]);
            hash.update(name);
        }
        let digest = hash.finalize();
        Self(u64::from_le_bytes(digest[..8].try_into().expect("a digest has 32 bytes")))
    }

    /// 64 uniform bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A uniform integer below `bound` (by multiplication; the bias of 2^-32 at most is of no concern here).
    pub fn below(&mut self, bound: u32) -> u32 {
        (((self.bits() >> 32) * u64::from(bound)) >> 32) as u32
    }

    /// A uniform multiple of 2^-24 in [0, 1); exact in f32.
    pub fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / 16_777_216.0
    }

    /// Nearly normal with mean 0 and variance 1: the sum of twelve uniform 20-bit integers less its mean, in units of
    /// 2^-20; exact in f32.
    pub fn gaussian(&mut self) -> f32 {
        let sum: i64 = (0..12).map(|_| (self.bits() >> 44) as i64).sum();
        (sum - 6 * 1_048_576) as f32 / 1_048_576.0
    }

    /// Exponential with mean 1, to a resolution of 2^-20, by von Neumann's method of comparing uniform integers.
    pub fn exponential(&mut self) -> f32 {
        let mut whole = 0u32;
        loop {
            let first = (self.bits() >> 44) as u32;
            let mut last = first;
            let mut run = 1u32;
            loop {
                let next = (self.bits() >> 44) as u32;
                if next >= last {
                    break;
                }
                last = next;
                run += 1;
            }
            if run % 2 == 1 {
                return ((u64::from(whole) << 20) + u64::from(first)) as f32 / 1_048_576.0;
            }
            whole += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn draws_are_pinned() {
        let mut random = Random::named(1, &["q4_0", "gaussian"]);
        let draws = [random.bits(), random.bits()];
        assert_eq!(draws, [11_751_207_611_327_310_018, 14_358_474_351_665_402_435]);
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        let mut random = Random::new(7);
        let n = 100_000;
        let gaussian: Vec<f64> = (0..n).map(|_| f64::from(random.gaussian())).collect();
        let exponential: Vec<f64> = (0..n).map(|_| f64::from(random.exponential())).collect();
        let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
        let square = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>() / v.len() as f64;
        assert!(mean(&gaussian).abs() < 0.01 && (square(&gaussian) - 1.0).abs() < 0.02);
        assert!((mean(&exponential) - 1.0).abs() < 0.02 && (square(&exponential) - 2.0).abs() < 0.08);
    }
}
