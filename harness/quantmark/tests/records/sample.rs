//! A made-up record of plausible size and values: every format, failures of every kind, timings with noise. Nothing in
//! it was measured.

use quantmark_kernels::{Format, Importance, PrecisionClass};
use quantmark_record::Record;
use quantmark_record::schema::{
    Against, CaseResult, Diagnosis, Environment, Footer, Header, Implementation, Interval, LayerSize, Level, Line,
    Measurement, ModelAgainst, ModelRow, Resumed, SCHEMA_VERSION, Shape, SizeRow, State,
};
use quantmark_record::statistics::{describe, median, paired_ratio};

/// The same numbers on every platform.
struct Noise(u64);

impl Noise {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / (1u64 << 31) as f64
    }

    /// Mostly near 1, sometimes slow.
    fn factor(&mut self) -> f64 {
        let tail = if self.unit() < 0.08 { 0.9 } else { 1.0 };
        tail * (0.985 + 0.03 * self.unit())
    }
}

pub fn environment() -> Environment {
    Environment {
        device: "lab-07 <workbench>".into(),
        target: "x86_64-unknown-linux-gnu".into(),
        emulated: false,
        cpu: "AMD Ryzen 9 7950X 16-Core Processor".into(),
        features: ["ssse3", "avx", "f16c", "fma", "avx2", "avx512f", "avx512bw", "avx512vl", "avx512vnni"]
            .map(Into::into)
            .into(),
        physical_cores: 16,
        logical_cores: 32,
        caches: vec![32 << 10, 1 << 20, 32 << 20],
        memory: 64 << 30,
        os: "Linux (Debian GNU/Linux 13), kernel 6.12.0".into(),
        governor: Some("performance".into()),
        clock_mhz: Some(5234),
        temperature: Some(48.5),
        load: Some(0.12),
        compiler: "rustc 1.95.0".into(),
        flags: "profile=release opt-level=3".into(),
        commit: Some("9bb3b30c0ffee0ddba11feedface0123456789ab".into()),
        dirty: Some(false),
        program: Some("5f".repeat(32)),
    }
}

pub fn header() -> Header {
    Header {
        schema: SCHEMA_VERSION,
        run: "lab-07-2026-11-24T05:00:00Z".into(),
        started: "2026-11-24T05:00:00Z".into(),
        command: ["quantmark", "bench", "--suite", "standard"].map(Into::into).into(),
        suites: vec!["standard".into()],
        plan: vec!["suite=standard".into(), "formats=*".into(), "backends=scalar,avx2".into()],
        environment: environment(),
        implementations: vec![
            Implementation { name: "quantmark".into(), version: "0.1.0".into(), variant: "scalar, avx2".into() },
            Implementation { name: "llama.cpp".into(), version: "v0.5.0".into(), variant: "haswell".into() },
        ],
    }
}

pub fn case(level: Level, format: &str, backend: &str, operation: &str, case: &str, state: State) -> CaseResult {
    CaseResult {
        id: format!("{level}/{format}/{backend}/{operation}/{case}"),
        level,
        format: format.into(),
        backend: backend.into(),
        operation: operation.into(),
        case: case.into(),
        state,
        reason: None,
        diagnosis: None,
        seconds: 0.004,
    }
}

const INPUTS: &[&str] =
    &["gaussian", "laplace", "outlier_columns", "all_zero", "spike_first", "subnormal", "huge", "ties"];

fn cases_of(format: Format, backend: &str) -> Vec<CaseResult> {
    let (name, spec) = (format.name(), format.spec());
    let mut cases = vec![case(Level::L0, name, backend, "layout", "row_size", State::Pass)];
    for input in INPUTS {
        cases.push(case(Level::L1, name, backend, "dequantize", input, State::Pass));
        if backend == "scalar" {
            cases.push(case(Level::L2, name, backend, "quantize", input, State::Pass));
            if spec.importance != Importance::Ignored {
                cases.push(case(Level::L2, name, backend, "quantize_weighted", input, State::Pass));
            }
        } else {
            let mut missing = case(Level::L2, name, backend, "quantize", input, State::Unsupported);
            missing.reason = Some(format!("backend {backend} has no quantize kernel"));
            cases.push(missing);
        }
        if spec.dot_roundings.is_some() {
            cases.push(case(Level::L3, name, backend, "dot", input, State::Pass));
        }
    }
    cases
}

