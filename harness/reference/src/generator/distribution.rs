//! Weights and activations by name.

use serde::Deserialize;

use super::random::Random;

/// How the numbers of a row are drawn. Only integers, exact scalings and correctly rounded single operations are
/// involved, so that the numbers are the same everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// Normal, standard deviation 1.
    Gaussian,
    /// Normal, standard deviation 0.02.
    GaussianSmall,
    /// Double exponential, mean magnitude 1.
    Laplace,
    /// Ratio of a normal to a uniform number: tails like 1/x^2.
    HeavyTailed,
    /// Normal; every 37th column a hundred times larger.
    OutlierColumns,
    /// All 0.
    Zero,
    /// All -0.
    NegativeZero,
    /// Normal and zero in turns of 32 columns.
    HalfZero,
    /// Normal with probability 1/20, else zero.
    Sparse,
    /// All 0.75.
    Constant,
    /// All -0.3.
    ConstantNegative,
    /// 1 and -1 in turns.
    Alternating,
    /// 5 at the first column of every 256, else zero.
    SpikeFirst,
    /// -5 at the last column of every 256, else zero.
    SpikeLast,
    /// Magnitude of a normal number and 0.5.
    Positive,
    /// The same below zero.
    Negative,
    /// Uniform over the bit patterns of subnormal numbers, zero included.
    Subnormal,
    /// Subnormal numbers, of a number of bits and a sign that change every 32 columns.
    LeastSubnormal,
    /// Zeros of both signs, and now and then a normal number's magnitude; its sign changes every 32 columns.
    SignedZeros,
    /// Normal, standard deviation 1e-7.
    Tiny,
    /// Normal, standard deviation 60000.
    Huge,
    /// Normal, standard deviation 1e8.
    Overflow,
    /// Multiples of 1/2 from -8 to 8.
    Ties,
    /// Integers from -127 to 127.
    Integers,
    /// Numbers next to a half: 0.5 and its neighbours, with signs, and now and then 1.
    NearHalf,
    /// Normal, scaled by a power of two from 2^-12 to 2^11 that changes every 32 columns.
    MixedScale,
    /// Powers of two from 2^-12 to 2^11, a third of them one bit up or down.
    PowersOfTwo,
    /// Uniform between 500 and 1000.
    LargePositive,
}

impl Distribution {
    /// Draws one row.
    pub fn row(self, cols: usize, random: &mut Random) -> Vec<f32> {
        (0..cols).map(|col| self.number(col, random)).collect()
    }

    fn number(self, col: usize, random: &mut Random) -> f32 {
        match self {
            Self::Gaussian => random.gaussian(),
            Self::GaussianSmall => random.gaussian() * 0.02,
            Self::Laplace => signed(random.exponential(), random),
            Self::HeavyTailed => random.gaussian() / (random.unit() + 1.0 / 1024.0),
            Self::OutlierColumns => random.gaussian() * if col % 37 == 5 { 100.0 } else { 1.0 },
            Self::Zero => 0.0,
            Self::NegativeZero => -0.0,
            Self::HalfZero => random.gaussian() * if (col / 32).is_multiple_of(2) { 1.0 } else { 0.0 },
            Self::Sparse => {
                let value = random.gaussian();
                if random.below(20) == 0 { value } else { 0.0 }
            }
            Self::Constant => 0.75,
            Self::ConstantNegative => -0.3,
            Self::Alternating => [1.0, -1.0][col % 2],
            Self::SpikeFirst => [5.0, 0.0][usize::from(!col.is_multiple_of(256))],
            Self::SpikeLast => [-5.0, 0.0][usize::from(col % 256 != 255)],
            Self::Positive => random.gaussian().abs() + 0.5,
            Self::Negative => -random.gaussian().abs() - 0.5,
            Self::Subnormal => f32::from_bits((random.bits() & 0x807f_ffff) as u32),
            Self::LeastSubnormal => {
                // The same number of bits for 32 columns, so that blocks without a larger number occur.
                let bits = (col / 32 * 5) as u32 % 23;
                let value = f32::from_bits((random.bits() as u32 & 0x007f_ffff) >> bits);
                if (col / 32).is_multiple_of(2) { value } else { -value }
            }
            Self::SignedZeros => {
                let zero = signed(0.0, random);
                let value = random.gaussian().abs();
                match (random.below(4), (col / 32) % 3) {
                    (1.., _) => zero,
                    (0, 0) => value,
                    (0, 1) => -value,
                    (0, _) => signed(value, random),
                }
            }
            Self::Tiny => random.gaussian() * 1e-7,
            Self::Huge => random.gaussian() * 6e4,
            Self::Overflow => random.gaussian() * 1e8,
            Self::Ties => (random.below(33) as f32 - 16.0) * 0.5,
            Self::Integers => random.below(255) as f32 - 127.0,
            Self::NearHalf => {
                let half = [0.5, 0.499_999_97, 0.500_000_06, 1.0][random.below(16).saturating_sub(12) as usize];
                let base = random.below(4) as f32;
                signed(base + half, random)
            }
            Self::MixedScale => random.gaussian() * power_of_two((col / 32 * 7) as i32 % 24 - 12),
            Self::PowersOfTwo => {
                let power = power_of_two(random.below(24) as i32 - 12);
                let value = f32::from_bits(power.to_bits() + random.below(6).saturating_sub(4) - random.below(6) / 5);
                signed(value, random)
            }
            Self::LargePositive => 500.0 + 500.0 * random.unit(),
        }
    }
}

fn signed(value: f32, random: &mut Random) -> f32 {
    if random.below(2) == 0 { value } else { -value }
}

fn power_of_two(exponent: i32) -> f32 {
    f32::from_bits(((exponent + 127) as u32) << 23)
}
