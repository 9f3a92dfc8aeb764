//! The test of the emulator: mistakes planted in the shaders, each of which it must catch, and the shaders as they are.

use std::path::PathBuf;

use bytemuck::{cast_slice, cast_slice_mut};
use quantmark_kernels::metal::launch::{self, Launch, Shape};
use quantmark_kernels::metal::source::source;
use quantmark_kernels::{Backend, Format, MatmulShape, dequantize_exact, kernels};
use quantmark_metal_emulator::{Buffer, Compiler, Failure, Mode, Program};

/// The compiler; none where it is missing and nothing says that it must be there.
fn compiler() -> Option<Compiler> {
    match Compiler::find() {
        Ok(compiler) => Some(compiler),
        Err(missing) => {
            let required = std::env::var("QUANTMARK_REQUIRE").unwrap_or_default();
            assert!(!required.split(',').any(|what| what.trim() == "metal"), "required, but {missing}");
            eprintln!("skipped: {missing}");
            None
        }
    }
}

fn cache() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("metal-emulator")
}

/// A format's source with one text replaced, which must be there.
fn edited(format: Format, from: &str, to: &str) -> String {
    let source = source(format);
    assert!(source.contains(from), "{format}'s shader has no `{from}`");
    source.replacen(from, to, 1)
}

fn compile(compiler: &Compiler, source: &str, mode: Mode) -> Result<Program, Failure> {
    Program::compile(compiler, source, mode, &cache())
}

/// Weights of a format: the codes count up, scales are small numbers.
fn blocks(format: Format, count: usize) -> Vec<u8> {
    let row: Vec<f32> = (0..count * format.spec().block_len).map(|i| ((i * 37 % 101) as f32 - 50.0) / 16.0).collect();
    let mut blocks = vec![0; format.row_bytes(row.len()).unwrap()];
    let scalar = Backend::Scalar.detect().unwrap();
    let importance = vec![1.0; row.len()];
    let kernels = kernels(format, scalar).unwrap();
    kernels
        .quantize(&row, &mut blocks)
        .or_else(|_| kernels.quantize_weighted(&row, &importance, &mut blocks))
        .expect("one of them is there");
    blocks
}

/// Runs a product on rows of two blocks and a ramp of activations.
fn multiply(program: &mut Program, format: Format, shape: MatmulShape) -> Result<Vec<f32>, Failure> {
    let weights = blocks(format, shape.rows * shape.cols / format.spec().block_len);
    let activations: Vec<f32> = (0..shape.cols * shape.batch).map(|i| (i % 7) as f32 - 3.0).collect();
    let launch =
        if shape.batch == 1 { launch::matvec(format, shape.rows, shape.cols) } else { launch::matmul(format, shape) };
    let mut out = vec![f32::NAN; shape.rows * shape.batch];
    let buffers = &mut [
        Buffer::Input(&weights),
        Buffer::Input(cast_slice(&activations)),
        Buffer::Output(cast_slice_mut(&mut out)),
    ];
    program.run(&launch.expect("whole blocks"), buffers)?;
    Ok(out)
}

const VECTOR: MatmulShape = MatmulShape { rows: 6, cols: 4096, batch: 1 };
const MATRIX: MatmulShape = MatmulShape { rows: 70, cols: 256, batch: 35 };

fn refusal(source: &str, shape: MatmulShape, mode: Mode) -> Option<String> {
    let compiler = compiler()?;
    let mut program = compile(&compiler, source, mode).expect("it compiles");
    Some(multiply(&mut program, Format::Q4_0, shape).expect_err("a mistake was planted").to_string())
}

#[test]
fn the_shaders_are_right() {
    let Some(compiler) = compiler() else { return };
    for format in [Format::Q4_0, Format::Q4_K, Format::F16] {
        let mut program = compile(&compiler, &source(format), Mode::Guarded).unwrap();
        for shape in [VECTOR, MATRIX] {
            let got = multiply(&mut program, format, shape).unwrap();
            for (index, (got, (value, magnitude))) in got.iter().zip(exact(format, shape)).enumerate() {
                let error = (f64::from(*got) - value).abs();
                assert!(
                    error <= shape.cols as f64 * f64::from(f32::EPSILON) * magnitude,
                    "{format} {shape:?}: {index}"
                );
            }
        }
    }
}

/// What [`multiply`] must give, and the sum of the terms' magnitudes.
fn exact(format: Format, shape: MatmulShape) -> Vec<(f64, f64)> {
    let weights = blocks(format, shape.rows * shape.cols / format.spec().block_len);
    let mut decoded = vec![0.0f64; shape.rows * shape.cols];
    dequantize_exact(format, &weights, &mut decoded).unwrap();
    let activation = |i: usize| (i % 7) as f64 - 3.0;
    let mut all = Vec::new();
    for batch in 0..shape.batch {
        for row in decoded.chunks_exact(shape.cols) {
            let terms = (0..).zip(row).map(|(col, weight)| weight * activation(batch * shape.cols + col));
            all.push(terms.fold((0.0, 0.0), |(sum, size), term| (sum + term, size + term.abs())));
        }
    }
    all
}

