//! Whole models quantized by both, tensor by tensor.

use std::path::Path;
use std::process::Command;

use quantmark::gguf::GgufFile;
use quantmark::model::file_type::{FILE_TYPES, FileType};
use quantmark::model::importance::ImportanceMatrix;
use quantmark::reference::oracle::{QuantizeRequest, quantize_model};

use crate::oracle::{CPU, data, libraries, reference_model};

fn quantmark(arguments: &[&str], paths: &[&Path]) {
    let output = Command::new(env!("CARGO_BIN_EXE_quantmark")).args(arguments).args(paths).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Every tensor in the same format, with the same bytes.
fn compare(file_type: &FileType, theirs: &Path, ours: &Path) {
    let (theirs, ours) = (GgufFile::open(theirs).unwrap(), GgufFile::open(ours).unwrap());
    assert_eq!(theirs.tensors().len(), ours.tensors().len());
    for expected in theirs.iter() {
        let name = &expected.info().name;
        let got = ours.tensor(name).unwrap();
        assert_eq!(got.info().type_name(), expected.info().type_name(), "{}: {name}", file_type.name);
        assert!(got.data() == expected.data(), "{}: {name}", file_type.name);
    }
    for key in ["general.file_type", "general.quantization_version"] {
        assert_eq!(ours.get(key), theirs.get(key), "{}", file_type.name);
    }
}

#[test]
fn every_mixture_is_that_of_llama_quantize() {
    let Some(libraries) = libraries() else { return };
    let folder = tempfile::tempdir().unwrap();
    let importance_path = folder.path().join("importance.gguf");
    let (model, text) = (reference_model(), data("texts/heldout.txt"));
    let (model_name, text_name) = (model.to_str().unwrap(), text.to_str().unwrap());
    let arguments = ["importance", model_name, "--text", text_name, "--chunks", "1", "--ctx", "128", "--out"];
    quantmark(&arguments, &[&importance_path]);
    let matrix = ImportanceMatrix::read(&importance_path).unwrap();
    let file = GgufFile::open(&model).unwrap();
    let importance: Vec<(String, Vec<f32>)> = file
        .tensors()
        .iter()
        .filter_map(|tensor| Some((tensor.name.clone(), matrix.get(&tensor.name)?.to_vec())))
        .collect();
    assert_eq!(importance.len(), 42, "seven matrices in each of six layers");

    let (theirs, ours) = (folder.path().join("theirs.gguf"), folder.path().join("ours.gguf"));
    let mut compared = 0;
    for file_type in FILE_TYPES {
        for importance in [&[][..], &importance] {
            let request = QuantizeRequest { file_type: file_type.id, importance, ..QuantizeRequest::default() };
            if quantize_model(&libraries, CPU, &model, &theirs, request).is_err() {
                // Ours must refuse what theirs refuses for want of importance.
                if importance.is_empty() && file_type.name != "NVFP4" {
                    let out = Command::new(env!("CARGO_BIN_EXE_quantmark"))
                        .arg("quantize")
                        .args([&model, &ours])
                        .arg(file_type.name)
                        .output()
                        .unwrap();
                    assert_eq!(out.status.code(), Some(2), "{}", file_type.name);
                }
                continue;
            }
            let mut arguments = vec!["quantize", model_name, ours.to_str().unwrap(), file_type.name];
            if !importance.is_empty() {
                arguments.extend(["--importance", importance_path.to_str().unwrap()]);
            }
            quantmark(&arguments, &[]);
            compare(file_type, &theirs, &ours);
            compared += 1;
        }
    }
    assert!(compared > 55, "{compared} files");
}