fn cases() -> Vec<CaseResult> {
    let backends = ["scalar", "avx2"];
    let mut cases: Vec<CaseResult> =
        backends.iter().flat_map(|backend| Format::ALL.iter().flat_map(|&format| cases_of(format, backend))).collect();
    let mut set = |id: &str, state: State, reason: Option<&str>, diagnosis: Option<Diagnosis>| {
        let case = cases.iter_mut().find(|case| case.id == id).expect("the sample names its own cases");
        (case.state, case.reason, case.diagnosis) = (state, reason.map(Into::into), diagnosis);
    };
    set("L3/iq3_xxs/avx2/dot/outlier_columns", State::Fail, None, Some(wrong_dot()));
    set("L1/iq3_xxs/avx2/dequantize/huge", State::Fail, None, Some(wrong_weight()));
    set("L3/tq1_0/avx2/dot/huge", State::Error, Some("the process ended by signal 11 (SIGSEGV)"), None);
    set("L3/nvfp4/avx2/dot/ties", State::Timeout, Some("took longer than 10 s"), None);
    set("L2/q4_K/scalar/quantize/ties", State::ExpectedFail, Some("contracted to FMA by this compiler"), None);
    set("L3/q5_1/avx2/dot/subnormal", State::UnexpectedPass, Some("listed as a known failure, and passed"), None);
    for input in INPUTS {
        set(&format!("L1/f32/avx2/dequantize/{input}"), State::Skipped, Some("nothing to decode"), None);
    }
    cases
}

pub fn wrong_dot() -> Diagnosis {
    Diagnosis {
        element: 3,
        wrong: 2,
        total: 40,
        block: 12,
        block_hex: "a63c".to_owned() + &"1f80c3e7".repeat(24),
        block_decoded: "d = 1.1621, signs = 0x5a, scale = 9, grid = [41, 7, 255, 16]".into(),
        expected: "-17.250031".into(),
        got: "-16.998047".into(),
        ulp: Some(132_104),
        bound: Some("3.1e-4 = 100 roundings × 2^-24 × 52.1 (sum of magnitudes)".into()),
        reproduce: "quantmark conform --format iq3_xxs --backend avx2 --case outlier_columns".into(),
    }
}

fn wrong_weight() -> Diagnosis {
    Diagnosis {
        element: 255,
        wrong: 1,
        total: 1024,
        block: 0,
        bound: None,
        expected: "0x1.8p+14 (24576)".into(),
        got: "-0x1.8p+14 (-24576)".into(),
        reproduce: "quantmark conform --format iq3_xxs --backend avx2 --case huge".into(),
        ..wrong_dot()
    }
}

fn sizes() -> Vec<SizeRow> {
    let layers =
        [("Qwen3 0.6B ffn_up", 3072, 1024), ("Llama 3 8B ffn_down", 4096, 14336), ("Qwen2 0.5B attn_q", 896, 896)];
    Format::ALL
        .iter()
        .map(|format| {
            let bytes = |rows: usize, cols| format.row_bytes(cols).map(|row| (row * rows) as u64);
            SizeRow {
                format: format.name().into(),
                block_len: format.spec().block_len,
                block_bytes: format.spec().block_bytes,
                bits_per_weight: format.spec().bits_per_weight(),
                layers: layers
                    .map(|(layer, rows, cols)| LayerSize {
                        layer: layer.into(),
                        rows: rows as u64,
                        cols: cols as u64,
                        bytes: bytes(rows, cols),
                    })
                    .into(),
            }
        })
        .collect()
}

