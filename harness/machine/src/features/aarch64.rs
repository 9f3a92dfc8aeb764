//! Extensions of AArch64.

use std::arch::is_aarch64_feature_detected as has;

/// Names of the extensions that the machine has.
pub(crate) fn detect() -> Vec<&'static str> {
    let all = [
        ("neon", has!("neon")),
        ("fp16", has!("fp16")),
        ("fhm", has!("fhm")),
        ("dotprod", has!("dotprod")),
        ("i8mm", has!("i8mm")),
        ("bf16", has!("bf16")),
        ("sve", has!("sve")),
        ("sve2", has!("sve2")),
    ];
    all.into_iter().filter_map(|(name, present)| present.then_some(name)).collect()
}
