//! The test of the tests: kernels that are wrong on purpose, each of which conformance must catch, and by which class.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use half::f16;
use quantmark_conformance::blocks::ordinary;
use quantmark_conformance::case::Case;
use quantmark_conformance::trial::try_case;
use quantmark_conformance::{classes, golden, report};
use quantmark_implementations::{Implementation, OurBackend, Refusal};
use quantmark_kernels::layout::FieldKind;
use quantmark_kernels::{Backend, Format, MatmulShape, Operation};
use quantmark_record::schema::{CaseResult, State};
use quantmark_reference::file;
use quantmark_reference::generator::distribution::Distribution;
use quantmark_reference::generator::importance::ImportanceRow;
use quantmark_reference::generator::random::Random;

type Quantize = Box<dyn Fn(Format, &[f32], Option<&[f32]>, &mut [u8])>;
type Dequantize = Box<dyn Fn(Format, &[u8], &mut [f32])>;
type Dot = Box<dyn Fn(Format, usize, &[u8], &[u8]) -> f32>;
type Matvec = Box<dyn Fn(Format, usize, &[u8], &[u8], &mut [f32])>;
type Matmul = Box<dyn Fn(Format, MatmulShape, &[u8], &[u8], &mut [f32])>;

/// The scalar kernels with some operations replaced.
struct Wrong {
    name: &'static str,
    quantize: Option<Quantize>,
    dequantize: Option<Dequantize>,
    dot: Option<Dot>,
    matvec: Option<Matvec>,
    matmul: Option<Matmul>,
}

fn scalar() -> OurBackend {
    OurBackend::new(Backend::Scalar.detect().unwrap())
}

impl Wrong {
    fn none() -> Self {
        Self { name: "scalar", quantize: None, dequantize: None, dot: None, matvec: None, matmul: None }
    }
}

impl Implementation for Wrong {
    fn name(&self) -> &str {
        self.name
    }

    fn supports(&self, format: Format, operation: Operation) -> bool {
        scalar().supports(format, operation)
    }

    fn repeats_dot(&self) -> bool {
        false
    }

    fn quantize(&self, format: Format, row: &[f32], blocks: &mut [u8]) -> Result<(), Refusal> {
        match &self.quantize {
            Some(quantize) => quantize(format, row, None, blocks),
            None => scalar().quantize(format, row, blocks)?,
        }
        Ok(())
    }

    fn quantize_weighted(&self, format: Format, row: &[f32], weight: &[f32], blocks: &mut [u8]) -> Result<(), Refusal> {
        match &self.quantize {
            Some(quantize) => quantize(format, row, Some(weight), blocks),
            None => scalar().quantize_weighted(format, row, weight, blocks)?,
        }
        Ok(())
    }

    fn dequantize(&self, format: Format, blocks: &[u8], out: &mut [f32]) -> Result<(), Refusal> {
        match &self.dequantize {
            Some(dequantize) => dequantize(format, blocks, out),
            None => scalar().dequantize(format, blocks, out)?,
        }
        Ok(())
    }

    fn dot(&self, format: Format, cols: usize, weights: &[u8], activation: &[u8]) -> Result<f32, Refusal> {
        match &self.dot {
            Some(dot) => Ok(dot(format, cols, weights, activation)),
            None => scalar().dot(format, cols, weights, activation),
        }
    }

    fn matvec(&self, format: Format, cols: usize, w: &[u8], activation: &[u8], out: &mut [f32]) -> Result<(), Refusal> {
        match &self.matvec {
            Some(matvec) => matvec(format, cols, w, activation, out),
            None => scalar().matvec(format, cols, w, activation, out)?,
        }
        Ok(())
    }

    fn matmul(&self, f: Format, shape: MatmulShape, w: &[u8], a: &[u8], out: &mut [f32]) -> Result<(), Refusal> {
        match &self.matmul {
            Some(matmul) => matmul(f, shape, w, a, out),
            None => scalar().matmul(f, shape, w, a, out)?,
        }
        Ok(())
    }
}

