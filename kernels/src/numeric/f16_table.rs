//! Every 16-bit float as f32: a load broadcasts one, where a conversion would take ports that products need.

use super::F16;

#[allow(long_running_const_eval)]
static TABLE: [f32; 1 << 16] = {
    let mut table = [0.0; 1 << 16];
    let mut bits = 0;
    while bits < table.len() {
        table[bits] = F16::from_bits(bits as u16).to_f32();
        bits += 1;
    }
    table
};

/// The number, exactly.
#[inline(always)]
pub(crate) fn get(half: F16) -> f32 {
    TABLE[usize::from(half.to_bits())]
}
