//! Machines that measure nothing but noise.

/// SplitMix64: the same numbers on every platform.
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0, exclusive, to 1.
    fn unit(&mut self) -> f64 {
        ((self.next() >> 11) + 1) as f64 / (1u64 << 53) as f64
    }

    /// Normal, of mean 0 and deviation 1.
    fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }
}

/// What kind of noise a machine has.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Each look by itself.
    Looks,
    /// A quarter of the variance belongs to the whole night: taking again does not help against it.
    QuarterOfNights,
    /// All of it does.
    Nights,
    /// All of it does, and a night is like the one before by 0.6.
    Drifting,
    /// One look of twenty is four times as wild.
    Wild,
    /// One look of twelve is slow, never fast.
    Stalls,
}

impl Kind {
    pub const ALL: [Self; 6] =
        [Self::Looks, Self::QuarterOfNights, Self::Nights, Self::Drifting, Self::Wild, Self::Stalls];

    pub const fn words(self) -> &'static str {
        match self {
            Self::Looks => "each look by itself",
            Self::QuarterOfNights => "a quarter belongs to whole nights",
            Self::Nights => "all belongs to whole nights",
            Self::Drifting => "the same, nights like those before by 0.6",
            Self::Wild => "one look of 20 is four times as wild",
            Self::Stalls => "one look of 12 is slow",
        }
    }

    /// Share of the variance that belongs to the night.
    const fn of_nights(self) -> f64 {
        match self {
            Self::Looks | Self::Wild | Self::Stalls => 0.0,
            Self::QuarterOfNights => 0.25,
            Self::Nights | Self::Drifting => 1.0,
        }
    }
}

/// A machine whose speed is 100, but for its noise.
pub struct Machine {
    kind: Kind,
    deviation: f64,
    random: Random,
    night: f64,
}

impl Machine {
    pub fn new(kind: Kind, deviation: f64, seed: u64) -> Self {
        Self { kind, deviation, random: Random(seed), night: 0.0 }
    }

    pub fn next_night(&mut self) {
        let new = self.random.normal() * self.deviation * self.kind.of_nights().sqrt();
        self.night = match self.kind {
            Kind::Drifting => 0.6 * self.night + 0.8 * new,
            _ => new,
        };
    }

    pub fn look(&mut self) -> f64 {
        let own = self.deviation * (1.0 - self.kind.of_nights()).sqrt();
        let noise = match self.kind {
            Kind::Wild => self.random.normal() * 0.7 * own * if self.random.unit() < 0.05 { 4.0 } else { 1.0 },
            Kind::Stalls if self.random.unit() < 1.0 / 12.0 => -(self.random.normal() * 3.0 * own).abs(),
            Kind::Stalls => self.random.normal() * 0.6 * own,
            _ => self.random.normal() * own,
        };
        100.0 * (self.night + noise).exp()
    }
}