/// Reference cases answered by the scalar kernels themselves.
fn reference(format: Format) -> Vec<file::Case> {
    let kinds = [Distribution::Gaussian, Distribution::Ties, Distribution::Integers, Distribution::HeavyTailed];
    let mut random = Random::new(11);
    let mut cases = Vec::new();
    for (index, kind) in kinds.into_iter().enumerate() {
        for weighted in [false, true] {
            let operation = if weighted { Operation::QuantizeWeighted } else { Operation::Quantize };
            if scalar().supports(format, operation) {
                cases.push(answer(format, &format!("{index}_{weighted}"), kind, weighted, &mut random));
            }
        }
    }
    cases
}

fn answer(format: Format, name: &str, kind: Distribution, weighted: bool, random: &mut Random) -> file::Case {
    let (cols, rows) = (512, 2);
    let source: Vec<f32> = (0..rows).flat_map(|_| kind.row(cols, random)).collect();
    let importance = weighted.then(|| ImportanceRow::Varied.row(cols, random));
    let mut quantized = vec![0; rows * format.row_bytes(cols).unwrap()];
    let row = quantized.len() / rows;
    for (source, blocks) in source.chunks(cols).zip(quantized.chunks_mut(row)) {
        match &importance {
            Some(importance) => scalar().quantize_weighted(format, source, importance, blocks).unwrap(),
            None => scalar().quantize(format, source, blocks).unwrap(),
        }
    }
    let mut dequantized = vec![0.0; source.len()];
    scalar().dequantize(format, &quantized, &mut dequantized).unwrap();
    let partner = format.spec().activation.unwrap();
    let activation = Distribution::Ties.row(cols, random);
    let mut activation_quantized = vec![0; partner.row_bytes(cols).unwrap()];
    scalar().quantize(partner, &activation, &mut activation_quantized).unwrap();
    let dots = quantized.chunks(row).map(|row| scalar().dot(format, cols, row, &activation_quantized).unwrap());
    file::Case {
        name: name.to_owned(),
        hunts: Some("wrong kernels".to_owned()),
        cols,
        rows,
        dot: Some(dots.collect()),
        source: Some(source),
        importance,
        quantized: Some(quantized),
        dequantized: Some(dequantized),
        activation: Some(activation),
        activation_quantized: Some(activation_quantized),
    }
}

fn cases(format: Format, backend: &str) -> Vec<Case> {
    let mut all = classes::cases(format, backend);
    for case in reference(format) {
        all.extend(golden::cases(format, "golden", Arc::new(case), Duration::from_secs(60)));
    }
    all
}

fn results(subject: &Wrong, format: Format) -> Vec<CaseResult> {
    cases(format, subject.name).iter().map(|case| try_case(case, subject, subject.name, "")).collect()
}

/// `operation/class` of every case that did not pass.
fn caught(subject: &Wrong, format: Format) -> BTreeSet<String> {
    let failed = results(subject, format).into_iter().filter(|result| result.state.is_failure());
    failed.map(|result| format!("{}/{}", result.operation, result.case.split('.').next().unwrap())).collect()
}

/// The same for the cases of one operation.
fn caught_in(operation: Operation, subject: &Wrong, format: Format) -> BTreeSet<String> {
    let cases = cases(format, subject.name).into_iter().filter(|case| case.operation == operation);
    cases
        .map(|case| try_case(&case, subject, subject.name, ""))
        .filter(|result| result.state.is_failure())
        .map(|result| result.case.split('.').next().unwrap().to_owned())
        .collect()
}

/// The formats that have an operation, an activation format with a quantizer, and a property.
fn formats_with(operation: Operation, has: impl Fn(Format) -> bool) -> impl Iterator<Item = Format> {
    let reference = |format: Format| {
        format.spec().activation.is_some_and(|partner| scalar().supports(partner, Operation::Quantize))
    };
    let all = Format::ALL.iter().copied();
    all.filter(move |&format| scalar().supports(format, operation) && reference(format) && has(format))
}

#[track_caller]
fn assert_caught(subject: Wrong, format: Format, by: &[&str]) {
    let caught = caught(&subject, format);
    for class in by {
        assert!(caught.contains(*class), "not caught by {class}, only by {caught:?}");
    }
}

