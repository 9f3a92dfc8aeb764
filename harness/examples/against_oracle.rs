//! Development check: one format's scalar kernels against the libraries, bytes and throughput.
//! `cargo run --release -p quantmark --example against_oracle -- DIR [FORMAT..]`

use std::time::Instant;

use quantmark::reference::oracle::{CpuVariant, Oracle};
use quantmark_kernels::{Backend, Format, Importance, Operation, dequantize_exact, dequantize_magnitude, kernels};

struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1u64 << 24) as f32
    }
    fn gaussian(&mut self) -> f32 {
        (0..12).map(|_| self.unit()).sum::<f32>() - 6.0
    }
}

fn source(kind: &str, n: usize, r: &mut Random) -> Vec<f32> {
    (0..n)
        .map(|i| match kind {
            "gaussian" => r.gaussian(),
            "small" => r.gaussian() * 0.02,
            "laplace" => r.gaussian() * r.gaussian(),
            "heavy" => r.gaussian() / (r.unit() + 1e-3),
            "outliers" => r.gaussian() * if i % 37 == 5 { 60.0 } else { 1.0 },
            "zero" => 0.0,
            "minus_zero" => -0.0,
            "half_zero" => {
                if (i / 32) % 2 == 0 {
                    r.gaussian()
                } else {
                    0.0
                }
            }
            "sparse" => {
                if r.unit() < 0.05 {
                    r.gaussian()
                } else {
                    0.0
                }
            }
            "constant" => 0.75,
            "constant_negative" => -0.3,
            "alternating" => {
                if i % 2 == 0 {
                    1.0
                } else {
                    -1.0
                }
            }
            "positive" => r.gaussian().abs() + 0.5,
            "negative" => -r.gaussian().abs() - 0.5,
            "spike_first" => {
                if i % 256 == 0 {
                    5.0
                } else {
                    0.0
                }
            }
            "spike_last" => {
                if i % 256 == 255 {
                    -5.0
                } else {
                    0.0
                }
            }
            "subnormal" => f32::from_bits((r.bits() & 0x807f_ffff) as u32),
            "tiny" => r.gaussian() * 1e-7,
            "tiny2" => r.gaussian() * 1e-20,
            "huge" => r.gaussian() * 6e4,
            "overflow" => r.gaussian() * 1e8,
            "ties" => ((r.bits() % 33) as f32 - 16.0) * 0.5,
            "ties_small" => ((r.bits() % 9) as f32 - 4.0) * 0.25,
            "integers" => (r.bits() % 255) as f32 - 127.0,
            "mixed_scale" => r.gaussian() * 2f32.powi((i / 32) as i32 % 24 - 12),
            _ => unreachable!(),
        })
        .collect()
}

const KINDS: &[&str] = &[
    "gaussian",
    "small",
    "laplace",
    "heavy",
    "outliers",
    "zero",
    "minus_zero",
    "half_zero",
    "sparse",
    "constant",
    "constant_negative",
    "alternating",
    "positive",
    "negative",
    "spike_first",
    "spike_last",
    "subnormal",
    "tiny",
    "tiny2",
    "huge",
    "overflow",
    "ties",
    "ties_small",
    "integers",
    "mixed_scale",
];

fn importance(kind: usize, n: usize, r: &mut Random) -> Vec<f32> {
    (0..n)
        .map(|i| match kind {
            0 => r.gaussian().powi(2) + 0.01,
            1 => {
                if r.unit() < 0.3 {
                    0.0
                } else {
                    r.unit()
                }
            }
            2 => 1e-22,
            3 => {
                if (i / 32) % 3 == 0 {
                    0.0
                } else {
                    r.unit() * 100.0
                }
            }
            4 => {
                if i % 64 == 7 {
                    1e4
                } else {
                    1e-4
                }
            }
            5 => 0.0,
            _ => 1.0,
        })
        .collect()
}

fn cpu_seconds() -> f64 {
    // Thread CPU time is steadier than the clock on a shared machine.
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split(' ').next().and_then(|n| n.parse::<f64>().ok()).map_or(0.0, |n| n / 1e9)
}

fn throughput(n: usize, mut f: impl FnMut()) -> f64 {
    let (t0, c0) = (Instant::now(), cpu_seconds());
    let mut k = 0;
    while k < 1 || (t0.elapsed().as_secs_f64() < 0.4 && k < 100_000) {
        f();
        k += 1;
    }
    (n * k) as f64 / (cpu_seconds() - c0)
}

