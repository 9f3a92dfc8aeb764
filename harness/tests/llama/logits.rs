//! The predictions of a model, ours beside llama.cpp's.

use std::path::Path;

use quantmark::gguf::GgufFile;
use quantmark::network::{Model, Session};
use quantmark::reference::oracle::LlamaModel;
use quantmark::tokenizer::Tokenizer;

use crate::oracle::{CPU, data, libraries, reference_model};

/// The logarithms of the probabilities.
fn log_probabilities(logits: &[f32]) -> Vec<f64> {
    let max = logits.iter().copied().fold(f32::MIN, f32::max);
    let sum: f64 = logits.iter().map(|&logit| f64::from(logit - max).exp()).sum();
    logits.iter().map(|&logit| f64::from(logit - max) - sum.ln()).collect()
}

/// Our mean divergence from llama.cpp over the beginning of the held-out text.
fn divergence(libraries: &Path, model: &Path) -> f64 {
    let text = std::fs::read(data("texts/heldout.txt")).unwrap();
    let file = GgufFile::open(model).unwrap();
    let tokens = &Tokenizer::read(&file).unwrap().encode(&text[..2000])[..256];
    let theirs = LlamaModel::open(libraries, CPU, model).unwrap().logits(tokens, 2).unwrap();
    let model = Model::read(&file).unwrap();
    let mut session = Session::new(&model);
    let rows = session.read(tokens, 0..tokens.len()).unwrap();
    let ours = session.logits(&rows);
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
