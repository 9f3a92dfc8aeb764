//! Files quantized by the program against the bytes of the reference.

use std::path::{Path, PathBuf};

use quantmark_containers::gguf::{GgufFile, GgufWriter};
use quantmark_kernels::{Format, ggml};
use quantmark_model::file_type::FILE_TYPES;
use quantmark_reference::file::{Case, ReferenceFile};

use crate::program::run;
use crate::sample::stored;

/// A model whose matrices are the sources of the cases.
fn model(folder: &Path, cases: &[&Case]) -> PathBuf {
    let mut writer = GgufWriter::new();
    writer.metadata("general.architecture", "llama");
    for case in cases {
        let source = stored(Format::F32, case.source.as_ref().unwrap());
        let shape = [case.cols as u64, case.rows as u64];
        writer.tensor(format!("{}.weight", case.name), &shape, ggml::type_id(Format::F32), source);
    }
    let path = folder.join("sources.gguf");
    writer.write(&path).unwrap();
    path
}

/// The importance of the cases.
fn importance(folder: &Path, cases: &[&Case]) -> PathBuf {
    let mut writer = GgufWriter::new();
    writer.metadata("general.type", "imatrix");
    for case in cases {
        let (name, f32_id) = (&case.name, ggml::type_id(Format::F32));
        let sums = stored(Format::F32, case.importance.as_ref().unwrap());
        writer.tensor(format!("{name}.weight.in_sum2"), &[case.cols as u64, 1], f32_id, sums);
        writer.tensor(format!("{name}.weight.counts"), &[1, 1], f32_id, stored(Format::F32, &[1.0]));
    }
    let path = folder.join("importance.gguf");
    writer.write(&path).unwrap();
    path
}

#[test]
fn every_file_type_gives_the_bytes_of_the_reference() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reference-data/llama.cpp-v0.5.0");
    let mut compared = 0;
    for file_type in FILE_TYPES.iter().filter(|file_type| file_type.main.spec().block_len > 1) {
        let format = file_type.main;
        let reference = ReferenceFile::open(&data.join(format!("{format}.gguf"))).unwrap();
        for weighted in [false, true] {
            // A matrix of one row is taken for a vector and left as it is.
            let cases: Vec<&Case> = reference
                .cases
                .iter()
                .filter(|case| case.source.is_some() && case.rows > 1 && case.importance.is_some() == weighted)
                .collect();
            // Without importance these are refused: they would be quantized, but to nothing of use.
            let refused = !weighted && ["Q2_K_S", "IQ3_XXS", "IQ2_M", "IQ1_M"].contains(&file_type.name);
            if cases.is_empty() || refused {
                continue;
            }
            let folder = tempfile::tempdir().unwrap();
            let (input, out) = (model(folder.path(), &cases), folder.path().join("out.gguf"));
            let mut arguments =
                vec!["quantize", input.to_str().unwrap(), out.to_str().unwrap(), file_type.name, "--pure"];
            let importances = importance(folder.path(), if weighted { &cases } else { &[] });
            if weighted {
                arguments.extend(["--importance", importances.to_str().unwrap()]);
            }
            let said = run(&arguments);
            assert_eq!(said.code, Some(0), "{}: {}", file_type.name, said.err);
            let got = GgufFile::open(&out).unwrap();
            for case in cases {
                let tensor = got.tensor(&format!("{}.weight", case.name)).unwrap();
                assert_eq!(tensor.info().format(), Some(format), "{}: {}", file_type.name, case.name);
                assert!(Some(tensor.data()) == case.quantized.as_deref(), "{}: {}", file_type.name, case.name);
                compared += 1;
            }
        }
    }
    assert!(compared > 900, "{compared} matrices");
}
