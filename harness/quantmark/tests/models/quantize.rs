//! What becomes of each tensor, and what is refused.

use std::fs;
use std::path::Path;

use quantmark_containers::gguf::{GgufFile, Value};
use quantmark_kernels::{Format, ggml};

use crate::program::{command, refused, run, said};
use crate::sample::{self, TENSORS, importance, importance_file, model, numbers, scalar, stored, weights};

/// Quantizes the sample and opens the result.
fn quantized(folder: &Path, more: &[&str]) -> GgufFile {
    let input = model(folder, |_| {});
    let output = folder.join("out.gguf");
    let mut arguments = vec!["quantize", input.to_str().unwrap(), output.to_str().unwrap(), "--pure"];
    arguments.extend(more);
    let said = run(&arguments);
    assert_eq!(said.code, Some(0), "{}", said.err);
    GgufFile::open(&output).unwrap()
}

/// The rows of a tensor as they must be in the output: decoded from what is stored, then quantized.
fn expected(tensor: usize, to: Format, importance: Option<&[f32]>) -> Vec<u8> {
    let (_, shape, from) = TENSORS[tensor];
    let (cols, rows_an_expert) = (shape[0] as usize, shape[1] as usize);
    let blocks = stored(from, &weights(tensor));
    let mut decoded = vec![0.0; weights(tensor).len()];
    scalar(from).dequantize(&blocks, &mut decoded).unwrap();
    let mut out = Vec::new();
    for (row, values) in decoded.chunks_exact(cols).enumerate() {
        let mut blocks = vec![0; to.row_bytes(cols).unwrap()];
        match importance {
            Some(columns) => {
                let columns = &columns[row / rows_an_expert * cols..][..cols];
                scalar(to).quantize_weighted(values, columns, &mut blocks).unwrap();
            }
            None => scalar(to).quantize(values, &mut blocks).unwrap(),
        }
        out.extend(blocks);
    }
    out
}

#[test]
fn matrices_change_and_the_rest_is_copied() {
    let folder = tempfile::tempdir().unwrap();
    let file = quantized(folder.path(), &["Q4_K_M"]);
    let formats: Vec<Format> = file.tensors().iter().map(|tensor| tensor.format().unwrap()).collect();
    let (q4, f32) = (Format::Q4_K, Format::F32);
    // Rows of 96 are no whole super-blocks, and get what llama-quantize takes instead.
    assert_eq!(formats, [q4, f32, q4, f32, f32, q4, Format::Q5_0]);
    for (tensor, (name, shape, from)) in TENSORS.iter().enumerate() {
        let got = file.tensor(name).unwrap();
        assert_eq!(got.info().shape, *shape);
        let to = got.info().format().unwrap();
        let unchanged = stored(*from, &weights(tensor));
        let wanted = if to == *from { unchanged } else { expected(tensor, to, None) };
        assert!(got.data() == wanted, "{name}");
    }
    assert_eq!(file.get("general.file_type"), Some(&Value::U32(15)));
    assert_eq!(file.get("general.quantization_version"), Some(&Value::U32(2)));
    assert_eq!(file.text("general.name").unwrap(), "a \u{1b}[31msample");
    assert_eq!(sample::files(folder.path()), ["model.gguf", "out.gguf"]);
}

#[test]
fn importance_is_that_of_each_expert() {
    let folder = tempfile::tempdir().unwrap();
    let importances = importance_file(folder.path(), &[]);
    let file = quantized(folder.path(), &["IQ2_XXS", "--importance", importances.to_str().unwrap()]);
    for tensor in [0, 2, 5] {
        let (name, ..) = TENSORS[tensor];
        let wanted = expected(tensor, Format::IQ2_XXS, Some(&importance(tensor)));
        assert!(file.tensor(name).unwrap().data() == wanted, "{name}");
    }
    assert_eq!(file.tensor("blk.0.narrow.weight").unwrap().info().format(), Some(Format::IQ4_NL));
}

