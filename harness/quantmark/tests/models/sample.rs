//! A small model with a tensor of every kind that quantizing treats in its own way.

use std::fs;
use std::path::{Path, PathBuf};

use quantmark_containers::gguf::{GgufWriter, Value};
use quantmark_kernels::{Backend, Format, Kernels, ggml, kernels};

/// The tensors: name, shape, stored format.
pub const TENSORS: [(&str, &[u64], Format); 7] = [
    ("token_embd.weight", &[256, 32], Format::F16),
    ("blk.0.attn_norm.weight", &[256], Format::F32),
    ("blk.0.attn_q.weight", &[256, 16], Format::F32),
    ("blk.0.attn_q.bias", &[16], Format::F32),
    ("blk.0.ffn_gate_inp.weight", &[256, 3], Format::F32),
    ("blk.0.ffn_down_exps.weight", &[512, 4, 3], Format::BF16),
    ("blk.0.narrow.weight", &[96, 8], Format::F32),
];

/// The scalar kernels of a format.
pub fn scalar(format: Format) -> Kernels {
    kernels(format, Backend::Scalar.detect().unwrap()).unwrap()
}

/// Numbers around zero that differ from tensor to tensor.
pub fn numbers(len: usize, seed: usize) -> Vec<f32> {
    (0..len).map(|i| ((i * 7 + seed * 13) as f32 * 0.37).sin() * 0.05 * (1 + i % 5) as f32).collect()
}

/// The numbers of a tensor of [`TENSORS`].
pub fn weights(tensor: usize) -> Vec<f32> {
    numbers(TENSORS[tensor].1.iter().product::<u64>() as usize, tensor)
}

/// The importance of the columns of a tensor of [`TENSORS`], experts one after another.
pub fn importance(tensor: usize) -> Vec<f32> {
    let shape = TENSORS[tensor].1;
    let columns = shape[0] * shape[2..].iter().product::<u64>();
    numbers(columns as usize, tensor + 100).iter().map(|x| 1.0 + 20.0 * x.abs()).collect()
}

/// Numbers in a format.
pub fn stored(format: Format, numbers: &[f32]) -> Vec<u8> {
    let mut blocks = vec![0; format.row_bytes(numbers.len()).unwrap()];
    scalar(format).quantize(numbers, &mut blocks).unwrap();
    blocks
}

/// Writes the model; `change` may spoil it first.
pub fn model(folder: &Path, change: impl FnOnce(&mut GgufWriter<'_>)) -> PathBuf {
    let mut writer = GgufWriter::new();
    writer
        .metadata("general.architecture", "llama")
        .metadata("general.name", "a \u{1b}[31msample")
        .metadata("general.file_type", Value::U32(1))
        .metadata("llama.rope.freq_base", Value::F32(10000.0))
        .metadata("tokenizer.ggml.tokens", vec!["<s>".to_owned(), "a".to_owned(), "b".to_owned()]);
    for (tensor, (name, shape, format)) in TENSORS.iter().enumerate() {
        writer.tensor(*name, shape, ggml::type_id(*format), stored(*format, &weights(tensor)));
    }
    change(&mut writer);
    let path = folder.join("model.gguf");
    writer.write(&path).unwrap();
    path
}

/// Writes importance for every matrix of the model but those in `without`.
pub fn importance_file(folder: &Path, without: &[&str]) -> PathBuf {
    let mut writer = GgufWriter::new();
    writer.metadata("general.type", "imatrix");
    for (tensor, (name, shape, _)) in TENSORS.iter().enumerate() {
        if shape.len() > 1 && !without.contains(name) {
            let experts = shape[2..].iter().product::<u64>();
            // What was added up `count` times.
            let count = 4.0;
            let sums: Vec<f32> = importance(tensor).iter().map(|mean| mean * count).collect();
            let counts = vec![count; experts as usize];
            let f32_id = ggml::type_id(Format::F32);
            writer.tensor(format!("{name}.in_sum2"), &[shape[0], experts], f32_id, stored(Format::F32, &sums));
            writer.tensor(format!("{name}.counts"), &[1, experts], f32_id, stored(Format::F32, &counts));
        }
    }
    let path = folder.join("importance.gguf");
    writer.write(&path).unwrap();
    path
}

/// What the folder holds, sorted.
pub fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
