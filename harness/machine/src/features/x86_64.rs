//! Extensions of x86-64.

use std::arch::is_x86_feature_detected as has;

/// Names of the extensions that the machine has.
pub(crate) fn detect() -> Vec<&'static str> {
    let all = [
        ("ssse3", has!("ssse3")),
        ("sse4.1", has!("sse4.1")),
        ("avx", has!("avx")),
        ("f16c", has!("f16c")),
        ("fma", has!("fma")),
        ("bmi2", has!("bmi2")),
        ("avx2", has!("avx2")),
        ("avxvnni", has!("avxvnni")),
        ("avxvnniint8", has!("avxvnniint8")),
        ("avx512f", has!("avx512f")),
        ("avx512bw", has!("avx512bw")),
        ("avx512dq", has!("avx512dq")),
        ("avx512vl", has!("avx512vl")),
        ("avx512vbmi", has!("avx512vbmi")),
        ("avx512vnni", has!("avx512vnni")),
        ("avx512bf16", has!("avx512bf16")),
        ("avx512fp16", has!("avx512fp16")),
    ];
    all.into_iter().filter_map(|(name, present)| present.then_some(name)).collect()
}