fn first_difference<T: PartialEq>(a: &[T], b: &[T]) -> Option<usize> {
    a.iter().zip(b).position(|(a, b)| a != b)
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let directory = std::path::Path::new(&args[0]);
    let seed = std::env::var("SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
    let oracle = Oracle::open(directory).unwrap();
    let cpu = CpuVariant::open(directory, "x64").unwrap();
    let scalar = Backend::Scalar.detect().unwrap();
    let mut bad = 0;
    for &format in Format::ALL {
        if args.len() > 1 && !args[1..].iter().any(|a| a.eq_ignore_ascii_case(format.name())) {
            continue;
        }
        let Some(k) = kernels(format, scalar) else {
            println!("{format:8} not in the registry");
            continue;
        };
        let spec = format.spec();
        let mut r = Random(seed);
        let mut failures = Vec::new();
        let mut checked = 0;
        for kind in KINDS {
            for (cols, rows) in [(1024, 4), (256, 3), (2560, 1)] {
                let src = source(kind, cols * rows, &mut r);
                let mut imps: Vec<Option<Vec<f32>>> = vec![None];
                if spec.importance != Importance::Ignored {
                    imps.extend((0..7).map(|k| Some(importance(k, cols, &mut r))));
                }
                if spec.importance == Importance::Required {
                    imps.remove(0);
                }
                for (which, imp) in imps.iter().enumerate() {
                    let want = oracle.quantize(format, cols, &src, imp.as_deref()).unwrap();
                    let row_bytes = format.row_bytes(cols).unwrap();
                    let mut got = vec![0xa5u8; want.len()];
                    let mut result = Ok(());
                    for (row, out) in src.chunks(cols).zip(got.chunks_mut(row_bytes)) {
                        result = result.and(match imp {
                            Some(imp) => k.quantize_weighted(row, imp, out),
                            None => k.quantize(row, out),
                        });
                    }
                    checked += 1;
                    if let Err(e) = result {
                        failures.push(format!("quantize: {e}"));
                    } else if let Some(at) = first_difference(&got, &want) {
                        let block = at / spec.block_bytes;
                        failures.push(format!(
                            "quantize {kind} {cols}x{rows} importance {which}: byte {at}, block {block} byte {} expected {:02x} got {:02x}",
                            at % spec.block_bytes, want[at], got[at]
                        ));
                    }
                    let values = oracle.dequantize(format, &want).unwrap_or_else(|_| {
                        let mut v = vec![0.0; cols * rows];
                        k.dequantize(&want, &mut v).unwrap();
                        v
                    });
                    let mut out = vec![f32::NAN; values.len()];
                    k.dequantize(&want, &mut out).unwrap();
                    let bits = |v: &[f32]| v.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
                    if let Some(at) = first_difference(&bits(&out), &bits(&values)) {
                        failures
                            .push(format!("dequantize {kind}: element {at} expected {} got {}", values[at], out[at]));
                    }
                    if k.supports(Operation::Dot) {
                        let activation = source("gaussian", cols, &mut r);
                        check_dot(format, &k, &cpu, &want[..row_bytes], &activation, kind, &mut failures);
                    }
                }
            }
        }
        // Random bytes decode like the library's; NaN payloads too.
        for _ in 0..200 {
            let bytes: Vec<u8> = (0..spec.block_bytes * 8).map(|_| r.bits() as u8).collect();
            let Ok(values) = oracle.dequantize(format, &bytes) else { break };
            let mut out = vec![0.0; values.len()];
            k.dequantize(&bytes, &mut out).unwrap();
            if let Some(at) = (0..out.len())
                .find(|&i| out[i].to_bits() != values[i].to_bits() && !(out[i].is_nan() && values[i].is_nan()))
            {
                failures.push(format!("dequantize random bytes: element {at} expected {} got {}", values[at], out[at]));
                break;
            }
        }
        bad += failures.len();
        println!("{format:8} {checked} checks, {} failures", failures.len());
        for f in failures.iter().take(6) {
            println!("    {f}");
        }
        if std::env::var("SPEED").is_ok() {
            speed(format, &k, &oracle, &cpu);
        }
    }
    std::process::exit(i32::from(bad > 0));
}

fn check_dot(
    format: Format,
    k: &quantmark_kernels::Kernels,
    cpu: &CpuVariant,
    weights: &[u8],
    activation: &[f32],
    kind: &str,
    failures: &mut Vec<String>,
) {
    let cols = activation.len();
    let dot = cpu.generic_dot(format).unwrap();
    let act_format = format.spec().activation.unwrap();
    assert_eq!(Some(act_format), Some(dot.activation_format()), "{format}");
    let act = cpu.quantize_activation(act_format, activation).unwrap();
    let want = dot.call(cols, weights, &act).unwrap();
    let got = k.dot(cols, weights, &act).unwrap();
    let (mut w, mut a) = (vec![0.0f64; cols], vec![0.0f64; cols]);
    dequantize_exact(format, weights, &mut w).unwrap();
    dequantize_exact(act_format, &act, &mut a).unwrap();
    let mut wm = vec![Default::default(); cols];
    dequantize_magnitude(format, weights, &mut wm).unwrap();
    let exact: f64 = w.iter().zip(&a).map(|(w, a)| w * a).sum();
    let magnitude: f64 = wm.iter().zip(&a).map(|(w, a)| w.get() * a.abs()).sum();
    if act_format == Format::Q8_1 {
        // The stored sum is rounded to f16, so the exact value is not the plain product; compare with the library.
        if (f64::from(got) - f64::from(want)).abs() > 1e-5 * magnitude.max(f64::MIN_POSITIVE) {
            failures.push(format!("dot {kind}: expected {want} got {got}"));
        }
        return;
    }
    let r = format.spec().dot_roundings.unwrap();
    let count = f64::from(r.per_term) + f64::from(r.additions_per_block) * (cols / format.spec().block_len) as f64;
    let bound = count * f64::from(f32::EPSILON) / 2.0 * magnitude;
    for (who, v) in [("ours", got), ("llama.cpp", want)] {
        if v.is_finite() && (f64::from(v) - exact).abs() > bound {
            failures.push(format!("dot {kind}: {who} {v} exact {exact} bound {bound:e}"));
        }
    }
    if want.is_finite() != got.is_finite() {
        failures.push(format!("dot {kind}: llama.cpp {want} ours {got}"));
    }
}

fn speed(format: Format, k: &quantmark_kernels::Kernels, oracle: &Oracle, cpu: &CpuVariant) {
    let mut r = Random(7);
    let spec = format.spec();
    let n = 4096;
    let src = source("small", n, &mut r);
    let imp = importance(0, n, &mut r);
    let mut blocks = vec![0u8; format.row_bytes(n).unwrap()];
    let line = |what: &str, pairs: Vec<(f64, f64)>| {
        let mut ratios: Vec<f64> = pairs.iter().map(|(a, b)| a / b).collect();
        ratios.sort_by(f64::total_cmp);
        println!(
            "    {what:18} ours {:9.3} M/s  llama.cpp {:9.3} M/s  ratio {:.2}",
            pairs[0].0 / 1e6,
            pairs[0].1 / 1e6,
            ratios[ratios.len() / 2]
        );
    };
    if k.supports(Operation::Quantize) {
        line(
            "quantize",
            (0..3)
                .map(|_| {
                    (
                        throughput(n, || k.quantize(&src, &mut blocks).unwrap()),
                        throughput(n, || {
                            oracle.quantize(format, n, &src, None).unwrap();
                        }),
                    )
                })
                .collect(),
        );
    }
    if k.supports(Operation::QuantizeWeighted) {
        line(
            "quantize_weighted",
            (0..3)
                .map(|_| {
                    (
                        throughput(n, || k.quantize_weighted(&src, &imp, &mut blocks).unwrap()),
                        throughput(n, || {
                            oracle.quantize(format, n, &src, Some(&imp)).unwrap();
                        }),
                    )
                })
                .collect(),
        );
    }
    let mut out = vec![0.0; n];
    line(
        "dequantize",
        (0..3)
            .map(|_| {
                (
                    throughput(n, || k.dequantize(&blocks, &mut out).unwrap()),
                    throughput(n, || {
                        let _ = oracle.dequantize(format, &blocks);
                    }),
                )
            })
            .collect(),
    );
    if k.supports(Operation::Dot) {
        let act = cpu.quantize_activation(spec.activation.unwrap(), &src).unwrap();
        let dot = cpu.generic_dot(format).unwrap();
        line(
            "dot (generic)",
            (0..3)
                .map(|_| {
                    (
                        throughput(n, || {
                            std::hint::black_box(k.dot(n, &blocks, &act).unwrap());
                        }),
                        throughput(n, || {
                            std::hint::black_box(dot.call(n, &blocks, &act).unwrap());
                        }),
                    )
                })
                .collect(),
        );
    }
}