fn swap_nibbles(blocks: &[u8]) -> Vec<u8> {
    let mut swapped = blocks.to_vec();
    for block in swapped.chunks_mut(18) {
        block[2..].iter_mut().for_each(|byte| *byte = byte.rotate_left(4));
    }
    swapped
}

/// Each block takes the scale of the next one.
fn shift_scales(format: Format, blocks: &[u8]) -> Vec<u8> {
    let size = format.spec().block_bytes;
    let mut shifted = blocks.to_vec();
    for at in (0..blocks.len().saturating_sub(size)).step_by(size) {
        shifted[at..at + 2].copy_from_slice(&blocks[at + size..at + size + 2]);
    }
    shifted
}

/// A matvec made of a wrong dot.
fn rows_of(dot: impl Fn(Format, usize, &[u8], &[u8]) -> f32 + 'static) -> Matvec {
    Box::new(move |format, cols, weights, activation, out| {
        let row = format.row_bytes(cols).unwrap();
        for (out, row) in out.iter_mut().zip(weights.chunks(row)) {
            *out = dot(format, cols, row, activation);
        }
    })
}

#[test]
fn right_kernels_pass() {
    for format in [Format::Q4_0, Format::Q8_0] {
        for result in results(&Wrong::none(), format) {
            assert!(matches!(result.state, State::Pass | State::Unsupported), "{}", report::failure(&result));
        }
    }
}

#[test]
fn swapped_nibbles_in_dequantize() {
    let dequantize: Dequantize =
        Box::new(|format, blocks, out| scalar().dequantize(format, &swap_nibbles(blocks), out).unwrap());
    let subject = Wrong { dequantize: Some(dequantize), ..Wrong::none() };
    assert_caught(subject, Format::Q4_0, &["dequantize/code_points", "dequantize/golden"]);
}

#[test]
fn swapped_nibbles_in_quantize() {
    let quantize: Quantize = Box::new(|format, row, _, blocks| {
        scalar().quantize(format, row, blocks).unwrap();
        blocks.copy_from_slice(&swap_nibbles(blocks));
    });
    assert_caught(Wrong { quantize: Some(quantize), ..Wrong::none() }, Format::Q4_0, &["quantize/golden"]);
}

#[test]
fn swapped_nibbles_in_dot() {
    let dot: Dot = Box::new(|format, cols, w, a| scalar().dot(format, cols, &swap_nibbles(w), a).unwrap());
    let subject = Wrong { dot: Some(dot), ..Wrong::none() };
    assert_caught(subject, Format::Q4_0, &["dot/golden", "dot/integers", "dot/sizes"]);
}

#[test]
fn wrong_sign_of_the_offset() {
    let dequantize: Dequantize = Box::new(|format, blocks, out| {
        scalar().dequantize(format, blocks, out).unwrap();
        for (out, block) in out.chunks_mut(32).zip(blocks.chunks(18)) {
            let d = f16::from_le_bytes([block[0], block[1]]).to_f32();
            out.iter_mut().for_each(|out| *out += 16.0 * d);
        }
    });
    let subject = Wrong { dequantize: Some(dequantize), ..Wrong::none() };
    assert_caught(subject, Format::Q4_0, &["dequantize/code_points", "dequantize/golden"]);
}

#[test]
fn scale_of_the_next_block() {
    let dot = |format, cols, w: &[u8], a: &[u8]| scalar().dot(format, cols, &shift_scales(format, w), a).unwrap();
    let dequantize: Dequantize =
        Box::new(|format, blocks, out| scalar().dequantize(format, &shift_scales(format, blocks), out).unwrap());
    let subject =
        Wrong { dot: Some(Box::new(dot)), matvec: Some(rows_of(dot)), dequantize: Some(dequantize), ..Wrong::none() };
    let by = ["dot/sizes", "matvec/sizes", "dequantize/independence", "dequantize/golden", "dequantize/code_points"];
    assert_caught(subject, Format::Q8_0, &by);
}

