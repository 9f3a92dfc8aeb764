//! What the matrices of a model are multiplied with, ours beside llama.cpp's.

use std::process::Command;

use quantmark_containers::gguf::GgufFile;
use quantmark_implementations::llama_cpp::{LlamaModel, collect_squares};
use quantmark_model::tokenizer::Tokenizer;

use crate::oracle::{CPU, data, libraries, reference_model};

#[test]
fn importance_is_that_of_llama_imatrix() {
    let Some(libraries) = libraries() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (model, text, out) = (reference_model(), data("texts/heldout.txt"), folder.path().join("importance.gguf"));
    let output = Command::new(env!("CARGO_BIN_EXE_quantmark"))
        .arg("importance")
        .args([model.as_os_str(), "--text".as_ref(), text.as_os_str(), "--out".as_ref(), out.as_os_str()])
        .args(["--chunks", "1", "--ctx", "256"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let ours = GgufFile::open(&out).unwrap();

    let tokenizer = Tokenizer::read(&GgufFile::open(&model).unwrap()).unwrap();
    let tokens = tokenizer.encode(&std::fs::read(&text).unwrap()[..4000]);
    let opened = LlamaModel::open(&libraries, CPU, &model).unwrap();
    let theirs = collect_squares(&libraries, &opened, &tokens[..256]).unwrap();
    assert_eq!((theirs.len(), ours.tensors().len()), (42, 84));
    for (name, (squares, count)) in theirs {
        let sums = ours.tensor(&format!("{name}.in_sum2")).unwrap().as_f32().unwrap();
        let counts = ours.tensor(&format!("{name}.counts")).unwrap().as_f32().unwrap();
        assert_eq!(&*counts, [count as f32], "{name}");
        // Inputs are sums of f16 products, so the two agree within the rounding of f16.
        let size = squares.iter().sum::<f64>();
        let difference: f64 = squares.iter().zip(&*sums).map(|(theirs, &ours)| (theirs - f64::from(ours)).abs()).sum();
        assert!(difference < 1e-3 * size, "{name}: {difference} of {size}");
    }
}
