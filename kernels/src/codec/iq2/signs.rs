//! Taking the signs off a group of 8 weights.

/// The magnitudes of a group; bit i of `signs` is set where weight i was negative.
#[derive(Clone, Copy)]
pub(crate) struct Unsigned {
    pub(crate) magnitudes: [f32; 8],
    pub(crate) signs: u8,
}

/// Takes the signs off.
#[inline]
pub(crate) fn split(values: &[f32; 8]) -> Unsigned {
    let mut signs = 0;
    for (i, &value) in values.iter().enumerate() {
        signs |= u8::from(!(value >= 0.0)) << i;
    }
    Unsigned { magnitudes: values.map(|value| if value >= 0.0 { value } else { -value }), signs }
}

/// As [`split`], with an even number of signs: where it is odd, the weight whose square counts least takes the wrong
/// sign, and its magnitude is negative.
#[inline]
pub(crate) fn split_even(values: &[f32; 8], weights: &[f32; 8]) -> Unsigned {
    let mut unsigned = split(values);
    if unsigned.signs.count_ones() % 2 == 1 {
        let mut cost = [0.0; 8];
        for i in 0..8 {
            cost[i] = weights[i] * values[i] * values[i];
        }
        let mut least = 0;
        for i in 1..8 {
            if cost[i] < cost[least] {
                least = i;
            }
        }
        unsigned.magnitudes[least] = -unsigned.magnitudes[least];
        unsigned.signs ^= 1 << least;
    }
    unsigned
}