#[test]
fn other_rounding_in_quantize() {
    let quantize: Quantize = Box::new(|_, row, _, blocks| {
        for (row, block) in row.chunks(32).zip(blocks.chunks_mut(34)) {
            let d = row.iter().fold(0.0f32, |max, x| max.max(x.abs())) / 127.0;
            let inverse = if d == 0.0 { 0.0 } else { 1.0 / d };
            block[..2].copy_from_slice(&f16::from_f32(d).to_le_bytes());
            for (code, x) in block[2..].iter_mut().zip(row) {
                *code = (x * inverse).round_ties_even() as i8 as u8;
            }
        }
    });
    let subject = Wrong { quantize: Some(quantize), ..Wrong::none() };
    // Half of 127 is a tie, so the other kinds of numbers do not tell; everything else about the kernel is right.
    let mut tied = answer(Format::Q8_0, "tied", Distribution::Zero, false, &mut Random::new(1));
    let source = tied.source.as_mut().unwrap();
    source[0] = 127.0;
    source[1] = 2.5;
    scalar().quantize(Format::Q8_0, &source[..512], &mut tied.quantized.as_mut().unwrap()[..544]).unwrap();
    tied.dequantized = None;
    tied.dot = None;
    let cases = golden::cases(Format::Q8_0, "golden", Arc::new(tied), Duration::from_secs(60));
    let failed: Vec<String> = cases
        .iter()
        .map(|case| try_case(case, &subject, "scalar", ""))
        .filter(|result| result.state.is_failure())
        .map(|result| result.id)
        .collect();
    assert_eq!(failed, ["L2/q8_0/scalar/quantize/golden.tied"]);
}

#[test]
fn missing_last_block() {
    let dot = |format: Format, cols, w: &[u8], a: &[u8]| {
        let (last_w, last_a) = (w.len() - format.spec().block_bytes, a.len() - 34);
        scalar().dot(format, cols - 32, &w[..last_w], &a[..last_a]).unwrap()
    };
    let matmul: Matmul = Box::new(move |format, shape, w, a, out| {
        let (row, activation) = (w.len() / shape.rows, a.len() / shape.batch);
        for (out, activation) in out.chunks_mut(shape.rows).zip(a.chunks(activation)) {
            for (out, row) in out.iter_mut().zip(w.chunks(row)) {
                *out = dot(format, shape.cols, row, activation);
            }
        }
    });
    let subject = Wrong { dot: Some(Box::new(dot)), matvec: Some(rows_of(dot)), matmul: Some(matmul), ..Wrong::none() };
    let by = ["dot/sizes", "matvec/sizes", "matmul/sizes", "dot/integers", "matmul/integers", "dot/golden"];
    assert_caught(subject, Format::Q4_0, &by);
}

#[test]
fn last_block_left_unwritten() {
    let dequantize: Dequantize = Box::new(|format, blocks, out| {
        let end = out.len() - format.spec().block_len;
        let bytes = blocks.len() - format.spec().block_bytes;
        scalar().dequantize(format, &blocks[..bytes], &mut out[..end]).unwrap();
    });
    let quantize: Quantize = Box::new(|format, row, _, blocks| {
        let end = blocks.len() - format.spec().block_bytes;
        scalar().quantize(format, &row[..row.len() - format.spec().block_len], &mut blocks[..end]).unwrap();
    });
    let subject = Wrong { dequantize: Some(dequantize), quantize: Some(quantize), ..Wrong::none() };
    assert_caught(subject, Format::Q8_0, &["dequantize/overwrite", "quantize/overwrite", "quantize/golden"]);
}

#[test]
fn odd_row_left_unwritten() {
    let matvec: Matvec = Box::new(|format, cols, w, a, out| {
        let even = out.len() / 2 * 2;
        let row = format.row_bytes(cols).unwrap();
        scalar().matvec(format, cols, &w[..even * row], a, &mut out[..even]).unwrap();
    });
    let subject = Wrong { matvec: Some(matvec), ..Wrong::none() };
    assert_caught(subject, Format::Q4_0, &["matvec/overwrite", "matvec/sizes"]);
}

#[test]
fn output_added_to() {
    let matvec: Matvec = Box::new(|format, cols, w, a, out| {
        let before = out.to_vec();
        scalar().matvec(format, cols, w, a, out).unwrap();
        out.iter_mut().zip(before).for_each(|(out, before)| *out += if before.is_nan() { 0.0 } else { before });
    });
    assert_caught(Wrong { matvec: Some(matvec), ..Wrong::none() }, Format::Q4_0, &["matvec/overwrite"]);
}

