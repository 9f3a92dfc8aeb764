//! The predictions of a model, ours beside llama.cpp's.

use std::path::Path;

use quantmark_containers::gguf::{GgufFile, Value};
use quantmark_implementations::llama_cpp::LlamaModel;
use quantmark_kernels::{Available, Backend};
use quantmark_model::network::{Model, Session};
use quantmark_model::tokenizer::Tokenizer;

use crate::oracle::{CPU, data, libraries, reference_model};
use crate::tiny::Tiny;

/// The logarithms of the probabilities.
fn log_probabilities(logits: &[f32]) -> Vec<f64> {
    let max = logits.iter().copied().fold(f32::MIN, f32::max);
    let sum: f64 = logits.iter().map(|&logit| f64::from(logit - max).exp()).sum();
    logits.iter().map(|&logit| f64::from(logit - max) - sum.ln()).collect()
}

/// Our mean divergence from llama.cpp over the beginning of the held-out text, the largest of all backends.
fn divergence(libraries: &Path, model: &Path) -> f64 {
    let text = std::fs::read(data("texts/heldout.txt")).unwrap();
    let file = GgufFile::open(model).unwrap();
    let tokens = &Tokenizer::read(&file).unwrap().encode(&text[..2000])[..256];
    let theirs = LlamaModel::open(libraries, CPU, model).unwrap().logits(tokens, 2).unwrap();
    let tiers = Backend::CPU.iter().filter_map(|backend| backend.detect().ok());
    tiers.map(|tier| divergence_of(&file, tier, tokens, &theirs)).fold(f64::MIN, f64::max)
}

fn divergence_of(file: &GgufFile, tier: Available, tokens: &[u32], theirs: &[f32]) -> f64 {
    let model = Model::read(file, tier).unwrap();
    let mut session = Session::new(&model);
    let rows = session.read(tokens, 0..tokens.len()).unwrap();
    let ours = model.logits(&rows);
    assert_eq!(ours.len(), theirs.len());
    let vocabulary = ours.len() / tokens.len();
    let positions = ours.chunks(vocabulary).zip(theirs.chunks(vocabulary));
    let sum: f64 = positions
        .map(|(ours, theirs)| {
            let (ours, theirs) = (log_probabilities(ours), log_probabilities(theirs));
            theirs.iter().zip(&ours).map(|(theirs, ours)| theirs.exp() * (theirs - ours)).sum::<f64>()
        })
        .sum();
    sum / tokens.len() as f64
}

#[test]
fn the_reference_model_predicts_the_same() {
    let Some(libraries) = libraries() else { return };
    let found = divergence(&libraries, &reference_model());
    assert!(found.abs() < 1e-5, "KLD {found:e}");
}

/// Activations are rounded to 8 bits, so that a difference in the last bit of one becomes a step of another: builds of
/// llama.cpp differ from each other as much.
#[test]
fn quantized_models_predict_nearly_the_same() {
    let Some(libraries) = libraries() else { return };
    for (file_type, bound) in [("Q8_0", 1e-3), ("Q4_0", 2e-3), ("Q5_K_M", 2e-3), ("Q6_K", 1e-3), ("IQ4_XS", 2e-3)] {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("model.gguf");
        let status = std::process::Command::new(env!("CARGO_BIN_EXE_quantmark"))
            .arg("quantize")
            .args([&reference_model(), &out])
            .arg(file_type)
            .output()
            .unwrap();
        assert!(status.status.success());
        let found = divergence(&libraries, &out);
        assert!((0.0..bound).contains(&found), "{file_type}: KLD {found:e}");
    }
}

#[test]
fn every_architecture_predicts_the_same() {
    let Some(libraries) = libraries() else { return };
    let llama = Tiny::LLAMA;
    let linear = [("rope.scaling.type", Value::String("linear".to_owned())), ("rope.scaling.factor", Value::F32(4.0))];
    let yarn = [
        ("rope.scaling.type", Value::String("yarn".to_owned())),
        ("rope.scaling.factor", Value::F32(4.0)),
        ("rope.scaling.original_context_length", Value::U32(64)),
    ];
    let freq_base = [("rope.freq_base", Value::F32(500_000.0))];
    // A window shorter than the text, a global layer every sixth.
    let gemma = [
        ("attention.sliding_window", Value::U32(48)),
        ("rope.freq_base", Value::F32(1_000_000.0)),
        ("rope.scaling.type", Value::String("linear".to_owned())),
        ("rope.scaling.factor", Value::F32(8.0)),
    ];
    let models = [
        ("llama", llama),
        ("llama with an output and biases", Tiny { output: true, biases: true, ..llama }),
        (
            "llama 3: factors for the angles",
            Tiny { rope_factors: true, keys: &freq_base, pre: Some("llama-bpe"), ..llama },
        ),
        ("llama, positions divided", Tiny { keys: &linear, ..llama }),
        ("llama, YaRN", Tiny { keys: &yarn, ..llama }),
        ("qwen2", Tiny { architecture: "qwen2", pre: Some("qwen2"), biases: true, keys: &freq_base, ..llama }),
        ("qwen3", Tiny { architecture: "qwen3", pre: Some("qwen2"), keys: &freq_base, ..llama }),
        ("gemma3", Tiny { architecture: "gemma3", layers: 7, keys: &gemma, ..llama }),
    ];
    for (what, tiny) in models {
        let folder = tempfile::tempdir().unwrap();
        let found = divergence(&libraries, &tiny.write(folder.path()));
        assert!(found.abs() < 1e-5, "{what}: KLD {found:e}");
    }
}