#[test]
fn threads_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let one = quantized(folder.path(), &["Q6_K", "--threads", "1"]);
    let one = fs::read(one.path()).unwrap();
    let many = quantized(folder.path(), &["Q6_K", "--threads", "7"]);
    assert!(one == fs::read(many.path()).unwrap());
}

#[test]
fn a_file_may_be_replaced_but_not_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let first = quantized(folder.path(), &["Q8_0"]);
    assert_eq!(first.tensor("blk.0.attn_q.weight").unwrap().info().format(), Some(Format::Q8_0));
    let second = quantized(folder.path(), &["Q4_0"]);
    assert_eq!(second.tensor("blk.0.attn_q.weight").unwrap().info().format(), Some(Format::Q4_0));

    let input = folder.path().join("model.gguf");
    let before = fs::read(&input).unwrap();
    let link = folder.path().join("link.gguf");
    std::os::unix::fs::symlink(&input, &link).unwrap();
    let name = folder.path().to_str().unwrap();
    refused(&["quantize", input.to_str().unwrap(), link.to_str().unwrap(), "Q4_0", "--pure"], 2, name);
    assert!(before == fs::read(&input).unwrap());
}

#[test]
fn refusals() {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().to_str().unwrap();
    let input = model(folder.path(), |_| {});
    let input = input.to_str().unwrap();
    let partly = importance_file(folder.path(), &["blk.0.attn_q.weight"]);
    let partly = partly.to_str().unwrap();
    let out = folder.path().join("out.gguf");
    let out = out.to_str().unwrap();
    quantized(folder.path(), &["Q8_0"]);
    let small = folder.path().join("q8_0.gguf");
    fs::rename(out, &small).unwrap();
    let small = small.to_str().unwrap();
    let nowhere = folder.path().join("no/such/folder.gguf");
    let cut = folder.path().join("cut.gguf");
    fs::write(&cut, &fs::read(input).unwrap()[..100]).unwrap();

    let mut lines = String::new();
    let mut say = |arguments: &[&str], code: i32| {
        let mut all = vec!["quantize"];
        all.extend(arguments);
        lines += &refused(&all, code, name);
    };
    say(&[input, out, "Q9_9", "--pure"], 2);
    say(&[input, out, "Q4_K_M", "--tensor-type", "attn"], 2);
    say(&[input, out, "Q4_K_M", "--tensor-type", "(attn=q8_0"], 2);
    say(&[input, out, "Q4_K_M", "--output-tensor-type", "q8_1"], 2);
    say(&[input, out, "Q2_K_S"], 2);
    say(&[input, input, "Q4_0", "--pure"], 2);
    say(&[input, out, "IQ2_XXS", "--pure"], 2);
    say(&[input, out, "IQ2_XXS", "--pure", "--importance", partly], 2);
    say(&[input, out, "IQ2_XXS", "--pure", "--importance", input], 2);
    say(&[small, out, "Q4_0", "--pure"], 2);
    say(&[cut.to_str().unwrap(), out, "Q4_0", "--pure"], 2);
    say(&[folder.path().join("missing.gguf").to_str().unwrap(), out, "Q4_0", "--pure"], 2);
    say(&[folder.path().to_str().unwrap(), out, "Q4_0", "--pure"], 2);
    say(&[input, nowhere.to_str().unwrap(), "Q4_0", "--pure"], 3);
    insta::assert_snapshot!(lines);
    assert_eq!(sample::files(folder.path()), ["cut.gguf", "importance.gguf", "model.gguf", "q8_0.gguf"]);
}