pub fn measurement(
    operation: &str,
    format: Format,
    backend: &str,
    samples: Vec<f64>,
    theirs: Option<Vec<f64>>,
) -> Measurement {
    let shape = match operation {
        "dot" => Shape { rows: 1, cols: 4096, batch: 1 },
        _ => Shape { rows: 16384, cols: 4096, batch: 1 },
    };
    let statistics = describe(&samples, 1).expect("the sample has samples");
    let bytes = statistics.median * format.spec().bits_per_weight() / 8.0;
    Measurement {
        id: format!("{operation}/{operation}/{format}/{backend}/1/{shape}"),
        suite: operation.into(),
        operation: operation.into(),
        format: format.name().into(),
        backend: backend.into(),
        threads: 1,
        shape,
        unit: "weights/s".into(),
        median: statistics.median,
        mad: statistics.mad,
        low: statistics.low,
        high: statistics.high,
        quantized_bytes_per_second: Some(bytes),
        share_of_roof: (operation == "matvec").then_some(bytes / 31e9),
        against: theirs.map(|theirs| Against {
            implementation: "llama.cpp".into(),
            variant: "haswell".into(),
            median: median(&theirs).expect("the sample has samples"),
            ratio: paired_ratio(&samples, &theirs, 1).expect("the sample has pairs"),
            samples: theirs,
        }),
        samples,
        looks: 1,
        retakes: Vec::new(),
        judgement: None,
    }
}

fn measurements() -> Vec<Measurement> {
    let mut noise = Noise(7);
    let mut measurements = Vec::new();
    for operation in ["dot", "matvec"] {
        for &format in Format::ALL.iter().filter(|format| format.spec().dot_roundings.is_some()) {
            let spec = format.spec();
            let effort = match spec.class {
                PrecisionClass::UltraLow => 0.35,
                PrecisionClass::Low => 0.8,
                PrecisionClass::Medium => 1.0,
                PrecisionClass::Full => 0.45,
            };
            let codebook = if format.name().starts_with("iq") && !format.name().starts_with("iq4") { 0.4 } else { 1.0 };
            let base =
                9.0e9 * effort * codebook * (0.75 + 0.5 * noise.unit()) * if operation == "dot" { 1.3 } else { 1.0 };
            let lead = 0.8 + 0.75 * noise.unit();
            let theirs: Vec<f64> = (0..15).map(|_| base / lead * noise.factor()).collect();
            let ours = theirs.iter().map(|rate| rate * lead * noise.factor()).collect();
            let theirs = (!matches!(format, Format::Q1_0 | Format::Q2_0)).then_some(theirs);
            measurements.push(measurement(operation, format, "avx2", ours, theirs));
        }
    }
    measurements
}

/// A model in some file types, worse the smaller.
fn models() -> Vec<ModelRow> {
    [
        ("F16", "f16", 16.01),
        ("Q8_0", "q8_0", 8.51),
        ("Q4_K_M", "q4_K", 5.05),
        ("IQ2_XXS", "iq2_xxs", 2.72),
        ("TQ1_0", "tq1_0", 2.59),
    ]
    .into_iter()
    .map(|(file_type, format, bits_per_weight)| {
        let loss = if file_type == "TQ1_0" { 5.6 } else { 2.0 * f64::exp(-0.9 * bits_per_weight) };
        ModelRow {
            id: format!("models/small <b>/{file_type}/avx2"),
            model: "small <b>".into(),
            file_type: file_type.into(),
            format: format.into(),
            backend: "avx2".into(),
            threads: 16,
            bytes: (721_312.0 * bits_per_weight) as u64,
            bits_per_weight,
            sha256: "ab".repeat(32),
            protocol: "windows".into(),
            tokens_sha256: "cd".repeat(32),
            windows: 4,
            context: 512,
            importance: !["F16", "Q8_0"].contains(&file_type),
            perplexity: 36.09 * f64::exp(loss),
            perplexity_error: 3.25,
            base_perplexity: 36.09,
            kld_mean: if file_type == "F16" { 0.0 } else { loss },
            kld_error: loss / 30.0,
            kld_99: loss * 4.5,
            same_top: f64::exp(-loss * 5.0),
            pp512: Some(64_000.0 / bits_per_weight),
            tg128: Some(9_000.0 / bits_per_weight),
            against: Some(ModelAgainst {
                implementation: "llama.cpp".into(),
                variant: "haswell".into(),
                pp512: 32_000.0 / bits_per_weight,
                tg128: 8_000.0 / bits_per_weight,
                pp512_ratio: Interval { median: 2.0, low: 1.9, high: 2.1 },
                tg128_ratio: Interval { median: 1.125, low: 1.1, high: 1.15 },
            }),
        }
    })
    .collect()
}

