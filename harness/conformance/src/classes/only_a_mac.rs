//! What the emulator cannot show of a shader: a case that is always skipped, so that every report says it.

use std::time::Duration;

use quantmark_kernels::{Format, Operation};
use quantmark_record::schema::Level;

use crate::case::{Case, Verdict};

const REASON: &str = "only a Mac shows what Apple's compiler and GPU make of the shader, subnormal numbers included, and how \
                      fast it is: `cargo xtask conform --device metal` there";

pub fn case(format: Format) -> Case {
    let limit = Duration::from_secs(60);
    Case::new(Level::L1, format, Operation::Dequantize, "only_a_mac.gpu", limit, |_| {
        Ok(Verdict::Skip(REASON.to_owned()))
    })
}