#[test]
fn saturation_of_sixteen_bit_pairs() {
    let dot = |_: Format, _: usize, w: &[u8], a: &[u8]| {
        let mut sum = 0.0;
        for (w, a) in w.chunks(34).zip(a.chunks(34)) {
            let d = |block: &[u8]| f16::from_le_bytes([block[0], block[1]]).to_f32();
            let product = |at: usize| i32::from(w[at] as i8) * i32::from(a[at] as i8);
            let pairs = (2..34).step_by(2).map(|at| (product(at) + product(at + 1)).clamp(-32768, 32767));
            sum += pairs.sum::<i32>() as f32 * (d(w) * d(a));
        }
        sum
    };
    let subject = Wrong { dot: Some(Box::new(dot)), ..Wrong::none() };
    assert_eq!(caught(&subject, Format::Q8_0), BTreeSet::from(["dot/integers".to_owned()]));
}

#[test]
fn sign_trick_that_fails_for_the_least_code() {
    let dot = |format: Format, cols, w: &[u8], a: &[u8]| {
        let mut a = a.to_vec();
        a.chunks_mut(34).for_each(|block| block[2..].iter_mut().filter(|q| **q == 0x80).for_each(|q| *q = 0x81));
        scalar().dot(format, cols, w, &a).unwrap()
    };
    assert_caught(Wrong { dot: Some(Box::new(dot)), ..Wrong::none() }, Format::Q8_0, &["dot/integers"]);
}

#[test]
fn one_batch_wrong() {
    let matmul: Matmul = Box::new(|format, shape, w, a, out| {
        scalar().matmul(format, shape, w, a, out).unwrap();
        if shape.batch == 7 {
            out[shape.rows] = out[0];
        }
    });
    assert_caught(Wrong { matmul: Some(matmul), ..Wrong::none() }, Format::Q4_0, &["matmul/sizes"]);
}

#[test]
fn rows_that_leak_into_each_other() {
    let matvec: Matvec = Box::new(|format, cols, w, a, out| {
        scalar().matvec(format, cols, w, a, out).unwrap();
        if let [.., before, last] = out {
            *last = f32::from_bits(last.to_bits() & !1 | before.to_bits() & 1);
        }
    });
    let quantize: Quantize = Box::new(|format, row, _, blocks| {
        scalar().quantize(format, row, blocks).unwrap();
        let size = format.spec().block_bytes;
        for at in (size..blocks.len()).step_by(size) {
            blocks[at] = blocks[at] & !1 | blocks[at - size] & 1;
        }
    });
    let subject = Wrong { matvec: Some(matvec), quantize: Some(quantize), ..Wrong::none() };
    assert_caught(subject, Format::Q4_0, &["matvec/independence", "quantize/independence"]);
}

#[test]
fn result_that_depends_on_the_address() {
    let dot = |format, cols, w: &[u8], a: &[u8]| {
        let wrong = if w.as_ptr().addr() % 64 == 63 { 1.0 } else { 0.0 };
        scalar().dot(format, cols, w, a).unwrap() + wrong
    };
    let subject = Wrong { dot: Some(Box::new(dot)), ..Wrong::none() };
    assert!(caught(&subject, Format::Q4_0).contains("dot/alignment"));
}

#[test]
fn state_kept_between_calls() {
    let calls = Cell::new(0);
    let dequantize: Dequantize = Box::new(move |format, blocks, out| {
        scalar().dequantize(format, blocks, out).unwrap();
        calls.set(calls.get() + 1);
        out[0] += if calls.get() % 5 == 0 { 1.0 } else { 0.0 };
    });
    let subject = Wrong { dequantize: Some(dequantize), ..Wrong::none() };
    assert_caught(subject, Format::Q4_0, &["dequantize/determinism"]);
}

#[test]
fn infinite_scale_swallowed() {
    let dot = |format, cols, w: &[u8], a: &[u8]| {
        let dot = scalar().dot(format, cols, w, a).unwrap();
        if dot.is_finite() { dot } else { 0.0 }
    };
    assert_caught(Wrong { dot: Some(Box::new(dot)), ..Wrong::none() }, Format::Q4_0, &["dot/special_scales"]);
}