#[test]
fn quantized_weights_are_quantized_again_only_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let first = quantized(folder.path(), &["Q8_0"]);
    let path = folder.path().join("q8_0.gguf");
    fs::rename(first.path(), &path).unwrap();
    let out = folder.path().join("again.gguf");
    let said =
        run(&["quantize", path.to_str().unwrap(), out.to_str().unwrap(), "Q4_0", "--pure", "--allow-requantize"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let q8 = stored(Format::Q8_0, &weights(2));
    let mut decoded = vec![0.0; weights(2).len()];
    scalar(Format::Q8_0).dequantize(&q8, &mut decoded).unwrap();
    let again = GgufFile::open(&out).unwrap();
    assert!(again.tensor("blk.0.attn_q.weight").unwrap().data() == stored(Format::Q4_0, &decoded));
}

#[test]
fn a_weight_that_is_no_number_is_named() {
    for wrong in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let folder = tempfile::tempdir().unwrap();
        let mut spoiled = numbers(256 * 5, 9);
        spoiled[256 * 3 + 17] = wrong;
        let input = model(folder.path(), |writer| {
            writer.tensor("blk.1.ffn_up.weight", &[256, 5], ggml::type_id(Format::F32), stored(Format::F32, &spoiled));
        });
        let out = folder.path().join("out.gguf");
        let arguments = ["quantize", input.to_str().unwrap(), out.to_str().unwrap(), "Q4_0", "--pure"];
        let line = refused(&arguments, 2, folder.path().to_str().unwrap());
        assert!(line.contains(&format!("tensor `blk.1.ffn_up.weight`: row 3, column 17 is {wrong}")), "{line}");
        assert_eq!(sample::files(folder.path()), ["model.gguf"]);
    }
}

#[test]
fn rows_are_counted_over_the_whole_tensor() {
    // More weights than are decoded at a time.
    let (cols, rows, wrong) = (4096, 1100, (1090, 5));
    let mut spoiled = vec![1.0; cols * rows];
    spoiled[wrong.0 * cols + wrong.1] = f32::NAN;
    let folder = tempfile::tempdir().unwrap();
    let input = model(folder.path(), |writer| {
        let bytes = stored(Format::F32, &spoiled);
        writer.tensor("output.weight", &[cols as u64, rows as u64], ggml::type_id(Format::F32), bytes);
    });
    let out = folder.path().join("out.gguf");
    let arguments = ["quantize", input.to_str().unwrap(), out.to_str().unwrap(), "Q4_0", "--pure"];
    let line = refused(&arguments, 2, folder.path().to_str().unwrap());
    assert!(line.contains("tensor `output.weight`: row 1090, column 5 is NaN"), "{line}");
}

#[test]
fn a_name_alone_means_the_current_folder() {
    // A bare name has an empty parent, which is no folder to a system.
    let folder = tempfile::tempdir().unwrap();
    model(folder.path(), |_| {});
    let mut command = command(&["quantize", "model.gguf", "out.gguf", "Q4_0", "--pure"]);
    let said = said(&command.current_dir(folder.path()).output().unwrap());
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(sample::files(folder.path()), ["model.gguf", "out.gguf"]);
}

#[test]
fn single_tensors_may_have_formats_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let input = model(folder.path(), |_| {});
    let out = folder.path().join("out.gguf");
    let formats = |more: &[&str]| {
        let mut arguments = vec!["quantize", input.to_str().unwrap(), out.to_str().unwrap(), "Q4_K_S"];
        arguments.extend(more);
        let said = run(&arguments);
        assert_eq!(said.code, Some(0), "{}", said.err);
        let file = GgufFile::open(&out).unwrap();
        [0, 2, 5].map(|tensor| file.tensor(TENSORS[tensor].0).unwrap().info().format().unwrap())
    };
    // Without an output of its own the embedding is the output, which gets more bits.
    assert_eq!(formats(&[]), [Format::Q6_K, Format::Q4_K, Format::Q4_K]);
    assert_eq!(formats(&["--pure"]), [Format::Q4_K; 3]);
    assert_eq!(formats(&["--token-embedding-type", "q8_0"]), [Format::Q8_0, Format::Q4_K, Format::Q4_K]);
    let chosen = ["--tensor-type", "ffn_.*=IQ4_XS", "--tensor-type", "blk=q5_K"];
    assert_eq!(formats(&chosen), [Format::Q6_K, Format::Q5_K, Format::IQ4_XS]);
}
