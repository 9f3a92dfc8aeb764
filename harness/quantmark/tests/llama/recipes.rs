//! Whole models quantized by both, tensor by tensor.

use std::path::{Path, PathBuf};
use std::process::Command;

use quantmark_containers::gguf::GgufFile;
use quantmark_implementations::llama_cpp::{QuantizeRequest, quantize_model};
use quantmark_kernels::{Format, ggml};
use quantmark_model::file_type::{FILE_TYPES, FileType};
use quantmark_model::importance::ImportanceMatrix;
use quantmark_model::store as model_store;

use crate::oracle::{CPU, data, libraries, reference_model};
use crate::tiny::Tiny;

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

/// Where both write.
struct Bench {
    libraries: PathBuf,
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Option<Self> {
        Some(Self { libraries: libraries()?, folder: tempfile::tempdir().unwrap() })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Quantizes on both sides and compares; whether llama.cpp did not refuse.
    fn same(&self, model: &Path, file_type: &FileType, request: QuantizeRequest<'_>, options: &[&str]) -> bool {
        let (theirs, ours) = (self.path("theirs.gguf"), self.path("ours.gguf"));
        let request = QuantizeRequest { file_type: file_type.id, ..request };
        if quantize_model(&self.libraries, CPU, model, &theirs, request).is_err() {
            return false;
        }
        let (model, out) = (model.to_str().unwrap(), ours.to_str().unwrap());
        quantmark(&[&["quantize", model, out, file_type.name], options].concat(), &[]);
        compare(file_type, &theirs, &ours);
        true
    }
}

fn named(name: &str) -> &'static FileType {
    FILE_TYPES.iter().find(|file_type| file_type.name == name).unwrap()
}

#[test]
fn options_mean_the_same() {
    let Some(bench) = Bench::new() else { return };
    let model = reference_model();
    let pure = QuantizeRequest { pure: true, ..QuantizeRequest::default() };
    let compared = FILE_TYPES.iter().filter(|file_type| bench.same(&model, file_type, pure, &["--pure"])).count();
    assert!(compared > 25, "{compared} files");

    let types = [("attn_[kq]", ggml::type_id(Format::Q8_0)), ("ffn_down.*3|ffn_up", ggml::type_id(Format::IQ4_XS))];
    let options = ["--tensor-type", "attn_[kq]=q8_0", "--tensor-type", "ffn_down.*3|ffn_up=iq4_xs"];
    let request = QuantizeRequest { tensor_types: &types, ..QuantizeRequest::default() };
    for name in ["Q4_K_M", "Q3_K_L", "Q5_0"] {
        assert!(bench.same(&model, named(name), request, &options), "{name}");
        assert!(bench.same(
            &model,
            named(name),
            QuantizeRequest { pure: true, ..request },
            &[&options[..], &["--pure"]].concat()
        ));
    }
    let request = QuantizeRequest {
        output_type: Some(ggml::type_id(Format::Q5_0)),
        embedding_type: Some(ggml::type_id(Format::Q3_K)),
        ..QuantizeRequest::default()
    };
    let options = ["--output-tensor-type", "q5_0", "--token-embedding-type", "q3_k"];
    for name in ["Q4_K_M", "Q8_0", "F16"] {
        assert!(bench.same(&model, named(name), request, &options), "{name}");
    }
}

#[test]
fn quantized_models_are_quantized_again_the_same() {
    let Some(bench) = Bench::new() else { return };
    let again = QuantizeRequest { allow_requantize: true, ..QuantizeRequest::default() };
    for from in ["Q4_1", "Q5_K_M", "BF16"] {
        let input = bench.path("input.gguf");
        quantmark(&["quantize", reference_model().to_str().unwrap(), input.to_str().unwrap(), from], &[]);
        for to in ["Q4_0", "Q4_1", "Q3_K_M", "Q5_K_S", "IQ4_NL", "Q8_0", "F16"] {
            assert!(bench.same(&input, named(to), again, &["--allow-requantize"]), "{from} to {to}");
        }
    }
}

/// Rows of 64, 96 and 128 weights are no whole super-blocks, so most matrices fall back.
#[test]
fn other_architectures_get_the_same_mixtures() {
    let Some(bench) = Bench::new() else { return };
    let llama = Tiny { layers: 9, ..Tiny::LLAMA };
    let models = [
        Tiny { output: true, biases: true, ..llama },
        Tiny { architecture: "qwen2", pre: Some("qwen2"), biases: true, ..llama },
        Tiny { architecture: "qwen3", pre: Some("qwen2"), output: true, ..llama },
        Tiny { architecture: "gemma3", ..llama },
    ];
    for tiny in models {
        let model = tiny.write(bench.folder.path());
        let compared = FILE_TYPES
            .iter()
            .filter(|file_type| bench.same(&model, file_type, QuantizeRequest::default(), &[]))
            .count();
        assert!(compared > 25, "{}: {compared} files", tiny.architecture);
    }
}

/// Real models, where they were fetched.
#[test]
#[ignore = "takes a quarter of an hour; `cargo xtask models fetch` gets the models"]
fn fetched_models_are_quantized_again_the_same() {
    let Some(bench) = Bench::new() else { return };
    let again = QuantizeRequest { allow_requantize: true, ..QuantizeRequest::default() };
    for name in ["smollm2-135m", "gemma3-270m"] {
        let Ok(model) = model_store::resolve(Path::new(name)) else {
            println!("skipped: `cargo xtask models fetch {name}`");
            continue;
        };
        for file_type in FILE_TYPES {
            let done = bench.same(&model, file_type, again, &["--allow-requantize"]);
            println!("{name} {}: {}", file_type.name, if done { "the same" } else { "refused by llama.cpp" });
        }
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