/// The record that a whole run leaves.
pub fn record() -> Record {
    let mut record = Record::begin(header());
    record.cases = cases();
    record.sizes = sizes();
    record.measurements = measurements();
    record.models = models();
    record.footer = Some(footer(&record));
    record
}

/// A record of few results, for reading in full.
pub fn small() -> Record {
    let mut record = Record::begin(header());
    let mut noise = Noise(3);
    record.cases = cases()
        .into_iter()
        .filter(|case| ["iq3_xxs", "q4_K", "nvfp4", "q5_1", "f32"].contains(&case.format.as_str()))
        .filter(|case| case.state != State::Pass || case.case == "gaussian")
        .filter(|case| !["skipped", "unsupported"].contains(&case.state.name()) || case.case == "huge")
        .collect();
    record.sizes = sizes().into_iter().filter(|row| ["q4_K", "f32"].contains(&row.format.as_str())).collect();
    let mut samples = |base: f64| (0..7).map(|_| base * noise.factor()).collect::<Vec<f64>>();
    record.measurements = vec![
        measurement("dot", Format::Q4_K, "avx2", samples(1.2e10), Some(samples(1.0e10))),
        measurement("dot", Format::IQ3_XXS, "avx2", samples(2.0e9), Some(samples(2.1e9))),
        measurement("matvec", Format::Q4_K, "avx2", samples(8.0e9), None),
    ];
    record.models = models();
    record.footer = Some(footer(&record));
    record
}

pub fn footer(record: &Record) -> Footer {
    Footer {
        finished: "2026-11-24T05:04:12Z".into(),
        seconds: 252.4,
        summary: record.summary(),
        measurements: record.measurements.len() as u64,
        models: record.models.len() as u64,
        clock_mhz: Some(5190),
        temperature: Some(71.0),
    }
}

pub fn resumed() -> Resumed {
    Resumed {
        at: "2026-11-24T05:02:00Z".into(),
        seconds: 61.0,
        dropped: 17,
        clock_mhz: None,
        temperature: None,
        load: Some(0.4),
    }
}

/// The record's lines, in the order of a run.
pub fn lines(record: &Record) -> Vec<Line> {
    let mut lines = vec![Line::Header(Box::new(record.header.clone()))];
    lines.extend(record.cases.iter().cloned().map(Line::from));
    lines.extend(record.resumed.iter().cloned().map(Line::Resumed));
    lines.extend(record.sizes.iter().cloned().map(Line::from));
    lines.extend(record.measurements.iter().cloned().map(Line::from));
    lines.extend(record.models.iter().cloned().map(Line::from));
    lines.extend(record.footer.clone().map(Line::Footer));
    lines
}

/// The record as a file holds it.
pub fn jsonl(record: &Record) -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in lines(record) {
        serde_json::to_writer(&mut bytes, &line).expect("lines are plain JSON");
        bytes.push(b'\n');
    }
    bytes
}