#[test]
fn the_sanitizers_find_nothing_in_the_shaders() {
    let Some(compiler) = compiler() else { return };
    for format in [Format::Q4_0, Format::Q4_K, Format::IQ2_XXS, Format::F16] {
        let mut program = compile(&compiler, &source(format), Mode::Sanitized).unwrap();
        for shape in [VECTOR, MATRIX] {
            multiply(&mut program, format, shape).unwrap_or_else(|error| panic!("{format}: {error}"));
        }
    }
}

#[test]
fn a_forgotten_barrier() {
    let barrier = "threadgroup_barrier(mem_flags::mem_threadgroup);";
    let q4_0 = source(Format::Q4_0);
    assert_eq!(q4_0.matches(barrier).count(), 4, "matvec has one, matmul three");
    for (index, (at, _)) in q4_0.match_indices(barrier).enumerate() {
        let mut source = q4_0.clone();
        source.replace_range(at..at + barrier.len(), "");
        let is_matmul = at < q4_0.find("kernel void matvec").unwrap();
        let shape = if is_matmul { MATRIX } else { VECTOR };
        let Some(said) = refusal(&source, shape, Mode::Guarded) else { return };
        assert!(
            said.contains("depends on the order of lanes") && said.contains("a barrier is missing"),
            "{index}: {said}"
        );
    }
}

#[test]
fn a_simdgroup_operation_in_divergent_flow() {
    let source = edited(
        Format::Q4_0,
        "const float sum = simd_sum(sums[r]);",
        "const float sum = lane < 16 ? simd_sum(sums[r]) : simd_sum(2 * sums[r]);",
    );
    let Some(said) = refusal(&source, VECTOR, Mode::Guarded) else { return };
    assert!(said.contains("lanes of a simdgroup are in different simdgroup operations"), "{said}");
    assert!(said.contains("include/matvec.h:"), "{said}");

    let skipped = edited(
        Format::Q4_0,
        "const float sum = simd_sum(sums[r]);",
        "const float sum = lane < 31 ? simd_sum(sums[r]) : 0.0f;",
    );
    let said = refusal(&skipped, VECTOR, Mode::Guarded).expect("the compiler is there");
    assert!(said.contains("in divergent flow") || said.contains("different simdgroup operations"), "{said}");
}

#[test]
fn a_barrier_that_some_do_not_reach() {
    let source = edited(
        Format::Q4_0,
        "    threadgroup_barrier(mem_flags::mem_threadgroup);\n    if (simdgroup == 0",
        "    if (simdgroup != 0) { return; }\n    threadgroup_barrier(mem_flags::mem_threadgroup);\n    if (simdgroup == 0",
    );
    let Some(said) = refusal(&source, VECTOR, Mode::Guarded) else { return };
    assert!(said.contains("a barrier that not all threads of the threadgroup reach"), "{said}");
}

#[test]
fn a_read_behind_the_end() {
    let source = edited(Format::Q4_0, "min(first + r, shape.rows - 1)", "first + r");
    for mode in [Mode::Guarded, Mode::Sanitized] {
        let Some(said) = refusal(&source, VECTOR, mode) else { return };
        match mode {
            Mode::Guarded => assert!(said.contains("behind the end of a buffer of 13824 bytes (buffer 0)"), "{said}"),
            Mode::Sanitized => assert!(said.contains("heap-buffer-overflow"), "{said}"),
        }
    }
}

#[test]
fn a_write_behind_the_end_of_the_output() {
    let source = edited(Format::Q4_0, "&& first + lane < shape.rows)", ")");
    let Some(said) = refusal(&source, VECTOR, Mode::Sanitized) else { return };
    assert!(said.contains("heap-buffer-overflow"), "{said}");
}

#[test]
fn a_lane_array_overrun() {
    let source = edited(Format::Q4_0, "ushort pair[8];", "ushort pair[7];");
    let Some(said) = refusal(&source, VECTOR, Mode::Sanitized) else { return };
    assert!(
        ["index 7 out of bounds", "insufficient space", "stack-buffer-overflow"]
            .iter()
            .any(|words| said.contains(words)),
        "{said}"
    );
}