#[test]
fn absolute_threshold_in_quantize() {
    let quantize: Quantize = Box::new(|format, row, _, blocks| {
        let row: Vec<f32> = row.iter().map(|&x| if x.abs() < 0.25 { 0.0 } else { x }).collect();
        scalar().quantize(format, &row, blocks).unwrap();
    });
    assert_caught(Wrong { quantize: Some(quantize), ..Wrong::none() }, Format::Q8_0, &["quantize/scaling"]);
}

#[test]
fn backend_that_divides_instead_of_multiplying() {
    let quantize: Quantize = Box::new(|_, row, _, blocks| {
        for (row, block) in row.chunks(32).zip(blocks.chunks_mut(34)) {
            let d = row.iter().fold(0.0f32, |max, x| max.max(x.abs())) / 127.0;
            block[..2].copy_from_slice(&f16::from_f32(d).to_le_bytes());
            for (code, x) in block[2..].iter_mut().zip(row) {
                *code = if d == 0.0 { 0 } else { (x / d).round() as i8 as u8 };
            }
        }
    });
    let subject = Wrong { name: "avx2", quantize: Some(quantize), ..Wrong::none() };
    assert_caught(subject, Format::Q8_0, &["quantize/agreement"]);
}

/// The blocks with a change to one field of each.
fn with_field(format: Format, blocks: &[u8], names: &[&str], change: impl Fn(&mut [u8])) -> Vec<u8> {
    let field = format.fields().iter().find(|field| names.contains(&field.name)).unwrap();
    let mut changed = blocks.to_vec();
    changed.chunks_mut(format.spec().block_bytes).for_each(|block| change(&mut block[field.range()]));
    changed
}

/// Decoding and multiplying blocks that were changed first.
fn on_changed(change: impl Fn(Format, &[u8]) -> Vec<u8> + Clone + 'static) -> Wrong {
    let decoded = change.clone();
    Wrong {
        dequantize: Some(Box::new(move |format, blocks, out| {
            scalar().dequantize(format, &decoded(format, blocks), out).unwrap();
        })),
        dot: Some(Box::new(move |format, cols, w, a| scalar().dot(format, cols, &change(format, w), a).unwrap())),
        ..Wrong::none()
    }
}

#[test]
fn wrong_sign_of_the_minimum() {
    let names = ["m", "dmin"];
    let has = |format: Format| format.fields().iter().any(|field| names.contains(&field.name));
    for format in formats_with(Operation::Dot, has) {
        let subject = on_changed(move |format, blocks| with_field(format, blocks, &names, |bytes| bytes[1] ^= 0x80));
        let decoding = caught_in(Operation::Dequantize, &subject, format);
        assert!(decoding.contains("code_points") && decoding.contains("golden"), "{format}: {decoding:?}");
        let dot = caught_in(Operation::Dot, &subject, format);
        assert!(["golden", "integers", "sizes"].iter().all(|class| dot.contains(*class)), "{format}: {dot:?}");
    }
}

#[test]
fn scales_of_the_next_sub_block() {
    let names = ["scales", "scales_l"];
    let has = |format: Format| {
        format.fields().iter().any(|field| names.contains(&field.name) && field.kind == FieldKind::Scales)
    };
    for format in formats_with(Operation::Dot, has) {
        let subject =
            on_changed(move |format, blocks| with_field(format, blocks, &names, |bytes| bytes.rotate_left(1)));
        let decoding = caught_in(Operation::Dequantize, &subject, format);
        assert!(decoding.contains("code_points") && decoding.contains("golden"), "{format}: {decoding:?}");
        let dot = caught_in(Operation::Dot, &subject, format);
        assert!(["golden", "integers", "sizes"].iter().all(|class| dot.contains(*class)), "{format}: {dot:?}");
    }
}

