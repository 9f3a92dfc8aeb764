//! Q4_1 and Q5_1 against Q8_1: the activation block's stored sum multiplies the minimum.
//!
//! A weight is `d * q + m`, and a Q8_1 block stores `s`, its scale times the sum of its codes, rounded to binary16. The
//! product of two blocks is defined with that stored number: `sum(d * q * a) + m * s`. So its exact value is not the
//! plain sum of products of decoded numbers, which has the unrounded sum in place of `s`.

use half::f16;
use quantmark_kernels::Format;

/// Whether dot products with activations of a format have this form.
pub fn is_paired(activation: Format) -> bool {
    activation == Format::Q8_1
}

/// The exact product of one block of weights with one of activations, and the sum of its terms' magnitudes, from the
/// decoded weights (exactly and by magnitude) and activations.
pub fn block_product(
    format: Format,
    weights: &[u8],
    activation: &[u8],
    exact: &[f64],
    magnitudes: &[f64],
    activations: &[f64],
) -> (f64, f64) {
    let (minimum, sum) = (half_field(format, weights, "m"), half_field(Format::Q8_1, activation, "s"));
    let mut value = minimum * sum;
    let mut magnitude = value.abs();
    for ((&exact, &all), &a) in exact.iter().zip(magnitudes).zip(activations) {
        value += (exact - minimum) * a;
        magnitude += (all - minimum.abs()) * a.abs();
    }
    (value, magnitude)
}

fn half_field(format: Format, block: &[u8], name: &str) -> f64 {
    let field = format.fields().iter().find(|field| field.name == name).expect("the format has the field");
    f16::from_le_bytes([block[field.offset], block[field.offset + 1]]).to_f64()
}