#[test]
fn a_threadgroup_array_overrun() {
    let source = edited(Format::Q4_0, "partial[MATVEC_ROWS * MOST_SIMDGROUPS]", "partial[MATVEC_ROWS * 2]");
    for mode in [Mode::Guarded, Mode::Sanitized] {
        let Some(said) = refusal(&source, VECTOR, mode) else { return };
        let telling = ["threadgroup array", "out of bounds", "heap-buffer-overflow"];
        assert!(telling.iter().any(|words| said.contains(words)), "{said}");
    }
}

#[test]
fn pointers_of_other_address_spaces() {
    let Some(compiler) = compiler() else { return };
    for (from, to) in [
        ("inline Bytes bytes(device const uchar * address)", "inline Bytes bytes(threadgroup const uchar * address)"),
        ("inline float4 weights_of(thread const Sixteen & all", "inline float4 weights_of(device const Sixteen & all"),
        (
            "threadgroup float partial[MATVEC_ROWS * MOST_SIMDGROUPS];",
            "threadgroup float partial[MATVEC_ROWS * MOST_SIMDGROUPS]; device float * mixed = partial; (void)mixed;",
        ),
        ("constant char * levels, uint signs", "device const char * levels, uint signs"),
    ] {
        let format = if to.contains("levels") { Format::IQ2_XS } else { Format::Q4_0 };
        let source = edited(format, from, to);
        match compile(&compiler, &source, Mode::Guarded) {
            Err(Failure::Compiler { step: "checking address spaces", messages }) => {
                let telling = ["address space", "'device float *' with an lvalue of type 'threadgroup"];
                assert!(telling.iter().any(|words| messages.replace('_', " ").contains(words)), "{to}: {messages}");
            }
            other => panic!("{to}: {:?}", other.map(|_| "compiled")),
        }
    }
}

#[test]
fn a_write_to_an_input() {
    let source = edited(
        Format::Q4_0,
        "const uint first = group * MATVEC_ROWS;",
        "const uint first = group * MATVEC_ROWS; ((device float *)activation)[0] = 7.0f;",
    );
    let Some(said) = refusal(&source, VECTOR, Mode::Guarded) else { return };
    assert!(said.contains("writes to buffer 1, which is an input"), "{said}");
}

#[test]
fn a_wrong_constant() {
    let Some(compiler) = compiler() else { return };
    let decode = |source: &str, format: Format| -> Vec<f32> {
        let mut program = compile(&compiler, source, Mode::Guarded).unwrap();
        let weights = blocks(format, 8);
        let cols = 8 * format.spec().block_len;
        let mut out = vec![f32::NAN; cols];
        let launch = launch::dequantize(format, 1, cols).unwrap();
        program.run(&launch, &mut [Buffer::Input(&weights), Buffer::Output(cast_slice_mut(&mut out))]).unwrap();
        out
    };
    for (format, from, to) in [
        (Format::Q4_0, "& 15) - 8.0f", "& 15) - 7.0f"),
        (Format::IQ4_NL, "-65, -49,", "-65, -48,"),
        (Format::Q6_K, "part % 8", "part % 7"),
        (Format::MXFP4, "4, 6, 8, 12, 0", "4, 6, 8, 11, 0"),
    ] {
        let scalar = kernels(format, Backend::Scalar.detect().unwrap()).unwrap();
        let mut expected = vec![0.0; 8 * format.spec().block_len];
        scalar.dequantize(&blocks(format, 8), &mut expected).unwrap();
        assert_eq!(decode(&source(format), format), expected, "{format} as it is");
        assert_ne!(decode(&edited(format, from, to), format), expected, "{format} with {to}");
    }
}

#[test]
fn kernels_and_constants_that_do_not_exist() {
    let Some(compiler) = compiler() else { return };
    let mut program = compile(&compiler, &source(Format::Q4_0), Mode::Guarded).unwrap();
    let shape = Shape { row_bytes: 18, cols: 32, rows: 1, batch: 1, reserved: 0 };
    let mut launch = Launch {
        kernel: "matvec_q9".to_owned(),
        constants: Vec::new(),
        shape,
        threadgroups: [1; 3],
        threads: [32, 1, 1],
        is_product: true,
    };
    let said = program.run(&launch, &mut []).unwrap_err().to_string();
    assert_eq!(said, "no kernel is called matvec_q9");
    launch.kernel = "matvec_q4_0".to_owned();
    launch.constants.push((9, launch::Constant::Bool(true)));
    let said = program.run(&launch, &mut []).unwrap_err().to_string();
    assert_eq!(said, "the shaders have no function constant 9 of 1 bytes");
}

#[test]
fn what_does_not_compile_is_told_with_its_line() {
    let Some(compiler) = compiler() else { return };
    let source = edited(Format::Q4_0, "all.scale = float(block.d);", "all.scale = float(block.dd);");
    let error = compile(&compiler, &source, Mode::Guarded).unwrap_err().to_string();
    assert!(error.contains("q4_0.metal:14:"), "{error}");
}