#[test]
fn importance_ignored() {
    for format in formats_with(Operation::QuantizeWeighted, |_| true) {
        let quantize: Quantize = Box::new(|format, row, importance, blocks| match importance {
            Some(_) => scalar().quantize_weighted(format, row, &vec![1.0; row.len()], blocks).unwrap(),
            None => scalar().quantize(format, row, blocks).unwrap(),
        });
        let subject = Wrong { quantize: Some(quantize), ..Wrong::none() };
        let caught: Vec<String> = reference(format)
            .into_iter()
            .flat_map(|case| golden::cases(format, "golden", Arc::new(case), Duration::from_secs(60)))
            .filter(|case| case.operation == Operation::QuantizeWeighted)
            .map(|case| try_case(&case, &subject, "scalar", ""))
            .filter(|result| result.state.is_failure())
            .map(|result| result.id)
            .collect();
        assert!(!caught.is_empty(), "{format}");
    }
}

#[test]
fn missing_last_block_of_any_format() {
    for format in formats_with(Operation::Dot, |_| true) {
        let dot = |format: Format, cols, w: &[u8], a: &[u8]| {
            let spec = format.spec();
            let kept = cols - spec.block_len;
            let partner = spec.activation.unwrap();
            let (w, a) = (&w[..format.row_bytes(kept).unwrap()], &a[..partner.row_bytes(kept).unwrap()]);
            scalar().dot(format, kept, w, a).unwrap()
        };
        let subject = Wrong { dot: Some(Box::new(dot)), ..Wrong::none() };
        let caught = caught_in(Operation::Dot, &subject, format);
        assert!(caught.contains("sizes"), "{format}: {caught:?}");
    }
}

#[test]
fn a_file_that_contradicts_itself_is_an_error() {
    let mut case = reference(Format::Q4_0).remove(0);
    case.dot.as_mut().unwrap()[1] += 1.0;
    let cases = golden::cases(Format::Q4_0, "golden", Arc::new(case), Duration::from_secs(60));
    let dots = cases.iter().filter(|case| case.operation == Operation::Dot);
    for case in dots {
        let result = try_case(case, &Wrong::none(), "scalar", "");
        assert_eq!(result.state, State::Error);
        assert!(result.reason.unwrap().starts_with("the file contradicts itself: its dot of row 1 is"));
    }
    let empty = file::Case { name: "empty".to_owned(), cols: 32, rows: 1, ..Default::default() };
    let cases = golden::cases(Format::Q4_0, "golden", Arc::new(empty), Duration::from_secs(60));
    assert_eq!(cases.len(), 1);
    assert_eq!(try_case(&cases[0], &Wrong::none(), "scalar", "").state, State::Error);
}

#[test]
fn a_failure_is_told_in_full() {
    let dequantize: Dequantize =
        Box::new(|format, blocks, out| scalar().dequantize(format, &swap_nibbles(blocks), out).unwrap());
    let dot = |format: Format, cols, w: &[u8], a: &[u8]| {
        scalar().dot(format, cols - 32, &w[..w.len() - 18], &a[..a.len() - 34]).unwrap()
    };
    let quantize: Quantize = Box::new(|format, row, _, blocks| {
        scalar().quantize(format, row, blocks).unwrap();
        blocks[blocks.len() - 1] ^= 0x10;
    });
    let subject =
        Wrong { dequantize: Some(dequantize), dot: Some(Box::new(dot)), quantize: Some(quantize), ..Wrong::none() };
    let case = Arc::new(reference(Format::Q4_0).remove(0));
    let told: Vec<String> = golden::cases(Format::Q4_0, "golden", case, Duration::from_secs(60))
        .iter()
        .map(|case| try_case(case, &subject, "scalar", "--reference 'other data'"))
        .filter(|result| result.state.is_failure())
        .map(|result| report::failure(&result))
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn ordinary_blocks_decode_to_ordinary_numbers() {
    let mut random = Random::new(3);
    for &format in Format::ALL.iter().filter(|format| scalar().supports(**format, Operation::Dequantize)) {
        let blocks = ordinary(format, 64, &mut random);
        let mut out = vec![f32::NAN; 64 * format.spec().block_len];
        scalar().dequantize(format, &blocks, &mut out).unwrap();
        assert!(out.iter().all(|value| value.is_finite()), "{format}");
        assert!(out.iter().any(|value| *value != 0.0), "{format}");
    }
}
